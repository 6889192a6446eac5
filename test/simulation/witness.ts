// Watches a life from outside with a much simpler model of the promise, and objects to whatever breaks it.
import { epochMs, type Instant } from '#kernel';
import { localDateNumber, localDay, nextMonthlyMidnight, type MembershipEvent, type Policy } from '#domain';
import type { Happening } from '../stories/life.js';
import { ChargeWatch } from './charge-watch.js';
import { LossWatch } from './loss-watch.js';
import { ReleaseWatch, type Standing } from './release-watch.js';

const dayMs = 86_400_000;
/** A deadline may lie this much beyond 24-hour days, where a zone skipped a day, turned its clocks, or a year was a leap year. */
const calendarMayAddMs = 3 * dayMs;

interface Plan {
  readonly kind: string;
  end: Instant;
  /** What was promised with the cancellation. */
  pending: Policy | null;
}

interface Clock {
  readonly from: Instant;
  readonly ms: number;
  readonly followsMessaging: boolean;
  done: boolean;
  /** Whether there was something that it took. */
  lost?: boolean;
}

const within = (at: Instant, { from, ms }: Pick<Clock, 'from' | 'ms'>): boolean =>
  epochMs(at) >= epochMs(from) + ms && epochMs(at) <= epochMs(from) + ms + calendarMayAddMs;

const most = (policies: readonly Policy[], of: (policy: Policy) => number): number => Math.max(...policies.map(of));

export class Witness {
  private readonly open = new Map<string, Plan>();
  private readonly attempts = new Map<string, { readonly at: Instant; readonly end: Instant }>();
  private promises: Policy[] = [];
  private readonly seen = new Set<string>();
  private readonly numbers = new Map<string, string>();
  private readonly releases = new ReleaseWatch();
  private readonly losses = new LossWatch();
  private readonly charges = new ChargeWatch();
  /** An early erasure gives up at once what would otherwise have its day. */
  private erasing = false;
  private release: Clock | null = null;
  private tenDlc: Clock | null = null;
  private purge: Clock | null = null;
  private feesAfterEnd = false;
  private holds = 0;
  private balance = 0;
  private suspended = false;
  private rechargeOn = false;
  private last: Instant | null = null;
  /** Bills are due after `since`; `null` while nothing is billed. */
  private billing: { since: Instant } | null = null;
  private fees: Instant[] = [];
  private expectedFees: Instant[] = [];
  private anchorDay: number | null = null;
  /** Outlives a purge, as all terms of the account do. */
  private agreedAnchorDay: number | null = null;
  private zone = 'UTC';
  /** By whose clock fees fall due: the account's, until their dates are told. */
  private feeZone = 'UTC';
  /** A billing day that began where the account moved to before it did where it came from. */
  private skipped: { readonly date: number; readonly at: Instant } | null = null;
  private rate = 0;

  /** What a life has to be by now: late is wrong too, once it has been brought up to `now`. */
  check(now: Instant, state: { readonly balance: number; readonly openKinds: readonly string[]; readonly suspended: boolean; readonly tenDlcActive: boolean }): void {
    for (const [id, { end }] of this.open) this.must(end > now, `the period of ${id} ended at ${end} and nothing followed by ${now}`);
    this.must(state.openKinds.join() === [...this.open.values()].map(({ kind }) => kind).toSorted().join(), `features of ${state.openKinds.join()} are granted at ${now}`);
    for (const clock of [this.release, this.tenDlc, this.holds > 0 ? null : this.purge]) {
      this.must(!clock || clock.done || epochMs(now) < epochMs(clock.from) + clock.ms + calendarMayAddMs, `a consequence of the end at ${clock?.from ?? ''} is missing at ${now}`);
    }
    this.must(!(state.tenDlcActive && this.tenDlc?.done), `10DLC is active at ${now} though it has expired`);
    this.releases.check();
    this.charges.check();
    this.must(state.balance === this.balance, `the wallet holds ${state.balance}, the movements give ${this.balance}`);
    if (this.open.size > 0) this.must(state.suspended === !this.runs(), `auto-recharge is ${state.suspended ? '' : 'not '}suspended at ${now}`);
    this.bill(now);
    this.must(this.fees.join() === this.expectedFees.join(), `fees fell due at ${this.expectedFees.join()} and were charged at ${this.fees.join()}`);
  }

