// The API is killed, or stopped, while it writes for 64 at once: what was acknowledged is there, and whoever asks again with the same key has asked once.
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, Database } from '#postgres';
import { Account } from '../end-to-end/account.js';
import type { Answer } from '../end-to-end/client.js';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import { usd } from '../end-to-end/shapes.js';

const atOnce = 64;
const roundsMost = 15;
/** Of each account in one round; most rounds end before. */
const requestsMost = 40;

let running: Running;
let database: Database;
let payers: Payer[];

beforeAll(async () => {
  running = await startRunning({ workers: 0, redis: false });
  database = new Database(await connect({ url: running.databaseUrl, poolSize: 1, applicationName: 'sunset-test' }));
  payers = await Promise.all(Array.from({ length: atOnce }, async () => new Payer(await Account.open(running.client))));
}, startLimitMs);

afterAll(async () => {
  await database.dataSource.destroy();
  await running.stop();
}, startLimitMs);

/** Pays 1, 2, 3 …, one after the other, so that each amount says which request has brought it about. */
class Payer {
  asked = 0;
  readonly acknowledged = new Set<number>();

  constructor(readonly account: Account) {}

  pay(amount: number): Promise<Answer> {
    return this.account.post('/wallet/top-ups', { amount: usd(amount) }, { key: `${this.account.accountId}-${amount}` });
  }

  /** Until there is no answer any more; tells of each that came. */
  async payOn(onAnswer: () => void): Promise<void> {
    for (let n = 0; n < requestsMost; n += 1) {
      this.asked += 1;
      const answer = await this.pay(this.asked).catch(() => null);
      if (answer === null) return;
      // A service that is stopping may say so.
      if (answer.status === 201) this.acknowledged.add(this.asked);
      else expect(answer.told).toBe('503 unavailable');
      onAnswer();
    }
  }

  /** Asked again for as long as the service, just started anew and asked by all at once, says to come back later. */
  async balance(): Promise<number> {
    for (;;) {
      const answer = await this.account.get('/wallet');
      if (answer.told !== '503 unavailable') return answer.expect<{ balance: { amount: number } }>(200).balance.amount;
      await sleep(50);
    }
  }

  get unacknowledged(): readonly number[] {
    return Array.from({ length: this.asked }, (_, index) => index + 1).filter((amount) => !this.acknowledged.has(amount));
  }

  /** As whoever has a key does: again while the answer is to come back later. Answers whether it was done before. */
  async repeat(amount: number): Promise<boolean> {
    for (;;) {
      const answer = await this.pay(amount);
      if (answer.told !== '409 request_in_progress' && answer.told !== '503 unavailable') {
        answer.expect(201);
        this.acknowledged.add(amount);
        return answer.headers.get('idempotency-replayed') === 'true';
      }
      await sleep(50);
    }
  }
}

/** What the log says that each has paid, in ascending order. */
async function paid(): Promise<readonly (readonly number[])[]> {
  const rows = await database.query<{ accountId: string; amounts: number[] }>(
    `SELECT account_id AS "accountId", array_agg((data -> 'amount' ->> 'amount')::int ORDER BY (data -> 'amount' ->> 'amount')::int) AS amounts
     FROM sunset.events WHERE type = 'WalletToppedUp' GROUP BY account_id`,
  );
  const byAccount = new Map(rows.map(({ accountId, amounts }) => [accountId, amounts]));
  return payers.map(({ account }) => byAccount.get(account.accountId) ?? []);
}

/** All 64 pay until the API ends; answers what was done of the requests that were not acknowledged, and what was not. */
async function interrupted(signal: 'SIGKILL' | 'SIGTERM'): Promise<{ readonly done: number; readonly undone: number }> {
  const after = randomInt(atOnce, 4 * atOnce);
  let answers = 0;
  const paying = Promise.all(payers.map((payer) => payer.payOn(() => (answers += 1))));
  while (answers < after) await sleep(1);
  await running.service.api.kill(signal);
  await paying;
  const before = await paid();
  for (const [index, { acknowledged }] of payers.entries()) expect(before[index]).toEqual(expect.arrayContaining([...acknowledged]));

  await running.service.restartApi();
  const replayed = (await Promise.all(payers.map((payer) => Promise.all(payer.unacknowledged.map((amount) => payer.repeat(amount)))))).flat();
  expect(await paid()).toEqual(payers.map(({ asked }) => Array.from({ length: asked }, (_, index) => index + 1)));
  expect(await Promise.all(payers.map((payer) => payer.balance()))).toEqual(payers.map(({ asked }) => (asked * (asked + 1)) / 2));
  const [kept] = await database.query<{ count: number }>('SELECT count(*) AS count FROM sunset.idempotency_keys');
  expect(kept).toEqual({ count: payers.reduce((sum, { asked }) => sum + asked, 0) });
  return { done: replayed.filter(Boolean).length, undone: replayed.filter((one) => !one).length };
}

describe('an API that writes for 64 at once', () => {
  it('is killed in the middle: what was acknowledged is there, and what is asked again was asked once', async () => {
    let [done, undone] = [0, 0];
    // On both sides of the commit: written and not told, and not written.
    for (let round = 1; round <= roundsMost && (done === 0 || undone === 0); round += 1) {
      const met = await interrupted('SIGKILL');
      [done, undone] = [done + met.done, undone + met.undone];
    }
    expect([done > 0, undone > 0]).toEqual([true, true]);
  }, 600_000);

  it('is stopped in the middle, and the same holds', async () => {
    const { api } = running.service;
    await interrupted('SIGTERM');
    expect(await api.ended).toBe('status 0');
  }, 600_000);
});
