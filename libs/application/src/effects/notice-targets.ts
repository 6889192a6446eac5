// A notice as it is to be sent: to whom, in which words; or that there is nothing to tell any more.
import type { RecordedEvent } from '#kernel';
import { isAtStake, isLossKind, openDeadlines, subscriptionById, termsOf, type LossKind, type Membership, type MembershipEvent, type PolicyInForce } from '#domain';
import type { Effect, EffectTarget } from '#effects';
import { noticeOf, type DatedLoss, type PlanName, type Tidings } from '#notices';
import { accountView } from '#read-models';
import { isStillToTell, messageOf, occasionOf } from './notices.js';

type Events = readonly RecordedEvent<MembershipEvent>[];

/** `null`: there is nothing to tell any more, or nobody to tell it to. */
export function noticeTarget({ subject, generation }: Pick<Effect, 'subject' | 'generation'>, state: Membership, events: Events, pageUrl: string | null, policy: PolicyInForce): EffectTarget | null {
  const occasion = occasionOf(subject, events);
  if (!occasion || !isStillToTell(occasion, state, events, generation)) return null;
  const { email, name, locale } = accountView(state, events);
  const tidings = tidingsOf(occasion, state);
  if (email === null || !tidings) return null;
  const { accountId } = state;
  const notice = noticeOf(tidings, { accountId, name, locale, timeZone: termsOf(state).timeZone, pageUrl }, { version: occasion.version, at: occasion.effectiveAt }, policy);
  return { kind: 'notify', mail: { to: email, accountId, message: messageOf(subject), ...notice } };
}

function tidingsOf(event: Events[number], state: Membership): Tidings | null {
  switch (event.type) {
    case 'CancellationRequested': {
      const { subscriptionId, effectiveAt, told } = event.data;
      const losses = Object.entries(told.consequences).flatMap(([kind, at]) => (isLossKind(kind) && at ? [{ loss: kind, at }] : []));
      const plan = planOf(state, subscriptionId);
      return plan && { message: 'cancellation-confirmed', facts: { plan, requestedAt: event.effectiveAt, effectiveAt, losses: felt(state, losses) } };
    }
    case 'SubscriptionResumed': {
      const plan = planOf(state, event.data.subscriptionId);
      return plan && { message: 'subscription-resumed', facts: { plan } };
    }
    case 'PeriodEnded': {
      const plan = planOf(state, event.data.subscriptionId);
      const losses = openDeadlines(state).flatMap(({ kind, dueAt }) => (isLossKind(kind) ? [{ loss: kind, at: dueAt }] : []));
      return plan && { message: 'plan-ended', facts: { plan, endedAt: event.effectiveAt, losses: event.data.lastPlan ? felt(state, losses) : [] } };
    }
    case 'LossAnnounced': {
      const { loss, at } = event.data;
      return isLossKind(loss) && isAtStake(state, loss) ? { message: 'loss-announced', facts: { loss, at } } : null;
    }
    case 'NumbersReleased':
      return { message: 'numbers-released', facts: { released: event.data.released } };
    case 'TenDlcExpired':
      return { message: 'ten-dlc-expired', facts: {} };
    case 'PurgeStarted':
      return { message: 'data-purged', facts: { since: event.data.due, early: event.data.basis !== 'retention', years: state.lapse?.policy.purgeAfterYears ?? 1 } };
    case 'SubscriptionRenewed': {
      const { planId, kind, interval, price, period } = event.data;
      return { message: 'annual-reminder', facts: { plan: { planId, kind, interval }, price, renewsAt: period.end } };
    }
    default:
      return null;
  }
}

/** In the order in which they come. */
const felt = (state: Membership, losses: readonly { readonly loss: LossKind; readonly at: DatedLoss['at'] }[]): readonly DatedLoss[] =>
  losses.filter(({ loss }) => isAtStake(state, loss)).toSorted((a, b) => (a.at < b.at ? -1 : 1));

function planOf(state: Membership, subscriptionId: string): PlanName | null {
  const term = subscriptionById(state, subscriptionId)?.term;
  return term ? { planId: term.planId, kind: term.kind, interval: term.interval } : null;
}
