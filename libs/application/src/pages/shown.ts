// Pages of an account's events: read from the log in chunks until enough of them show something, and never those before or behind.
import type { RecordedEvent } from '#kernel';
import type { MembershipEvent } from '#domain';
import { consentTypes, consentView, eventView, type ConsentView, type EventView } from '#read-models';
import { beginningOf } from '../life.js';
import type { Account } from '../memberships.js';
import { chunkMost } from './limits.js';

/** What an event shows, and its place in the stream. */
export interface Shown<T> {
  readonly version: number;
  readonly row: T;
}

/** After that version, at most so many. */
export interface PageOfStream {
  readonly after: number;
  readonly most: number;
}

/** The first events after a version that show something; `types`: what shows nothing for certain is not asked for. */
export async function shownOf<T>(
  { events }: Pick<Account, 'events'>, { after, most }: PageOfStream, show: (event: RecordedEvent<MembershipEvent>) => T | null, types?: readonly MembershipEvent['type'][],
): Promise<readonly Shown<T>[]> {
  const shown: Shown<T>[] = [];
  let fromVersion = after + 1;
  while (shown.length < most) {
    const limit = Math.min(chunkMost, most - shown.length);
    const chunk = await events({ fromVersion, limit, ...(types && { types }) });
    for (const event of chunk) {
      const row = show(event);
      if (row !== null) shown.push({ version: event.version, row });
    }
    if (chunk.length < limit) break;
    fromVersion = chunk.at(-1)!.version + 1;
  }
  return shown;
}

/** The whole stream, of all lives, oldest first. */
export const eventsPage = (account: Account, page: PageOfStream): Promise<readonly Shown<EventView>[]> => shownOf(account, page, (event) => eventView(account.state, event));

/** Of the life that is lived now, oldest first. */
export const consentsPage = async (account: Account, { after, most }: PageOfStream): Promise<readonly Shown<ConsentView>[]> =>
  shownOf(account, { after: Math.max(after, await beginningOf(account)), most }, consentView, consentTypes);
