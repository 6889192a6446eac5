// The evidence of what was accepted: the hash of that text, and of no other.
import { expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { disclosures, disclosuresText } from '#domain';
import { consent } from '../../../../test/stories/commands.js';
import { acceptedTextHash } from './view.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

it('is of everything that was shown when everything was accepted, in whatever order', () => {
  expect(acceptedTextHash(consent)).toBe(sha256(disclosuresText()));
  expect(acceptedTextHash([...consent].reverse())).toBe(sha256(disclosuresText()));
});

it('is of what was accepted when that was not everything', () => {
  expect(acceptedTextHash(consent.slice(0, 2))).toBe(sha256(disclosuresText(disclosures.slice(0, 2))));
});

it('is none when nothing that is current was accepted', () => {
  expect(acceptedTextHash([])).toBeNull();
  expect(acceptedTextHash([{ id: 'terms', version: '1999-01' }])).toBeNull();
});
