// The answer where there is no such thing.
import { isUuid } from '../input/formats.js';
import { notFoundProblem } from '../problems/problems.js';

/** `row`, unless there is none. */
export function found<Row>(what: string, row: Row | null | undefined): Row {
  if (row === null || row === undefined) throw notFoundProblem(what);
  return row;
}

/** The id of a row that is told from others by a UUID; what is none names nothing. */
export function rowId(what: string, text: string): string {
  if (!isUuid(text)) throw notFoundProblem(what);
  return text;
}
