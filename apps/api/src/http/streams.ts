// Rows as NDJSON or CSV, sent as they are read, and NDJSON bodies line by line.
import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { invalidRequest, type InputError } from './problems.js';
import { isRecord } from './input.js';

export const ndjsonMediaType = 'application/x-ndjson';
const csvMediaType = 'text/csv; charset=utf-8; header=present';

type Rows<T> = Iterable<T> | AsyncIterable<T>;

export const ndjson = (rows: Rows<unknown>): StreamableFile =>
  new StreamableFile(Readable.from(lines(rows, (row) => `${JSON.stringify(row)}\n`), { objectMode: false }), { type: `${ndjsonMediaType}; charset=utf-8` });

type Cell = string | number | boolean | null | undefined;

/** RFC 4180 with a header line. Text that a spreadsheet would run as a formula is led by an apostrophe. */
export const csv = <Column extends string>(columns: readonly Column[], rows: Rows<Readonly<Record<Column, Cell>>>): StreamableFile =>
  new StreamableFile(
    Readable.from(lines(rows, (row) => csvLine(columns.map((column) => row[column])), csvLine(columns)), { objectMode: false }),
    { type: csvMediaType },
  );

async function* lines<T>(rows: Rows<T>, write: (row: T) => string, head = ''): AsyncGenerator<string> {
  if (head) yield head;
  for await (const row of rows) yield write(row);
}

const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const errorsTold = 50;

/** The objects of an NDJSON body; blank lines do not count. Throws `invalid_request` with `/0`, `/1` … for lines that are no objects. */
export function ndjsonLines(body: unknown, maxLines: number): Record<string, unknown>[] {
  if (!Buffer.isBuffer(body)) throw invalidRequest([{ pointer: '', message: `must be sent as ${ndjsonMediaType}` }]);
  const text = decodeUtf8(body).split('\n').filter((line) => line.trim() !== '');
  if (text.length > maxLines) throw invalidRequest([{ pointer: '', message: `must not hold more than ${maxLines} lines` }]);
  const errors: InputError[] = [];
  const objects = text.flatMap((line, index) => {
    const value = parse(line);
    if (isRecord(value)) return [value];
    if (errors.length < errorsTold) errors.push({ pointer: `/${index}`, message: 'must be a JSON object' });
    return [];
  });
  if (errors.length > 0) throw invalidRequest(errors);
  return objects;
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw invalidRequest([{ pointer: '', message: 'must be UTF-8' }]);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
