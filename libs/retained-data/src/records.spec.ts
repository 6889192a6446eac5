// What counts as a record, and how a line that is none is told.
import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '#kernel';
import { bytesMax, linesMax } from '#ndjson';
import { parseRecords } from './records.js';

describe('reading NDJSON', () => {
  it('keeps each line as it was sent', () => {
    const line = '{"id":"1", "n":12345678901234567890.10, "e":"\\u00e9\\ud800", "__proto__":null}';
    expect(parseRecords(`\uFEFF${line}\r\n\n  \n\t{"id":"2"}\t\n`)).toEqual([
      { id: '1', text: line },
      { id: '2', text: '{"id":"2"}' },
    ]);
    expect(parseRecords(' \n\n')).toEqual([]);
  });

  it('takes the last line of an id, at the place of the first', () => {
    expect(parseRecords('{"id":"a","n":1}\n{"id":"b"}\n{"id":"a","n":2}')).toEqual([
      { id: 'a', text: '{"id":"a","n":2}' },
      { id: 'b', text: '{"id":"b"}' },
    ]);
  });

  it.each([
    ['{"id":"a"', 'line 3 must be JSON'],
    ['{"id":"a"} {"id":"b"}', 'line 3 must be JSON'],
    ['["a"]', 'line 3 must be a JSON object'],
    ['null', 'line 3 must be a JSON object'],
    ['"a"', 'line 3 must be a JSON object'],
    ['{}', 'line 3 must have an id: a text of 1 to 200 characters'],
    ['{"id":1}', 'line 3 must have an id: a text of 1 to 200 characters'],
    ['{"id":""}', 'line 3 must have an id: a text of 1 to 200 characters'],
    ['{"id":"\\ud800"}', 'line 3 must have an id: a text of 1 to 200 characters'],
    [`{"id":"${'x'.repeat(201)}"}`, 'line 3 must have an id: a text of 1 to 200 characters'],
  ])('refuses %s and says where', (line, message) => {
    expect(parseRecords(`{"id":"a"}\n\n${line}\n{"id":"z"}`)).toEqual({
      refused: 'invalid_request',
      detail: { errors: [{ pointer: '/lines/2', message }] },
    });
  });

  it('counts characters, not code units, of an id', () => {
    const id = '😀'.repeat(200);
    expect(parseRecords(JSON.stringify({ id }))).toEqual([{ id, text: JSON.stringify({ id }) }]);
  });

  it('tells every bad line, a hundred at most', () => {
    const errors = (lines: number) => {
      const refusal = parseRecords('x\n'.repeat(lines));
      return isRefusal(refusal) ? refusal.detail['errors'] : [];
    };
    expect(errors(3)).toHaveLength(3);
    expect(errors(500)).toHaveLength(100);
  });

  it('tells what else is wrong with a line, at its place', () => {
    const faultOf = ({ legal }: Readonly<Record<string, unknown>>) => (legal === 'maybe' ? 'be sure' : null);
    expect(parseRecords('{"id":"1"}\n\n{"id":"2","legal":"maybe"}\n{"id":2,"legal":"maybe"}', faultOf)).toMatchObject({
      detail: { errors: [{ pointer: '/lines/2', message: 'line 3 must be sure' }, { pointer: '/lines/3', message: 'line 4 must have an id: a text of 1 to 200 characters' }] },
    });
    expect(parseRecords('{"id":"1","legal":"yes"}', faultOf)).toHaveLength(1);
  });

  it('takes 10,000 lines and not one more, blank ones not counted', () => {
    const lines = Array.from({ length: linesMax }, (_, index) => `{"id":"${index}"}\n`).join('\n');
    expect(parseRecords(lines)).toHaveLength(linesMax);
    expect(parseRecords(`${lines}{"id":"more"}`)).toMatchObject({ detail: { errors: [{ pointer: '', message: 'must have at most 10000 lines' }] } });
  });

  it('takes 8 MiB and not one byte more', () => {
    const empty = JSON.stringify({ id: 'a', text: 'é' });
    const full = JSON.stringify({ id: 'a', text: `é${'x'.repeat(bytesMax - Buffer.byteLength(empty))}` });
    expect(parseRecords(full)).toHaveLength(1);
    expect(parseRecords(`${full} `)).toMatchObject({ detail: { errors: [{ pointer: '', message: 'must have at most 8388608 bytes' }] } });
  });
});
