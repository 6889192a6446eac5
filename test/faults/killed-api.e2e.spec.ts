// The API is killed in the middle of requests: whoever asks again with the same key has asked once.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Account } from '../end-to-end/account.js';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import { usd, type LedgerEntry } from '../end-to-end/shapes.js';

const accountsCount = 6;
const topUpsEach = 12;

let running: Running;

beforeAll(async () => {
  running = await startRunning({ workers: 0, redis: false });
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

describe('an API killed in the middle of requests', () => {
  it('has done each of them wholly or not at all, and repeating them does the rest', async () => {
    const accounts = await Promise.all(Array.from({ length: accountsCount }, () => Account.open(running.client)));
    const subscriptions = await Promise.all(accounts.map((account) => account.subscribe()));
    const consents = await Promise.all(accounts.map((account, index) => account.consent(subscriptions[index]!)));
    const requests = accounts.flatMap((account, index) => [
      ...Array.from({ length: topUpsEach }, (_, n) => () => account.post('/wallet/top-ups', { amount: usd(2 ** n) }, { key: `${account.accountId}-${n}` })),
      () => account.post(`/subscriptions/${subscriptions[index]!.subscriptionId}/cancellation`, { ...consents[index], reason: { code: 'unused' } }, { key: `${account.accountId}-cancel` }),
    ]);

    let answered = 0;
    const first = requests.map((request) => request().then((answer) => {
      answered += 1;
      return answer.told;
    }, () => 'no answer'));
    while (answered < requests.length / 6) await sleep(1);
    await running.service.api.kill('SIGKILL');
    const told = await Promise.all(first);
    expect(told.filter((one) => one === '201').length).toBeGreaterThan(0);
    expect(told.filter((one) => one === 'no answer').length).toBeGreaterThan(0);

    await running.service.restartApi();
    // What was answered stands.
    const balances = await Promise.all(accounts.map((account) => account.balance()));
    for (const [index, balance] of balances.entries()) {
      const slice = told.slice(index * (topUpsEach + 1), index * (topUpsEach + 1) + topUpsEach);
      const answeredSum = slice.reduce((sum, one, n) => sum + (one === '201' ? 2 ** n : 0), 0);
      expect(balance & answeredSum).toBe(answeredSum);
    }
    const again = await Promise.all(requests.map((request) => request()));
    expect(again.map((answer) => answer.told)).toEqual(requests.map(() => '201'));
    for (const account of accounts) {
      expect(await account.balance()).toBe(2 ** topUpsEach - 1);
      expect((await account.all<LedgerEntry>('/ledger')).filter(({ kind }) => kind === 'top_up')).toHaveLength(topUpsEach);
      const events = await account.events();
      expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1));
      expect(events.filter(({ type }) => type === 'CancellationRequested')).toHaveLength(1);
    }
  }, 300_000);
});
