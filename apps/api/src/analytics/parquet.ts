// Rows as Parquet, in groups of as many as are written in a few milliseconds, so that the process does what else there is to do between them.
import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { Cell, Column, ReportRow } from '#read-models';
import { slice } from '#running';

export const parquetMediaType = 'application/vnd.apache.parquet';

type Rows = Iterable<ReportRow> | AsyncIterable<ReportRow>;

/** Beside the rows what they stand for, as metadata of the file. */
export const parquet = (columns: readonly Column[], rows: Rows, told: Readonly<Record<string, string>>): StreamableFile =>
  new StreamableFile(Readable.from(parquetBytes(columns, rows, told), { objectMode: false }), { type: parquetMediaType });

const cellsOfGroup = 20_000;

const types: Readonly<Record<Column['type'], Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  whole: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  instant: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } },
};

function valueOf(cell: Cell | undefined, { type }: Column): unknown {
  if (cell === null || cell === undefined) return null;
  if (type === 'whole') return BigInt(cell);
  return type === 'instant' ? new Date(String(cell)) : cell;
}

export async function* parquetBytes(columns: readonly Column[], rows: Rows, told: Readonly<Record<string, string>>): AsyncGenerator<Uint8Array, void, void> {
  const writer = new ByteWriter();
  const groupSize = Math.ceil(cellsOfGroup / columns.length);
  const file = new ParquetWriter({
    writer,
    statistics: false,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(({ name, type, nullable }): SchemaElement => ({ name, repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED', ...types[type] }))],
    kvMetadata: Object.entries(told).map(([key, value]) => ({ key, value })),
  });
  const written = (): Uint8Array => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  for await (const group of groups(rows, groupSize)) {
    await slice();
    await file.write({ columnData: columns.map((column) => ({ name: column.name, data: group.map((row) => valueOf(row[column.name], column)), offsetIndex: false })), rowGroupSize: group.length });
    yield written();
  }
  await slice();
  await file.finish();
  yield written();
}

async function* groups(rows: Rows, groupSize: number): AsyncGenerator<readonly ReportRow[], void, void> {
  let group: ReportRow[] = [];
  for await (const row of rows) {
    group.push(row);
    if (group.length < groupSize) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
