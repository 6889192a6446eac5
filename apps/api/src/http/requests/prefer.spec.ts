// What of the Prefer header counts.
import { expect, it } from '@jest/globals';
import { waitSecondsOf } from './prefer.js';

it.each([
  { header: undefined, seconds: undefined },
  { header: 'wait=5', seconds: 5 },
  { header: 'wait=0', seconds: 0 },
  { header: 'wait=3600', seconds: 60 },
  { header: 'respond-async, Wait = "7"', seconds: 7 },
  { header: 'wait=5; why=not, handling=lenient', seconds: 5 },
  { header: ['return=minimal', 'wait=9'], seconds: 9 },
  { header: 'wait=soon', seconds: undefined },
  { header: 'wait=-1', seconds: undefined },
  { header: 'await=5', seconds: undefined },
])('$header', ({ header, seconds }) => {
  expect(waitSecondsOf(header)).toBe(seconds);
});