  see({ event, recordedAt }: Happening): void {
    const { effectiveAt: at, type } = event;
    this.must(at <= recordedAt, `${type} counts from ${at} and was written at ${recordedAt}: early`);
    this.must(this.last === null || at >= this.last, `${type} of ${at} was written after something of ${this.last ?? ''}`);
    this.last = at;
    this.losses.see(event);
    this.judge(event, at, recordedAt);
    this.must(this.balance >= 0, `the wallet holds ${this.balance}`);
  }

  private judge(event: MembershipEvent, at: Instant, recordedAt: Instant): void {
    switch (event.type) {
      case 'AccountOpened':
        this.zone = this.feeZone = event.data.timeZone;
        this.rate = event.data.numberFee.amount;
        this.anchorDay = this.agreedAnchorDay = event.data.numberBillingAnchorDay;
        return;
      case 'AccountChanged':
        this.bill(at);
        if (event.data.timeZone === undefined) return;
        this.zone = event.data.timeZone;
        return this.feesFollow(at, this.open.size > 0);
      case 'SubscriptionStarted':
        return this.started(event.data, at);
      case 'SubscriptionRenewed': {
        const plan = this.plan(event.data.subscriptionId);
        this.must(!plan.pending, 'what was cancelled renewed');
        this.must(at === plan.end && event.data.period.start === at && event.data.period.end > at, 'periods do not follow upon each other');
        plan.end = event.data.period.end;
        return this.anchored(event.data);
      }
      case 'CardChargeRequested': {
        this.charges.requested(event.data, this.runs(), this.open.size === 0 && this.release === null);
        if (event.data.purpose === 'auto-recharge') this.must(this.rechargeOn, `the card was asked to fill the wallet at ${at}`);
        if (event.data.purpose !== 'plan') return;
        const plan = this.plan(event.data.subscriptionId);
        this.must(!plan.pending, 'the card was charged for what is cancelled');
        this.must(event.data.period.start === at && event.data.period.end === plan.end, 'the card was charged for another period');
        return;
      }
      case 'ChargeCollected':
        return this.charges.collected(event.data.chargeId);
      case 'ChargeFailed':
        return this.charges.failed(event.data.chargeId);
      case 'SubscriptionPastDue':
        return this.charges.pastDue(event.data);
      case 'SubscriptionPaid':
        return this.charges.paid(event.data);
      case 'CancellationRequested': {
        const plan = this.plan(event.data.subscriptionId);
        this.must(!plan.pending && at < plan.end && event.data.effectiveAt === plan.end, `a cancellation at ${at} is promised for ${event.data.effectiveAt}`);
        plan.pending = event.data.policy;
        const attempted = event.data.attemptId === null ? null : this.attempts.get(event.data.attemptId);
        this.must(attempted === null || (attempted !== undefined && epochMs(at) < epochMs(attempted.at) + 3_600_000 && attempted.end === plan.end), `an attempt was confirmed at ${at}`);
        return;
      }
      case 'CancellationAttempted':
        this.attempts.set(event.data.attemptId, { at, end: this.plan(event.data.subscriptionId).end });
        return;
      case 'SubscriptionResumed': {
        const plan = this.plan(event.data.subscriptionId);
        this.must(plan.pending !== null && at < plan.end, `resumed at ${at}, when it ends at ${plan.end}`);
        this.bill(at);
        plan.pending = null;
        return this.feesFollow(at, true);
      }
      case 'PeriodEnded':
        return this.ended(event.data.subscriptionId, event.data.lastPlan, at);
      case 'NumberPurchased':
        return this.stands([[event.data.numberId, event.data.origin]], at);
      case 'NumberRemoved': {
        const { numberId } = event.data;
        this.bill(at);
        if (this.numbers.get(numberId) === 'purchased') this.releases.wasRemoved(numberId);
        this.numbers.delete(numberId);
        if (this.numbers.size === 0) this.billing = null;
        return this.releases.leftIsGone(numberId);
      }
      case 'NumberNotGivenBack':
        return this.releases.abandoned(event.data.numberId);
      case 'NumberFeesCharged':
        this.must(event.data.count === this.numbers.size, `${event.data.count} numbers were billed, ${this.numbers.size} stand there`);
        this.must(event.data.amount.amount === Math.min(this.balance, this.numbers.size * this.rate), 'a fee took another amount than was due and there');
        this.balance -= event.data.amount.amount;
        this.once(`fee ${at}`);
        this.fees.push(at);
        return;
      case 'NumberFeesFellShort':
        this.must(event.data.amount.amount > 0 && this.balance === 0 && event.data.amount.amount <= this.numbers.size * this.rate, 'a shortfall that is none');
        return;
      case 'NumberReleaseStarted': {
        this.must(this.erasing || (this.release !== null && !this.release.done && within(at, this.release)), `numbers were released at ${at}, the last plan having ended at ${this.release?.from ?? 'no time'}`);
        this.bill(at);
        if (this.release) this.release.done = true;
        this.releases.started(event.data, this.numbers);
        this.numbers.clear();
        this.billing = null;
        return;
      }
      case 'NumberReleased':
        return this.releases.released(event.data.numberId);
      case 'NumberReleaseRetried':
        return this.releases.retried(event.data.numberId);
      case 'NumberReleaseBlocked':
        return this.stands(this.releases.blocked(event.data.numberId), at);
      case 'NumberReleaseWithdrawn':
        return this.stands(this.releases.withdrawn(event.data.numberIds), at);
      case 'NumbersReleased':
        return this.releases.settled(event.data);
      case 'TenDlcExpired':
      case 'TenDlcExpirySkipped':
        this.must(this.erasing || (this.tenDlc !== null && !this.tenDlc.done && within(at, this.tenDlc)), `10DLC ended at ${at}, its plan having ended at ${this.tenDlc?.from ?? 'no time'}`);
        if (this.tenDlc) Object.assign(this.tenDlc, { done: true, lost: event.type === 'TenDlcExpired' });
        return;
      case 'PurgeStarted':
        this.must(this.open.size === 0, 'data was deleted while a plan was open');
        this.erasing = event.data.basis !== 'retention';
        if (event.data.basis === 'retention') {
          this.must(this.holds === 0, 'data was deleted under a hold');
          this.must(this.purge !== null && !this.purge.done && epochMs(event.data.due) >= epochMs(this.purge.from) + this.purge.ms && recordedAt >= event.data.due, `data was deleted at ${recordedAt}`);
        }
        return this.once(event.data.purgeId);
      case 'DataPurged':
        return this.forget();
      case 'WalletToppedUp':
        this.charges.toppedUp(event.data.topUpId, event.data.amount.amount);
        this.balance += event.data.amount.amount;
        return;
      case 'WalletRecharged':
        this.charges.filled(event.data.chargeId, event.data.amount.amount);
        this.balance += event.data.amount.amount;
        return;
      case 'AutoRechargeConfigured':
        this.rechargeOn = event.data.enabled;
        return;
      case 'AutoRechargeSuspended':
      case 'AutoRechargeRestored':
        this.must(this.suspended === (event.type === 'AutoRechargeRestored'), `${event.type} twice`);
        this.suspended = !this.suspended;
        return;
      case 'UnsentMessagesCredited':
        this.must(!this.open.has(event.data.subscriptionId), 'messages of an open plan were credited');
        this.balance += event.data.amount.amount;
        return this.once(event.data.creditId);
      case 'LegalHoldPlaced':
        this.holds += 1;
        return;
      case 'LegalHoldLifted':
        this.holds -= 1;
        return;
      default:
    }
  }

