// Workers are killed at random instants while a year passes, and others go on: every consequence happens exactly once, in its order.
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Account, arrival, at, day } from '../end-to-end/account.js';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import { usd, type TestClock } from '../end-to-end/shapes.js';
import { working } from '../support/service.js';
import { happenedOnce } from './consequences.js';

const from = '2026-01-01T00:00:00Z';
const E = '2026-02-01T00:00:00.000Z';
const dates = { 'period-end': E, 'release-numbers': at(E, 14 * day), 'expire-ten-dlc': at(E, 30 * day), 'purge-data': '2027-02-01T00:00:00.000Z' };
const accountsOnClock = 5;

let running: Running;

beforeAll(async () => {
  running = await startRunning({ workers: 2 });
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

async function leavingOn(testClockId: string): Promise<Account> {
  const account = await Account.open(running.client, { testClockId });
  const subscription = await account.subscribe();
  await account.buyNumbers(2);
  await account.registerTenDlc();
  await account.topUp(100);
  await account.schedule([{ channel: 'sms', sendAt: at(E, day), price: usd(7) }]);
  await account.cancel(subscription);
  return account;
}

async function expectWholeLife(account: Account): Promise<void> {
  for (const [kind, dueAt] of Object.entries(dates)) await happenedOnce(running.client, account.accountId, kind, dueAt, { real: false });
  const events = await account.events();
  const cancelled = events.findIndex(({ type }) => type === 'CancellationRequested');
  expect(events.slice(cancelled + 1).map(({ type, effectiveAt }) => `${type} ${effectiveAt.slice(0, 10)}`)).toEqual(whatFollows);
  expect(await account.gaps()).toEqual([]);
}

/** Two numbers at 2.00 from a wallet with 1.00, and one unsent message. */
const whatFollows = [
  'AutoRechargeSuspended 2026-01-01', 'NumberFeesCharged 2026-02-01', 'NumberFeesFellShort 2026-02-01', 'PeriodEnded 2026-02-01', 'UnsentMessagesCredited 2026-02-01',
  'LossAnnounced 2026-02-08', 'LossAnnounced 2026-02-14', 'NumberReleaseStarted 2026-02-15', 'NumberReleased 2026-02-15', 'NumberReleased 2026-02-15', 'NumbersReleased 2026-02-15', 'LossAnnounced 2026-02-24', 'TenDlcExpired 2026-03-03',
  'LossAnnounced 2027-01-02', 'LossAnnounced 2027-01-25', 'LossAnnounced 2027-01-31', 'PurgeStarted 2027-02-01', 'DataPurged 2027-02-01',
];

describe('while a year passes for several accounts', () => {
  it('one worker after the other is killed, and everything follows once', async () => {
    // Another year where the first was over before two were.
    for (let killed = 0; killed < 2; ) killed += await killing();
  }, 1_200_000);

  /** Answers how many were killed. */
  async function killing(): Promise<number> {
    const { testClockId } = (await running.client.post('/v1/test-clocks', { body: { now: from } })).expect<TestClock>(201);
    const accounts = await Promise.all(Array.from({ length: accountsOnClock }, () => leavingOn(testClockId)));
    (await running.client.post(`/v1/test-clocks/${testClockId}/advance`, { body: { to: '2027-03-01T00:00:00Z' } })).expect(202);
    let killed = 0;
    const pauses: number[] = [];
    for (let clock = await clockOf(testClockId); clock.status === 'advancing' && killed < 5; clock = await clockOf(testClockId)) {
      const pause = randomInt(20, 400);
      pauses.push(pause);
      await sleep(pause);
      const victims = running.service.workers.filter((worker) => worker.running);
      if (victims.length < 2) running.service.addWorker();
      await victims[randomInt(victims.length)]!.kill('SIGKILL');
      killed += 1;
      running.service.addWorker();
    }
    console.log(`killed ${killed} workers, after ${pauses.join(', ')} ms`);
    await arrival(running.client, testClockId, '2027-03-01T00:00:00Z', 480);
    for (const account of accounts) await expectWholeLife(account);
    return killed;
  }
});

describe('a worker that sleeps', () => {
  it('is overtaken by another, and does nothing twice when it wakes', async () => {
    const sleeper = running.service.addWorker();
    const { testClockId } = (await running.client.post('/v1/test-clocks', { body: { now: from } })).expect<TestClock>(201);
    const account = await leavingOn(testClockId);
    await working(sleeper);
    (await running.client.post(`/v1/test-clocks/${testClockId}/advance`, { body: { to: '2027-03-01T00:00:00Z' } })).expect(202);
    await sleep(100);
    sleeper.pause();
    await sleep(1500);
    sleeper.resume();
    await arrival(running.client, testClockId, '2027-03-01T00:00:00Z', 480);
    await expectWholeLife(account);
  }, 600_000);
});

const clockOf = async (testClockId: string): Promise<TestClock> => (await running.client.get(`/v1/test-clocks/${testClockId}`)).expect<TestClock>(200);
