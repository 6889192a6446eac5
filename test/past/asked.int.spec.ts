// A past is asked for over HTTP: what had happened by then, as far as it had been written; never what is still to come, nor what a purge has taken.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { instant } from '#kernel';
import { ReportPasts } from '../../apps/api/src/analytics/pasts.js';
import { Account, at } from '../end-to-end/account.js';
import type { Answer, Options } from '../end-to-end/client.js';
import { startInProcess, type InProcess } from '../end-to-end/in-process.js';
import { startLimitMs } from '../end-to-end/running.js';
import type { LedgerEntry, Membership, Problem } from '../end-to-end/shapes.js';

let running: InProcess;
// Nobody waits for a turn of reports: on a busy machine it would come too late.
beforeAll(async () => { running = await startInProcess({ REPORTS_AT_ONCE: '8', REPORTS_PER_CALLER: '8' }); }, startLimitMs);
afterAll(() => running.stop(), startLimitMs);

interface Past {
  readonly asOf?: string;
  readonly knownAt?: string;
}

const routes = ['', '/membership', '/timeline', '/ledger'];

const pathOf = (route: string, past: Past): string => `${route}?${new URLSearchParams({ ...past }).toString()}`;
const asked = (account: Account, route: string, past: Past, options: Options = {}): Promise<Answer> => account.get(pathOf(route, past), options);
const membershipThen = (account: Account, past: Past) => account.read<Membership & { readonly asOf: string }>(pathOf('/membership', past), { as: 'customer' });

/** Real time, once it is over. */
async function over(): Promise<string> {
  const now = async (): Promise<string> => (await running.database.query<{ now: string }>(`SELECT date_trunc('milliseconds', clock_timestamp()) AS now`))[0]!.now;
  const then = await now();
  while ((await now()) <= then);
  return then;
}

const opened = '2026-03-30T07:00:00Z';
const days = (count: number): string => at(opened, count * 86_400_000);

it('between a cancellation and its resumption the plan was being cancelled, and what followed then was to follow', async () => {
  const account = await Account.open(running.client, { now: opened });
  const subscription = await account.subscribe();
  await running.letPass(account.clock!, days(5));
  await account.cancel(subscription);
  await running.letPass(account.clock!, days(9));
  (await account.resume(subscription)).expect(200);
  await running.letPass(account.clock!, days(12));
  const standings = [];
  for (const day of [0, 4, 5, 8, 9, 12]) {
    const { standing, deadlines, allowedActions, asOf } = await membershipThen(account, { asOf: days(day) });
    expect(asOf).toBe(days(day));
    standings.push([day, standing, deadlines.filter(({ status }) => status === 'planned').length, allowedActions.some(({ action }) => action === 'resume')]);
  }
  expect(standings).toEqual([[0, 'active', 0, false], [4, 'active', 0, false], [5, 'cancelling', 3, true], [8, 'cancelling', 3, true], [9, 'active', 0, false], [12, 'active', 0, false]]);
  const kinds = async (day: number) => (await account.all<{ kind: string; status: string }>(pathOf('/timeline', { asOf: days(day) }))).map(({ kind, status }) => `${kind} ${status}`);
  expect(await kinds(6)).toEqual(expect.arrayContaining(['CancellationRequested done', 'purge-data planned']));
  expect(await kinds(6)).not.toContain('SubscriptionResumed done');
  expect(await kinds(10)).toEqual(expect.arrayContaining(['SubscriptionResumed done', 'purge-data void']));
});

it('what was written later than that was not known, whenever it counts', async () => {
  const account = await Account.open(running.client, { now: opened });
  await account.subscribe();
  const charge = (await account.ledger()).find(({ kind }) => kind === 'card_charge') as LedgerEntry & { readonly chargeId: string };
  const before = await over();
  await account.topUp(700);
  await account.charge(charge.chargeId, 'collected');
  const ledgerOf = async (past: Past) => (await account.all<LedgerEntry & { readonly chargeStatus?: string }>(pathOf('/ledger', past))).map(({ kind, chargeStatus }) => [kind, chargeStatus]);
  expect(await ledgerOf({ asOf: opened })).toEqual([['card_charge', 'collected'], ['top_up', undefined]]);
  expect(await ledgerOf({ asOf: opened, knownAt: before })).toEqual([['card_charge', 'requested']]);
  expect(await ledgerOf({ knownAt: before })).toEqual([['card_charge', 'requested']]);
  const [{ recordedAt }] = (await account.events('WalletToppedUp')) as unknown as [{ recordedAt: string }];
  expect(await ledgerOf({ knownAt: recordedAt })).toContainEqual(['top_up', undefined]);
  expect(await ledgerOf({ knownAt: at(recordedAt, -1) })).not.toContainEqual(['top_up', undefined]);
  expect((await membershipThen(account, { knownAt: before })).wallet.balance.amount).toBe(0);
  expect((await membershipThen(account, { asOf: opened })).wallet.balance.amount).toBe(700);
});

