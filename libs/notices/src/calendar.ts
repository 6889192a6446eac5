// The dates of a cancellation as a calendar file (RFC 5545). The same dates give the same bytes.
import ical, { ICalCalendarMethod } from 'ical-generator';
import type { Instant } from '#kernel';

export interface CalendarDate {
  /** What makes it the same one when a later file moves it. */
  readonly uid: string;
  readonly at: Instant;
  readonly summary: string;
}

/** `sequence`: rises with every later file of the account. `stamp`: when it was said. */
export function calendarOf(dates: readonly CalendarDate[], { language, sequence, stamp, url }: { readonly language: string; readonly sequence: number; readonly stamp: Instant; readonly url: string | null }): string {
  const calendar = ical({ prodId: { company: 'Sunset', product: 'dates', language: language.toUpperCase() }, method: ICalCalendarMethod.PUBLISH });
  for (const { uid, at, summary } of dates) {
    calendar.createEvent({ id: uid, sequence, stamp: new Date(stamp), start: new Date(at), summary, ...(url !== null && { url }) });
  }
  return `${calendar.toString().trimEnd()}\r\n`;
}
