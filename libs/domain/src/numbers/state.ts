// The numbers of an account: each with what has become of it, how far they are billed, and how far their release has come.
import type { Instant } from '#kernel';
import { termsOf } from '../account/state.js';
import type { TimeZone } from '../calendar.js';
import type { KnownToCancellation } from '../cancellation/state.js';
import type { FeeBoundary, NumberId, NumberOrigin } from './events.js';
import { countNumbers, noInventory, numberById, type Inventory, type NumberStatus, type PhoneNumber } from './inventory.js';

export interface Release {
  readonly status: 'waiting' | 'started' | 'settled';
  /** What was being released once it had started, also what an earlier end left in progress. */
  readonly numberIds: readonly NumberId[];
}

export interface Numbers {
  readonly all: Inventory;
  /** Of this end; `null` while a plan is open. */
  readonly release: Release | null;
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
  /** When a number came back that the carrier would not release, after the last plan had ended. */
  readonly backAt: Instant | null;
}

export interface NumbersState {
  readonly numbers: Numbers;
}

export type KnownToNumbers = KnownToCancellation & NumbersState;

export const noNumbers: NumbersState = { numbers: { all: noInventory, release: null, billedUntil: null, lastBoundary: null, timeZone: 'UTC', skipped: null, told: null, backAt: null } };

/** Verified caller ids belong to somebody else's contract. */
const billedOrigins: readonly NumberOrigin[] = ['purchased', 'ported'];

/** Stands in the account and is billed. */
export const isBillable = ({ status, origin }: PhoneNumber): boolean => status === 'active' && billedOrigins.includes(origin);

/** How many {@link isBillable}. */
export const billableNumbers = ({ numbers }: NumbersState): number => countNumbers(numbers.all, ['active'], billedOrigins);

/** Numbers that would be released at `D14` as things stand. */
export const releasableNumbers = ({ numbers }: NumbersState): number => countNumbers(numbers.all, ['active'], ['purchased']);

/** What the next boundary costs as things stand: count × rate, in minor units. */
export const feeAtBoundary = (state: KnownToNumbers): number => billableNumbers(state) * termsOf(state).numberFee.amount;

export const numberStatusOf = ({ numbers }: NumbersState, id: NumberId): NumberStatus | undefined => numberById(numbers.all, id)?.status;

/** Whether the carrier is to give it up, and neither has nor is excused. */
export const isBeingGivenUp = ({ status, giveBack }: PhoneNumber): boolean =>
  status === 'releasing' || status === 'blocked' || giveBack === 'waiting' || giveBack === 'blocked';

const currentStatuses: readonly NumberStatus[] = ['active', 'releasing', 'blocked'];

export const isCurrent = ({ status }: PhoneNumber): boolean => currentStatuses.includes(status);

export const currentNumbers = ({ numbers }: NumbersState): number => countNumbers(numbers.all, currentStatuses);
