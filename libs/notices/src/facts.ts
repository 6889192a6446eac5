// What each message speaks of. Nothing here names a person: the name stands beside it, in the greeting.
import type { Instant, Money } from '#kernel';
import type { LossKind, Message, PlanInterval, PlanKind } from '#domain';

export interface PlanName {
  readonly planId: string;
  readonly kind: PlanKind;
  readonly interval: PlanInterval;
}

/** Something that is lost for good, and when. */
export interface DatedLoss {
  readonly loss: LossKind;
  readonly at: Instant;
}

/** By message. */
export interface MessageFacts {
  'cancellation-confirmed': { readonly plan: PlanName; readonly requestedAt: Instant; readonly effectiveAt: Instant; readonly losses: readonly DatedLoss[] };
  'subscription-resumed': { readonly plan: PlanName };
  'plan-ended': { readonly plan: PlanName; readonly endedAt: Instant; readonly losses: readonly DatedLoss[] };
  'loss-announced': DatedLoss;
  'numbers-released': { readonly released: number };
  'ten-dlc-expired': Record<never, never>;
  /** `early`: on request, before the year is over. */
  'data-purged': { readonly since: Instant; readonly early: boolean; /** For how long it was kept. */ readonly years: number };
  'annual-reminder': { readonly plan: PlanName; readonly price: Money; readonly renewsAt: Instant };
}

export type FactsOf<M extends Message> = MessageFacts[M];

/** A message with what it speaks of. */
export type Tidings = { [M in Message]: { readonly message: M; readonly facts: FactsOf<M> } }[Message];
