// Every reason for a "no" that the core can give, and how a decision says it.
import { refuse, type AnyEvent, type Refusal } from '#kernel';

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
  'auto_recharge_suspended',
  'too_many_open_charges',
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
  'too_many_requests',
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

/** What a rule answers: what happens, or why it does not. */
export type Decision<Event extends AnyEvent = AnyEvent, Code extends RefusalCode = RefusalCode> = readonly Event[] | Refusal<Code>;

/** The codes among what a function answers. */
export type CodeIn<Answer> = Extract<Answer, Refusal>['refused'];

export const badInput = (pointer: string, message: string): Refusal<'invalid_request'> =>
  refuse('invalid_request', { errors: [{ pointer, message }] });
