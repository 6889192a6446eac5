// The 10DLC registration of an account, and the end from which its expiry counts.
import type { Instant } from '#kernel';
import type { TimeZone } from '../calendar.js';
import type { ToldDates } from '../cancellation/events.js';
import type { KnownToNumbers } from '../numbers/state.js';
import type { Policy } from '../policy.js';
import type { SubscriptionId } from '../subscriptions/term.js';

export interface TenDlc {
  readonly status: 'none' | 'pending' | 'active' | 'expired';
  readonly registrationId: string | null;
  /** Which parts the carrier knows by an id of its own, so that it can be asked to end them. */
  readonly atCarrier: { readonly campaign: boolean; readonly brand: boolean };
}

/** The time after the end of the plans that the 10DLC registration follows, until they are back (A4). */
export interface TenDlcLapse {
  readonly at: Instant;
  readonly policy: Policy;
  readonly timeZone: TimeZone;
  readonly told: ToldDates;
  /** The Messaging plan from whose end it counts; empty: it counts from `L`. */
  readonly subject: SubscriptionId;
  /** The account's lifecycle when it began; a return on another plan does not touch it. */
  readonly generation: number;
  readonly settled: boolean;
  /** Whether there was a registration, which has expired. */
  readonly lost: boolean;
}

export interface TenDlcState {
  readonly tenDlc: TenDlc;
  readonly tenDlcLapse: TenDlcLapse | null;
}

export type KnownToTenDlc = KnownToNumbers & TenDlcState;

export const noTenDlc: TenDlcState = { tenDlc: { status: 'none', registrationId: null, atCarrier: { campaign: false, brand: false } }, tenDlcLapse: null };
