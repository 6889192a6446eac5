// In real time, without any worker: the time decides what is allowed. When a worker comes at last, everything is late, once, and told so.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newMasterKey, startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import type { Entitlements, OpsDeadline } from '../end-to-end/shapes.js';
import { eventually } from '../support/eventually.js';
import { deadlinesOf, happenedOnce } from './consequences.js';
import { EarlierLives, waits, type EarlierLife, type Wait } from './earlier-lives.js';

let running: Running;
let lives: EarlierLives;

beforeAll(async () => {
  const masterKey = newMasterKey();
  running = await startRunning({ workers: 0, redis: false, masterKey });
  lives = await EarlierLives.open(running.databaseUrl, masterKey);
}, startLimitMs);

afterAll(async () => {
  await lives.close();
  await running.stop();
}, startLimitMs);

const sends = async ({ accountId }: EarlierLife): Promise<boolean> =>
  (await running.client.get(`/v1/accounts/${accountId}/entitlements`)).expect<Entitlements>(200).features['messaging.send'];

const resume = async ({ accountId, subscriptionId }: EarlierLife): Promise<string> =>
  (await running.client.post(`/v1/accounts/${accountId}/subscriptions/${subscriptionId}/resume`)).told;

const overdue = async (): Promise<readonly { readonly kind: string; readonly count: number; readonly oldestMs: number }[]> =>
  (await running.client.get('/v1/ops/health', { as: 'operator' })).expect<{ overdue: { kind: string; count: number; oldestMs: number }[] }>(200).overdue;

/** Lives that are due so far ahead, and what is answered before they are. */
async function beforeDue(aheadMs: number) {
  const due = (await lives.now()) + aheadMs;
  const [resumed, ...ended] = await Promise.all([1, 2, 3].map(() => lives.begin('period-end', due)));
  const others = await lives.beginAll((Object.keys(waits) as Wait[]).filter((kind) => kind !== 'period-end').map((kind) => [kind, due] as const));
  const early = await Promise.all([resumed!, ...ended].map(sends));
  const told = await resume(resumed!);
  await sleep(Math.max(0, due - 2000 - (await lives.now())));
  const late = await Promise.all(ended.map(sends));
  return { due, resumed, ended, others, answers: [early, told, late], isInTime: (await lives.now()) < due };
}

describe('without a worker', () => {
  it('the time decides; with one, what is late is carried out once and says how late it was', async () => {
    // Further ahead, with others, where this machine was held up until it was too late to ask.
    let begun = await beforeDue(8_000);
    for (let aheadMs = 16_000; !begun.isInTime; aheadMs *= 2) begun = await beforeDue(aheadMs);
    const { due, resumed, ended, others, answers } = begun;
    expect(answers).toEqual([[true, true, true], '200', [true, true]]);

    await sleep(Math.max(0, due - (await lives.now())) + 5);
    expect(await Promise.all([resumed!, ...ended].map(sends))).toEqual([true, false, false]);
    expect(await Promise.all(ended.map(resume))).toEqual(['409 subscription_ended', '409 subscription_ended']);
    const purged = others.find(({ waitsFor }) => waitsFor === 'purge-data')!;
    expect((await running.client.get(`/v1/accounts/${purged.accountId}/membership`)).told).toBe('410 account_purged');

    await sleep(3000);
    const seen = await overdue();
    expect(seen.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['period-end', 'purge-data', 'release-numbers', 'expire-ten-dlc']));
    for (const { oldestMs } of seen) expect(oldestMs).toBeGreaterThanOrEqual(3000);

    // Whoever reads it writes down what was due: from then on nothing of that account is overdue.
    const expired = others.find(({ waitsFor }) => waitsFor === 'expire-ten-dlc')!;
    expect((await running.client.get(`/v1/accounts/${expired.accountId}/ten-dlc`)).expect<{ status: string }>(200).status).toBe('expired');

    running.service.addWorker();
    running.service.addWorker();
    await eventually('nothing is overdue', async () => (await overdue()).length === 0, 240_000);
    for (const life of [...ended, ...others]) {
      const row: OpsDeadline = await happenedOnce(running.client, life.accountId, life.waitsFor, life.dueAt, { real: true });
      expect(row.latenessMs).toBeGreaterThanOrEqual(3000);
    }
    expect((await deadlinesOf(running.client, resumed!.accountId)).filter(({ kind, status }) => kind !== 'period-end' && status === 'fired')).toEqual([]);
  }, 400_000);
});
