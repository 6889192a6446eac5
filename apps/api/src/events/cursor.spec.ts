// Cursors of the feed: what was told comes back, and nothing else is taken for one.
import { expect, it } from '@jest/globals';
import { cursorOf, placeOf } from './cursor.js';

const id = '018f2d3c-4b5a-7c6d-8e9f-0123456789ab';

it.each([[[id]], [[id, null, id]]])('%j', (place) => {
  expect(placeOf(cursorOf(place))).toEqual(place);
});

it.each(['', 'a', 'not a cursor', `${cursorOf([id])}A`, `${cursorOf([id])}=`, cursorOf([id]).slice(1)])('%j is none', (text) => {
  expect(() => placeOf(text)).toThrow('not valid');
});
