// The languages of the pages, and which of them a customer reads.
import { i18n } from '@lingui/core';
import { useLingui } from '@lingui/react';

export const languages = { en: 'English', es: 'Español' } as const;
export type Language = keyof typeof languages;

const catalogs = { en: () => import('../locales/en.po'), es: () => import('../locales/es.po') };

export const isLanguage = (text: string | null | undefined): text is Language => text !== null && text !== undefined && text in languages;

/** In which language this is read. */
export function useLanguage(): Language {
  const { locale } = useLingui().i18n;
  return isLanguage(locale) ? locale : 'en';
}

/** What the address says, which a reload keeps; else the first that the browser asks for and that there is. */
export function wantedLanguage(): Language {
  const said = new URLSearchParams(location.search).get('lang');
  if (isLanguage(said)) return said;
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en';
}

/** Whether the customer has chosen, rather than the browser. */
export const isLanguageChosen = (): boolean => isLanguage(new URLSearchParams(location.search).get('lang'));

export async function speak(language: Language): Promise<void> {
  const { messages } = await catalogs[language]();
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
}

/** Keeps the choice in the address, where the next reload finds it. */
export function chooseLanguage(language: Language): Promise<void> {
  const address = new URL(location.href);
  address.searchParams.set('lang', language);
  history.replaceState(history.state, '', address);
  return speak(language);
}
