// What of the cancellations of a life was carried out, and when: the part of a purge certificate that a receipt can be held against.
import { eventsOfType, money, type EventOf, type Instant, type Money, type RecordedEvent } from '#kernel';
import type { LossKind, MembershipEvent, NumberReleaseStarted, PeriodEnded } from '#domain';

/** A plan that was cancelled and has ended. */
export interface EndedPlan {
  readonly subscriptionId: string;
  readonly planId: string;
  /** Of the cancellation by which it ended: the id of its event, which its receipt names too. */
  readonly cancellationId: string;
  readonly requestedAt: Instant;
  readonly endedAt: Instant;
  /** For what was unsent at the end. */
  readonly credited: { readonly sms: Credited; readonly rvm: Credited } | null;
  /** The first time after that cancellation that the customer began a plan, or took the cancellation of another one back; `null`: never. */
  readonly cameBack: CameBack | null;
}

export interface CameBack {
  readonly at: Instant;
  readonly planId: string;
  readonly by: 'subscribing' | 'resuming';
}

/** At one boundary: count × rate, of which the wallet has paid what it could. */
export interface ChargedFee {
  readonly at: Instant;
  readonly count: number;
  readonly amount: Money;
  readonly paid: Money;
}

interface Credited {
  readonly count: number;
  readonly amount: Money;
}

export interface CarriedOut {
  /** In the order in which they ended. */
  readonly plans: readonly EndedPlan[];
  /** From the first of their requests on. */
  readonly numberFees: readonly ChargedFee[];
  /** When each loss came, soonest first: once, or again for who came back meanwhile. `open`: of how many numbers no carrier had said by the deletion that they are gone. */
  readonly losses: readonly { readonly kind: LossKind; readonly at: Instant; readonly open: number }[];
}

/** The events that it is derived from, besides those of the purge itself. */
export const carriedOutTypes = [
  'SubscriptionStarted', 'CancellationRequested', 'SubscriptionResumed', 'PeriodEnded', 'UnsentMessagesCredited', 'NumberFeesCharged', 'NumberReleaseStarted', 'NumberReleased', 'NumberReleaseWithdrawn',
  'TenDlcExpired',
] as const satisfies readonly MembershipEvent['type'][];

type Events = readonly RecordedEvent<MembershipEvent>[];

/** `life`: the events of one life, oldest first; `purgedFrom`: when the deletion of its data began. */
export function carriedOut(life: Events, purgedFrom: Instant): CarriedOut {
  const plans = eventsOfType(life, 'PeriodEnded').flatMap((ended) => endedPlan(life, ended));
  const first = plans.map(({ requestedAt }) => requestedAt).toSorted()[0];
  const fees = eventsOfType(life, 'NumberFeesCharged').filter(({ effectiveAt }) => first !== undefined && effectiveAt > first);
  const losses = life.flatMap((event): CarriedOut['losses'] => {
    if (event.type === 'NumberReleaseStarted') return [{ kind: 'release-numbers', at: event.effectiveAt, open: stillOpen(life, event) }];
    return event.type === 'TenDlcExpired' ? [{ kind: 'expire-ten-dlc', at: event.effectiveAt, open: 0 }] : [];
  });
  return {
    plans,
    numberFees: fees.map(({ effectiveAt: at, data: { count, rate, amount: paid } }) => ({ at, count, amount: money(count * rate.amount, rate.currency), paid })),
    losses: [...losses, { kind: 'purge-data', at: purgedFrom, open: 0 }],
  };
}

/** Neither gone nor kept by a customer who came back. */
function stillOpen(life: Events, { version, data: { numberIds } }: RecordedEvent<EventOf<typeof NumberReleaseStarted>>): number {
  const since = life.filter((one) => one.version > version);
  const over = new Set([
    ...eventsOfType(since, 'NumberReleased').map(({ data }) => data.numberId),
    ...eventsOfType(since, 'NumberReleaseWithdrawn').flatMap(({ data }) => data.numberIds),
  ]);
  return numberIds.filter((numberId) => !over.has(numberId)).length;
}

function endedPlan(life: Events, { version, effectiveAt: endedAt, data: { subscriptionId, planId } }: RecordedEvent<EventOf<typeof PeriodEnded>>): readonly EndedPlan[] {
  const requested = eventsOfType(life, 'CancellationRequested').findLast((one) => one.version < version && one.data.subscriptionId === subscriptionId);
  if (!requested) return [];
  const credited = eventsOfType(life, 'UnsentMessagesCredited').find(({ data }) => data.subscriptionId === subscriptionId)?.data;
  return [{
    subscriptionId, planId, endedAt,
    cancellationId: requested.eventId,
    requestedAt: requested.effectiveAt,
    credited: credited ? { sms: credited.sms, rvm: credited.rvm } : null,
    cameBack: cameBackAfter(life, requested.version),
  }];
}

function cameBackAfter(life: Events, version: number): CameBack | null {
  for (const { type, version: at, effectiveAt, data } of life) {
    if (at > version && type === 'SubscriptionStarted') return { at: effectiveAt, planId: data.planId, by: 'subscribing' };
    if (at > version && type === 'SubscriptionResumed') return { at: effectiveAt, planId: data.planId, by: 'resuming' };
  }
  return null;
}
