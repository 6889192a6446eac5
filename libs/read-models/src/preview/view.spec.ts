// The evidence of what was accepted: the hash of that text, and of no other.
import { expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { builtInPolicy, disclosuresIn, disclosuresText } from '#domain';
import { consent } from '../../../../test/stories/commands.js';
import { acceptedTextHash } from './view.js';

const { languages } = builtInPolicy;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

it.each(languages)('is of everything that was shown in %s when everything was accepted, in whatever order', (language) => {
  const shown = sha256(disclosuresText(disclosuresIn(builtInPolicy, language)));
  expect(acceptedTextHash(builtInPolicy, consent, language)).toBe(shown);
  expect(acceptedTextHash(builtInPolicy, [...consent].reverse(), language)).toBe(shown);
});

it('is another one in each language', () => {
  expect(new Set(languages.map((language) => acceptedTextHash(builtInPolicy, consent, language))).size).toBe(languages.length);
});

it('is of what was accepted when that was not everything', () => {
  expect(acceptedTextHash(builtInPolicy, consent.slice(0, 2), 'es')).toBe(sha256(disclosuresText(disclosuresIn(builtInPolicy, 'es').slice(0, 2))));
});

it('is none when nothing that is current was accepted', () => {
  expect(acceptedTextHash(builtInPolicy, [], 'en')).toBeNull();
  expect(acceptedTextHash(builtInPolicy, [{ id: 'terms', version: '1999-01' }], 'en')).toBeNull();
});
