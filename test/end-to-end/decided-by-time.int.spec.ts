// No worker runs: what is read and what is allowed follows from the time alone.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Account, at, day } from './account.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';
import { usd, type Problem, type ScheduledMessage, type Subscription } from './shapes.js';

const E = '2026-02-01T00:00:00.000Z';

let running: InProcess;
let account: Account;
let subscription: Subscription;

beforeAll(async () => {
  running = await startInProcess();
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

beforeEach(async () => {
  account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
  subscription = await account.subscribe();
  await account.buyNumbers(2);
  await account.registerTenDlc();
  await account.topUp(1000);
  await account.store('contacts', [{ id: 'one' }]);
  await account.cancel(subscription);
});

const pass = (to: string): Promise<void> => running.letPass(account.clock!, to);

describe('a resume', () => {
  it('one millisecond before the end is accepted and reverts everything', async () => {
    await pass(at(E, -1));
    const resumed = (await account.resume(subscription)).expect<Subscription>(200);
    expect(resumed).toMatchObject({ status: 'active', cancellation: null, cancelAtPeriodEnd: false, currentPeriod: { end: E } });
    await pass(at(E, day));
    expect(await account.subscription(subscription)).toMatchObject({ status: 'active', currentPeriod: { start: E } });
    expect((await account.entitlements()).features['messaging.send']).toBe(true);
  });

  it('exactly at the end is refused', async () => {
    await pass(E);
    expect((await account.resume(subscription)).told).toBe('409 subscription_ended');
    expect((await account.membership()).standing).toBe('lapsed');
  });
});

describe('a cancellation', () => {
  it('is accepted up to the last millisecond of the period, and afterwards belongs to the next one', async () => {
    const other = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    const plan = await other.subscribe();
    await running.letPass(other.clock!, at(E, -1));
    expect((await other.cancel(plan)).cancellation?.effectiveAt).toBe(E);
    const renewed = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    const next = await renewed.subscribe();
    await running.letPass(renewed.clock!, E);
    expect((await renewed.cancel(next)).cancellation?.effectiveAt).toBe('2026-03-01T00:00:00.000Z');
    expect(await renewed.dated('SubscriptionRenewed', 'CancellationRequested')).toEqual([`SubscriptionRenewed ${E}`, `CancellationRequested ${E}`]);
  });
});

describe('what is read', () => {
  it('at the end: the features are gone, the money of the messages is back', async () => {
    const [message] = await schedule();
    await pass(at(E, -1));
    expect((await account.entitlements()).features['messaging.send']).toBe(true);
    const before = await account.balance();
    await pass(E);
    expect((await account.entitlements()).features).toEqual({ 'messaging.send': false, 'campaigns.launch': false, 'messaging.tenDlc': false, dialer: false });
    expect(await account.deadlines('period-end', 'number-fees', 'release-numbers', 'expire-ten-dlc', 'purge-data')).toEqual([
      `release-numbers pending ${at(E, 14 * day)}`, `expire-ten-dlc pending ${at(E, 30 * day)}`, `purge-data pending ${at(E, 365 * day)}`,
    ]);
    // The fee of two numbers is due at that instant, and the message is credited.
    expect(await account.balance()).toBe(before - 400 + 50);
    expect((await account.ledger()).filter(({ kind }) => kind !== 'card_charge' && kind !== 'top_up').map(({ kind, amount }) => [kind, amount.amount])).toEqual([['number_fee', -400], ['unsent_message_credit', 50]]);
    expect((await account.all<ScheduledMessage>('/scheduled-messages')).map(({ messageId, status, credited }) => [messageId, status, credited])).toEqual([[message, 'cancelled', true]]);
    expect((await account.store('contacts', [{ id: 'late' }])).told).toBe('409 data_read_only');
  });

  it('at day 14, day 30 and the end of the year', async () => {
    await pass(at(E, 14 * day - 1));
    expect((await account.numbers()).map(({ status }) => status)).toEqual(['held', 'held']);
    await pass(at(E, 30 * day - 1));
    expect([(await account.membership()).ifYouReturnNow.lost, (await account.membership()).tenDlc.status]).toEqual([['numbers'], 'active']);
    await pass(at(E, 30 * day));
    expect(await account.read('/ten-dlc')).toMatchObject({ status: 'expired', expiredAt: at(E, 30 * day) });
    expect((await account.membership()).tenDlc.status).toBe('expired');
    await pass(at(E, 365 * day - 1));
    expect((await account.get('/data/contacts', { as: 'customer' })).status).toBe(200);
    await pass(at(E, 365 * day));
    const gone = await account.get('/data/contacts', { as: 'customer' });
    expect([gone.told, gone.json<Problem>()['purgedAt']]).toEqual(['410 account_purged', at(E, 365 * day)]);
    expect((await account.get('/membership')).told).toBe('410 account_purged');
    expect((await account.events('AccountOpened', 'NumberPurchased')).map(({ data }) => [data['name'], data['email'], data['e164']])).toEqual([[null, null, undefined], [undefined, undefined, null], [undefined, undefined, null]]);
  });
});

describe('a message', () => {
  it('reported as sent a millisecond before the end is not credited; at the end it is too late', async () => {
    const [early, late] = await schedule(2);
    await pass(at(E, -1));
    (await account.post(`/scheduled-messages/${early!}/sent`)).expect(200);
    await pass(E);
    expect((await account.post(`/scheduled-messages/${late!}/sent`)).told).toBe('409 message_cancelled');
    const credit = (await account.ledger()).find(({ kind }) => kind === 'unsent_message_credit');
    expect(credit?.items?.map(({ messageId }) => messageId)).toEqual([late]);
  });
});

describe('a bulk of messages', () => {
  const bulk = [{ messageId: 'early', channel: 'sms' as const, sendAt: '2026-01-10T00:00:00.000Z', price: usd(50) }];

  it('that comes again when its time has passed, or its plan has ended, is answered as it stands', async () => {
    const [first] = await account.schedule(bulk);
    await pass('2026-01-11T00:00:00Z');
    expect(await account.schedule(bulk)).toEqual([first]);
    const late = await account.post('/scheduled-messages', { messages: [...bulk, { ...bulk[0], messageId: 'late' }] });
    expect([late.told, late.json<Problem>().errors?.map(({ pointer }) => pointer)]).toEqual(['422 invalid_request', ['/messages/1/sendAt']]);
    await pass(E);
    expect(await account.schedule(bulk)).toMatchObject([{ messageId: 'early', status: 'cancelled', credited: true }]);
  });
});

describe('an answer that was kept', () => {
  it('is told again up to the purge and not from then on, except where the account still answers', async () => {
    const e164 = '+12065559876';
    const buy = () => account.send('POST', '/numbers', { body: { e164 }, key: `${account.accountId}-buy` });
    const open = () => account.send('POST', '/subscriptions', { body: { planId: 'calling-monthly' }, key: `${account.accountId}-open` });
    const hold = await account.post('/legal-holds', { reason: 'a matter', reviewAt: '2031-01-01T00:00:00Z' }, { as: 'operator' });
    const lift = () => account.send('DELETE', `/legal-holds/${hold.json<{ holdId: string }>().holdId}`, { as: 'operator', key: `${account.accountId}-lift` });
    (await buy()).expect(201);
    await pass(at(E, 365 * day));
    expect((await buy()).expect<{ e164: string }>(201).e164).toBe(e164);
    expect([(await lift()).status, (await lift()).status]).toEqual([204, 204]);
    const gone = await buy();
    expect([gone.told, gone.text.includes(e164.slice(1))]).toEqual(['410 account_purged', false]);
    expect((await open()).told).toBe('503 unavailable');
  });
});

describe('whoever comes back', () => {
  it('starts a new term, and what was due before is written with its own date', async () => {
    await pass(at(E, 31 * day));
    await account.subscribe('calling-monthly');
    const types = ['PeriodEnded', 'NumberReleaseStarted', 'TenDlcExpired', 'SubscriptionStarted'];
    expect(await account.dated(...types)).toEqual([
      'SubscriptionStarted 2026-01-01T00:00:00.000Z', `PeriodEnded ${E}`, `NumberReleaseStarted ${at(E, 14 * day)}`, `TenDlcExpired ${at(E, 30 * day)}`, `SubscriptionStarted ${at(E, 31 * day)}`,
    ]);
  });
});

/** Messages that belong after the end, at 50 cents. */
async function schedule(count = 1): Promise<readonly string[]> {
  const scheduled = await account.schedule(Array.from({ length: count }, () => ({ channel: 'sms' as const, sendAt: at(E, day), price: usd(50) })));
  return scheduled.map(({ messageId }) => messageId);
}
