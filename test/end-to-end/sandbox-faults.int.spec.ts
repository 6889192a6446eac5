// The faults that can be switched on in the sandbox: workers really stop, the queue really loses everything, and the promise holds.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { Account, arrival, at, day } from './account.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';
import type { TestClock } from './shapes.js';

const E = '2026-02-01T00:00:00.000Z';
const P = at(E, 365 * day);

let running: InProcess;

beforeAll(async () => {
  running = await startInProcess({}, { worker: true });
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

interface Fault {
  readonly until: string | null;
  readonly followedSince: string | null;
  readonly jobsLost: number;
}

const faultNow = async (fault: string): Promise<Fault> => (await running.client.get(`/v1/dev/faults/${fault}`)).expect<Fault>(200);
const mend = async (fault: string): Promise<void> => (await running.client.send('DELETE', `/v1/dev/faults/${fault}`)).expect(204);
const clockOf = async ({ clock }: Account): Promise<TestClock> => (await running.client.get(`/v1/test-clocks/${clock}`)).expect<TestClock>(200);
const alarmsOf = async (account: Account): Promise<readonly string[]> => {
  const rung = (await running.client.get('/v1/dev/queue')).expect<{ data: readonly { deadlineId: string | null }[] }>(200).data.map(({ deadlineId }) => deadlineId);
  return (await account.opsDeadlines()).filter(({ deadlineId }) => rung.includes(deadlineId)).map(({ kind }) => kind);
};

afterEach(async () => {
  for (const fault of ['worker-stopped', 'queue-emptied']) await mend(fault);
});

async function breakIt(fault: string, body: object = {}): Promise<void> {
  (await running.client.send('PUT', `/v1/dev/faults/${fault}`, { body })).expect(200);
  await eventually(`a worker follows ${fault}`, async () => (await faultNow(fault)).followedSince !== null);
}

async function cancelled(): Promise<Account> {
  const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
  const subscription = await account.subscribe();
  await account.buyNumbers(2);
  await account.registerTenDlc();
  await account.cancel(subscription);
  return account;
}

const wentAsPromised = async (account: Account): Promise<void> => {
  expect(await account.dated('PeriodEnded', 'NumbersReleased', 'TenDlcExpired', 'DataPurged')).toEqual([
    `PeriodEnded ${E}`, `NumbersReleased ${at(E, 14 * day)}`, `TenDlcExpired ${at(E, 30 * day)}`, `DataPurged ${P}`,
  ]);
};

describe('a worker that is stopped', () => {
  it('writes nothing, and the plan ends to the millisecond all the same; what was promised is caught up on', async () => {
    const account = await cancelled();
    await eventually('the cancellation is confirmed by mail', async () => (await account.events('CustomerNotified')).length > 0);
    await breakIt('worker-stopped');
    (await running.client.post(`/v1/test-clocks/${account.clock}/advance`, { body: { to: P } })).expect(202);
    await eventually('the clock waits where the first thing is due', async () => (await clockOf(account)).now === E && (await alarmsOf(account)).length > 0);
    expect((await clockOf(account)).status).toBe('advancing');
    expect(await alarmsOf(account)).toContain('period-end');
    expect(await account.events('PeriodEnded')).toEqual([]);
    expect((await account.entitlements()).features['messaging.send']).toBe(false);
    expect((await account.membership()).standing).toBe('lapsed');

    await mend('worker-stopped');
    await arrival(running.client, account.clock!, P);
    await wentAsPromised(account);
    const [ended] = await account.events('PeriodEnded');
    expect(ended?.effectiveAt).toBe(E);
    expect((await faultNow('worker-stopped'))).toMatchObject({ until: null, followedSince: null });
  }, startLimitMs);
});

describe('a queue that loses everything', () => {
  it('makes nothing early, late or twice by the account\'s time, and hands out again afterwards', async () => {
    const account = await cancelled();
    await breakIt('queue-emptied');
    await account.advance(P);
    await wentAsPromised(account);
    expect((await faultNow('queue-emptied')).jobsLost).toBeGreaterThan(3);
    await mend('queue-emptied');

    const other = await cancelled();
    await other.advance(P);
    await wentAsPromised(other);
  }, startLimitMs);
});

describe('a fault', () => {
  it('ends by itself, also where nobody switches it off', async () => {
    await breakIt('worker-stopped', { seconds: 5 });
    const account = await cancelled();
    await account.advance(P);
    await wentAsPromised(account);
    expect((await faultNow('worker-stopped')).until).toBeNull();
  }, startLimitMs);

  it('is one of those there are', async () => {
    expect((await running.client.get('/v1/dev/faults/of-somebody')).told).toBe('404 not_found');
    expect((await running.client.send('PUT', '/v1/dev/faults/worker-stopped', { body: { seconds: 0 } })).told).toBe('422 invalid_request');
  });
});
