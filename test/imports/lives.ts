// Lives that were lived through the API, as another system would describe them: what each is now, and when that began.
import { dayMs, plusMs, type Instant } from '#kernel';
import {
  allNumbers, isLossKind, isPending, lossKinds, lossOf, numberIdsOf, openDeadlines, openSubscriptions, plannedDeadlines, statusOf, type Command, type CommandOf, type ImportedSubscription, type Membership, type MembershipEvent, type Subscription, type Term,
} from '#domain';
import type { Random } from '../simulation/random.js';
import { applyTenDlc, approveTenDlc, buyNumber, cancel, e164Of, hold, importAccount, markPastDue, open, removeNumber, resume, settled, subscribe, topUp, usd } from '../stories/commands.js';
import { Life, moment } from '../stories/life.js';

const zones: readonly [string, ...string[]] = ['UTC', 'America/Los_Angeles', 'Europe/Berlin', 'Asia/Kathmandu', 'Pacific/Apia', 'America/Havana'];

/** Somebody who may have two plans, numbers, a registration, a hold, who may leave, come back and leave again; until `now`. */
export function anyLived(random: Random): { readonly life: Life; readonly now: Instant } {
  const life = new Life('acc');
  const born = moment('2024-01-01T00:00Z', random.below(500) * dayMs + random.below(dayMs));
  life.live(born, open({ timeZone: random.pick(zones), numberBillingAnchorDay: random.chance(0.5) ? null : random.pick([1, 15, 28, 30, 31]), numberFee: usd(random.pick([0, 150, 200])) }));
  let now = born;
  for (let step = 0; step < 4 + random.below(12); step += 1) {
    const [next] = openDeadlines(life.state);
    now = random.chance(0.3) && next ? plusMs(next.dueAt, random.pick([-1, 0, 1])) : plusMs(now, random.below(50 * dayMs));
    if (now < life.happened.at(-1)!.recordedAt) now = life.happened.at(-1)!.recordedAt;
    life.bringUpToDate(now);
    if (life.state.purge) break;
    const command = something(random, life.state, now, step);
    // Who comes back finds that the carrier has what it was asked to take back.
    if (command?.type === 'Subscribe') for (const numberId of numberIdsOf(life.state.numbers.all, 'releasing')) life.live(now, settled(numberId));
    if (command) life.ask(command, now);
  }
  return { life, now };
}

function something(random: Random, state: Membership, now: Instant, step: number): Command | null {
  const running = openSubscriptions(state);
  const one = random.any(running)?.subscriptionId ?? 'nobody';
  const kind = random.pick(['messaging', 'calling'] as const);
  return random.weighted<Command | null>([
    [running.length === 0 ? 12 : 3, subscribe(`${kind}-${random.pick(['monthly', 'annual'])}`, { as: `${kind}-${step}`, trialDays: random.chance(0.2) ? 1 + random.below(30) : null })],
    [running.length > 0 ? 5 : 0, cancel(one, random.chance(0.5) ? {} : { reason: { code: 'unused', comment: 'Farewell.' } })],
    [running.some(isPending) ? 1 : 0, resume(one)],
    [running.length > 0 ? 4 : 0, buyNumber(`number-${step}`, random.pick(['purchased', 'purchased', 'ported', 'verified']))],
    [1, removeNumber(random.any(allNumbers(state.numbers.all))?.numberId ?? 'nobody')],
    [running.length > 0 ? 2 : 0, applyTenDlc(`registration-${step}`)],
    [state.tenDlc.status === 'pending' ? 4 : 0, approveTenDlc],
    [2, topUp(random.pick([100, 900, 5000]), `top-up-${step}`)],
    [1, markPastDue(one)],
    [1, hold(plusMs(now, 40 * dayMs), `hold-${step}`)],
    [3, null],
  ]);
}

/**
 * Whether a line can say it: of a plan only one debt, while it is open; of a cancellation that was taken back, by which another one told its dates, nothing; and of what was lost between two ends nothing.
 */
export function canBeTold({ state, happened }: Life): boolean {
  // The day of the month is said once for all plans, and only at the end of a short month does it matter.
  if (openSubscriptions(state).length > 1 && openSubscriptions(state).some(({ term }) => dayOf(term) > 28)) return false;
  if (state.subscriptions.length > 1 && happened.some(({ event }) => event.type === 'SubscriptionResumed')) return false;
  return !state.purge && state.life === 1 && state.subscriptions.every(({ unpaidPeriods, periodNumber }) => unpaidPeriods.every((one) => one === periodNumber)) &&
    state.subscriptions.every(({ unpaidPeriods, endedAt }) => endedAt === null || unpaidPeriods.length === 0);
}

const expiredAt = ({ happened }: Life): Instant => happened.findLast(({ event }) => event.type === 'TenDlcExpired')!.event.effectiveAt;

const dayOf = ({ anchor }: Term): number => Number(anchor.slice(8, 10));

