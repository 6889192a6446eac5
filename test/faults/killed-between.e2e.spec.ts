// A worker is killed between the carrier's answer and the event: another one reads before it asks, and the event is written once.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lockAccount } from '#deadlines';
import { connect, Database } from '#postgres';
import { TwilioStub } from '../carriers/twilio-stub.js';
import { Account } from '../end-to-end/account.js';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import type { EffectAttempt, OpsEffect } from '../end-to-end/shapes.js';
import { eventually } from '../support/eventually.js';
import { hold } from '../support/hold.js';
import { working } from '../support/service.js';

const number = '+12065550142';

let stub: TwilioStub;
let running: Running;
let database: Database;

beforeAll(async () => {
  stub = await new TwilioStub().start();
  running = await startRunning({
    environment: { CARRIER: 'twilio', TWILIO_ACCOUNT_SID: stub.accountSid, TWILIO_AUTH_TOKEN: stub.authToken, TWILIO_BASE_URL: stub.url, DRIFT_EVERY_HOURS: '0' },
  });
  database = new Database(await connect({ url: running.databaseUrl, poolSize: 2, applicationName: 'sunset-test' }));
}, startLimitMs);

afterAll(async () => {
  await database.dataSource.destroy();
  await running.stop();
  await stub.stop();
}, startLimitMs);

const somebodyWaitsForTheLock = async (): Promise<boolean> =>
  (await database.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)).length > 0;

/** Holds the account's lock, which every conclusion takes, from the moment on at which the carrier is asked to give something up. */
function holdFromTheAskingOn(accountId: string): { letGo(): Promise<void> } {
  let letGo = (): Promise<void> => Promise.resolve();
  stub.beforeGivingUp = async () => {
    stub.beforeGivingUp = undefined;
    letGo = await hold(database, () => lockAccount(database, accountId));
  };
  return { letGo: () => letGo() };
}

describe('a worker killed between the answer of the carrier and the event', () => {
  it('leaves an effect that another one finds done: one NumberReleased, and no second DELETE', async () => {
    // In real time: accounts on test clocks have no carrier but the sandbox's.
    const account = await Account.open(running.client);
    await account.subscribe();
    (await account.post('/numbers', { e164: number, carrierNumberId: stub.addNumber(number) })).expect(201);
    const [victim] = running.service.workers;
    await working(victim!);

    const lock = holdFromTheAskingOn(account.accountId);
    try {
      await account.removeNumber(number);
      await eventually('the carrier has answered and the conclusion waits', async () => !(stub.numbers.size > 0) && (await somebodyWaitsForTheLock()), 240_000);
      await victim!.kill('SIGKILL');
      expect(await victim!.ended).toBe('signal 9');
    } finally {
      await lock.letGo();
    }
    const [lost] = await running.client.all<OpsEffect>(`/v1/ops/effects?accountId=${account.accountId}&kind=release-number`, { as: 'operator' });
    expect(lost).toMatchObject({ kind: 'release-number', status: 'attempting', attempts: 1 });
    expect(await account.events('NumberReleased')).toEqual([]);

    running.service.addWorker();
    await eventually('its outcome is told', async () => (await account.events('NumberReleased')).length > 0, 240_000);
    expect((await account.events('NumberReleased')).map(({ data }) => [data['numberId'], data['outcome']])).toEqual([[lost!.subject, 'already-gone']]);
    const attempts = await running.client.all<EffectAttempt>(`/v1/ops/effects/${lost!.effectId}/attempts`, { as: 'operator' });
    expect(attempts.map(({ attempt, outcome, reason }) => [attempt, outcome, reason])).toEqual([[1, 'unavailable', 'worker-lost'], [2, 'already-gone', null]]);
    expect(stub.requests.map(({ method, subjects }) => [method, ...subjects])).toEqual([
      ['GET', number], ['DELETE', number], ['GET', number], ['GET', 'list'], ['GET', 'accounts'],
    ]);
    expect(stub.askedAgain).toEqual([]);
  }, 600_000);
});
