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
  readonly counts = { charges: 0, recharges: 0, topUps: 0, collected: 0, failed: 0, collectedAfterAll: 0, requests: 0, restored: 0, rested: 0 };
  private readonly ids = new Set<string>();

  /** Throws when something is charged that must not be, twice, or not at all. */
  watch(events: readonly MembershipEvent[]): void {
    const plans = new Map<string, Plan>();
    const charges = new Map<string, 'open' | 'collected' | 'failed'>();
    const filled = new Map<string, number>();
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
          this.once(data.chargeId);
          if (data.purpose !== 'plan') {
            must(data.purpose === 'top-up' || [...plans.values()].some(({ pending, ended }) => !pending && !ended), `the card was asked to fill the wallet at ${effectiveAt} though no plan goes on`);
            must(!suspended, `the card was asked to fill the wallet at ${effectiveAt} while that is suspended`);
            const asked = [...charges].filter(([id, status]) => status === 'open' && id.includes('.recharge.'));
            must(data.purpose === 'top-up' || asked.length === 0, `the card was asked to fill the wallet at ${effectiveAt} while it was being asked already`);
            charges.set(data.chargeId, 'open');
            filled.set(data.chargeId, data.amount.amount);
            this.counts[data.purpose === 'top-up' ? 'topUps' : 'recharges'] += 1;
            break;
          }
          charges.set(data.chargeId, 'open');
          const plan = plans.get(data.subscriptionId);
          must(plan !== undefined && !plan.pending && !plan.ended, `the card was charged at ${effectiveAt} for ${data.subscriptionId}, which is cancelled or ended`);
          must(!plan!.trial, `a trial was charged at ${effectiveAt}`);
          must(data.period.start === plan!.periodStart && effectiveAt === plan!.periodStart, `the card was charged at ${effectiveAt} for another period`);
          must(data.amount.amount === plan!.price, `${data.amount.amount} were charged for a period of ${plan!.price}`);
          plan!.asked += 1;
          this.counts.charges += 1;
          break;
        }
        case 'ChargeCollected':
        case 'ChargeFailed': {
          const before = charges.get(data.chargeId);
          must(before === 'open' || (before === 'failed' && type === 'ChargeCollected'), `${type} of ${data.chargeId}, which is ${before ?? 'nobody’s'}`);
          charges.set(data.chargeId, type === 'ChargeCollected' ? 'collected' : 'failed');
          this.counts[type === 'ChargeFailed' ? 'failed' : before === 'failed' ? 'collectedAfterAll' : 'collected'] += 1;
          break;
        }
        case 'WalletToppedUp':
        case 'WalletRecharged': {
          const id = type === 'WalletRecharged' ? data.chargeId : data.topUpId;
          if (type === 'WalletToppedUp' && !charges.has(id)) break;
          must(charges.get(id) === 'collected' && filled.get(id) === data.amount.amount, `${id} went into the wallet at ${effectiveAt} and was not collected, or not as much, or twice`);
          filled.delete(id);
          break;
        }
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
          this.arrived(charges, filled);
          plans.clear();
          charges.clear();
          filled.clear();
          suspended = false;
          break;
        default:
          must(!/charge(d|Requested|Collected|Failed)$/i.test(type) || type === 'NumberFeesCharged', `${type} looks like a charge that nobody watches`);
      }
    }
    for (const plan of plans.values()) this.wasAskedFor(plan);
    this.arrived(charges, filled);
  }

  /** What was collected for the wallet is in it. */
  private arrived(charges: ReadonlyMap<string, string>, filled: ReadonlyMap<string, number>): void {
    for (const id of filled.keys()) must(charges.get(id) !== 'collected', `${id} was collected, and never went into the wallet`);
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
