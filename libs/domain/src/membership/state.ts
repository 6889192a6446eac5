// What a decision needs to know of an account, and never who the person is.
import { later, type Instant, type Money } from '#kernel';
import type { CancellationMode } from '../account/events.js';
import type { TimeZone } from '../calendar.js';
import type { PlanKind } from '../catalogue.js';
import type { Told } from '../cancellation/events.js';
import type { FeeBoundary, NumberId, NumberOrigin } from '../numbers/events.js';
import { morePatient, type Policy } from '../policy.js';
import type { ReasonCode } from '../cancellation/reasons.js';
import { isOpen, isPending, type Subscription, type SubscriptionId } from '../subscriptions/state.js';

export interface AccountTerms {
  readonly timeZone: TimeZone;
  readonly currency: string;
  readonly testClockId: string | null;
  readonly numberBillingAnchorDay: number | null;
  readonly numberFee: Money;
  readonly cancellationMode: CancellationMode;
}

/** One that can still be confirmed, or could when something last happened. */
export interface Attempt {
  readonly attemptId: string;
  readonly subscriptionId: SubscriptionId;
  readonly reason: ReasonCode;
  readonly expiresAt: Instant;
  /** The end of the period that was shown; confirming cannot mean a later one (R6). */
  readonly effectiveAt: Instant | null;
}

export type NumberStatus = 'active' | 'releasing' | 'released' | 'blocked' | 'removed' | 'left' | 'ported-out';

/** `void`: it is in use again, and nobody gives it back. */
export type GiveBack = 'waiting' | 'blocked' | 'done' | 'void';

export interface PhoneNumber {
  readonly numberId: NumberId;
  readonly e164Hash: string;
  readonly origin: NumberOrigin;
  readonly status: NumberStatus;
  /** What has become of a purchased number that was removed, at the carrier (A19); `null` for every other. */
  readonly giveBack: GiveBack | null;
}

export interface Numbers {
  readonly all: readonly PhoneNumber[];
  /** Boundaries after this instant are still to be billed; `null` until there is something to bill. */
  readonly billedUntil: Instant | null;
  /** Local date of the last boundary that was billed: no date is billed twice, also not by moving to another zone. */
  readonly lastBoundary: number | null;
  /** By whose clock boundaries fall: the account's, until their dates are told with a cancellation; then the zone they were told in (R33). */
  readonly timeZone: TimeZone;
  /** A billing day that a move has skipped, and when it would have begun without the move: it is billed then. */
  readonly skipped: { readonly date: number; readonly dueAt: Instant } | null;
  /** The boundaries that were told with the cancellation that left no plan to go on: no others follow, and none comes earlier. */
  readonly told: readonly FeeBoundary[] | null;
}

export interface TenDlc {
  readonly status: 'none' | 'pending' | 'active' | 'expired';
  readonly registrationId: string | null;
  /** Which parts the carrier knows by an id of its own, so that it can be asked to end them. */
  readonly atCarrier: { readonly campaign: boolean; readonly brand: boolean };
}

export interface Wallet {
  /** Minor units of the account's currency, never below zero. */
  readonly balance: number;
  readonly autoRecharge: { readonly enabled: boolean; readonly threshold: number; readonly amount: number; readonly suspended: boolean };
}

/** The time after the last plan ended, until somebody comes back. */
export interface Lapse {
  /** `L`: the instant from which the account's deadlines count. */
  readonly at: Instant;
  readonly policy: Policy;
  readonly timeZone: TimeZone;
  /** What was told of it: nothing comes earlier than that. */
  readonly told: Told['consequences'];
  readonly numbersRelease: 'waiting' | 'started' | 'settled';
  /** What was being released once it had started, also what an earlier end left in progress. */
  readonly releasingIds: readonly NumberId[];
}

/** The time after the end of the plans that the 10DLC registration follows, until they are back (A4). */
export interface TenDlcLapse {
  readonly at: Instant;
  readonly policy: Policy;
  readonly timeZone: TimeZone;
  readonly told: Told['consequences'];
  /** The Messaging plan from whose end it counts; empty: it counts from `L`. */
  readonly subject: SubscriptionId;
  /** The account's lifecycle when it began; a return on another plan does not touch it. */
  readonly generation: number;
  readonly settled: boolean;
  /** Whether there was a registration, which has expired. */
  readonly lost: boolean;
}

export interface Purge {
  readonly purgeId: string;
  /** `P`. */
  readonly due: Instant;
  /** From when on nothing is readable any more: `P` (R22), or when the last hold that stood then was lifted. */
  readonly since: Instant;
  /** `null` while it is being carried out. */
  readonly purgedAt: Instant | null;
  /** Whether the account has said since who it is: that can be erased, too. */
  readonly toldSince: boolean;
}

/** Stops the purge; why, only the event knows. */
export interface LegalHold {
  readonly holdId: string;
  /** When somebody has to look at it again; nothing happens then by itself. */
  readonly reviewAt: Instant;
}

