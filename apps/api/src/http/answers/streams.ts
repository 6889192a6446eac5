// Rows as NDJSON or CSV, sent as they are read, and NDJSON bodies.
import { Readable } from 'node:stream';
import { createParamDecorator, StreamableFile, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invalidRequest } from '../problems/problems.js';

export const ndjsonMediaType = 'application/x-ndjson';
const csvMediaType = 'text/csv; charset=utf-8; header=present';

/** Parameter decorator: HEAD asks a GET handler what it would send. Where reading is written down, nothing is read then. */
export const HeadersOnly = createParamDecorator((_: unknown, context: ExecutionContext): boolean => context.switchToHttp().getRequest<FastifyRequest>().method === 'HEAD');

type Rows<T> = Iterable<T> | AsyncIterable<T>;

export const ndjson = (rows: Rows<unknown>): StreamableFile =>
  new StreamableFile(Readable.from(lines(rows, (row) => `${JSON.stringify(row)}\n`), { objectMode: false }), { type: `${ndjsonMediaType}; charset=utf-8` });

/** Lines that are NDJSON already, in chunks. */
export const ndjsonStream = (chunks: AsyncIterable<string>): StreamableFile =>
  new StreamableFile(Readable.from(chunks, { objectMode: false }), { type: `${ndjsonMediaType}; charset=utf-8` });

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

/** An NDJSON body as text. Throws `invalid_request` for anything else. */
export function ndjsonText(body: unknown): string {
  if (body === undefined) throw invalidRequest([{ pointer: '', message: `is missing; a document of no lines is sent as ${ndjsonMediaType}, too` }]);
  if (!Buffer.isBuffer(body)) throw invalidRequest([{ pointer: '', message: `must be sent as ${ndjsonMediaType}` }]);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw invalidRequest([{ pointer: '', message: 'must be UTF-8' }]);
  }
}
