// One account, its promises, and a candidate: what the candidate would carry out until the last deadline, and what it would tell today, beside what was told.
import type { EventOf } from '#kernel';
import { bringUpToDate, fold, noMembership, openSubscriptions, promisedBy, toldBy, type CancellationRequested, type Membership, type MembershipEvent, type Policy, type PolicyInForce } from '#domain';
import { carriedOutAsPromised } from './carried-out.js';
import type { Difference } from './difference.js';
import { toldAsPromised } from './told.js';

export type Requested = EventOf<typeof CancellationRequested>;

/** What is to be tried: the code that folds and carries out, and the policy. Each is this build's unless told. */
export interface Candidate {
  readonly fold: (state: Membership, events: readonly MembershipEvent[]) => Membership;
  readonly bringUpToDate: typeof bringUpToDate;
  readonly toldBy: typeof toldBy;
  readonly promisedBy: typeof promisedBy;
  readonly policy: PolicyInForce;
  /** The periods under which a cancellation would be told today; `null`: those that it was promised under. */
  readonly periods: Policy | null;
}

export const thisBuild = (policy: PolicyInForce, periods: Policy | null = null): Candidate => ({ fold, bringUpToDate, toldBy, promisedBy, policy, periods });

/** A promise that still binds, and the account as it was before it was made. */
export interface Made {
  readonly before: Membership;
  readonly request: Requested;
}

export interface Held {
  /** How many promises still bind. */
  readonly promises: number;
  readonly differences: readonly Difference[];
}

const nothing: Held = { promises: 0, differences: [] };

/** `events`: all of the account, oldest first. What is personal of them is not asked. */
export function holdAgainst(accountId: string, events: readonly MembershipEvent[], candidate: Candidate): Held {
  let state = noMembership(accountId);
  const made = new Map<string, Made>();
  for (const event of events) {
    const before = state;
    state = candidate.fold(state, [event]);
    if (event.type === 'CancellationRequested') made.set(event.data.subscriptionId, { before, request: event });
    if (event.type === 'SubscriptionResumed') made.delete(event.data.subscriptionId);
    // Who comes back is owed nothing of what would have been lost; whose data is being deleted, nothing any more.
    if (event.type === 'SubscriptionStarted') for (const id of made.keys()) if (hasEnded(before, id)) made.delete(id);
    if (event.type === 'PurgeStarted') made.clear();
  }
  const promises = [...made.values()];
  if (promises.length === 0) return nothing;
  return { promises: promises.length, differences: [...carriedOutAsPromised(state, promises, candidate), ...promises.flatMap((promise) => toldAsPromised(promise, candidate))] };
}

const hasEnded = (state: Membership, subscriptionId: string): boolean => !openSubscriptions(state).some((one) => one.subscriptionId === subscriptionId);
