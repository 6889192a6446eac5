// What is told of a plan, as what happened to it and when: it began, came into the period it is in, was cancelled, ended.
import { earlier, money, type AnyEvent, type Instant } from '#kernel';
import { localDateTime, localDaysBetween, plusMonths, type LocalDateTime } from '../calendar.js';
import { CancellationRequested, nothingTold, type CancellationEvent } from '../cancellation/events.js';
import { knownReasonCode } from '../cancellation/reasons.js';
import { monthsIn, type Plan } from '../catalogue.js';
import { planById, type PolicyInForce, type ReasonCode } from '../policy-in-force.js';
import type { KnownToRetention } from '../retention/state.js';
import type { Foresight } from '../subject.js';
import { PeriodEnded, SubscriptionRenewed, SubscriptionStarted, type SubscriptionEvent } from '../subscriptions/events.js';
import { openSubscriptions } from '../subscriptions/subscription.js';
import type { Period, Term } from '../subscriptions/term.js';
import type { ImportedSubscription } from './commands.js';
import { beginningOf, courseTo, periodNumberOf, type Course } from './course.js';
import { endOf, type ImportedAccount } from './faults.js';

type PlanEvent = SubscriptionEvent | CancellationEvent;

/** Something that happened then, made of the account as it was before. */
export interface Happening<Event extends AnyEvent = PlanEvent> {
  readonly at: Instant;
  /** In which order at one instant. */
  readonly rank: number;
  readonly events: (state: KnownToRetention, foresight: Foresight<KnownToRetention>) => readonly Event[];
}

/** What ends makes room for what begins; of an end that nobody says when it was asked for, it was asked for by then. */
export const ranks = { askedByThen: 0, end: 1, start: 2, period: 3, cancellation: 4, beside: 5 } as const;

/** Of a plan without a fault. */
export function happeningsOf(told: ImportedSubscription, { timeZone, anchorDay }: Pick<ImportedAccount, 'timeZone' | 'anchorDay'>, now: Instant, policy: PolicyInForce): readonly Happening[] {
  const plan = planById(policy, told.planId)!;
  const { subscriptionId, planId, startedAt, currentPeriod, cancellation } = told;
  const months = monthsIn[plan.interval];
  const trial = told.status === 'trialing';
  const course = courseOf(told, timeZone, anchorDay);
  const number = trial ? 1 : periodNumberOf(startedAt, currentPeriod, timeZone, months);
  const first = trial || currentPeriod.start === startedAt ? currentPeriod : firstPeriod(told, timeZone, months);
  const anchor = trial ? course.anchor : first === currentPeriod ? beginningOf(course, months, first.end, timeZone) : localDateTime(startedAt, timeZone);
  const end = endOf(told, now);
  const renewal = (period: Period, by: Course, periodNumber: number) =>
    SubscriptionRenewed(period.start, { subscriptionId, ...termOf(plan, timeZone, by.anchor), period, periodNumber, monthsFromAnchor: by.monthsFromAnchor });
  const renewed = (...those: Parameters<typeof renewal>): Happening => ({ at: those[0].start, rank: ranks.period, events: () => [renewal(...those)] });
  const requested = (at: Instant, rank: number): Happening => ({
    at, rank,
    events: (_, asItWas) => {
      // It may have been asked for a period ahead; its dates are those of the period that it ends with.
      const { foresight } = at < currentPeriod.start ? asItWas.after([renewal(currentPeriod, course, number)]) : { foresight: asItWas };
      const request = CancellationRequested(at, {
        subscriptionId, planId, attemptId: null, effectiveAt: end ?? currentPeriod.end, policy: policy.periods, timeZone, told: nothingTold, promised: null,
        reason: reasonOf(told, policy), comment: cancellation?.reason?.comment ?? null, consent: cancellation?.consent ?? null,
      });
      return [{ ...request, data: { ...request.data, told: foresight.toldBy(request) } }];
    },
  });
  return [
    {
      at: startedAt, rank: ranks.start,
      events: ({ lapse }, { ifYouReturn }) => [SubscriptionStarted(startedAt, {
        subscriptionId, ...termOf(plan, timeZone, anchor ?? course.anchor), trialDays: trial ? Math.max(1, localDaysBetween(startedAt, currentPeriod.end, timeZone)) : null, period: first,
        returned: lapse && { lapsedAt: lapse.at, ...ifYouReturn([]) },
      })],
    },
    // What a start says of the course may not be what the period says of it.
    ...(first !== currentPeriod || anchor === null ? [renewed(currentPeriod, course, number)] : []),
    ...(end === null && cancellation === null && currentPeriod.end <= now ? [renewed(...laterPeriod({ period: currentPeriod, course, number, months, timeZone }, now))] : []),
    ...(cancellation ? [requested(cancellation.requestedAt, ranks.cancellation)] : end === null ? [] : [requested(end, ranks.askedByThen)]),
    ...(end === null ? [] : [{
      at: end, rank: ranks.end, events: (state: KnownToRetention) => [PeriodEnded(end, { subscriptionId, planId, lastPlan: openSubscriptions(state).length === 1 })],
    }]),
  ];
}

/** A trial's end is the anchor of all that follows (A7); of a plan that has ended nothing follows. */
function courseOf({ status, startedAt, currentPeriod: { end } }: ImportedSubscription, timeZone: string, anchorDay: number | null): Course {
  const known = status === 'trialing' ? null : (courseTo(end, timeZone, startedAt, anchorDay) ?? courseTo(end, timeZone, startedAt, null));
  return known ?? { anchor: localDateTime(end, timeZone), monthsFromAnchor: 0 };
}

/** By the calendar, as far as it was over when the current one began. */
const firstPeriod = ({ startedAt, currentPeriod }: ImportedSubscription, timeZone: string, months: number): Period => ({
  start: startedAt, end: earlier(plusMonths(localDateTime(startedAt, timeZone), timeZone, months), currentPeriod.start),
});

interface Known {
  readonly period: Period;
  readonly course: Course;
  readonly number: number;
  readonly months: number;
  readonly timeZone: string;
}

/** The period that it is in by now: those before it have passed elsewhere. */
function laterPeriod({ period, course, number, months, timeZone }: Known, now: Instant): [Period, Course, number] {
  let [current, by, counted] = [period, course, number];
  while (current.end <= now) {
    by = { ...by, monthsFromAnchor: by.monthsFromAnchor + months };
    current = { start: current.end, end: plusMonths(by.anchor, timeZone, by.monthsFromAnchor) };
    counted += 1;
  }
  return [current, by, counted];
}

const termOf = ({ planId, kind, interval, price }: Plan, timeZone: string, anchor: LocalDateTime): Term => ({ planId, kind, interval, price: money(price.amount, price.currency), timeZone, anchor });

const reasonOf = ({ cancellation }: ImportedSubscription, policy: PolicyInForce): ReasonCode | null => knownReasonCode(policy, cancellation?.reason?.code ?? '') ?? null;
