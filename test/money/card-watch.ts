// Watches what is asked of cards, from the events alone: it shares no line with the rules, nor with the guard before the log.
import type { MembershipEvent } from '#domain';
import { must } from './random-account.js';

interface Plan {
  pending: boolean;
  ended: boolean;
  /** Of the running period, until it has been asked for. */
  price: number;
  periodStart: string;
  asked: number;
  trial: boolean;
}

export class CardWatch {
  readonly counts = { charges: 0, recharges: 0, requests: 0, restored: 0, rested: 0 };
  private readonly ids = new Set<string>();

  /** Throws when something is charged that must not be, twice, or not at all. */
  watch(events: readonly MembershipEvent[]): void {
    const plans = new Map<string, Plan>();
    let suspended = false;
    for (const { type, data, effectiveAt } of events) {
      switch (type) {
        case 'SubscriptionStarted':
        case 'SubscriptionRenewed': {
          const before = plans.get(data.subscriptionId);
          this.wasAskedFor(before);
          must(!before?.pending, `${data.subscriptionId} was cancelled and renewed`);
          const trial = type === 'SubscriptionStarted' && data.trialDays !== null;
          plans.set(data.subscriptionId, { pending: false, ended: false, price: data.price.amount, periodStart: data.period.start, asked: 0, trial });
          break;
        }
        case 'CardChargeRequested': {
          const plan = plans.get(data.subscriptionId);
          must(plan !== undefined && !plan.pending && !plan.ended, `the card was charged at ${effectiveAt} for ${data.subscriptionId}, which is cancelled or ended`);
          must(!plan!.trial, `a trial was charged at ${effectiveAt}`);
          must(data.period.start === plan!.periodStart && effectiveAt === plan!.periodStart, `the card was charged at ${effectiveAt} for another period`);
          must(data.amount.amount === plan!.price, `${data.amount.amount} were charged for a period of ${plan!.price}`);
          plan!.asked += 1;
          this.once(data.chargeId);
          this.counts.charges += 1;
          break;
        }
        case 'WalletRecharged':
          must([...plans.values()].some(({ pending, ended }) => !pending && !ended), `the card filled the wallet at ${effectiveAt} though no plan goes on`);
          must(!suspended, `the card filled the wallet at ${effectiveAt} while that is suspended`);
          this.once(data.chargeId);
          this.counts.recharges += 1;
          break;
        case 'AutoRechargeSuspended':
        case 'AutoRechargeRestored':
          suspended = type === 'AutoRechargeSuspended';
          this.counts[suspended ? 'rested' : 'restored'] += 1;
          break;
        case 'CancellationRequested':
          plans.get(data.subscriptionId)!.pending = true;
          this.counts.requests += 1;
          break;
        case 'SubscriptionResumed':
          plans.get(data.subscriptionId)!.pending = false;
          break;
        case 'PeriodEnded': {
          const plan = plans.get(data.subscriptionId)!;
          this.wasAskedFor(plan);
          plan.ended = true;
          break;
        }
        case 'DataPurged':
          plans.clear();
          suspended = false;
          break;
        default:
          must(!/charge(d|Requested)$/i.test(type) || type === 'NumberFeesCharged', `${type} looks like a charge that nobody watches`);
      }
    }
    for (const plan of plans.values()) this.wasAskedFor(plan);
  }

  private wasAskedFor(plan: Plan | undefined): void {
    if (plan) must(plan.asked === (plan.trial ? 0 : 1), `the period from ${plan.periodStart} was charged ${plan.asked} times`);
  }

  /** Over all accounts: the payment system knows nothing but the key. */
  private once(chargeId: string): void {
    must(!this.ids.has(chargeId), `the idempotency key ${chargeId} is used for two charges`);
    this.ids.add(chargeId);
  }
}
