// An account as another system describes it: what it is now, and when that began. Ids and hashes are made outside.
import type { Instant, Money } from '#kernel';
import type { AccountCommands } from '../account/commands.js';
import type { Reason } from '../cancellation/commands.js';
import type { Consent } from '../cancellation/events.js';
import type { NumberOrigin } from '../numbers/events.js';
import type { SubscriptionStatus } from '../subscriptions/subscription.js';
import type { Period } from '../subscriptions/term.js';

export interface ImportedSubscription {
  readonly subscriptionId: string;
  readonly planId: string;
  readonly startedAt: Instant;
  /** Of one that has ended: its last one. */
  readonly currentPeriod: Period;
  readonly status: SubscriptionStatus;
  readonly cancellation: ImportedCancellation | null;
  /** Of one that has ended; `null`: with its last period. */
  readonly endedAt: Instant | null;
}

export interface ImportedCancellation {
  readonly requestedAt: Instant;
  readonly reason: Reason | null;
  /** The evidence that was kept there; `null`: there is none. */
  readonly consent: Consent | null;
}

export interface ImportedNumber {
  readonly numberId: string;
  readonly e164: string;
  readonly e164Hash: string;
  readonly origin: NumberOrigin;
  readonly carrierNumberId: string | null;
}

export interface ImportedTenDlc {
  readonly registrationId: string;
  readonly brandName: string;
  readonly status: 'pending' | 'active' | 'expired';
  readonly messagingServiceSid: string | null;
  readonly campaignId: string | null;
  readonly brandId: string | null;
  /** `null`: nobody says when. */
  readonly appliedAt: Instant | null;
  readonly registeredAt: Instant | null;
  readonly expiredAt: Instant | null;
}

export interface ImportedHold {
  readonly holdId: string;
  readonly reason: string;
  readonly reviewAt: Instant;
  /** `null`: nobody says when. */
  readonly placedAt: Instant | null;
}

export interface ImportingCommands {
  ImportAccount: Omit<AccountCommands['OpenAccount'], 'testClockId'> & {
    importId: string;
    externalId: string;
    /** 1 to 31: the day of the month on which periods end; `null`: as the start or the period says. */
    anchorDay: number | null;
    subscriptions: readonly ImportedSubscription[];
    numbers: readonly ImportedNumber[];
    tenDlc: ImportedTenDlc | null;
    wallet: { readonly balance: Money } | null;
    holds: readonly ImportedHold[];
  };
}
