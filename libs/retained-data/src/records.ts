// What counts as a record: one JSON object with an id a line. The line is kept as it was sent, so that no digit of it changes.
import { isRefusal, type Refusal } from '#kernel';
import { LineFault, readLines } from '#ndjson';

export interface IncomingRecord {
  readonly id: string;
  /** The line without the space around it. */
  readonly text: string;
}

const idLengthMax = 200;

/** What is wrong with a line's object besides its id, to follow the word "must"; `null`: nothing. */
export type FaultOf = (value: Readonly<Record<string, unknown>>) => string | null;

/** Of an id that comes twice the last line counts, at the place of the first. */
export function parseRecords(ndjson: string, faultOf: FaultOf = () => null): readonly IncomingRecord[] | Refusal<'invalid_request'> {
  const records = new Map<string, IncomingRecord>();
  const read = readLines(ndjson, (value, { text }) => {
    const { id } = value;
    const isId = typeof id === 'string' && !/\p{Surrogate}/u.test(id) && id !== '' && [...id].length <= idLengthMax;
    if (!isId) return new LineFault('', `must have an id: a text of 1 to ${idLengthMax} characters`);
    const fault = faultOf(value);
    return fault === null ? records.set(id, { id, text }) : new LineFault('', `must ${fault}`);
  });
  return isRefusal(read) ? read : [...records.values()];
}

/** What a document says that {@link parseRecords} has taken, as objects; of the same id every line. */
export function* contactsIn(ndjson: string): Generator<{ readonly id: string }, void, void> {
  for (const line of ndjson.split('\n')) if (line.trim() !== '') yield JSON.parse(line.trim()) as { readonly id: string };
}
