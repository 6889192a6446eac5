// A purge that does not begin on its day: asked for early by the person, or put off by a legal hold.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Clock, ClockWatch } from '#deadlines';
import { importChannel } from '#kernel';
import { buyNumber, cancel, erase, hold, importAccount, lift, subscribe } from '../stories/commands.js';
import { byPlatform, byWorker, type OneAccount } from '../money/core.js';
import { moment } from '../stories/life.js';
import { E, letItBegin, P, rig, type Rig } from './rig.js';

let r: Rig;
beforeAll(async () => {
  r = await rig();
}, 120_000);
afterAll(() => r.close());

describe('an early erasure', () => {
  /** Its trial is over and its number is still there. */
  async function ended(accountId: string): Promise<OneAccount> {
    const account = await r.account(accountId, E);
    await account.ask(subscribe('messaging-monthly', { as: `${accountId}.plan`, trialDays: 1 }), buyNumber(`${accountId}.n`), cancel(`${accountId}.plan`));
    await account.tick(moment(E, 2 * 86_400_000));
    return account;
  }

  it('waits for what was asked of the carrier, then deletes', async () => {
    await (await ended('erased')).ask(erase());
    await r.engine().runOne();
    expect(await r.purges.get('erased.1')).toMatchObject({ status: 'running', step: 'releases', attempts: 0, lastError: null });
    expect(await r.ledger.read('erased.1')).toMatchObject({ accountId: 'erased', purgedAt: null });
    await r.memberships.handle('erased', { type: 'SettleNumberRelease', numberId: 'erased.n', outcome: 'released', reason: null }, byWorker);
    await r.database.query(`UPDATE sunset.effects SET status = 'done', settled_at = now() WHERE account_id = 'erased'`);
    await r.database.query(`UPDATE sunset.purges SET next_attempt_at = NULL WHERE account_id = 'erased'`);
    await r.engine().runOne();
    expect((await r.proofOf('erased')).flatMap(({ exceptions }) => exceptions.map(({ kind }) => kind))).toEqual(['consents']);
    expect((await r.stream('erased')).map(({ type }) => type).slice(-5)).toEqual(['PurgeStarted', 'NumberReleaseStarted', 'NumberReleased', 'NumbersReleased', 'DataPurged']);
  });

  it('waits for a carrier no longer than a week by a clock that is believed, and then says what is not settled', async () => {
    await (await ended('unheard')).ask(erase());
    for (const [age, lastSeen, step] of [['6 days 23 hours', '1 minute', 'releases'], ['7 days 1 hour', '7 days', 'releases'], ['7 days 1 hour', '1 minute', 'verification']] as const) {
      await r.database.query(`UPDATE sunset.purges SET next_attempt_at = NULL, started_at = now() - $1::interval WHERE account_id = 'unheard'`, [age]);
      await r.context.get(ClockWatch).look();
      await r.database.query('DELETE FROM sunset.clock_stops');
      await r.database.query('UPDATE sunset.clock_watch SET seen_at = clock_timestamp() - $1::interval', [lastSeen]);
      await r.engine().runOne();
      expect([age, lastSeen, (await r.purges.get('unheard.1'))!.step]).toEqual([age, lastSeen, step]);
      await r.database.query('DELETE FROM sunset.clock_stops');
    }
    expect((await r.proofOf('unheard')).flatMap(({ exceptions }) => exceptions.map(({ kind, records: count }) => [kind, count]))).toEqual([['consents', 1], ['unsettled-releases', 1]]);
  });
});

it('where all was let go at once that had waited since an import, the carrier is asked before anything is deleted', async () => {
  const accountId = 'taken-over';
  const command = importAccount({
    subscriptions: [{ subscriptionId: 'theirs', planId: 'messaging-monthly', startedAt: moment('2024-01-10T00:00Z'), currentPeriod: { start: moment('2024-06-10T00:00Z'), end: moment('2024-07-10T00:00Z') }, status: 'ended', cancellation: null, endedAt: null }],
    numbers: [{ numberId: 'theirs-1', e164: '+12067770001', e164Hash: 'hash', origin: 'purchased', carrierNumberId: null }],
  });
  await r.database.transaction(async () => r.memberships.takeOver([{ accountId, metadata: { ...byPlatform, channel: importChannel }, command }], { now: await r.context.get(Clock).now(null), dryRun: false }));
  for (const kind of ['release-numbers', 'expire-ten-dlc', 'purge-data'] as const) await r.memberships.handle(accountId, { type: 'RetryDeadline', kind, subject: '', generation: 1, reason: 'looked at' }, byPlatform);
  await r.memberships.bringUpToDate(accountId, byWorker);
  expect((await r.stream(accountId)).map(({ type }) => type).filter((type) => /Started|Expir/.test(type))).toEqual(['SubscriptionStarted', 'NumberReleaseStarted', 'TenDlcExpirySkipped', 'PurgeStarted']);
  await r.engine().runOne();
  expect(await r.database.query('SELECT p.step, e.status FROM sunset.purges p JOIN sunset.effects e USING (account_id) WHERE account_id = $1', [accountId])).toEqual([{ step: 'releases', status: 'pending' }]);
  await r.database.query(`UPDATE sunset.effects SET status = 'done', settled_at = now() WHERE account_id = $1`, [accountId]);
  await r.database.query('UPDATE sunset.purges SET next_attempt_at = NULL WHERE account_id = $1', [accountId]);
  expect(await r.engine().runOne()).toBe(true);
  expect(await r.proofOf(accountId)).toHaveLength(1);
});

describe('a legal hold', () => {
  it('lifted late lets the purge go, with a proof of its own time', async () => {
    const account = await r.lapsed('held', 'Marker-held');
    await account.tick(moment('2027-04-29T00:00Z'));
    await account.ask(hold(P, 'h'));
    await letItBegin(account);
    expect(await r.engine().runOne()).toBe(false);
    await account.tick(moment('2027-07-29T00:00Z'));
    await account.ask(lift('h'));
    await account.bringUpToDate();
    expect(await r.engine().runOne()).toBe(true);
    expect((await r.stream('held')).at(-1)).toMatchObject({ type: 'DataPurged', effectiveAt: moment('2027-07-29T00:00Z') });
  });
});
