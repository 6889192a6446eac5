// Whoever asks for more than is there waits for himself: others are answered meanwhile. What is asserted is an order; those who wait may do so for as long as a test takes.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { lockAccount } from '#deadlines';
import { Account } from '../end-to-end/account.js';
import type { Answer } from '../end-to-end/client.js';
import { startInProcess, type InProcess } from '../end-to-end/in-process.js';
import { usd } from '../end-to-end/shapes.js';
import { anotherDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { hold } from '../support/hold.js';

const poolSize = 10;
const atOnceOfCaller = 40;

let made: InProcess;
let elsewhere: Awaited<ReturnType<typeof anotherDatabase>>;
const letGo: (() => Promise<void>)[] = [];
beforeAll(async () => {
  made = await startInProcess({ WAIT_SECONDS: '600', DATABASE_POOL_SIZE: String(poolSize), REQUESTS_PER_CALLER: String(atOnceOfCaller) });
  elsewhere = await anotherDatabase(made.url);
}, 120_000);
afterAll(async () => {
  await elsewhere.close();
  await made.stop();
}, 120_000);
afterEach(async () => {
  for (const one of letGo.splice(0)) await one();
});

const limitMs = 300_000;

/** By somebody else, as another process would. */
async function held(accounts: readonly Account[]): Promise<void> {
  letGo.push(await hold(elsewhere.database, async () => {
    for (const { accountId } of accounts) await lockAccount(elsewhere.database, accountId);
  }));
}

const accounts = (count: number): Promise<readonly Account[]> => Promise.all(Array.from({ length: count }, () => Account.open(made.client)));

/** Under way, and how many of them have been answered. */
function underWay(requests: readonly Promise<Answer>[]) {
  const answers: string[] = [];
  const all = Promise.all(requests.map(async (request) => answers.push((await request).told)));
  return { answers, all };
}

/** Connections of the API that wait for an account. */
async function waitingForLocks(): Promise<readonly number[]> {
  const rows = await elsewhere.database.query<{ pid: number }>(
    `SELECT DISTINCT l.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND NOT l.granted AND a.datname = current_database()`,
  );
  return rows.map(({ pid }) => pid);
}

/** Requests that the API works on; it tells without being asked by anybody who counts. */
const worked = async (): Promise<number> => Number(/^sunset_requests_worked (\d+)$/m.exec((await made.client.get('/metrics', { as: null })).text)![1]);

/** Somebody else, staff and whoever distributes requests, one after the other. */
async function everybodyElseIsAnswered(): Promise<void> {
  const other = await Account.open(made.client);
  const { subscriptionId } = await other.subscribe();
  for (let n = 0; n < 5; n += 1) (await other.send('PATCH', '', { as: 'customer', body: { name: `Name ${n}` } })).expect(200);
  (await other.post(`/subscriptions/${subscriptionId}/cancellation-attempts`, { reason: { code: 'unused' }, acknowledgedConsequences: true }, { as: 'customer' })).expect(201);
  (await other.get('/membership', { as: 'customer' })).expect(200);
  (await other.get('', { as: 'operator' })).expect(200);
  (await made.client.get('/health/ready', { as: null })).expect(200);
}

const wishes: Readonly<Record<string, (account: Account, n: number) => Promise<Answer>>> = {
  'commands that go together': (account, n) => account.send('PUT', '/wallet/auto-recharge', { as: 'customer', key: `k-${n}`, body: { enabled: true, threshold: usd(n), amount: usd(100) } }),
  'commands made by asking': (account, n) => account.send('PATCH', '', { as: 'customer', body: { name: `Name ${n}` } }),
  'reads and commands': (account, n) => (n % 2 === 0 ? account.get('/membership', { as: 'customer' }) : account.send('PATCH', '', { as: 'customer', body: { name: `Name ${n}` } })),
};

describe('one customer who asks 150 times at once for an account that is held', () => {
  it.each(Object.entries(wishes))('leaves all others answered: %s', async (_, wish) => {
    const [noisy] = (await accounts(1)) as [Account];
    await held([noisy]);
    const { answers, all } = underWay(Array.from({ length: 150 }, (__, n) => wish(noisy, n)));
    await eventually('somebody waits for the account', async () => (await waitingForLocks()).length > 0, 120_000);
    await everybodyElseIsAnswered();
    expect(answers.filter((told) => told !== '200')).toEqual([]);
    expect(answers.length).toBeLessThan(150);
    expect((await waitingForLocks()).length).toBeLessThanOrEqual(2);
    await letGo.pop()!();
    await all;
    expect(answers.filter((told) => !['200', '429 too_many_requests'].includes(told))).toEqual([]);
  }, limitMs);
});

describe('one caller who asks for many accounts that are held', () => {
  it('leaves all others answered, also after its waiting connections are killed', async () => {
    const many = await accounts(3 * poolSize);
    await held(many);
    const topUp = (account: Account): Promise<Answer> => account.post('/wallet/top-ups', { amount: usd(100) });
    const { answers, all } = underWay(many.map(topUp));
    await eventually('somebody waits for an account', async () => (await waitingForLocks()).length > 0, 120_000);
    await everybodyElseIsAnswered();
    expect(answers).toEqual([]);
    const killed = await waitingForLocks();
    expect(killed.length).toBeLessThanOrEqual(poolSize / 2);
    for (const pid of killed) await elsewhere.database.query('SELECT pg_terminate_backend($1)', [pid]);
    await eventually('others wait in their place', async () => (await waitingForLocks()).some((pid) => !killed.includes(pid)), 120_000);
    await everybodyElseIsAnswered();
    await letGo.pop()!();
    await all;
    expect(answers.filter((told) => told !== '201' && told !== '503 unavailable')).toEqual([]);
    expect(answers.filter((told) => told === '503 unavailable').length).toBeLessThanOrEqual(killed.length);
  }, limitMs);
});

describe('a pool that is taken to the last connection', () => {
  it('leaves readiness, metrics and operators answered, while a customer waits', async () => {
    const other = await Account.open(made.client);
    await other.subscribe();
    const [asOperator, asCustomer] = [{ as: 'operator' }, { as: 'customer' }] as const;
    (await other.get('', asCustomer)).expect(200);
    for (let n = 0; n < poolSize; n += 1) letGo.push(await hold(made.database, () => made.database.query('SELECT 1')));
    const { answers, all } = underWay([other.get('', asCustomer), other.send('PATCH', '', { ...asCustomer, body: { name: 'Bea' } })]);
    (await made.client.get('/health/ready', { as: null })).expect(200);
    await eventually('both are worked', async () => (await worked()) === 2, 120_000);
    (await other.get('/membership', asOperator)).expect(200);
    (await made.client.get('/v1/ops/deadlines', asOperator)).expect(200);
    (await other.post('/legal-holds', { reason: 'a court asks', reviewAt: '2090-01-01T00:00:00.000Z' }, { ...asOperator, key: 'k' })).expect(201);
    expect(answers).toEqual([]);
    for (const one of letGo.splice(0)) await one();
    await all;
    expect(answers.toSorted()).toEqual(['200', '200']);
  }, limitMs);
});

describe('a caller above his share', () => {
  it('is refused early, and told when to come again; nobody else is', async () => {
    const [noisy] = (await accounts(1)) as [Account];
    await held([noisy]);
    const refusals: Answer[] = [];
    const beyond = 20;
    const requests = Array.from({ length: 5 * atOnceOfCaller + beyond }, (_, n) => noisy.send('PATCH', '', { as: 'customer', body: { name: `Name ${n % 3}` } }).then((answer) => {
      if (answer.status === 503) refusals.push(answer);
      return answer;
    }));
    const { answers, all } = underWay(requests);
    await eventually('those beyond are refused', () => refusals.length === beyond, 120_000);
    expect([...new Set(refusals.map(({ told, headers }) => `${told} ${headers.get('retry-after')}`))]).toEqual(['503 unavailable 1']);
    await everybodyElseIsAnswered();
    expect(answers).toHaveLength(beyond);
    await letGo.pop()!();
    await all;
    expect(refusals).toHaveLength(beyond);
    expect((await made.client.get('/metrics', { as: null })).text).toContain(`sunset_requests_shed_total ${beyond}\n`);
  }, limitMs);

  it('keeps what he has begun, though he does not wait for the answer', async () => {
    const [noisy] = (await accounts(1)) as [Account];
    await held([noisy]);
    const authorization = `Bearer ${await made.client.token('customer', noisy.accountId)}`;
    const gone = new AbortController();
    const requests = Array.from({ length: 2 * atOnceOfCaller }, (_, n) =>
      fetch(`${made.client.base}/v1/accounts/${noisy.accountId}`, { method: 'PATCH', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify({ name: `Name ${n}` }), signal: gone.signal }).catch(() => null));
    await eventually('his share is worked', async () => (await worked()) === atOnceOfCaller, 120_000);
    gone.abort();
    await Promise.all(requests);
    await everybodyElseIsAnswered();
    expect(await worked()).toBe(atOnceOfCaller);
    await letGo.pop()!();
    await eventually('nothing is worked any more', async () => (await worked()) === 0, 120_000);
    (await noisy.get('', { as: 'customer' })).expect(200);
  }, limitMs);
});
