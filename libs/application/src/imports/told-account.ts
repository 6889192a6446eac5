// A line of an import as it lies there: read and found to be of the right shape when it was received. And what the core is asked because of it.
import type { Instant, Money } from '#kernel';
import type { AcceptedDisclosure, CancellationMode, CommandOf, Language, NumberOrigin, Reason, SubscriptionStatus } from '#domain';
import { uuidv7 } from '#event-store';

export interface ToldAccount {
  readonly externalId: string;
  readonly accountId?: string;
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
  readonly locale?: string;
  readonly currency: string;
  readonly anchorDay?: number;
  readonly numberBillingAnchorDay?: number;
  readonly numberFee: Money;
  readonly cancellationMode: CancellationMode;
  readonly subscriptions: readonly ToldSubscription[];
  readonly numbers: readonly { readonly e164: string; readonly origin: NumberOrigin; readonly carrierNumberId?: string }[];
  readonly tenDlc?: ToldTenDlc;
  readonly wallet?: { readonly balance: Money };
  readonly holds: readonly { readonly reason: string; readonly reviewAt: Instant; readonly placedAt?: Instant }[];
}

interface ToldSubscription {
  readonly planId: string;
  readonly startedAt: Instant;
  readonly currentPeriod: { readonly start: Instant; readonly end: Instant };
  readonly status: SubscriptionStatus;
  readonly cancellation?: {
    readonly requestedAt: Instant;
    readonly reason?: Reason;
    /** The evidence that the other system has kept. */
    readonly consent?: { readonly disclosures: readonly AcceptedDisclosure[]; readonly textHash?: string; readonly language: Language; readonly acknowledgedConsequences: boolean };
  };
  readonly endedAt?: Instant;
}

interface ToldTenDlc {
  readonly brandName: string;
  readonly status: 'pending' | 'active' | 'expired';
  readonly messagingServiceSid?: string;
  readonly campaignId?: string;
  readonly brandId?: string;
  readonly appliedAt?: Instant;
  readonly registeredAt?: Instant;
  readonly expiredAt?: Instant;
}

/** Without the hashes of its numbers, which take the key of the account. */
export function commandOf(told: ToldAccount, importId: string): CommandOf<'ImportAccount'> {
  const { externalId, name, email, timeZone, locale, currency, anchorDay = null, numberBillingAnchorDay = null, numberFee, cancellationMode, tenDlc } = told;
  return {
    type: 'ImportAccount',
    importId, externalId, name, email, timeZone, currency, anchorDay, numberBillingAnchorDay, numberFee, cancellationMode,
    ...(locale !== undefined && { locale }),
    subscriptions: told.subscriptions.map(({ cancellation, endedAt = null, ...subscription }) => ({
      ...subscription, subscriptionId: uuidv7(), endedAt,
      cancellation: cancellation ? { requestedAt: cancellation.requestedAt, reason: cancellation.reason ?? null, consent: cancellation.consent ? { textHash: null, ...cancellation.consent } : null } : null,
    })),
    numbers: told.numbers.map(({ carrierNumberId = null, ...number }) => ({ ...number, carrierNumberId, numberId: uuidv7(), e164Hash: '' })),
    tenDlc: tenDlc ? { messagingServiceSid: null, campaignId: null, brandId: null, appliedAt: null, registeredAt: null, expiredAt: null, ...tenDlc, registrationId: uuidv7() } : null,
    wallet: told.wallet ?? null,
    holds: told.holds.map((hold) => ({ placedAt: null, ...hold, holdId: uuidv7() })),
  };
}

/** The command with the hashes by which its numbers are looked up. */
export const withHashes = (command: CommandOf<'ImportAccount'>, hashOf: (e164: string) => string): CommandOf<'ImportAccount'> => ({
  ...command, numbers: command.numbers.map((number) => ({ ...number, e164Hash: hashOf(number.e164) })),
});
