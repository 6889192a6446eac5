// Lines of a document, and what is none.
import { expect, it } from '@jest/globals';
import { linesMax, readLines } from './lines.js';

const read = (ndjson: string) => readLines(ndjson, ({ id }) => id);

it('blank lines are passed over, and numbered with the others', () => {
  expect(read('\n{"id":1}\n \r\n{"id":2}\n')).toEqual([1, 2]);
  expect(read('\n\n{')).toMatchObject({ detail: { errors: [{ pointer: '/lines/2', message: 'line 3 must be JSON' }] } });
  expect(read('\n'.repeat(5 * linesMax))).toEqual([]);
});

it.each([
  ['lines', '{"id":1}\n'.repeat(linesMax + 1)],
  ['blank lines', '\n'.repeat(8 * 1024 * 1024)],
])('too many %s are refused', (_, ndjson) => {
  expect(read(ndjson)).toMatchObject({ refused: 'invalid_request', detail: { errors: [{ pointer: '', message: `must have at most ${linesMax} lines` }] } });
});
