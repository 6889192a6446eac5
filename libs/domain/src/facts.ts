// What the core cannot know: what is decided outside, and what rows, not events, tell.
import type { PlanKind } from './catalogue.js';
import type { PolicyInForce } from './policy-in-force.js';

/** Scheduled and not reported as sent; amounts in minor units. */
export interface Unsent {
  readonly sms: { readonly count: number; readonly amount: number };
  readonly rvm: { readonly count: number; readonly amount: number };
}

export const nothingUnsent: Unsent = { sms: { count: 0, amount: 0 }, rvm: { count: 0, amount: 0 } };

export interface Facts {
  /** What is in force while something is carried out. What was promised before stays as it was promised (R33). */
  readonly policy: PolicyInForce;
  readonly unsent: Readonly<Partial<Record<PlanKind, Unsent>>>;
  /** A purge that is due does not begin: the clock, or how many do, is in doubt. */
  readonly purgesStopped?: boolean;
  /** The clock is: for whoever only looks, since nothing is written then. What moves money or cannot be undone has not happened. */
  readonly clockInDoubt?: boolean;
}
