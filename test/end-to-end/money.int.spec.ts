// Money until the last day: every movement has its reason, the ledger adds up, and nothing is charged that should not be.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Account, at, day, type MessageToSchedule } from './account.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';
import { usd, type LedgerEntry, type Preview, type Problem, type ScheduledMessage, type Subscription } from './shapes.js';

let running: InProcess;

beforeAll(async () => {
  running = await startInProcess({}, { worker: true });
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

/** What moved the wallet adds up to what is in it, and is never less than nothing on the way. */
async function addsUp(account: Account): Promise<readonly LedgerEntry[]> {
  const ledger = await account.ledger();
  let balance = 0;
  for (const { source, kind, amount } of ledger) {
    // An auto-recharge is money from the card that goes into the wallet.
    if (kind !== 'number_fee_shortfall' && (source === 'wallet' || kind === 'auto_recharge')) balance += amount.amount;
    expect(balance).toBeGreaterThanOrEqual(0);
  }
  expect(balance).toBe(await account.balance());
  return ledger;
}

const fees = (ledger: readonly LedgerEntry[]): readonly (readonly [string, string, number])[] =>
  ledger.filter(({ kind }) => kind.startsWith('number_fee')).map(({ kind, effectiveAt, amount }) => [kind, effectiveAt.slice(0, 10), amount.amount]);

describe('an annual plan cancelled in January that ends on 30 April, with four numbers billed on the 15th', () => {
  const E = '2026-04-30T00:00:00.000Z';

  async function cancelledInJanuary(wallet: number): Promise<{ account: Account; preview: Preview; bought: readonly string[] }> {
    const account = await Account.open(running.client, { now: '2025-04-30T00:00:00Z', numberBillingAnchorDay: 15 });
    const subscription = await account.subscribe('messaging-annual');
    await account.advance('2026-01-10T00:00:00Z');
    const bought = await account.buyNumbers(4);
    await account.topUp(wallet);
    const preview = await account.preview(subscription);
    await account.cancel(subscription);
    return { account, preview, bought };
  }

  it('costs four times 8.00, as the preview said', async () => {
    const { account, preview } = await cancelledInJanuary(10_000);
    expect(preview.effectiveAt).toBe(E);
    expect(preview.numberFees.upcoming.map(({ at: when, count, amount }) => [when, count, amount.amount])).toEqual(
      ['2026-01-15', '2026-02-15', '2026-03-15', '2026-04-15'].map((date) => [`${date}T00:00:00.000Z`, 4, 800]),
    );
    expect(preview.numberFees).toMatchObject({ next: { at: '2026-01-15T00:00:00.000Z' }, avoidableUntil: '2026-01-15T00:00:00.000Z' });
    await account.advance(E);
    expect(fees(await addsUp(account))).toEqual(['2026-01-15', '2026-02-15', '2026-03-15', '2026-04-15'].map((date) => ['number_fee', date, -800]));
    // None in the fourteen days after, nor later.
    await account.advance('2026-06-20T00:00:00Z');
    expect(fees(await addsUp(account))).toHaveLength(4);
  });

  it('costs 2.00 from February on when three are removed the day before', async () => {
    const { account, bought } = await cancelledInJanuary(10_000);
    await account.advance('2026-02-14T00:00:00Z');
    for (const e164 of bought.slice(0, 3)) await account.removeNumber(e164);
    await account.advance(E);
    expect(fees(await addsUp(account)).map(([, , amount]) => amount)).toEqual([-800, -200, -200, -200]);
    expect((await account.events('NumberFeesCharged')).map(({ data }) => data['count'])).toEqual([4, 1, 1, 1]);
  });

  it('takes 5.00 from a wallet of 5.00 and tells a shortfall of 3.00; never the card', async () => {
    const { account } = await cancelledInJanuary(500);
    await account.advance('2026-01-15T00:00:00Z');
    const ledger = await addsUp(account);
    expect(fees(ledger)).toEqual([['number_fee', '2026-01-15', -500], ['number_fee_shortfall', '2026-01-15', expect.any(Number)]]);
    expect(Math.abs(ledger.at(-1)!.amount.amount)).toBe(300);
    await account.advance(E);
    expect(await account.balance()).toBe(0);
    expect((await addsUp(account)).filter(({ source, effectiveAt }) => source === 'card' && effectiveAt > '2026-01-10T00:00:00.000Z')).toEqual([]);
  });
});

describe('the boundary exactly at the end', () => {
  it('is charged, and the auto-recharge rests from the request on', async () => {
    const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    const subscription = await account.subscribe();
    await account.buyNumbers(2);
    await account.topUp(1000);
    (await account.send('PUT', '/wallet/auto-recharge', { body: { enabled: true, threshold: usd(800), amount: usd(2000) } })).expect(200);
    await account.cancel(subscription);
    await account.advance('2026-03-01T00:00:00Z');
    expect(fees(await addsUp(account))).toEqual([['number_fee', '2026-02-01', -400]]);
    expect(await account.dated('AutoRechargeSuspended', 'AutoRechargeRestored')).toEqual(['AutoRechargeSuspended 2026-01-01T00:00:00.000Z']);
    expect((await account.ledger()).map(({ kind }) => kind)).toEqual(['card_charge', 'top_up', 'number_fee']);
  });

  it('recharges from the card while a plan is not pending', async () => {
    const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    await account.subscribe();
    await account.buyNumbers(2);
    await account.topUp(1000);
    (await account.send('PUT', '/wallet/auto-recharge', { body: { enabled: true, threshold: usd(800), amount: usd(2000) } })).expect(200);
    await account.advance('2026-02-01T00:00:00Z');
    expect([await account.balance(), (await addsUp(account)).filter(({ kind }) => kind === 'auto_recharge')]).toEqual([600, []]);
    const [charge] = (await account.wallet()).openCharges.filter(({ purpose }) => purpose === 'auto-recharge');
    expect(charge).toMatchObject({ amount: usd(2000), status: 'requested', requestedAt: '2026-02-01T00:00:00.000Z' });
    for (let told = 0; told < 2; told += 1) expect(await account.charge(charge!.chargeId, 'collected')).toEqual({ ...charge, status: 'collected' });
    const ledger = await addsUp(account);
    expect(ledger.filter(({ kind }) => kind === 'auto_recharge').map(({ amount, source, chargeId }) => [amount.amount, source, chargeId])).toEqual([[2000, 'card', charge!.chargeId]]);
    expect(await account.balance()).toBe(2600);
  });
});

describe('messages that are not sent by the end', () => {
  const E = '2026-02-01T00:00:00.000Z';
  const sms = (sendAt: string): MessageToSchedule => ({ channel: 'sms', sendAt, price: usd(2) });
  const rvm = (sendAt: string): MessageToSchedule => ({ channel: 'rvm', sendAt, price: usd(15) });

  async function scheduled(): Promise<{ account: Account; subscription: Subscription; early: string }> {
    const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    const subscription = await account.subscribe();
    const [early] = await account.schedule([sms('2026-01-20T00:00:00Z'), ...Array.from({ length: 10 }, () => sms(at(E, day))), rvm(E), rvm(at(E, day))]);
    return { account, subscription, early: early!.messageId };
  }

  it('are credited once, at the end, as the preview said, and itemised', async () => {
    const { account, subscription, early } = await scheduled();
    expect((await account.preview(subscription)).credits).toEqual({ total: usd(50), sms: { count: 10, amount: usd(20) }, rvm: { count: 2, amount: usd(30) } });
    await account.cancel(subscription);
    expect(await account.balance()).toBe(0);
    await account.advance('2026-01-20T00:00:00Z');
    (await account.post(`/scheduled-messages/${early}/sent`)).expect(200);
    await account.advance(at(E, -1));
    expect(await account.balance()).toBe(0);
    await account.advance(E);
    expect(await account.balance()).toBe(50);
    const credits = (await addsUp(account)).filter(({ kind }) => kind === 'unsent_message_credit');
    expect(credits.map(({ amount, effectiveAt, items }) => [amount.amount, effectiveAt, items?.length])).toEqual([[50, E, 12]]);
    expect(credits[0]!.items!.map(({ messageId }) => messageId)).not.toContain(early);
    const after = await account.all<ScheduledMessage>('/scheduled-messages');
    expect(after.filter(({ status, credited }) => status === 'cancelled' && credited)).toHaveLength(12);
    expect(after.find(({ messageId }) => messageId === early)).toMatchObject({ status: 'sent', credited: false });
    await account.advance(at(E, 20 * day));
    expect(await account.balance()).toBe(50);
    expect((await account.post(`/scheduled-messages/${after.at(-1)!.messageId}/sent`)).told).toBe('409 message_cancelled');
  });

  it('whose time has passed without a report are credited too', async () => {
    const { account, subscription } = await scheduled();
    await account.cancel(subscription);
    await account.advance(E);
    expect(await account.balance()).toBe(52);
  });

  it('stay scheduled after a resume', async () => {
    const { account, subscription } = await scheduled();
    await account.cancel(subscription);
    (await account.resume(subscription)).expect(200);
    await account.advance(at(E, 3 * day));
    expect((await account.all<ScheduledMessage>('/scheduled-messages')).map(({ status }) => status)).toEqual(Array(13).fill('scheduled'));
    expect(await account.balance()).toBe(0);
  });

  it('of another plan stay with it', async () => {
    const { account, subscription } = await scheduled();
    await account.subscribe('calling-monthly');
    await account.schedule([{ ...sms(at(E, day)), planKind: 'calling' }]);
    await account.cancel(subscription);
    await account.advance(E);
    expect((await account.all<ScheduledMessage>('/scheduled-messages?status=scheduled')).length).toBe(1);
    expect((await addsUp(account)).find(({ kind }) => kind === 'unsent_message_credit')?.items).toHaveLength(13);
  });

  it('that the platform reports as sent in the very moment of the end are sent or credited, never both', async () => {
    const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    const subscription = await account.subscribe();
    const messages = await account.schedule(Array.from({ length: 40 }, () => sms(at(E, -1000))));
    await account.cancel(subscription);
    await account.advance(at(E, -1));
    const [, ...reports] = await Promise.all([account.advance(E), ...messages.map(({ messageId }) => account.post(`/scheduled-messages/${messageId}/sent`))]);
    const after = new Map((await account.all<ScheduledMessage>('/scheduled-messages')).map((message) => [message.messageId, message]));
    const told = messages.map(({ messageId }, index) => [reports[index]!.told, after.get(messageId)!.status, after.get(messageId)!.credited]);
    for (const one of told) expect([['200', 'sent', false], ['409 message_cancelled', 'cancelled', true]]).toContainEqual(one);
    const credited = told.filter(([, , isCredited]) => isCredited === true).length;
    expect(await account.balance()).toBe(credited * 2);
    await addsUp(account);
  });
});

describe('a bulk of messages', () => {
  it('with one bad row names its index and stores nothing', async () => {
    const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    await account.subscribe();
    const good = Array.from({ length: 100 }, (_, index): MessageToSchedule => ({ messageId: `m-${index}`, channel: 'sms', sendAt: '2026-01-20T00:00:00Z', price: usd(2) }));
    const faults: readonly [unknown, string][] = [
      [{ ...good[57], price: usd(-1) }, '/messages/57/price/amount'],
      [{ ...good[57], price: { amount: 2, currency: 'EUR' } }, '/messages/57/price/currency'],
      [{ ...good[57], sendAt: '2025-12-01T00:00:00Z' }, '/messages/57/sendAt'],
      [{ ...good[57], channel: 'fax' }, '/messages/57/channel'],
      [null, '/messages/57'],
    ];
    for (const [bad, pointer] of faults) {
      const answer = await account.post('/scheduled-messages', { messages: good.with(57, bad as MessageToSchedule) });
      expect([answer.told, answer.json<Problem>().errors?.map((error) => error.pointer)]).toEqual(['422 invalid_request', [expect.stringMatching(new RegExp(`^${pointer}`))]]);
    }
    await account.schedule([{ ...good[57]!, price: usd(9) }]);
    const exists = await account.post('/scheduled-messages', { messages: good });
    expect([exists.told, exists.json<Problem>().errors?.map((error) => error.pointer)]).toEqual(['409 message_exists', ['/messages/57/messageId']]);
    expect((await account.all('/scheduled-messages')).length).toBe(1);
    expect((await account.post('/scheduled-messages', { messages: Array.from({ length: 1001 }, () => good[0]) })).told).toBe('422 invalid_request');
  });
});
