// Charges have an end: what the card was asked for is collected or fails, told in any order, twice, or late, by the platform or by Stripe.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StripeStub, type StripeObject } from '../support/stripe-stub.js';
import { Account } from './account.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';
import { usd, type Subscription } from './shapes.js';

let stub: StripeStub;
let running: InProcess;

beforeAll(async () => {
  stub = await new StripeStub().start();
  running = await startInProcess(stub.environment, { worker: true });
}, startLimitMs);

afterAll(async () => {
  await running.stop();
  await stub.stop();
}, startLimitMs);

async function subscribed(): Promise<{ account: Account; subscription: Subscription; chargeId: string }> {
  const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
  const subscription = await account.subscribe();
  const [asked] = await account.events('CardChargeRequested');
  return { account, subscription, chargeId: asked!.data['chargeId'] as string };
}

describe('the charge of a period', () => {
  it('that fails makes the plan past due, and being collected after all settles it', async () => {
    const { account, subscription, chargeId } = await subscribed();
    expect((await account.wallet()).openCharges).toEqual([
      { chargeId, purpose: 'plan', amount: usd(4900), status: 'requested', requestedAt: '2026-01-01T00:00:00.000Z', subscriptionId: subscription.subscriptionId },
    ]);
    expect((await account.charge(chargeId, 'failed', 'card_declined')).status).toBe('failed');
    expect((await account.subscription(subscription)).status).toBe('past_due');
    expect((await account.events('ChargeFailed')).map(({ data }) => data['reason'])).toEqual(['card_declined']);
    expect((await account.charge(chargeId, 'collected')).status).toBe('collected');
    expect((await account.charge(chargeId, 'failed')).status).toBe('collected');
    expect((await account.subscription(subscription)).status).toBe('active');
    expect((await account.ledger()).map(({ kind, chargeStatus }) => [kind, chargeStatus])).toEqual([['card_charge', 'collected']]);
    expect((await account.wallet()).openCharges).toEqual([]);
  });

  it('that was asked for before the cancellation and fails after it is a debt, and no card is asked again', async () => {
    const { account, subscription, chargeId } = await subscribed();
    await account.cancel(subscription);
    await account.advance('2026-02-01T00:00:00Z');
    await account.charge(chargeId, 'failed');
    await account.advance('2026-04-01T00:00:00Z');
    expect(await account.dated('CardChargeRequested', 'SubscriptionPastDue')).toEqual(['CardChargeRequested 2026-01-01T00:00:00.000Z', 'SubscriptionPastDue 2026-02-01T00:00:00.000Z']);
    expect((await account.subscription(subscription)).status).toBe('ended');
    await account.charge(chargeId, 'collected');
    expect((await account.post(`/subscriptions/${subscription.subscriptionId}/paid`)).told).toBe('409 subscription_ended');
  });

  it('that nobody asked for is not found, and after the purge everything is gone', async () => {
    const { account, subscription, chargeId } = await subscribed();
    for (const id of ['nobody', `${subscription.subscriptionId}.2`, `${subscription.subscriptionId}.01`]) {
      for (const became of ['collected', 'failed']) expect((await account.post(`/charges/${id}/${became}`)).told).toBe('404 not_found');
    }
    expect((await account.post(`/charges/${chargeId}/failed`, { reason: 5 })).told).toBe('422 invalid_request');
    await account.cancel(subscription);
    await account.advance('2027-03-01T00:00:00Z');
    for (const became of ['collected', 'failed']) expect((await account.post(`/charges/${chargeId}/${became}`)).told).toBe('410 account_purged');
  });
});

describe('a top-up that its customer asks for', () => {
  it('is in the wallet once it is collected, once, and is asked of no card that rests', async () => {
    const { account, subscription } = await subscribed();
    const charge = await account.requestTopUp(500);
    expect(charge).toMatchObject({ purpose: 'top-up', amount: usd(500), status: 'requested' });
    expect(await account.balance()).toBe(0);
    await account.cancel(subscription);
    expect((await account.post('/wallet/top-up-requests', { amount: usd(500) }, { as: 'customer' })).told).toBe('409 auto_recharge_suspended');
    await account.charge(charge.chargeId, 'failed');
    expect(await account.balance()).toBe(0);
    await Promise.all(Array.from({ length: 4 }, () => account.charge(charge.chargeId, 'collected')));
    expect(await account.balance()).toBe(500);
    expect((await account.ledger()).filter(({ kind }) => kind === 'top_up').map(({ amount }) => amount.amount)).toEqual([500]);
  });
});

