// Reads NDJSON: one JSON object a line. What is wrong is told by line and pointer, and then nothing of the document is taken.
import { refuse, type Refusal } from '#kernel';
import { excessIn } from './excess.js';

export const linesMax = 10_000;
export const bytesMax = 8 * 1024 * 1024;
/** Blank ones among them: what is sent as nothing else takes time and room as well. */
const linesLookedAt = 10 * linesMax;
/** Of a document that is wrong all the way down, this much is told. */
const errorsMax = 100;

/** What is wrong with a line: where in its object, as `/messageId`, or empty where it is the line itself; and what, to follow `line 3`. */
export class LineFault {
  constructor(
    readonly at: string,
    readonly fault: string,
  ) {}
}

export type LineObject = Readonly<Record<string, unknown>>;

export interface Line {
  /** Counted from 1. */
  readonly line: number;
  /** Without the space around it. */
  readonly text: string;
}

/** Blank lines are passed over. `read` answers what a line says, or what is wrong with it. */
export function readLines<T>(ndjson: string, read: (value: LineObject, line: Line) => T | LineFault): readonly T[] | Refusal<'invalid_request'> {
  if (Buffer.byteLength(ndjson) > bytesMax) return invalid('', `must have at most ${bytesMax} bytes`);
  const taken: T[] = [];
  const errors: { readonly pointer: string; readonly message: string }[] = [];
  let count = 0;
  for (const [index, whole] of ndjson.split('\n', linesLookedAt + 1).entries()) {
    const text = whole.trim();
    if (text !== '') count += 1;
    if (count > linesMax || index === linesLookedAt) return invalid('', `must have at most ${linesMax} lines`);
    if (text === '') continue;
    const line = index + 1;
    const value = objectIn(text);
    const said = value instanceof LineFault ? value : read(value, { line, text });
    if (!(said instanceof LineFault)) taken.push(said);
    else if (errors.length < errorsMax) errors.push({ pointer: pointerTo(line, said.at), message: `line ${line} ${said.fault}` });
  }
  return errors.length > 0 ? refuse('invalid_request', { errors }) : taken;
}

/** To a line, counted from 1, and a place in its object. */
export const pointerTo = (line: number, at: string): string => `/lines/${line - 1}${at}`;

const invalid = (pointer: string, message: string): Refusal<'invalid_request'> => refuse('invalid_request', { errors: [{ pointer, message }] });

function objectIn(text: string): LineObject | LineFault {
  const excess = excessIn(text);
  if (excess !== null) return new LineFault('', `must ${excess}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return new LineFault('', 'must be JSON');
    throw error;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as LineObject) : new LineFault('', 'must be a JSON object');
}