  /** Day 31 gives the last day of short months, and no month drifts from the anchor. */
  private anchored({ anchor, monthsFromAnchor, period, timeZone }: Extract<MembershipEvent, { type: 'SubscriptionRenewed' }>['data']): void {
    const [year = 0, month = 0, day = 0] = anchor.slice(0, 10).split('-').map(Number);
    const months = year * 12 + month - 1 + monthsFromAnchor;
    const monthLength = new Date(Date.UTC(Math.floor(months / 12), (months % 12) + 1, 0)).getUTCDate();
    const expected = Math.floor(months / 12) * 10_000 + ((months % 12) + 1) * 100 + Math.min(day, monthLength);
    const ends = localDateNumber(period.end, timeZone);
    this.must(ends === (timeZone === 'Pacific/Apia' && expected === 20_111_230 ? 20_111_231 : expected), `the period anchored at ${anchor} ends on ${ends}`);
  }

  private started({ subscriptionId, kind, period, returned }: Extract<MembershipEvent, { type: 'SubscriptionStarted' }>['data'], at: Instant): void {
    this.must(![...this.open.values()].some((plan) => plan.kind === kind), `a second plan of ${kind}`);
    this.must((returned !== null) === (this.release !== null), 'whether it is a return');
    if (returned) {
      // Whether all that was being released was kept after all is what the examples of a release look at.
      this.must(!returned.lost.includes('numbers') || this.release!.done, 'what of the numbers is lost');
      this.must(returned.lost.includes('ten-dlc') === (this.tenDlc?.lost ?? false), 'what of 10DLC is lost');
      this.promises = [];
    }
    this.bill(at);
    const goesOn = this.open.size > 0;
    this.anchorDay ??= localDay(at, this.zone);
    if (this.open.size === 0 && this.numbers.size > 0) this.billing = { since: at };
    if (returned) this.stands(this.releases.cameBack(), at);
    this.open.set(subscriptionId, { kind, end: period.end, pending: null });
    this.release = this.purge = null;
    if (kind === 'messaging' || !this.tenDlc?.followsMessaging) this.tenDlc = null;
    this.feesFollow(at, goesOn);
  }

