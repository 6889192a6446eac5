// What a customer is shown to follow from a cancellation: the preview before it, and its receipt afterwards, speak of the same.
import { money, type EventOf, type Instant } from '#kernel';
import { termsOf } from '../account/state.js';
import type { CancellationRequested, Promised } from '../cancellation/events.js';
import type { Unsent } from '../facts.js';
import { foretoldFees, type ForetoldFee } from '../numbers/foretold.js';
import { plannedEnd } from '../subscriptions/ends.js';
import { lossKinds, type LossKind } from './consequences.js';
import { isAtStake, openLosses, plannedDeadlines } from './deadlines.js';
import { fold } from './fold.js';
import type { Membership } from './state.js';

export interface LossToCome {
  readonly kind: LossKind;
  readonly at: Instant;
}

/** What is still to be lost, soonest first: neither what has gone already nor what was never there. */
export function lossesToCome(cancelled: Membership): readonly LossToCome[] {
  const told = [...openLosses(cancelled), ...plannedDeadlines(cancelled)];
  return lossKinds
    .filter((kind) => isAtStake(cancelled, kind))
    .flatMap((kind) => told.flatMap((one) => (one.kind === kind ? [{ kind, at: one.dueAt }] : [])))
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** The longest trial runs for two years; where the policy says so, numbers are billed until they are released. */
const feesShownMost = 26;

/** The fees to come of a plan that ends then: while another goes on, those until then. */
export function feesToCome(cancelled: Membership, end: Instant): readonly ForetoldFee[] {
  const fees = foretoldFees(cancelled, feesShownMost);
  return plannedEnd(cancelled) === null ? fees.filter(({ at }) => at <= end) : fees;
}

/** What `event` promises, if it comes after `state`; `unsent`: the scheduled messages of the plan at or after its end. */
export function promisedBy(state: Membership, event: EventOf<typeof CancellationRequested>, { sms, rvm }: Unsent): Promised {
  const cancelled = fold(state, [event]);
  const { effectiveAt } = event.data;
  const { currency, numberFee } = termsOf(cancelled);
  return {
    consequences: [{ kind: 'period-end', at: effectiveAt }, ...lossesToCome(cancelled)],
    credits: { sms: { count: sms.count, amount: money(sms.amount, currency) }, rvm: { count: rvm.count, amount: money(rvm.amount, currency) } },
    numberFees: feesToCome(cancelled, effectiveAt).map(({ at, count, due }) => ({ at, count, amount: money(due, numberFee.currency) })),
  };
}
