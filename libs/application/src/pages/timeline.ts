// A page of the timeline: what happened is read from the log in the order of time, what is to come and what follows no longer are few and stand among it.
import { describe, type Saying } from '#domain';
import { timelineView, type PlacedEntry, type TimelinePlace } from '#read-models';
import { beginningOf } from '../life.js';
import type { Account } from '../memberships.js';
import { chunkMost } from './limits.js';

/** At most so many entries behind `after`. */
export async function timelinePage(account: Account, say: Saying, { after, most }: { readonly after: TimelinePlace | null; readonly most: number }): Promise<readonly PlacedEntry[]> {
  const fromVersion = (await beginningOf(account)) + 1;
  const undoing = await account.events({ fromVersion, undoing: true });
  const happened = await toldOf(account, say, fromVersion, after, most);
  return timelineView(account.state, account.now, happened, undoing, say, after).slice(0, most);
}

/** The first behind `after` of which there is something to tell. */
async function toldOf({ events }: Account, say: Saying, fromVersion: number, start: TimelinePlace | null, most: number): ReturnType<Account['events']> {
  const told: Awaited<ReturnType<Account['events']>>[number][] = [];
  let after = start;
  while (told.length < most) {
    const limit = Math.min(chunkMost, most - told.length);
    const chunk = await events({ fromVersion, order: 'time', limit, ...(after && { after }) });
    for (const event of chunk) if (describe(event, say) !== null) told.push(event);
    const last = chunk.at(-1);
    if (!last || chunk.length < limit) break;
    after = { at: last.effectiveAt, version: last.version, nth: 0 };
  }
  return told;
}
