// What a subscription is billed for, and by which periods.
import type { Instant, Money } from '#kernel';
import type { LocalDateTime, TimeZone } from '../calendar.js';
import type { PlanInterval, PlanKind } from '../catalogue.js';

export type SubscriptionId = string;

/** Half-open: `[start, end)` (A18). */
export interface Period {
  readonly start: Instant;
  readonly end: Instant;
}

/** What is billed, and how its periods are counted. */
export interface Term {
  readonly planId: string;
  readonly kind: PlanKind;
  readonly interval: PlanInterval;
  readonly price: Money;
  readonly timeZone: TimeZone;
  /** Wall clock of the first paid period's start; all periods are counted from here and never drift. */
  readonly anchor: LocalDateTime;
}
