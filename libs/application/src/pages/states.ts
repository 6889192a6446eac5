// An account's state at any version, and what each event changed: folded from the log, in chunks, so that no account is too long.
import { fold, noMembership, type Membership } from '#domain';
import { fieldsOf, stepOf, type StateField, type StateStep } from '#read-models';
import type { Account, EventsOf } from '../memberships.js';
import { chunkMost } from './limits.js';
import type { PageOfStream, Shown } from './shown.js';

type Lived = Pick<Account, 'events' | 'state'>;

export interface StateAt extends StateStep {
  readonly state: readonly StateField[];
  /** The last version that the log holds. */
  readonly last: number;
}

/** What each event after a version changed, at most so many. */
export async function stepsPage(account: Lived, { after, most }: PageOfStream): Promise<readonly Shown<StateStep>[]> {
  const steps: Shown<StateStep>[] = [];
  let state = await stateAfter(account, after);
  for await (const chunk of chunks(account, after + 1, after + most)) {
    for (const event of chunk) {
      const taken = stepOf(state, event);
      state = taken.state;
      steps.push({ version: event.version, row: taken.step });
    }
  }
  return steps;
}

/** The state that the event of that version left, and what it changed; `null`: there is no such version. */
export async function stateAt(account: Lived, version: number): Promise<StateAt | null> {
  const [event] = await account.events({ fromVersion: version, toVersion: version });
  if (!event) return null;
  const { state, step } = stepOf(await stateAfter(account, version - 1), event);
  const [newest] = await account.events({ order: 'newest-first', limit: 1 });
  return { ...step, state: fieldsOf(state), last: newest!.version };
}

async function stateAfter(account: Lived, version: number): Promise<Membership> {
  let state = noMembership(account.state.accountId);
  for await (const chunk of chunks(account, 1, version)) state = fold(state, chunk);
  return state;
}

/** Both included. */
async function* chunks({ events }: Lived, first: number, last: number): AsyncGenerator<EventsOf<Lived>> {
  for (let fromVersion = first; fromVersion <= last; fromVersion += chunkMost) {
    const chunk = await events({ fromVersion, toVersion: Math.min(last, fromVersion + chunkMost - 1) });
    if (chunk.length > 0) yield chunk;
    if (chunk.length < chunkMost) return;
  }
}
