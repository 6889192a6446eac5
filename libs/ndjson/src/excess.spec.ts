// JSON is looked at before it is read, in whatever form it comes.
import { expect, it } from '@jest/globals';
import { excessIn } from './excess.js';
import { readLines } from './lines.js';

it.each([
  ['[[1],[2]]', 2, 9, null],
  ['[[[1]]]', 2, 9, 'not be nested deeper than 2 levels'],
  ['{"a":1,"b":2}', 9, 3, null],
  ['{"a":1,"b":2,"c":3}', 9, 3, 'not have more than 3 members and elements'],
  ['{"a":"[[[,,,,\\"[[[,,,,"}', 1, 1, null],
])('%s with at most %d levels and %d parts', (text, levels, parts, excess) => {
  expect(excessIn(text, { levels, parts })).toBe(excess);
});

it('a line that holds too much is refused unread, and told among the others', () => {
  const deep = `${'['.repeat(65)}${']'.repeat(65)}`;
  const many = `[${'1,'.repeat(50_001)}1]`;
  expect(readLines(`{"a":${deep}}\n{"a":1}\n{"a":${many}}`, (value) => value)).toMatchObject({
    detail: {
      errors: [
        { pointer: '/lines/0', message: 'line 1 must not be nested deeper than 64 levels' },
        { pointer: '/lines/2', message: 'line 3 must not have more than 50000 members and elements' },
      ],
    },
  });
});
