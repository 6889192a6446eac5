// Where the life began that an account lives now: what was before the last purge is for the stream alone (A12).
import type { Account } from './write-path/asked.js';

/** The version of the last event of an earlier life; 0: there was none. */
export async function beginningOf({ state, events }: Pick<Account, 'state' | 'events'>): Promise<number> {
  if (state.life === 1) return 0;
  const [purged] = await events({ types: ['DataPurged'], order: 'newest-first', limit: 1 });
  return purged?.version ?? 0;
}

/** The id of the event that it began with. */
export async function lifeOf(account: Pick<Account, 'state' | 'events'>): Promise<string | undefined> {
  const [first] = await account.events({ fromVersion: (await beginningOf(account)) + 1, limit: 1 });
  return first?.eventId;
}
