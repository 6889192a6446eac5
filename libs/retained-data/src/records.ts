// Reads NDJSON: one JSON object with an id a line. The line is kept as it was sent, so that no digit of it changes.
import { refuse, type Refusal } from '#kernel';

export interface IncomingRecord {
  readonly id: string;
  /** The line without the space around it. */
  readonly text: string;
}

export const linesMax = 10_000;
export const bytesMax = 8 * 1024 * 1024;
const idLengthMax = 200;
/** Of a document that is wrong all the way down, this much is told. */
const errorsMax = 100;

/** What is wrong with a line's object besides its id, to follow the word "must"; `null`: nothing. */
export type FaultOf = (value: Readonly<Record<string, unknown>>) => string | null;

/** Blank lines are passed over. Of an id that comes twice the last line counts, at the place of the first. */
export function parseRecords(ndjson: string, faultOf: FaultOf = () => null): readonly IncomingRecord[] | Refusal<'invalid_request'> {
  if (Buffer.byteLength(ndjson) > bytesMax) return invalid('', `must have at most ${bytesMax} bytes`);
  const lines = ndjson.split('\n');
  const records = new Map<string, IncomingRecord>();
  const errors: Fault[] = [];
  let count = 0;
  for (const [index, line] of lines.entries()) {
    const text = line.trim();
    if (text === '') continue;
    count += 1;
    if (count > linesMax) return invalid('', `must have at most ${linesMax} lines`);
    const id = idOf(text, faultOf);
    if (typeof id === 'string') records.set(id, { id, text });
    else if (errors.length < errorsMax) errors.push({ pointer: `/lines/${index}`, message: `line ${index + 1} ${id.fault}` });
  }
  return errors.length > 0 ? refuse('invalid_request', { errors }) : [...records.values()];
}

/** What a document says that {@link parseRecords} has taken, as objects; of the same id every line. */
export function* contactsIn(ndjson: string): Generator<{ readonly id: string }, void, void> {
  for (const line of ndjson.split('\n')) if (line.trim() !== '') yield JSON.parse(line.trim()) as { readonly id: string };
}

interface Fault {
  readonly pointer: string;
  readonly message: string;
}

const invalid = (pointer: string, message: string) => refuse('invalid_request', { errors: [{ pointer, message }] });

function idOf(text: string, faultOf: FaultOf): string | { readonly fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return { fault: 'must be JSON' };
    throw error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { fault: 'must be a JSON object' };
  const { id } = value as { readonly id?: unknown };
  const isId = typeof id === 'string' && !/\p{Surrogate}/u.test(id) && id !== '' && [...id].length <= idLengthMax;
  if (!isId) return { fault: `must have an id: a text of 1 to ${idLengthMax} characters` };
  const fault = faultOf(value as Readonly<Record<string, unknown>>);
  return fault === null ? id : { fault: `must ${fault}` };
}
