// Accounts with a past, straight into the log: benchmarks that measure something else than commands need not wait for them.
import { isRefusal, type Instant } from '#kernel';
import { builtInPolicy, decide, fold, noMembership, bringUpToDate, type Command, type Membership, type MembershipEvent } from '#domain';
import type { EventStore } from '#event-store';
import type { Database } from '#postgres';
import { by } from './application.js';

export interface Life {
  readonly accountId: string;
  readonly state: Membership;
  readonly events: readonly MembershipEvent[];
}

/** What follows when these commands are given at those instants, in order, with all that falls due until the last of them. */
export function live(accountId: string, commands: readonly (readonly [at: Instant, command: Command])[]): Life {
  let state = noMembership(accountId);
  const events: MembershipEvent[] = [];
  const happen = (happened: readonly MembershipEvent[]): void => {
    events.push(...happened);
    state = fold(state, happened);
  };
  for (const [at, command] of commands) {
    for (const step of state.terms ? bringUpToDate(state, at, { policy: builtInPolicy, unsent: {} }).steps : []) happen(step.events);
    const decision = decide(state, command, at, builtInPolicy);
    if (isRefusal(decision)) throw new Error(`${command.type} was refused: ${decision.refused}`);
    happen(decision);
  }
  return { accountId, state, events };
}

const accountsOfTransaction = 50;

/** Their events mingle as those of accounts do that live at the same time: account by account up to `stride` events, then the next ones. */
export async function appendMingled(database: Database, store: EventStore, lives: readonly Life[], stride: number): Promise<void> {
  for (let first = 0; first < lives.length; first += accountsOfTransaction) {
    const some = lives.slice(first, first + accountsOfTransaction);
    await database.transaction(async () => {
      for (let done = 0; some.some(({ events }) => events.length > done); done += stride) {
        for (const { accountId, events } of some) await store.append(accountId, done, events.slice(done, done + stride), by);
      }
    });
  }
}
