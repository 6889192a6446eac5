// Rows as NDJSON or CSV, sent as they are read, long JSON in slices, and NDJSON bodies.
import { Readable } from 'node:stream';
import { createParamDecorator, StreamableFile, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { slice, sliceLength } from '#running';
import { invalidRequest, Problem } from '../problems/problems.js';

export const ndjsonMediaType = 'application/x-ndjson';
const csvMediaType = 'text/csv; charset=utf-8; header=present';

/** Parameter decorator: HEAD asks a GET handler what it would send. Where reading is written down, nothing is read then. */
export const HeadersOnly = createParamDecorator((_: unknown, context: ExecutionContext): boolean => context.switchToHttp().getRequest<FastifyRequest>().method === 'HEAD');

/** Parameter decorator: aborts when the caller goes away before everything is sent. */
export const UntilGone = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const { raw } = context.switchToHttp().getResponse<FastifyReply>();
  const gone = new AbortController();
  // A streamed answer has as many listeners of its own as Node allows before it warns.
  raw.setMaxListeners(raw.getMaxListeners() + 4);
  const end = (): void => {
    // Nobody reads this any more; the log says that it was not our fault.
    if (!raw.writableFinished) gone.abort(new Problem('invalid_request', { status: 499, detail: 'The caller has gone.' }));
  };
  if (raw.closed) end();
  else raw.once('close', end);
  return gone.signal;
});

type Rows<T> = Iterable<T> | AsyncIterable<T>;

export const ndjson = (rows: Rows<unknown>): StreamableFile =>
  new StreamableFile(Readable.from(inSlices(lines(rows, (row) => `${JSON.stringify(row)}\n`)), { objectMode: false }), { type: `${ndjsonMediaType}; charset=utf-8` });

/** One value that may be long. */
export const json = (value: unknown): StreamableFile =>
  new StreamableFile(Readable.from(jsonSlices(value), { objectMode: false }), { type: 'application/json; charset=utf-8' });

/** What `JSON.stringify` makes of it, in slices: elements of arrays and members of objects, as deep as lists stand in answers, each by itself. */
export const jsonSlices = (value: unknown): AsyncGenerator<string, void, void> => inSlices(jsonPieces(value, 3));

function* jsonPieces(value: unknown, depth: number): Generator<string, void, void> {
  if (depth === 0 || typeof value !== 'object' || value === null || isFlat(value)) return yield JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? (['[', ']'] as const) : (['{', '}'] as const);
  let before: string = open;
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined && !Array.isArray(value)) continue;
    yield Array.isArray(value) ? before : `${before}${JSON.stringify(name)}:`;
    yield* jsonPieces(member ?? null, depth - 1);
    before = ',';
  }
  yield before === open ? `${open}${close}` : close;
}

/** Holds no list, and so is not long: a row, say. */
const isFlat = (value: object): boolean => 'toJSON' in value || (!Array.isArray(value) && Object.values(value).every((member) => typeof member !== 'object' || member === null));

/** The same text in pieces of about a slice, each made in a slice of its own. */
async function* inSlices(pieces: Rows<string>): AsyncGenerator<string, void, void> {
  let text = '';
  for await (const piece of Symbol.iterator in pieces ? gathered(pieces) : pieces) {
    text += piece;
    if (text.length < sliceLength) continue;
    yield text;
    text = '';
    await slice();
  }
  if (text !== '') yield text;
}

/** As much as a slice holds at a time, without a promise for each piece, which would cost more than the piece. */
function* gathered(pieces: Iterable<string>): Generator<string, void, void> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < sliceLength) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** Lines that are NDJSON already. */
export const ndjsonStream = (lines: Readable): StreamableFile => new StreamableFile(lines, { type: `${ndjsonMediaType}; charset=utf-8` });

type Cell = string | number | boolean | null | undefined;

/** RFC 4180 with a header line. Text that a spreadsheet would run as a formula is led by an apostrophe. */
export const csv = <Column extends string>(columns: readonly Column[], rows: Rows<Readonly<Record<Column, Cell>>>): StreamableFile =>
  new StreamableFile(
    Readable.from(inSlices(lines(rows, (row) => csvLine(columns.map((column) => row[column])), csvLine(columns))), { objectMode: false }),
    { type: csvMediaType },
  );

function lines<T>(rows: Rows<T>, write: (row: T) => string, head = ''): Rows<string> {
  return Symbol.iterator in rows ? linesOf(rows, write, head) : linesAsTheyCome(rows, write, head);
}

function* linesOf<T>(rows: Iterable<T>, write: (row: T) => string, head: string): Generator<string, void, void> {
  if (head) yield head;
  for (const row of rows) yield write(row);
}

async function* linesAsTheyCome<T>(rows: AsyncIterable<T>, write: (row: T) => string, head: string): AsyncGenerator<string, void, void> {
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
