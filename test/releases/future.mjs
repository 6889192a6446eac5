// What a release from the future does otherwise: it writes an event that is not known today, and one that is in a later shape.
export const folder = 'libs';

/** What, in which file, what stands there once, and what takes its place. */
export const changes = [
  ['an event of a type that is not known yet', 'domain/src/account/events.ts', 'export const accountEvents = [AccountOpened, AccountChanged] as const;', "export const LanguageChosen = event('LanguageChosen')<{ locale: string }>();\nexport const accountEvents = [AccountOpened, AccountChanged, LanguageChosen] as const;"],
  ['is written where a language is chosen', 'domain/src/account/rules.ts', 'return changes.length === 0 ?', 'return account.locale ? [LanguageChosen(now, { locale: account.locale })] : changes.length === 0 ?'],
  ['and known there', 'domain/src/account/rules.ts', 'import { AccountChanged,', 'import { LanguageChosen, AccountChanged,'],
  ['and folded', 'domain/src/account/fold.ts', '  AccountOpened: (_,', '  LanguageChosen: (state, { locale }) => ({ terms: { ...termsOf(state), locale } }),\n  AccountOpened: (_,'],
  ['and told in English', 'domain/src/membership/languages/en.ts', "    AccountChanged: () =>", "    LanguageChosen: () => 'A language was chosen.',\n    AccountChanged: () =>"],
  ['and told in Spanish', 'domain/src/membership/languages/es.ts', "    AccountChanged: () =>", "    LanguageChosen: () => 'Se cambió el idioma.',\n    AccountChanged: () =>"],
  ['and shown in the feed', '../apps/api/src/events/payloads.ts', "  AccountChanged: { what:", "  LanguageChosen: { what: 'A language was chosen.', data: { locale: text } },\n  AccountChanged: { what:"],
  ['a later shape of one that is known', 'domain/src/account/events.ts', "Partial<Person>>({ personal: person })", "Partial<Person>>({ personal: person, past: [(data) => data] })"],
];
