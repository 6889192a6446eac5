// Every sentence in every language: of all that recorded lives have come by, and of all that they waited for.
import { describe as suite, expect, it } from '@jest/globals';
import { builtInPolicy, describe, disclosuresIn, evolve, foretell, noMembership, openDeadlines, reasonsIn, sayingIn, spokenLanguages, type SpokenLanguage } from '#domain';
import { lives } from '../recorded/recorded-lives.js';

const zone = 'America/Los_Angeles';
const said: Readonly<Record<SpokenLanguage, readonly (string | null)[]>> = { en: everythingIn('en'), es: everythingIn('es') };

function everythingIn(language: SpokenLanguage): readonly (string | null)[] {
  const say = sayingIn(builtInPolicy, language, zone);
  return lives.flatMap(({ accountId, events }) => {
    let state = noMembership(accountId);
    return events.flatMap((event) => {
      state = evolve(state, event);
      return [describe(event, say), ...openDeadlines(state).map(({ kind, subject }) => foretell(state, kind, subject, say))];
    });
  });
}

suite.each(spokenLanguages)('in %s', (language) => {
  it('each is a sentence, with neither ids of plans nor instants of machines in it', () => {
    for (const sentence of new Set(said[language])) {
      if (sentence === null) continue;
      expect(sentence).toMatch(/^[\p{Lu}\d$].*\.$/u);
      expect(sentence).not.toMatch(/\d{4}-\d\d-\d\d|(messaging|calling)-(monthly|annual)|ten-dlc|undefined|null|NaN/);
    }
  });

  it('reasons and disclosures are there, each once', () => {
    for (const texts of [reasonsIn(builtInPolicy, language).map(({ label }) => label), disclosuresIn(builtInPolicy, language).map(({ text }) => text)]) {
      expect(new Set(texts).size).toBe(texts.length);
      expect(texts).not.toContain('');
    }
  });
});

it('there is something to say in all of them or in none, and it is never the same', () => {
  expect(new Set(said.en).size).toBeGreaterThan(50);
  expect(said.es.map((sentence) => sentence === null)).toEqual(said.en.map((sentence) => sentence === null));
  expect(said.es.filter((sentence, place) => sentence !== null && sentence === said.en[place])).toEqual([]);
  const texts = (language: SpokenLanguage) => [...reasonsIn(builtInPolicy, language).map(({ label }) => label), ...disclosuresIn(builtInPolicy, language).map(({ text }) => text)];
  expect(texts('es').filter((one) => texts('en').includes(one))).toEqual([]);
});
