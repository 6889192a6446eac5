// A cancellation lives its year: every date to the millisecond, on test clocks, through the real API, queue and worker.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { comparisonOf, type CancellationReceipt, type PurgeCertificate } from '#certificates';
import { Account, at, categories, day } from './account.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';
import type { Membership, TimelineEntry } from './shapes.js';

let running: InProcess;

beforeAll(async () => {
  running = await startInProcess({}, { worker: true });
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

/** Everything an account can have: a plan, numbers, 10DLC, money, data. */
async function furnished(now: string, timeZone: string, numbers = 3): Promise<Account> {
  const account = await Account.open(running.client, { now, timeZone });
  await account.subscribe('messaging-monthly');
  await account.buyNumbers(numbers);
  await account.registerTenDlc();
  await account.topUp(5000);
  return account;
}

const statuses = async (account: Account): Promise<readonly number[]> =>
  Promise.all(categories.map(async (category) => (await account.get(`/data/${category}`, { as: 'customer' })).status));

describe('a cancelled plan in Los Angeles', () => {
  const E = '2026-04-30T07:00:00.000Z';
  const D14 = '2026-05-14T07:00:00.000Z';
  const D30 = '2026-05-30T07:00:00.000Z';
  const P = '2027-04-30T07:00:00.000Z';
  let account: Account;

  beforeAll(async () => {
    account = await furnished('2026-03-30T07:00:00Z', 'America/Los_Angeles');
    await account.storeEverything();
    await account.advance('2026-04-10T17:00:00Z');
  }, startLimitMs);

  it('is announced by the preview with every date, and changes nothing yet', async () => {
    const [subscription] = (await account.membership()).subscriptions;
    const before = (await account.events()).length;
    const preview = await account.preview(subscription!);
    expect(preview.effectiveAt).toBe(E);
    expect(Object.fromEntries(preview.consequences.map(({ kind, at: when }) => [kind, when]))).toMatchObject({
      'period-end': E, 'release-numbers': D14, 'expire-ten-dlc': D30, 'purge-data': P,
    });
    expect(preview.ifYouReturn.map(({ until, lost }) => [until, lost])).toEqual([
      [D14, []], [D30, ['numbers']], [P, ['numbers', 'ten-dlc']], [null, ['numbers', 'ten-dlc', 'data', 'wallet']],
    ]);
    expect((await account.events()).length).toBe(before);
  });

  it('is pending once confirmed, with everything that follows dated', async () => {
    const [subscription] = (await account.membership()).subscriptions;
    const cancelled = await account.cancel(subscription!);
    expect(cancelled).toMatchObject({
      status: 'active', cancelAtPeriodEnd: true, cancellation: { requestedAt: '2026-04-10T17:00:00.000Z', effectiveAt: E, reason: { code: 'too_expensive' } },
    });
    expect((await account.membership()).standing).toBe('cancelling');
    expect(await account.deadlines('period-end', 'release-numbers', 'expire-ten-dlc', 'purge-data')).toEqual([
      `period-end pending ${E}`, `release-numbers planned ${D14}`, `expire-ten-dlc planned ${D30}`, `purge-data planned ${P}`,
    ]);
  });

  it('has its features to the last millisecond of the period', async () => {
    await account.advance(at(E, -1));
    expect(await account.entitlements()).toEqual({
      login: true, features: { 'messaging.send': true, 'campaigns.launch': true, 'messaging.tenDlc': true, dialer: false }, asOf: at(E, -1),
    });
    expect(await account.dated('PeriodEnded')).toEqual([]);
  });

  it('ends at that instant, once, and no card is charged from the request on', async () => {
    await account.advance(E);
    expect((await account.entitlements()).features).toEqual({ 'messaging.send': false, 'campaigns.launch': false, 'messaging.tenDlc': false, dialer: false });
    expect((await account.entitlements()).login).toBe(true);
    const { standing, subscriptions } = await account.membership();
    expect([standing, subscriptions.map(({ status, endedAt }) => [status, endedAt])]).toEqual(['lapsed', [['ended', E]]]);
    expect(await account.dated('PeriodEnded', 'SubscriptionRenewed')).toEqual([`PeriodEnded ${E}`]);
    expect((await account.ledger()).filter(({ source, effectiveAt }) => source === 'card' && effectiveAt >= '2026-04-10T17:00:00.000Z')).toEqual([]);
    expect(await statuses(account)).toEqual([200, 200, 200, 200]);
    expect((await account.store('contacts', [{ id: 'late' }])).told).toBe('409 data_read_only');
  });

  it('keeps the numbers until day 14 and not a second longer', async () => {
    await account.advance(at(D14, -1000));
    expect((await account.numbers()).map(({ status }) => status)).toEqual(['held', 'held', 'held']);
    expect(await account.dated('NumberReleaseStarted', 'NumberReleased', 'NumbersReleased')).toEqual([]);
    await account.advance(D14);
    expect((await account.numbers()).map(({ status }) => status)).toEqual(['released', 'released', 'released']);
    expect(await account.dated('NumberReleased', 'NumbersReleased')).toEqual([...Array<string>(3).fill(`NumberReleased ${D14}`), `NumbersReleased ${D14}`]);
    expect((await account.membership()).ifYouReturnNow).toMatchObject({ lost: ['numbers'], nextLoss: { kind: 'expire-ten-dlc', at: D30 } });
  });

  it('keeps the 10DLC registration until day 30', async () => {
    await account.advance(at(D30, -1));
    expect((await account.membership()).tenDlc.status).toBe('active');
    await account.advance(D30);
    expect((await account.membership()).tenDlc.status).toBe('expired');
    expect(await account.dated('TenDlcExpired')).toEqual([`TenDlcExpired ${D30}`]);
  });

  it('keeps data readable and the login open for the year, then deletes everything', async () => {
    await account.advance(at(P, -1));
    expect((await account.entitlements()).login).toBe(true);
    expect(await statuses(account)).toEqual([200, 200, 200, 200]);
    expect((await account.get('/purge-certificate')).told).toBe('404 not_found');
    const path = `/subscriptions/${(await account.membership()).subscriptions[0]!.subscriptionId}/cancellation/receipt`;
    const { receipt } = await account.read<{ receipt: CancellationReceipt }>(path, { as: 'customer' });
    await account.advance(P);
    expect([(await account.get(path)).told, (await account.get(`${path}.ics`)).told]).toEqual(['410 account_purged', '410 account_purged']);
    const { certificate } = await account.read<{ certificate: PurgeCertificate }>('/purge-certificate', { as: 'customer' });
    expect(comparisonOf(receipt, certificate)).toEqual({ kept: true, report: expect.stringMatching(/purge-data: promised (\S+), happened \1: as promised\n[^]*What happened is what was promised\.\n$/) });
    expect(await statuses(account)).toEqual([410, 410, 410, 410]);
    expect(await account.dated('PurgeStarted', 'DataPurged')).toEqual([`PurgeStarted ${P}`, `DataPurged ${P}`]);
  });

  it('happened once each, and no deadline was early', async () => {
    const types = (await account.events()).map(({ type }) => type);
    const once = ['CancellationRequested', 'PeriodEnded', 'NumbersReleased', 'TenDlcExpired', 'PurgeStarted', 'DataPurged'];
    expect(once.map((type) => [type, types.filter((one) => one === type).length])).toEqual(once.map((type) => [type, 1]));
    const fired = (await account.opsDeadlines()).filter(({ status }) => status === 'fired');
    expect(fired.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['period-end', 'release-numbers', 'expire-ten-dlc', 'purge-data']));
    for (const { firedAt, dueAt, latenessMs } of fired) expect([firedAt! >= dueAt, latenessMs! >= 0]).toEqual([true, true]);
  });
});

describe('fourteen days, thirty days and a year', () => {
  it.each([
    { timeZone: 'America/Los_Angeles', from: '2026-03-30T07:00:00Z', L: '2026-04-30T07:00:00.000Z', dates: ['2026-05-14T07:00:00.000Z', '2026-05-30T07:00:00.000Z', '2027-04-30T07:00:00.000Z'] },
    { timeZone: 'America/Los_Angeles', from: '2026-09-25T07:00:00Z', L: '2026-10-25T07:00:00.000Z', dates: ['2026-11-08T08:00:00.000Z', '2026-11-24T08:00:00.000Z', '2027-10-25T07:00:00.000Z'] },
    { timeZone: 'UTC', from: '2028-01-29T00:00:00Z', L: '2028-02-29T00:00:00.000Z', dates: ['2028-03-14T00:00:00.000Z', '2028-03-30T00:00:00.000Z', '2029-02-28T00:00:00.000Z'] },
  ])('in $timeZone from $L', async ({ timeZone, from, L, dates: [D14, D30, P] }) => {
    const account = await Account.open(running.client, { now: from, timeZone });
    const subscription = await account.subscribe();
    await account.buyNumbers(1);
    await account.registerTenDlc();
    await account.cancel(subscription);
    await account.advance(L);
    expect(await account.deadlines('release-numbers', 'expire-ten-dlc', 'purge-data')).toEqual([`release-numbers pending ${D14}`, `expire-ten-dlc pending ${D30}`, `purge-data pending ${P}`]);
    await account.advance(at(D14!, -1));
    expect(await account.dated('NumbersReleased')).toEqual([]);
    await account.advance(at(D30!, -1));
    expect(await account.dated('NumbersReleased', 'TenDlcExpired')).toEqual([`NumbersReleased ${D14}`]);
    await account.advance(at(P!, -1));
    expect(await account.dated('TenDlcExpired', 'DataPurged')).toEqual([`TenDlcExpired ${D30}`]);
    await account.advance(P!);
    expect(await account.dated('DataPurged')).toEqual([`DataPurged ${P}`]);
  });

  it('stay as promised when the account moves to another time zone', async () => {
    const account = await furnished('2026-03-30T07:00:00Z', 'America/Los_Angeles', 1);
    const [subscription] = (await account.membership()).subscriptions;
    await account.cancel(subscription!);
    const promised = ['period-end', 'release-numbers', 'expire-ten-dlc', 'purge-data'];
    const before = await account.deadlines(...promised);
    (await account.send('PATCH', '', { body: { timeZone: 'Pacific/Kiritimati' } })).expect(200);
    expect(await account.deadlines(...promised)).toEqual(before);
  });
});

describe('an account with two plans', () => {
  const E = '2026-04-30T07:00:00.000Z';
  const own = ['release-numbers', 'expire-ten-dlc', 'purge-data'];

  it('loses only the features of the one that ended, and counts from the last', async () => {
    const account = await furnished('2026-03-30T07:00:00Z', 'America/Los_Angeles', 2);
    const [messaging] = (await account.membership()).subscriptions;
    const calling = await account.subscribe('calling-monthly');
    await account.cancel(messaging!);
    expect((await account.membership()).standing).toBe('active');
    expect(await account.deadlines(...own)).toEqual([]);

    await account.advance(at(E, 33 * day));
    expect((await account.entitlements()).features).toEqual({ 'messaging.send': false, 'campaigns.launch': false, 'messaging.tenDlc': false, dialer: true });
    const { tenDlc, numbers, standing } = await account.membership();
    expect([standing, tenDlc.status, numbers.count]).toEqual(['active', 'active', 2]);
    expect(await account.deadlines(...own)).toEqual([]);
    expect((await account.opsDeadlines('&status=pending')).filter(({ kind }) => own.includes(kind))).toEqual([]);

    const cancelled = await account.cancel(calling);
    const L = cancelled.cancellation!.effectiveAt;
    expect(await account.deadlines(...own)).toEqual([
      `release-numbers planned ${at(L, 14 * day)}`, `expire-ten-dlc planned ${at(L, 30 * day)}`, `purge-data planned ${at(L, 365 * day)}`,
    ]);
    await account.advance(at(L, 14 * day));
    expect(await account.dated('PeriodEnded', 'NumbersReleased')).toEqual([`PeriodEnded ${E}`, `PeriodEnded ${L}`, `NumbersReleased ${at(L, 14 * day)}`]);
  });
});

describe('the timeline', () => {
  it('tells what happened and what is planned, and voids what a resume took back', async () => {
    const account = await furnished('2026-03-30T07:00:00Z', 'UTC', 1);
    const [subscription] = (await account.membership()).subscriptions;
    await account.cancel(subscription!);
    const pending = await account.read<{ data: readonly TimelineEntry[] }>('/timeline');
    expect(pending.data.filter(({ status }) => status === 'planned').map(({ kind }) => kind)).toEqual(expect.arrayContaining(['period-end', ...['release-numbers', 'expire-ten-dlc', 'purge-data']]));
    expect(pending.data.map(({ at: when }) => when)).toEqual(pending.data.map(({ at: when }) => when).sort());
    (await account.resume(subscription!)).expect(200);
    const resumed = await account.read<{ data: readonly TimelineEntry[] }>('/timeline');
    expect(resumed.data.filter(({ kind, status }) => kind === 'purge-data' && status === 'planned')).toEqual([]);
    const { standing, deadlines } = await account.read<Membership>('/membership');
    expect([standing, deadlines.filter(({ kind, status }) => kind !== 'period-end' && kind !== 'number-fees' && status !== 'void')]).toEqual(['active', []]);
  });
});