it('what was due by then had come, though it was written later: under the same ids whenever it is asked', async () => {
  const account = await Account.open(running.client, { now: opened });
  await account.subscribe();
  await account.buyNumbers(2);
  await account.topUp(1000);
  const before = await over();
  await running.letPass(account.clock!, days(62));
  expect((await account.membership()).wallet.balance.amount).toBeLessThan(1000);
  const past = { asOf: days(62), knownAt: before };
  const [{ wallet }, ledger, again] = [await membershipThen(account, past), await account.all<LedgerEntry>(pathOf('/ledger', past)), await account.all<LedgerEntry>(pathOf('/ledger', past))];
  expect(wallet.balance).toEqual((await account.membership()).wallet.balance);
  const written = await account.ledger();
  expect(ledger.map(({ entryId: _, ...line }) => line)).toEqual(written.map(({ entryId: _, ...line }) => line).map((line) => ('chargeId' in line ? { ...line, chargeId: expect.any(String) } : line)));
  expect(ledger.map(({ entryId }) => entryId)).not.toEqual(written.map(({ entryId }) => entryId));
  expect(again).toEqual(ledger);
});

it('pages of a past follow each other as those of the present do', async () => {
  const account = await Account.open(running.client, { now: opened });
  await account.subscribe();
  for (let count = 1; count <= 4; count += 1) await account.topUp(count);
  const knownAt = await over();
  await account.topUp(5);
  for (const route of ['/ledger', '/timeline']) {
    const whole = await account.all(pathOf(route, { knownAt }));
    expect(await account.all(`${pathOf(route, { knownAt })}&limit=2`)).toEqual(whole);
    expect(whole.length).toBeGreaterThan(4);
  }
});

describe('the future', () => {
  it.each(routes)('is refused of %s by the name of the field, by the clock of the account and by the real one', async (route) => {
    const account = await Account.open(running.client, { now: opened });
    const told = async (past: Past) => {
      const answer = await asked(account, route, past);
      return answer.status === 200 ? 'told' : [answer.told, ...(answer.json<Problem & { errors: readonly { pointer: string }[] }>().errors.map(({ pointer }) => pointer))];
    };
    expect(await told({ asOf: at(opened, 1) })).toEqual(['422 invalid_request', '/query/asOf']);
    expect(await told({ asOf: opened })).toBe('told');
    expect(await told({ knownAt: '2199-01-01T00:00:00Z' })).toEqual(['422 invalid_request', '/query/knownAt']);
    expect(await told({ asOf: '2199-01-01T00:00:00Z', knownAt: '2199-01-01T00:00:00Z' })).toEqual(['422 invalid_request', '/query/asOf', '/query/knownAt']);
    // Its clock stands in the past of the real one, or ahead of it.
    await running.letPass(account.clock!, '2150-01-01T00:00:00Z');
    expect(await told({ asOf: '2149-12-31T00:00:00Z' })).toBe('told');
    const real = await Account.open(running.client);
    expect((await asked(real, route, { asOf: '2199-01-01T00:00:00Z' })).told).toBe('422 invalid_request');
  });
});

it.each(routes)('an account that was not there yet is not found: %s', async (route) => {
  const before = await over();
  const account = await Account.open(running.client, { now: opened });
  expect((await asked(account, route, { asOf: at(opened, -1) })).told).toBe('404 not_found');
  expect((await asked(account, route, { knownAt: before })).told).toBe('404 not_found');
  expect((await asked(account, route, { asOf: opened })).status).toBe(200);
});

it.each(routes)('from the purge on nothing of any past is told: %s', async (route) => {
  const account = await Account.open(running.client, { now: opened });
  const subscription = await account.subscribe();
  await account.cancel(subscription);
  const knownAt = await over();
  expect((await asked(account, route, { asOf: opened, knownAt })).status).toBe(200);
  await running.letPass(account.clock!, days(500));
  for (const past of [{}, { asOf: opened }, { asOf: opened, knownAt }, { knownAt }]) expect((await asked(account, route, past)).told).toBe('410 account_purged');
});

