// The API is killed in the middle of requests: whoever asks again with the same key has asked once.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lockAccount } from '#deadlines';
import { connect, Database } from '#postgres';
import { Account } from '../end-to-end/account.js';
import type { Answer } from '../end-to-end/client.js';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import { usd, type LedgerEntry } from '../end-to-end/shapes.js';
import { hold } from '../support/hold.js';

const accountsCount = 6;
const topUpsEach = 12;

let running: Running;
let database: Database;

beforeAll(async () => {
  running = await startRunning({ workers: 0, redis: false });
  database = new Database(await connect({ url: running.databaseUrl, poolSize: 1, applicationName: 'sunset-test' }));
}, startLimitMs);

afterAll(async () => {
  await database.dataSource.destroy();
  await running.stop();
}, startLimitMs);

/** As whoever has a key does: again while the answer is to come back later. */
async function repeated(request: () => Promise<Answer>): Promise<string> {
  for (;;) {
    const { told } = await request();
    if (told !== '409 request_in_progress' && told !== '503 unavailable') return told;
    await sleep(100);
  }
}

describe('an API killed in the middle of requests', () => {
  it('has done each of them wholly or not at all, and repeating them does the rest', async () => {
    const accounts = await Promise.all(Array.from({ length: accountsCount }, () => Account.open(running.client)));
    const subscriptions = await Promise.all(accounts.map((account) => account.subscribe()));
    const consents = await Promise.all(accounts.map((account, index) => account.consent(subscriptions[index]!)));
    const requests = accounts.flatMap((account, index) => [
      ...Array.from({ length: topUpsEach }, (_, n) => () => account.post('/wallet/top-ups', { amount: usd(2 ** n) }, { key: `${account.accountId}-${n}` })),
      () => account.post(`/subscriptions/${subscriptions[index]!.subscriptionId}/cancellation`, { ...consents[index], reason: { code: 'unused' } }, { key: `${account.accountId}-cancel` }),
    ]);

    // One that is surely in the middle when the API is killed, however late that is.
    const held = await Account.open(running.client);
    const letGo = await hold(database, () => lockAccount(database, held.accountId));
    requests.push(() => held.post('/wallet/top-ups', { amount: usd(1) }, { key: `${held.accountId}-held` }));

    let answered = 0;
    const first = requests.map((request) => request().then((answer) => {
      answered += 1;
      return answer.told;
    }, () => 'no answer'));
    try {
      while (answered < requests.length / 6) await sleep(1);
      await running.service.api.kill('SIGKILL');
    } finally {
      await letGo();
    }
    const told = await Promise.all(first);
    expect(told.filter((one) => one === '201').length).toBeGreaterThan(0);
    expect(told.at(-1)).toBe('no answer');

    await running.service.restartApi();
    // What was answered stands.
    const balances = await Promise.all(accounts.map((account) => account.balance()));
    for (const [index, balance] of balances.entries()) {
      const slice = told.slice(index * (topUpsEach + 1), index * (topUpsEach + 1) + topUpsEach);
      const answeredSum = slice.reduce((sum, one, n) => sum + (one === '201' ? 2 ** n : 0), 0);
      expect(balance & answeredSum).toBe(answeredSum);
    }
    expect(await Promise.all(requests.map(repeated))).toEqual(requests.map(() => '201'));
    expect(await held.balance()).toBe(1);
    for (const account of accounts) {
      expect(await account.balance()).toBe(2 ** topUpsEach - 1);
      expect((await account.all<LedgerEntry>('/ledger')).filter(({ kind }) => kind === 'top_up')).toHaveLength(topUpsEach);
      const events = await account.events();
      expect(await account.gaps()).toEqual([]);
      expect(events.filter(({ type }) => type === 'CancellationRequested')).toHaveLength(1);
    }
  }, 600_000);
});