export interface Membership {
  readonly accountId: string;
  /** `null`: no such account. */
  readonly terms: AccountTerms | null;
  /** Which life this is: 1, and one more after every purge. */
  readonly life: number;
  /** Counts returns: jobs of an older lifecycle are no-ops (R31). */
  readonly lifecycle: number;
  readonly anchorDay: number | null;
  readonly subscriptions: readonly Subscription[];
  readonly attempts: readonly Attempt[];
  readonly numbers: Numbers;
  readonly tenDlc: TenDlc;
  readonly wallet: Wallet;
  /** Those that stand. */
  readonly holds: readonly LegalHold[];
  /** When a hold was lifted last: until then everything was readable (R35). */
  readonly heldUntil: Instant | null;
  readonly lapse: Lapse | null;
  /** Losses that were announced, by {@link reminderKey}. */
  readonly reminded: readonly string[];
  readonly tenDlcLapse: TenDlcLapse | null;
  readonly purge: Purge | null;
}

const emptyLife = {
  anchorDay: null,
  subscriptions: [],
  attempts: [],
  numbers: { all: [], billedUntil: null, lastBoundary: null, timeZone: 'UTC', skipped: null, told: null },
  tenDlc: { status: 'none', registrationId: null, atCarrier: { campaign: false, brand: false } },
  wallet: { balance: 0, autoRecharge: { enabled: false, threshold: 0, amount: 0, suspended: false } },
  holds: [],
  heldUntil: null,
  lapse: null,
  reminded: [],
  tenDlcLapse: null,
} as const satisfies Partial<Membership>;

export const noMembership = (accountId: string): Membership => ({
  accountId,
  terms: null,
  life: 1,
  lifecycle: 1,
  ...emptyLife,
  purge: null,
});

/** Nothing is left of the life before; the terms of the account stay, they name nobody. */
export const afterPurge = (state: Membership, purge: Purge): Membership => ({
  ...state,
  ...emptyLife,
  life: state.life + 1,
  numbers: { ...emptyLife.numbers, lastBoundary: state.numbers.lastBoundary },
  purge,
});

/** For code that runs only where the account is known to exist. */
export function termsOf({ terms, accountId }: Membership): AccountTerms {
  if (!terms) throw new Error(`account ${accountId} has no terms`);
  return terms;
}

export const openSubscriptions = ({ subscriptions }: Membership): readonly Subscription[] => subscriptions.filter(isOpen);

export const openOfKind = (state: Membership, kind: PlanKind): Subscription | undefined =>
  openSubscriptions(state).find(({ term }) => term.kind === kind);

export const subscriptionById = ({ subscriptions }: Membership, id: SubscriptionId): Subscription | undefined =>
  subscriptions.find(({ subscriptionId }) => subscriptionId === id);

/** `cancelling`: every open plan is pending. `lapsed`: plans have been, none is open. */
export type Standing = 'none' | 'active' | 'cancelling' | 'lapsed' | 'purged';

export function standingOf(state: Membership): Standing {
  if (state.purge) return 'purged';
  const open = openSubscriptions(state);
  if (open.length === 0) return state.lapse ? 'lapsed' : 'none';
  return open.every(isPending) ? 'cancelling' : 'active';
}

/** Numbers that stand in the account and are billed; verified caller ids belong to somebody else's contract. */
export const billableNumbers = ({ numbers }: Membership): number =>
  numbers.all.filter(({ status, origin }) => status === 'active' && origin !== 'verified').length;

export const numberStatusOf = ({ numbers }: Membership, id: NumberId): NumberStatus | undefined => numbers.all.find(({ numberId }) => numberId === id)?.status;

/** Whether the carrier is to give it up, and neither has nor is excused. */
export const isBeingGivenUp = ({ status, giveBack }: PhoneNumber): boolean =>
  status === 'releasing' || status === 'blocked' || giveBack === 'waiting' || giveBack === 'blocked';

/** What the next boundary costs as things stand: count × rate, in minor units. */
export const feeAtBoundary = (state: Membership): number => billableNumbers(state) * termsOf(state).numberFee.amount;

export const currentNumbers = ({ numbers }: Membership): readonly PhoneNumber[] =>
  numbers.all.filter(({ status }) => ['active', 'releasing', 'blocked'].includes(status));

/** What the cancellations of this lifecycle promised, the most patient of them (R33). */
export function promisedPolicy(cancelled: readonly Subscription[]): { policy: Policy; timeZone: TimeZone; told: Told['consequences'] } | null {
  const last = cancelled.at(-1)?.cancellation;
  if (!last) return null;
  const promises = cancelled.flatMap(({ cancellation }) => (cancellation ? [cancellation] : []));
  return {
    policy: promises.map(({ policy }) => policy).reduce(morePatient, last.policy),
    timeZone: last.timeZone,
    told: promises.map(({ told }) => told).reduce(latestTold),
  };
}

/** Of what was told twice the later counts. */
export function latestTold(a: Told['consequences'], b: Told['consequences']): Told['consequences'] {
  const both = { ...a };
  for (const [kind, at] of Object.entries(b) as [keyof Told['consequences'], Instant][]) both[kind] = later(both[kind] ?? at, at);
  return both;
}

interface ReminderIdentity {
  readonly loss: string;
  readonly daysLeft: number;
  readonly subject: SubscriptionId;
  readonly generation: number;
}

/** What makes a reminder the same one. */
export const reminderKey = ({ loss, daysLeft, subject, generation }: ReminderIdentity): string => JSON.stringify([loss, daysLeft, subject, generation]);