it('who may read the present may read the past, and nobody else', async () => {
  const account = await Account.open(running.client, { now: opened });
  const other = await Account.open(running.client, { now: opened });
  for (const as of ['customer', 'service', 'operator'] as const) for (const route of routes) expect((await asked(account, route, { asOf: opened }, { as })).status).toBe(200);
  for (const route of routes) {
    expect((await asked(account, route, { asOf: opened }, { as: 'analyst' })).told).toBe('403 forbidden');
    expect((await asked(account, route, { asOf: opened }, { as: 'customer', accountId: other.accountId })).told).toBe('404 not_found');
  }
});

it('who it was by then is told, and not who it is', async () => {
  const account = await Account.open(running.client, { now: opened });
  await running.letPass(account.clock!, days(2));
  (await account.send('PATCH', '', { body: { name: 'Bea Example' } })).expect(200);
  const nameOf = async (past: Past) => (await asked(account, '', past)).expect<{ name: string }>(200).name;
  expect([await nameOf({ asOf: days(1) }), await nameOf({ asOf: days(2) })]).toEqual(['Ada Example', 'Bea Example']);
});

describe('reports', () => {
  const analyst = { as: 'analyst' } as const;
  interface Report {
    readonly data: readonly Readonly<Record<string, unknown>>[];
    readonly asOf: string;
    readonly knownAt: string;
    readonly position: number;
    readonly next: string | null;
  }
  const reportPath = (name: string, past: Past, more: object = {}): string => `/v1/analytics/${name}?${new URLSearchParams({ ...past, ...more }).toString()}`;
  const report = async (name: string, past: Past, more: object = {}): Promise<Report> => (await running.client.get(reportPath(name, past, more), analyst)).expect<Report>(200);
  const left = async (): Promise<readonly string[]> =>
    (await running.database.query<{ name: string }>("SELECT relname AS name FROM pg_class WHERE relname ~ '^memberships__past_' AND relkind = 'r'")).map(({ name }) => name);

  let account: Account;
  /** Years of their own: nobody else's figures are in them. */
  const begun = '2091-03-01T00:00:00Z';
  const day = (count: number): string => at(begun, count * 86_400_000);
  const ofThese = { from: day(0), to: day(40), onTestClock: 'true' };
  const instants: Record<string, string> = {};
  beforeAll(async () => {
    account = await Account.open(running.client, { now: begun });
    const subscription = await account.subscribe();
    await running.letPass(account.clock!, day(5));
    instants['subscribed'] = await over();
    await account.cancel(subscription);
    await running.letPass(account.clock!, day(9));
    instants['cancelled'] = await over();
    (await account.resume(subscription)).expect(200);
    await running.letPass(account.clock!, day(20));
  });

  it('tell what had happened by then, as far as it had been written by then, and say so', async () => {
    const figures = async (past: Past) => (await report('cancellations', past, { ...ofThese, groupBy: 'planKind' })).data.map(({ requested, resumed }) => [requested, resumed]);
    expect(await figures({ asOf: day(4) })).toEqual([]);
    expect(await figures({ asOf: day(5) })).toEqual([[1, 0]]);
    expect(await figures({ asOf: day(9) })).toEqual([[1, 1]]);
    expect(await figures({ knownAt: instants['subscribed']! })).toEqual([]);
    expect(await figures({ knownAt: instants['cancelled']! })).toEqual([[1, 0]]);
    expect(await figures({ asOf: day(9), knownAt: instants['cancelled']! })).toEqual([[1, 0]]);
    const told = await report('money', { asOf: day(5), knownAt: instants['cancelled']! }, ofThese);
    expect(told).toMatchObject({ asOf: day(5), knownAt: instants['cancelled'], next: null });
    // By itself it says how much was known, and nothing of the day: that stays the present.
    const alone = await report('money', { knownAt: instants['cancelled']! }, ofThese);
    expect([alone.knownAt, alone.asOf > alone.knownAt]).toEqual([instants['cancelled'], true]);
    const [{ position }] = (await running.database.query<{ position: number }>('/* across accounts: reports */ SELECT max(position) AS position FROM sunset.events WHERE recorded_at <= $1', [told.knownAt])) as [{ position: number }];
    expect(told.position).toBe(position);
    const present = await report('money', {}, ofThese);
    expect(present.knownAt).toBe(present.asOf);
  });

  it('tell one account up to then and no further, and what was to come then', async () => {
    const churn = (await report('churn', { asOf: day(9) }, { ...ofThese, interval: 'day' })).data;
    expect(churn.map(({ start, complete }) => [start, complete])).toEqual(Array.from({ length: 10 }, (_, index) => [day(index), index < 9]));
    const upcoming = async (past: Past) => (await report('upcoming', past, { from: day(0), to: day(500), onTestClock: 'true' })).data.map(({ kind, status, endsPlan }) => [kind, status, endsPlan]);
    expect(await upcoming({ asOf: day(6) })).toEqual(expect.arrayContaining([['period-end', 'pending', true], ['purge-data', 'planned', null]]));
    expect(await upcoming({ asOf: day(10) })).toEqual([['period-end', 'pending', false]]);
  });

  it('come in every form and page by page', async () => {
    const past = { asOf: day(6), knownAt: instants['cancelled']! };
    for (const format of ['csv', 'ndjson']) {
      const answer = await running.client.get(reportPath('cancellations', past, { ...ofThese, format }), analyst);
      expect([answer.status, answer.headers.get('x-as-of'), answer.headers.get('x-known-at'), Number(answer.headers.get('x-position')) > 0]).toEqual([200, past.asOf, past.knownAt, true]);
      expect(answer.text).toMatch(format === 'csv' ? /,pending,/ : /"outcome":"pending"/);
    }
    const page = await report('cancellations', past, { ...ofThese, limit: '1' });
    expect(page.data).toMatchObject([{ accountId: account.accountId, outcome: 'pending', resumedAt: null }]);
    expect(page).toMatchObject(past);
  });

  it('of the future are refused by the name of the field, by real time unless test clocks alone are meant', async () => {
    const told = async (past: Past, more: object = {}) => {
      const answer = await running.client.get(reportPath('churn', past, more), analyst);
      return answer.status === 200 ? 'told' : [answer.told, ...answer.json<Problem & { errors: readonly { pointer: string }[] }>().errors.map(({ pointer }) => pointer)];
    };
    expect(await told({ asOf: day(6) })).toEqual(['422 invalid_request', '/query/asOf']);
    expect(await told({ asOf: '2199-01-01T00:00:00Z' }, { onTestClock: 'true' })).toEqual(['422 invalid_request', '/query/asOf']);
    expect(await told({ asOf: day(6) }, { onTestClock: 'true' })).toBe('told');
    expect(await told({ knownAt: day(6) }, { onTestClock: 'true' })).toEqual(['422 invalid_request', '/query/knownAt']);
    expect(await told({ asOf: '2199-01-01T00:00:00Z', knownAt: '2199-01-01T00:00:00Z' })).toEqual(['422 invalid_request', '/query/asOf', '/query/knownAt']);
  });

  it('asked for at once are made of one past, and nothing of it stays when the process ends', async () => {
    const pasts = running.app.get(ReportPasts, { strict: false });
    await pasts.onApplicationShutdown();
    expect(await left()).toEqual([]);
    const past = { asOf: day(7), knownAt: instants['cancelled']! };
    await Promise.all(['churn', 'cohorts', 'money', 'funnel', 'returns', 'reasons'].map((name) => report(name, past, ofThese)));
    expect(await left()).toHaveLength(1);
    await pasts.onApplicationShutdown();
    expect(await left()).toEqual([]);
  });

  it('are never more than so many, however many instants are asked for by who does not read', async () => {
    const pasts = running.app.get(ReportPasts, { strict: false });
    const answer = { closed: false, once: () => answer } as unknown as Parameters<ReportPasts['see']>[2]['answer'];
    const gone = new AbortController().signal;
    const see = (nth: number) => pasts.see('memberships', { asOf: instant(at(opened, nth)), knownAt: instant(instants['subscribed']!) }, { name: `analyst ${nth % 2}`, gone, answer });
    const seen = await Promise.allSettled([...Array(12).keys()].map(see));
    expect(seen.filter(({ status }) => status === 'fulfilled')).toHaveLength(8);
    expect(await left()).toHaveLength(8);
    await pasts.onApplicationShutdown();
    expect(await left()).toEqual([]);
  });

  it('leave nothing behind where nobody waits for them any more', async () => {
    const pasts = running.app.get(ReportPasts, { strict: false });
    const answer = { closed: true, once: () => answer } as unknown as Parameters<ReportPasts['see']>[2]['answer'];
    await expect(pasts.see('memberships', { knownAt: instant(instants['subscribed']!) }, { name: 'analyst ann', gone: new AbortController().signal, answer })).rejects.toThrow('nobody waits');
    await pasts.onApplicationShutdown();
    expect(await left()).toEqual([]);
    expect((await report('reasons', { knownAt: instants['subscribed']! }, ofThese)).data).toEqual([]);
  });
});
