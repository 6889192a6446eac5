// Which reports are taken, and how a line that is none is told.
import { expect, it } from '@jest/globals';
import { readReports } from './index.js';

it('takes a message a line, blank lines apart, and counts the lines', () => {
  expect(readReports('\uFEFF{"messageId":"a"}\r\n\n {"messageId":"b"} \n{"messageId":"a"}')).toEqual([{ line: 1, messageId: 'a' }, { line: 3, messageId: 'b' }, { line: 4, messageId: 'a' }]);
  expect(readReports('')).toEqual([]);
});

it.each([
  ['{"messageId":', '', 'must be JSON'],
  ['["a"]', '', 'must be a JSON object'],
  ['"a"', '', 'must be a JSON object'],
  ['{}', '/messageId', 'must have a messageId'],
  ['{"id":"a"}', '/id', 'has a property that is not known'],
  ['{"messageId":"a","a/b~":1}', '/a~1b~0', 'has a property that is not known'],
  ['{"at":"","fault":"must not be taken for one"}', '/at', 'has a property that is not known'],
  ['{"messageId":1}', '/messageId', 'must have a messageId: a text of 1 to 128 characters'],
  ['{"messageId":""}', '/messageId', 'must have a messageId: a text of 1 to 128 characters'],
  ['{"messageId":null}', '/messageId', 'must have a messageId: a text of 1 to 128 characters'],
  [`{"messageId":"${'x'.repeat(129)}"}`, '/messageId', 'must have a messageId: a text of 1 to 128 characters'],
  ['{"messageId":"a\\u0000"}', '/messageId', 'must have a messageId: a text of 1 to 128 characters'],
  ['{"messageId":"\\ud800"}', '/messageId', 'must have a messageId: a text of 1 to 128 characters'],
])('refuses %s as a whole, with its line and a pointer', (line, at, message) => {
  expect(readReports(`{"messageId":"a"}\n\n${line}\n{"messageId":"z"}`)).toEqual({ refused: 'invalid_request', detail: { errors: [{ pointer: `/lines/2${at}`, message: `line 3 ${message}` }] } });
});
