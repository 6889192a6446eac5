// What an effect is: to the account that asks for it, to the row that keeps it, and to whoever carries it out.
import type { Instant } from '#kernel';
import type { BrandDeletion, CampaignEnd, NumberRelease, Outcome as CarrierOutcome } from '#carriers';
import type { MailOutcome, MailRequest } from '#mail';

export const effectKinds = ['release-number', 'end-campaign', 'delete-brand', 'notify'] as const;
export type EffectKind = (typeof effectKinds)[number];

/** What a carrier is asked to give up; the other kind tells the customer something. */
export type CarrierKind = Exclude<EffectKind, 'notify'>;

/**
 * - `pending`: to be attempted, for the first time or again.
 * - `attempting`: a worker has taken it up.
 * - `waiting`: the far side is at work on it, or holds it for a while, and will be asked again.
 * - `blocked`: the far side said no; nothing happens until an operator acts.
 * - `dead`: attempted in vain too often; nothing happens until an operator acts.
 * - `void`: nobody wants it any more. `done`: settled.
 */
export const effectStatuses = ['pending', 'attempting', 'waiting', 'blocked', 'dead', 'void', 'done'] as const;
export type EffectStatus = (typeof effectStatuses)[number];

/** What makes an effect the same one. */
export interface EffectKey {
  readonly kind: EffectKind;
  /** What of the account it is about: the id of a number, of a registration or of a notice. Never a person. */
  readonly subject: string;
  /** Rises whenever the account starts over. */
  readonly generation: number;
}

/** Something the account asks for. */
export interface Intent extends EffectKey {
  /** In the account's time; it is attempted from then on. */
  readonly dueAt: Instant;
  /** Of what is told before something comes, when that comes: what was not told by then was not told in time. */
  readonly neededBy?: Instant | undefined;
  /** The trace that attempts at it continue; absent: none. */
  readonly traceparent?: string;
}

/** An effect as it is handed to the application. */
export interface Effect extends EffectKey {
  readonly effectId: string;
  readonly accountId: string;
  readonly testClockId: string | null;
  readonly carrier: string;
  readonly dueAt: Instant;
}

type Target<Request> = Omit<Request, 'idempotencyKey' | 'order' | 'attempt'>;

/** Whom or what an effect is about at the carrier; known for as long as an attempt takes. */
export type EffectTarget =
  | ({ readonly kind: 'release-number' } & Target<NumberRelease>)
  | ({ readonly kind: 'end-campaign' } & Target<CampaignEnd>)
  | ({ readonly kind: 'delete-brand' } & Target<BrandDeletion>)
  | ({ readonly kind: 'notify' } & Target<MailRequest>);

/** The carrier must not be asked, and a person has to look why: it is blocked for this reason, as if the carrier had refused. */
export interface Withheld {
  readonly kind: 'withheld';
  readonly reason: string;
}

type OutcomeName = CarrierOutcome['outcome'] | MailOutcome['outcome'];

/** What an effect has come to. After `blocked` and `refused` another one can follow, once an operator had it retried or settled it. */
export interface Conclusion {
  readonly outcome: Extract<OutcomeName, 'released' | 'already-gone' | 'sent' | 'blocked' | 'refused'> | 'settled-elsewhere';
  /** A short word of the port, or the operator's reason; `null` where none is called for. */
  readonly reason: string | null;
  /** Of what was sent: in which words. */
  readonly sent?: Pick<Extract<MailOutcome, { readonly outcome: 'sent' }>, 'language' | 'templateVersion'> | undefined;
}

/**
 * How the last attempt went. `unavailable`: the service itself could not ask, or not keep the answer. `unwanted`: the account no longer asks for
 * it. `null`: no attempt has ended.
 */
export type LastOutcome = OutcomeName | 'settled-elsewhere' | 'unavailable' | 'unwanted' | null;

/** A row, as operators see it. */
export interface RecordedEffect extends Effect {
  readonly status: EffectStatus;
  readonly attempts: number;
  readonly lastOutcome: LastOutcome;
  readonly reason: string | null;
  /** In the account's time; `null` where no attempt is planned. */
  readonly nextAttemptAt: Instant | null;
  /** The pause that keeps it from being attempted; without an id: the clock by which it is due is in doubt. */
  readonly heldBy: { readonly pauseId: string | null; readonly reason: string } | null;
  readonly createdAt: Instant;
  readonly settledAt: Instant | null;
}

export interface RecordedAttempt {
  readonly attempt: number;
  readonly startedAt: Instant;
  /** `null`: under way, or the worker was lost. */
  readonly latencyMs: number | null;
  readonly outcome: LastOutcome;
  readonly reason: string | null;
  readonly httpStatus: number | null;
  readonly providerCode: string | null;
}

/** A row that a worker has taken up. */
export interface ClaimedEffect extends Effect {
  /** 1, 2, 3 …; the fence: whoever took it up later has a higher one. */
  readonly attempt: number;
  /** Attempts in vain since the last success or the operator's last word. */
  readonly failures: number;
  readonly idempotencyKey: string;
  readonly order: string | null;
  /** Of what asked for it; `null`: that was not traced. */
  readonly traceparent: string | null;
}