/** What another system says of it that gives nothing up: numbers and the registration of who has just left are there still. */
export function told(life: Life): CommandOf<'ImportAccount'> {
  const { state, happened } = life;
  const terms = state.terms!;
  const lost = state.lapse !== null;
  const running = openSubscriptions(state).filter(({ trial }) => !trial);
  const registered = happened.findLast(({ event }) => event.type === 'TenDlcApplied')?.event;
  const approved = happened.some(({ event }) => event.type === 'TenDlcRegistered' && event.data.registrationId === state.tenDlc.registrationId);
  // What expired with the end that counts now has not expired there.
  const isThere = state.tenDlc.status === 'expired' && state.lapse !== null && expiredAt(life) > state.lapse.at;
  const status = isThere ? (approved ? 'active' : 'pending') : state.tenDlc.status;
  return importAccount({
    timeZone: terms.timeZone,
    numberBillingAnchorDay: terms.numberBillingAnchorDay ?? state.anchorDay,
    numberFee: terms.numberFee,
    anchorDay: running.length === 1 ? dayOf(running[0]!.term) : null,
    subscriptions: state.subscriptions.map(toldOf),
    numbers: allNumbers(state.numbers.all)
      .filter((one) => one.status === 'active' || (lost && (one.status === 'releasing' || one.status === 'left')))
      .map(({ numberId, e164Hash, origin }) => ({ numberId, e164: e164Of(numberId), e164Hash, origin, carrierNumberId: null })),
    tenDlc: registered?.type !== 'TenDlcApplied' || status === 'none' ? null : {
      registrationId: registered.data.registrationId, brandName: 'Ada & Co', status, messagingServiceSid: null, campaignId: null, brandId: null,
      appliedAt: registered.effectiveAt, registeredAt: null, expiredAt: status === 'expired' ? expiredAt(life) : null,
    },
    wallet: { balance: usd(state.wallet.balance) },
    holds: state.holds.map((one) => ({ ...one, reason: 'case 7', placedAt: null })),
  });
}

const toldOf = (one: Subscription): ImportedSubscription => ({
  subscriptionId: one.subscriptionId,
  planId: one.term.planId,
  startedAt: one.startedAt,
  currentPeriod: one.period,
  status: statusOf(one),
  cancellation: one.cancellation && { requestedAt: one.cancellation.requestedAt, reason: one.cancellation.reason && { code: one.cancellation.reason }, consent: null },
  endedAt: one.endedAt,
});

/** Of an account that was taken over: every loss that waits since then is let go. */
export function letGo(life: Life, now: Instant): void {
  for (const key of life.state.imported!.held) {
    const [kind, subject, generation] = JSON.parse(key) as [string, string, number];
    life.live(now, { type: 'RetryDeadline', kind, subject, generation, reason: null });
  }
  life.bringUpToDate(now);
}

/** The losses that the lapse in which it is now has brought by then, carried out or stopped by a hold. */
export const broughtBy = ({ fired, state }: Life, now: Instant): readonly string[] =>
  [...fired.filter(({ generation }) => state.lapse !== null && generation === state.lifecycle), ...openDeadlines(state).filter(({ dueAt }) => dueAt <= now)]
    .map(({ kind }) => kind)
    .filter(isLossKind);

const counted: ReadonlySet<string> = new Set(['periodNumber', 'chargeId', 'monthsFromAnchor', 'anchor', 'generation']);

/** Without what counts periods: of a plan that began with a trial nobody told how many there were. */
const uncounted = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (name, inner: unknown) => (counted.has(name) ? undefined : inner)));

/** What anybody is shown of it, or will be, now. Which of two cancellations of one instant told the dates is all the same. */
export const shown = (state: Membership): unknown => uncounted({
  anchorDay: state.anchorDay,
  lifecycle: state.lifecycle,
  subscriptions: state.subscriptions.map(({ unpaidPeriods, ...one }) => ({ ...one, cancellation: one.cancellation && { ...one.cancellation, attemptId: null, told: null }, status: statusOf({ unpaidPeriods, ...one }), trial: one.trial && one.endedAt === null })),
  lapse: state.lapse,
  numbers: allNumbers(state.numbers.all).filter(({ status }) => status !== 'removed' && status !== 'released').map(({ e164Hash, origin, status }) => [e164Hash, origin, status]),
  tenDlc: state.tenDlc.status,
  lost: lossKinds.filter((kind) => lossOf(kind).lost(state)),
  wallet: state.wallet,
  holds: state.holds,
  open: openDeadlines(state),
  planned: plannedDeadlines(state),
});

/** What happened to it since, as whoever follows events sees it. */
export const since = (life: Life, place: number): unknown =>
  uncounted(life.events.slice(place).map(({ type, effectiveAt, data }: MembershipEvent) => ({ type, effectiveAt, data: type === 'NumberReleaseStarted' ? { ...data, leftIds: data.leftIds.toSorted() } : data })));

