// A message in the words of one language, by one wall clock: subject, plain text, HTML and, with the receipt of a cancellation, its dates as a calendar file. Pure.
import type { Instant } from '#kernel';
import { sayingIn, type Message, type PolicyInForce, type Saying } from '#domain';
import { calendarOf } from './calendar.js';
import type { FactsOf, Tidings } from './facts.js';
import { textsFor } from './languages.js';
import { asHtml, asText } from './layout.js';
import type { Letter } from './texts/texts.js';
import { templateVersions } from './versions.js';

/** To whom, and by whose clock. */
export interface Addressee {
  readonly accountId: string;
  readonly name: string | null;
  /** BCP 47; `null`: nobody said. */
  readonly locale: string | null;
  readonly timeZone: string;
  /** The Membership page; `null`: nobody said where it is. */
  readonly pageUrl: string | null;
}

/** What it tells of: an event of the account. */
export interface Occasion {
  /** Of the event, within its stream. */
  readonly version: number;
  readonly at: Instant;
}

export interface Notice {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly calendar: string | null;
  readonly language: string;
  readonly templateVersion: string;
}

/** The same for the same: whoever sends it twice sends the same bytes. Plans are called as `policy` calls them. */
export function noticeOf({ message, facts }: Tidings, { accountId, name, locale, timeZone, pageUrl }: Addressee, { version, at }: Occasion, policy: PolicyInForce): Notice {
  const texts = textsFor(locale);
  const { language } = texts;
  const say = sayingIn(policy, language, timeZone);
  const letter = (texts.letters[message] as (facts: FactsOf<Message>, say: Saying) => Letter)(facts, say);
  const dates = letter.dates ?? [];
  const laid = { greeting: texts.greeting(name && oneLine(name)), letter, closing: texts.closing, moments: dates.map((one) => say.moment(one.at)), url: pageUrl, language };
  return {
    subject: letter.subject,
    text: asText(laid),
    html: asHtml(laid),
    calendar: message === 'cancellation-confirmed'
      ? calendarOf(dates.map(({ at: on, what }, place) => ({ uid: `${uidOf(facts, place)}.${accountId}@sunset`, at: on, summary: what })), { language, sequence: version, stamp: at, url: pageUrl })
      : null,
    language,
    templateVersion: templateVersions[message],
  };
}

/** The end of the plan comes first, then what is lost. */
const uidOf = ({ plan, losses }: FactsOf<'cancellation-confirmed'>, place: number): string => (place === 0 ? `period-end.${plan.kind}` : losses[place - 1]!.loss);

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
