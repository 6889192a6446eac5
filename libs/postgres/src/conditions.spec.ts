// A filter asks for what is named, each value at its own place.
import { describe, expect, it } from '@jest/globals';
import { Conditions } from './conditions.js';

describe('conditions', () => {
  it('ask for nothing where nothing is named', () => {
    const none = new Conditions().add((place) => `a = ${place}`, undefined).add((one, two) => `(b, c) > (${one}, ${two})`, undefined, undefined);
    expect([none.where, none.values]).toEqual(['', []]);
  });

  it('count the places of what is named alone', () => {
    const some = new Conditions()
      .add((place) => `a = ${place}`, undefined)
      .add((place) => `b = ${place}`, null)
      .add(() => 'c')
      .add((one, two) => `(d, e) > (${one}, ${two})`, 1, 2);
    expect([some.where, some.place(100), some.values]).toEqual(['WHERE b = $1 AND c AND (d, e) > ($2, $3)', '$4', [null, 1, 2, 100]]);
  });
});
