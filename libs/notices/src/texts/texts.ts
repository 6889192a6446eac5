// What a language has to say: a file that leaves a message or a loss out does not compile.
import type { Instant } from '#kernel';
import type { LossKind, Message, Saying, SpokenLanguage } from '#domain';
import type { FactsOf } from '../facts.js';

/** What stands in the mail between greeting and closing. */
export interface Letter {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** A list of what comes when; each also stands in the calendar file, where there is one. */
  readonly dates?: readonly { readonly at: Instant; readonly what: string }[];
  /** Behind the dates. */
  readonly more?: readonly string[];
  /** What the link to the page is called; absent: none is called for. */
  readonly link?: string;
}

export interface Texts {
  readonly language: SpokenLanguage;
  readonly greeting: (name: string | null) => string;
  readonly closing: string;
  /** A sentence of what happens on a day, and how the day is announced in a subject. */
  readonly losses: Readonly<Record<LossKind, { readonly what: string; readonly subject: (day: string) => string; readonly kept: string }>>;
  readonly letters: { readonly [M in Message]: (facts: FactsOf<M>, say: Saying) => Letter };
}
