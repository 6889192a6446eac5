// Accounts with many numbers: these come straight into the log, since buying each of them would take longer than what is looked at.
import { createHash } from 'node:crypto';
import { NumberPurchased, type MembershipEvent } from '#domain';
import { uuidv7, type EventStore } from '#event-store';
import type { Instant, Metadata } from '#kernel';

const appendedAtOnce = 1_000;

export const e164Of = (index: number): string => `+1206${String(index).padStart(7, '0')}`;

/** That many purchases, each of a number of its own. */
export const purchases = (at: Instant, count: number): readonly MembershipEvent[] =>
  Array.from({ length: count }, (_, index) => {
    const numberId = uuidv7();
    return NumberPurchased(at, { numberId, e164Hash: createHash('sha256').update(numberId).digest('hex'), origin: 'purchased', e164: e164Of(index), carrierNumberId: null });
  });

/** Behind what the account's log holds. */
export async function append(store: EventStore<MembershipEvent>, accountId: string, events: readonly MembershipEvent[], by: Metadata): Promise<void> {
  const [last] = await store.load(accountId, { order: 'newest-first', limit: 1 });
  let version = last?.version ?? 0;
  for (let first = 0; first < events.length; first += appendedAtOnce) {
    const some = events.slice(first, first + appendedAtOnce);
    await store.append(accountId, version, some, by);
    version += some.length;
  }
}
