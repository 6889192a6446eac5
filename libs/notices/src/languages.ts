// The words of mails in each language there is.
import { spokenIn, type SpokenLanguage } from '#domain';
import { en } from './texts/en.js';
import { es } from './texts/es.js';
import type { Texts } from './texts/texts.js';

const texts: Readonly<Record<SpokenLanguage, Texts>> = { en, es };

/** A tag of BCP 47 made of language, script and region, be the language known here or not. Nothing more: in the rest of a tag anything can stand, a name too. */
export const isLocale = (tag: string): boolean => /^[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?$/i.test(tag);

/** `es-MX` is told in `es`; what is not known here, or not said, in English. */
export const textsFor = (locale: string | null): Texts => texts[spokenIn(locale)];
