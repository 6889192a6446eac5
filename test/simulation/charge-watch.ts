// Watches what is asked of the card and what comes of it: nothing is asked for that must not be, what is collected counts once, and what is not paid is owed.
import type { MembershipEvent } from '#domain';

type DataOf<Type extends MembershipEvent['type']> = Extract<MembershipEvent, { type: Type }>['data'];

interface Asked {
  readonly purpose: DataOf<'CardChargeRequested'>['purpose'];
  readonly amount: number;
  readonly subscriptionId: string | null;
  status: 'open' | 'collected' | 'failed';
  /** What follows from its being collected, or from its failing, has followed. */
  followed: boolean;
}

export class ChargeWatch {
  private readonly charges = new Map<string, Asked>();
  /** Over all lives of the account: the payment system knows nothing but the key. */
  private readonly keys = new Set<string>();
  /** By subscription: how many periods are owed. */
  private readonly debts = new Map<string, number>();

  /** `runs`: some plan goes on; `nobodyYet`: no plan has been requested away. */
  requested(data: DataOf<'CardChargeRequested'>, runs: boolean, nobodyYet: boolean): void {
    must(!this.keys.has(data.chargeId), `the card is asked twice for ${data.chargeId}`);
    this.keys.add(data.chargeId);
    if (data.purpose === 'top-up') must(runs || nobodyYet, `the card is asked for ${data.chargeId}, and no plan goes on`);
    if (data.purpose === 'auto-recharge') {
      must(runs, `the card is asked for ${data.chargeId}, and no plan goes on`);
      must(![...this.charges.values()].some(({ purpose, status }) => purpose === 'auto-recharge' && status === 'open'), `the card is asked for ${data.chargeId} while it is being asked already`);
    }
    this.charges.set(data.chargeId, {
      purpose: data.purpose, amount: data.amount.amount, subscriptionId: data.purpose === 'plan' ? data.subscriptionId : null, status: 'open', followed: false,
    });
  }

  collected(id: string): void {
    const charge = this.asked(id);
    must(charge.status !== 'collected', `${id} was collected twice`);
    Object.assign(charge, { status: 'collected', followed: charge.purpose === 'plan' });
  }

  failed(id: string): void {
    const charge = this.asked(id);
    must(charge.status === 'open', `${id} failed and was ${charge.status} before`);
    charge.status = 'failed';
  }

  filled(id: string, amount: number): void {
    const charge = this.asked(id);
    must(charge.status === 'collected' && !charge.followed && charge.amount === amount, `${id} brought ${amount} into the wallet`);
    charge.followed = true;
  }

  /** By a charge, or by money that came some other way. */
  toppedUp(id: string, amount: number): void {
    if (this.charges.has(id)) this.filled(id, amount);
  }

  pastDue({ subscriptionId }: DataOf<'SubscriptionPastDue'>): void {
    this.debts.set(subscriptionId, (this.debts.get(subscriptionId) ?? 0) + 1);
  }

  paid({ subscriptionId, periodNumber }: DataOf<'SubscriptionPaid'>): void {
    const owed = this.debts.get(subscriptionId) ?? 0;
    must(owed > 0, `${subscriptionId} was paid and owed nothing`);
    this.debts.set(subscriptionId, periodNumber === null ? 0 : owed - 1);
  }

  check(): void {
    for (const [id, { status, followed }] of this.charges) must(status !== 'collected' || followed, `${id} was collected and nothing came of it`);
    for (const [subscriptionId, owed] of this.debts) {
      const failed = [...this.charges.values()].filter((one) => one.subscriptionId === subscriptionId && one.status === 'failed').length;
      must(owed >= failed, `${failed} charges of ${subscriptionId} have failed, and ${owed} periods are owed`);
    }
  }

  forget(): void {
    this.charges.clear();
    this.debts.clear();
  }

  private asked(id: string): Asked {
    const charge = this.charges.get(id);
    if (!charge) throw new Error(`nobody has asked for ${id}`);
    return charge;
  }
}

function must(holds: boolean, objection: string): void {
  if (!holds) throw new Error(objection);
}