describe('an invoice at Stripe', () => {
  const deliver = async (payload: string): Promise<void> => {
    const raw = { type: 'application/json; charset=utf-8', content: payload };
    (await running.client.post('/v1/stripe/webhooks', { as: null, raw, headers: { 'stripe-signature': stub.signature(payload) } })).expect(200);
  };
  const permutations = <T>(all: readonly T[]): readonly (readonly T[])[] =>
    all.length === 0 ? [[]] : all.flatMap((one, index) => permutations(all.toSpliced(index, 1)).map((rest) => [one, ...rest]));

  interface Told {
    readonly payload: string;
    /** How far the invoice has come when it is sent, at the earliest. */
    readonly stage: number;
  }

  /** Two failed attempts, then paid: each event twice, as it was when it was sent. */
  function story(metadata: Readonly<Record<string, string>>, id: string) {
    const stages: readonly StripeObject[] = [
      { id, object: 'invoice', status: 'open', attempted: true, attempt_count: 1, metadata },
      { id, object: 'invoice', status: 'open', attempted: true, attempt_count: 2, metadata },
      { id, object: 'invoice', status: 'paid', attempted: true, attempt_count: 3, metadata },
    ];
    const failed: Told = { payload: stub.event('invoice.payment_failed', stages[0]!), stage: 0 };
    const paid: Told = { payload: stub.event('invoice.paid', stages[2]!), stage: 2 };
    return { stages, told: [failed, failed, { payload: stub.event('invoice.payment_failed', stages[1]!), stage: 1 }, paid, paid] };
  }

  it('ends paid, in whatever order its events come, doubled, before or after it is paid', async () => {
    const ends: unknown[] = [];
    const places = permutations([0, 1, 2, 3, 4]);
    // Doubles are alike, so that every order of the five comes by four times: one of these is enough.
    const orders = places.filter((order) => order.indexOf(0) < order.indexOf(1) && order.indexOf(3) < order.indexOf(4));
    for (const [index, order] of orders.entries()) {
      const { account, subscription, chargeId } = await subscribed();
      const id = `in_${index}`;
      const { stages, told } = story({ accountId: account.accountId, chargeId }, id);
      let stage = index % stages.length;
      for (const place of order) {
        stage = Math.max(stage, told[place]!.stage);
        stub.objects.set(id, stages[stage]!);
        await deliver(told[place]!.payload);
      }
      ends.push([(await account.subscription(subscription)).status, (await account.ledger()).map(({ chargeStatus }) => chargeStatus), (await account.events('ChargeCollected')).map(({ actor }) => actor.id)]);
    }
    expect(orders).toHaveLength(30);
    expect(ends).toEqual(orders.map(() => ['active', ['collected'], ['stripe']]));
  }, startLimitMs);

  it('that is never paid leaves the plan past due, once', async () => {
    const { account, subscription, chargeId } = await subscribed();
    const { stages, told } = story({ accountId: account.accountId, chargeId }, 'in_never');
    stub.objects.set('in_never', stages[1]!);
    for (const { payload } of told) await deliver(payload);
    expect((await account.subscription(subscription)).status).toBe('past_due');
    expect(await account.dated('ChargeFailed', 'SubscriptionPastDue', 'ChargeCollected')).toHaveLength(2);
  });
});

describe('the money report', () => {
  it('tells what was asked for, collected, has failed and is open apart', async () => {
    const { account, subscription, chargeId } = await subscribed();
    await account.charge(chargeId, 'collected');
    const [first, second] = [await account.requestTopUp(500), await account.requestTopUp(700)];
    await account.requestTopUp(900);
    await account.charge(first.chargeId, 'collected');
    await account.charge(second.chargeId, 'failed');
    await account.cancel(subscription);
    const { money } = await report();
    for (const { asked, collected, failed, open } of money) expect(asked).toBe(collected + failed + open);
    const topUps = money.find(({ kind }) => kind === 'top_up')!;
    expect(topUps).toMatchObject({ failed: 700 });
    expect(topUps.collected).toBeGreaterThanOrEqual(500);
    expect(topUps.open).toBeGreaterThanOrEqual(900);
  });

  interface Row {
    readonly kind: string;
    readonly asked: number;
    readonly collected: number;
    readonly failed: number;
    readonly open: number;
  }

  /** Once it has caught up with the second charge that failed. */
  async function report(): Promise<{ money: readonly Row[] }> {
    for (;;) {
      const { data } = (await running.client.get('/v1/analytics/money?interval=month&from=2026-01-01&to=2026-02-01', { as: 'analyst' })).expect<{ data: readonly Row[] }>(200);
      if (data.some(({ kind, failed }) => kind === 'top_up' && failed > 0)) return { money: data };
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});
