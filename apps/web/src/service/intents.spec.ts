// Pressing twice is wanting once, before the answer and where none comes; after the answer it is wanting again.
import { expect, it } from '@jest/globals';
import { Intents } from './intents.js';

const confirm = { attempt: 'a', acceptedDisclosures: [{ id: 'terms', version: '1' }] };

it('what is under way is not begun again, under whatever key', () => {
  const intents = new Intents();
  expect([intents.begin(confirm), intents.begin({ ...confirm }), intents.begin({ ...confirm, attempt: 'b' })]).toEqual([true, false, true]);
});

it('without an answer it goes out under the same key, however often', () => {
  const intents = new Intents();
  const key = intents.keyOf(confirm);
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  intents.unanswered(confirm);
  expect([intents.begin(confirm), intents.keyOf(confirm)]).toEqual([true, key]);
  expect(intents.keyOf({ ...confirm, attempt: 'b' })).not.toBe(key);
});

it('after the answer it is another command', () => {
  const intents = new Intents();
  expect(intents.begin(confirm)).toBe(true);
  const key = intents.keyOf(confirm);
  intents.answered(confirm);
  expect(intents.begin(confirm)).toBe(true);
  expect(intents.keyOf(confirm)).not.toBe(key);
});
