// What may be asked of a membership. Ids and hashes are made outside, so that deciding stays pure.
import type { Instant, Money, Refusal } from '#kernel';
import type { CancellationMode } from '../account/events.js';
import type { AcceptedDisclosure } from '../cancellation/disclosures.js';
import type { NumberOrigin } from '../numbers/events.js';
import type { Proof } from '../retention/events.js';

export interface Reason {
  readonly code: string;
  readonly comment?: string | undefined;
}

interface Commands {
  OpenAccount: {
    name: string;
    email: string;
    timeZone: string;
    currency: string;
    testClockId: string | null;
    numberBillingAnchorDay: number | null;
    numberFee: Money;
    cancellationMode: CancellationMode;
  };
  ChangeAccount: { name?: string | undefined; email?: string | undefined; timeZone?: string | undefined };
  Subscribe: {
    subscriptionId: string;
    planId: string;
    trialDays: number | null;
    /** Numbers whose release has begun and which no carrier has been asked for. */
    keptNumberIds?: readonly string[];
    /** Numbers that were left alone and are another account's by now. */
    takenNumberIds?: readonly string[];
  };
  ChangePlan: { subscriptionId: string; planId: string };
  MarkPastDue: { subscriptionId: string };
  MarkPaid: { subscriptionId: string };
  AttemptCancellation: {
    attemptId: string;
    subscriptionId: string;
    reason: Reason | undefined;
    acknowledgedConsequences: boolean | undefined;
    /** What the caller says it was shown; absent: it did not say. */
    previewHash: string | undefined;
    /** What it would be shown now. */
    currentPreviewHash: string;
  };
  ConfirmCancellation: {
    subscriptionId: string;
    attemptId: string;
    /** What the log says of an attempt that the state may hold no longer; absent: there was none. */
    former?: { readonly expiresAt: Instant; readonly used: boolean } | undefined;
    /** The comment that came with the attempt. */
    comment: string | null;
    acceptedDisclosures: readonly AcceptedDisclosure[];
    acknowledgedConsequences: boolean | undefined;
    textHash: string | null;
  };
  RequestCancellation: {
    subscriptionId: string;
    reason: Reason | undefined;
    acceptedDisclosures: readonly AcceptedDisclosure[];
    acknowledgedConsequences: boolean | undefined;
    textHash: string | null;
  };
  ResumeSubscription: { subscriptionId: string };
  BuyNumber: { numberId: string; e164: string; e164Hash: string; origin: NumberOrigin; carrierNumberId?: string | undefined };
  RemoveNumber: { e164Hash: string };
  ApplyTenDlc: { registrationId: string; brandName: string; messagingServiceSid?: string | undefined; campaignId?: string | undefined; brandId?: string | undefined };
  ApproveTenDlc: Record<never, never>;
  /** What the carrier answered, or an operator settled. */
  SettleNumberRelease: { numberId: string; outcome: 'released' | 'already-gone' | 'settled-elsewhere'; reason: string | null };
  BlockNumberRelease: { numberId: string; reason: string };
  /** A removed number is in use again before anybody was asked for it. */
  AbandonNumberRelease: { numberId: string };
  RetryNumberRelease: { numberId: string; reason: string };
  SettleDeregistration: { registrationId: string; part: 'campaign' | 'brand'; outcome: 'released' | 'already-gone' | 'settled-elsewhere'; reason: string | null };
  BlockDeregistration: { registrationId: string; part: 'campaign' | 'brand'; reason: string };
  RetryDeregistration: { registrationId: string; part: 'campaign' | 'brand'; reason: string };
  TopUpWallet: { topUpId: string; amount: Money };
  ConfigureAutoRecharge: { enabled: boolean; threshold: Money; amount: Money };
  PlaceLegalHold: { holdId: string; reason: string; reviewAt: Instant };
  LiftLegalHold: { holdId: string };
  StartErasure: { basis: string };
  /** An operator sent a deadline that was stuck down the ordinary path once more. */
  RetryDeadline: { kind: string; subject: string; generation: number; reason: string | null };
  /** An operator takes what was written in an event out of it; whether there is anything, only the event knows. */
  RedactNote: { eventId: string; holdsNote: boolean };
  /** From the purge ledger: the database was restored from before the purge. */
  ReapplyPurge: { purgeId: string; basis: string; due: Instant; begunAt: Instant };
  /** `purgedAt`: when, where it was told before; else now. */
  CompletePurge: Proof & { purgedAt?: Instant };
}

export type CommandType = keyof Commands;
export type CommandOf<Type extends CommandType> = { readonly type: Type } & Readonly<Commands[Type]>;
export type Command = { [Type in CommandType]: CommandOf<Type> }[CommandType];

/** Every reason for a "no" that the core can give. */
export const refusalCodes = [
  'not_found',
  'invalid_request',
  'reason_unknown',
  'acknowledgement_missing',
  'disclosures_missing',
  'disclosures_stale',
  'cancellation_already_pending',
  'cancellation_not_pending',
  'subscription_ended',
  'already_subscribed',
  'plan_change_while_cancelling',
  'attempt_expired',
  'attempt_used',
  'preview_stale',
  'account_exists',
  'account_purged',
  'no_open_plan',
  'number_exists',
  'number_taken',
  'number_not_removable',
  'ten_dlc_exists',
  'ten_dlc_ending',
  'ten_dlc_not_pending',
  'data_read_only',
  'subscription_open',
  'legal_hold',
  'nothing_to_redact',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];
export type MembershipRefusal = Refusal<RefusalCode>;
