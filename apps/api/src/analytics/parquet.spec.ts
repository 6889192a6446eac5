// Parquet is read back by somebody else: the same rows, whatever they hold and however many they are, and nobody waits while they are written.
import { expect, it } from '@jest/globals';
import type { Column, ReportRow } from '#read-models';
import { readParquet } from '../../../../test/support/parquet.js';
import { parquetBytes } from './parquet.js';

const column = (name: string, type: Column['type'], nullable = false): Column => ({ name, type, nullable, meaning: '' });
const columns = [column('at', 'instant'), column('until', 'instant', true), column('kind', 'text', true), column('amount', 'whole'), column('some', 'whole', true), column('share', 'number', true), column('complete', 'boolean'), column('held', 'boolean', true)];

async function written(rows: Iterable<ReportRow> | AsyncIterable<ReportRow>): Promise<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of parquetBytes(columns, rows, { asOf: 'then' })) pieces.push(piece);
  return pieces;
}

const full: ReportRow = { at: '2026-03-29T01:59:59.999Z', until: '1970-01-01T00:00:00.000Z', kind: '=cmd|"é\n', amount: Number.MAX_SAFE_INTEGER, some: -5, share: 0.3333, complete: true, held: false };
const empty: ReportRow = { at: '9990-12-31T00:00:00.000Z', until: null, kind: null, amount: 0, some: null, share: null, complete: false, held: null };

it.each([['none', []], ['one', [full]], ['one without anything', [empty]], ['several', [full, empty, full]]])('%s', async (_, rows) => {
  expect(await readParquet(Buffer.concat(await written(rows)))).toEqual(rows);
});

it('many, in as many pieces as they have groups, made as they are read', async () => {
  const rows = Array.from({ length: 6000 }, (_, amount): ReportRow => ({ ...(amount % 3 === 0 ? full : empty), amount }));
  let read = 0;
  async function* source(): AsyncGenerator<ReportRow> {
    for (const row of rows) {
      read += 1;
      yield await Promise.resolve(row);
    }
  }
  const pieces: Uint8Array[] = [];
  const readBy: number[] = [];
  for await (const piece of parquetBytes(columns, source(), {})) {
    pieces.push(piece);
    readBy.push(read);
  }
  expect(readBy).toEqual([2500, 5000, 6000, 6000]);
  expect(await readParquet(Buffer.concat(pieces))).toEqual(rows);
});