  /** Where fees have been told, they stay; otherwise a day that is over where the account has come to is billed when it would have been. */
  private feesFollow(at: Instant, goesOn: boolean): void {
    const told = this.open.size > 0 ? !this.runs() : this.release !== null;
    if (told || this.feeZone === this.zone) return;
    const next = goesOn ? this.next() : null;
    this.feeZone = this.zone;
    this.skipped = next && next.date <= localDateNumber(at, this.zone) ? next : null;
    if (this.billing) this.billing = { since: at };
  }

  private ended(id: string, lastPlan: boolean, at: Instant): void {
    const plan = this.plan(id);
    this.bill(at);
    this.must(plan.pending !== null && at === plan.end, `${id} ended at ${at}`);
    const policy = plan.pending!;
    this.promises.push(policy);
    this.open.delete(id);
    this.once(`end of ${id}`);
    this.must(lastPlan === (this.open.size === 0), 'whether it was the last plan');
    const scoped = plan.kind === 'messaging' && policy.tenDlcScope === 'messaging';
    if (scoped) this.tenDlc ??= { from: at, ms: policy.tenDlcExpireAfterDays * dayMs, followsMessaging: true, done: false };
    if (!lastPlan) return;
    const clock = (ms: number): Clock => ({ from: at, ms, followsMessaging: false, done: false });
    this.release = clock(most(this.promises, (one) => one.numbersReleaseAfterDays) * dayMs);
    this.tenDlc ??= clock(most(this.promises, (one) => one.tenDlcExpireAfterDays) * dayMs);
    this.purge = clock(most(this.promises, (one) => one.purgeAfterYears) * 365 * dayMs);
    this.feesAfterEnd = this.promises.every((one) => one.numberFeesAfterEnd);
  }

  /** Numbers that are there from now on; verified caller ids are not billed. */
  private stands(numbers: readonly Standing[], at: Instant): void {
    for (const [id, origin] of numbers) {
      if (origin === 'verified') continue;
      this.bill(at);
      if (this.numbers.size === 0) this.billing = { since: at };
      this.numbers.set(id, origin);
    }
  }

  /** Every boundary up to `until`, inclusively, that has not been expected yet. */
  private bill(until: Instant): void {
    if (!this.billing || this.anchorDay === null || (this.open.size === 0 && !this.release)) return;
    const ended = this.open.size === 0 && !this.feesAfterEnd ? this.release!.from : until;
    const to = ended < until ? ended : until;
    for (let next = this.next(); next && next.at <= to; next = this.next()) {
      this.billing = { since: next.at };
      if (this.rate > 0) this.expectedFees.push(next.at);
      this.seen.add(`billed ${next.date}`);
    }
  }

  private next(): { readonly date: number; readonly at: Instant } | null {
    if (!this.billing || this.anchorDay === null) return null;
    if (this.skipped && this.skipped.at > this.billing.since) return this.skipped;
    for (let { since } = this.billing; ; ) {
      since = nextMonthlyMidnight(since, this.feeZone, this.anchorDay);
      const date = localDateNumber(since, this.feeZone);
      if (!this.seen.has(`billed ${date}`)) return { date, at: since };
    }
  }

  private forget(): void {
    this.open.clear();
    this.releases.forget();
    this.charges.forget();
    this.numbers.clear();
    this.promises = [];
    this.release = this.tenDlc = this.purge = this.billing = null;
    this.balance = this.holds = 0;
    this.suspended = this.rechargeOn = this.erasing = false;
    this.anchorDay = this.agreedAnchorDay;
    this.feeZone = this.zone;
    this.skipped = null;
  }

  private runs(): boolean {
    return [...this.open.values()].some(({ pending }) => !pending);
  }

  private plan(id: string): Plan {
    const plan = this.open.get(id);
    if (!plan) throw new Error(`${id} is not open`);
    return plan;
  }

  private once(what: string): void {
    this.must(!this.seen.has(what), `${what} twice`);
    this.seen.add(what);
  }

  private must(holds: boolean, objection: string): void {
    if (!holds) throw new Error(objection);
  }
}
