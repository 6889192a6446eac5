// Random lives, straight into the log: decided by the rules, written in passes, so that what counts early is often written late.
import { bringUpToDate, builtInPolicy, decide, fold, noMembership, undoneBy, type Membership, type MembershipEvent } from '#domain';
import type { Append, EventStore } from '#event-store';
import { grouped, isRefusal, type Instant, type Metadata } from '#kernel';
import type { Database } from '#postgres';
import { ask, moveOn, opening } from '../simulation/choices.js';
import type { Random } from '../simulation/random.js';
import { completePurge } from '../stories/commands.js';

/** What is written at once. */
type Pass = Append<MembershipEvent>['events'];

export interface Born {
  readonly accountId: string;
  readonly testClockId: string | null;
  readonly at: Instant;
  /** Nothing happens later. */
  readonly until: Instant;
}

export function passesOf({ accountId, testClockId, at, until }: Born, random: Random, steps: number): readonly Pass[] {
  let [state, now]: [Membership, Instant] = [noMembership(accountId), at];
  const passes: Pass[] = [];
  const write = (events: readonly MembershipEvent[], metadata: Metadata): void => {
    if (events.length === 0) return;
    const undone = undoneBy(state, events);
    passes.push(events.map((event, index) => ({ event, metadata: { ...metadata, ...(undone[index]!.length > 0 && { undone: undone[index]! }) } })));
    state = fold(state, events);
  };
  const by = (role: 'customer' | 'system'): Metadata => ({ actor: { role, id: 'life' }, channel: role === 'system' ? 'worker' : random.pick(['api', 'page']), correlationId: accountId, causationId: 'life' });
  const happen = (command: Parameters<typeof decide>[1]): void => {
    const decision = decide(state, command, now, builtInPolicy);
    if (!isRefusal(decision)) write(decision, by('customer'));
  };
  happen({ ...opening(random, at), testClockId } as Parameters<typeof decide>[1]);
  for (let step = 0; step < steps; step += 1) {
    const next = moveOn(random, state, now);
    if (next > until) break;
    now = next;
    for (const { events } of bringUpToDate(state, now, { policy: builtInPolicy, unsent: {} }).steps) write(events, by('system'));
    happen(state.purge?.purgedAt === null ? completePurge() : ask(random, state, now, step));
  }
  return passes;
}

const together = 50;

/** `onProgress`: after each few accounts. */
export async function writeLives(database: Database, store: EventStore<MembershipEvent>, lives: readonly { readonly accountId: string; readonly passes: readonly Pass[] }[], onProgress: (written: number) => void): Promise<void> {
  for (let first = 0; first < lives.length; first += together) {
    const some = lives.slice(first, first + together);
    const versions = new Map<string, number>();
    for (let pass = 0; some.some(({ passes }) => passes.length > pass); pass += 1) {
      const appends = some.flatMap(({ accountId, passes }) => {
        const events = passes[pass];
        const expectedVersion = versions.get(accountId) ?? 0;
        if (events) versions.set(accountId, expectedVersion + events.length);
        return events ? [{ accountId, expectedVersion, events }] : [];
      });
      const shards = grouped(appends, ({ accountId }) => store.shardOf(accountId));
      for (const ofShard of shards.values()) await database.transaction(() => store.appendAll(ofShard));
    }
    onProgress(first + some.length);
  }
}
