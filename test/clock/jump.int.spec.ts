// The clock of the database jumps: on real time nothing fires that cannot be undone or moves money until an operator confirms it, access goes by time.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ClockInDoubt, ClockWatch, DeadlineConsumer, DeadlineFigures, Deadlines, DeadlineWorker } from '#deadlines';
import { asWritten } from '#domain';
import { EffectQueries, EffectsEngine, SandboxCarrier } from '#effects';
import { AccountEffects, timelinePage } from '#application';
import { entitlementsView, membershipView, numbersView, walletView } from '#read-models';
import { DeadlineCommands } from '../../apps/worker/src/deadline-commands.js';
import { byPlatform, byWorker, refusal } from '../money/core.js';
import { rig, type Rig } from '../purge/rig.js';
import { buyNumber, cancel, resume, subscribe } from '../stories/commands.js';
import { moment } from '../stories/life.js';
import { eventually } from '../support/eventually.js';

let r: Rig;
let deadlines: Deadlines;
let figures: DeadlineFigures;
let clock: ClockWatch;
let effects: EffectQueries;
beforeAll(async () => {
  r = await rig();
  deadlines = r.context.get(Deadlines);
  figures = r.context.get(DeadlineFigures);
  clock = r.context.get(ClockWatch);
  effects = r.context.get(EffectQueries);
}, 120_000);
afterAll(() => r.close());

beforeEach(async () => {
  await clock.look();
  await r.database.query('DELETE FROM sunset.clock_stops');
});

/** What is two weeks further than when it was last looked at. */
const jump = () => r.database.query(`UPDATE sunset.clock_watch SET seen_at = clock_timestamp() - interval '14 days'`);
const confirmAll = async (): Promise<void> => {
  for (const { stopId } of await clock.stops()) await clock.confirm(stopId, 'the right time', 'olga');
};
const types = async (accountId: string): Promise<readonly string[]> => (await r.stream(accountId)).map(({ type }) => type);

interface Working {
  stop(): Promise<void>;
}

/** Everything that a worker does about deadlines, effects and purges. */
function work(): Working {
  const commands = r.context.get(DeadlineCommands);
  const consumer = new DeadlineConsumer(r.database, (due, alone) => commands.carryOut(due, alone));
  const worker = new DeadlineWorker(r.database, consumer, null, { sweepEveryMs: 20 });
  const carrier = new SandboxCarrier(r.database, async () => (text) => text);
  const engine = new EffectsEngine(r.database, [carrier], r.context.get(AccountEffects), null, { sweepEveryMs: 20, graceMs: 0 });
  const purges = r.engine({ guardEveryMs: 20 });
  for (const one of [worker, engine, purges]) one.start();
  return {
    async stop() {
      await Promise.all([worker.stop(), engine.stop(), purges.stop()]);
    },
  };
}

describe('a jump of the clock', () => {
  it('lets nothing fire, shows what waits, and all of it fires once an operator confirms it', async () => {
    const dueAt = (await r.earlier.now()) - 60_000;
    const leaving = await Promise.all((['period-end', 'release-numbers', 'expire-ten-dlc', 'purge-data'] as const).map((one) => r.earlier.begin(one, dueAt)));
    const staying = await r.earlier.stay(dueAt);
    const accounts = [...leaving, staying].map(({ accountId }) => accountId);
    const before = await Promise.all(accounts.map(types));
    await jump();

    const working = work();
    try {
      await eventually('the jump is noted', async () => (await clock.stops()).length > 0);
      await sleep(500);
      expect(await Promise.all(accounts.map(types))).toEqual(before);
      expect((await clock.stops()).map(({ cause, confirmedAt }) => [cause, confirmedAt])).toEqual([['clock-forward', null]]);

      const waiting = (await deadlines.list({ status: 'blocked' }, { limit: 100 })).data.filter(({ accountId }) => accounts.includes(accountId));
      expect(waiting.map(({ kind }) => kind).filter((kind) => !kind.startsWith('remind-')).sort()).toEqual(['expire-ten-dlc', 'number-fees', 'period-end', 'period-end', 'purge-data', 'release-numbers']);
      expect(new Set(waiting.map(({ lastError, attempts }) => `${attempts}: ${lastError}`))).toEqual(new Set(['0: the clock has jumped and no operator has confirmed it']));
      const pending = await deadlines.list({ status: 'pending', dueBefore: (await r.memberships.read(staying.accountId)).now }, { limit: 100 });
      expect(pending.data.filter(({ accountId }) => accounts.includes(accountId))).toEqual([]);
      const released = leaving[2]!.accountId;
      expect(await effects.forAccount(released)).toMatchObject([{ status: 'held', attempts: 0, heldBy: { pauseId: null } }]);
      expect((await effects.list({ status: 'held', accountId: released }, { limit: 9 })).length).toBe(1);
      expect((await effects.list({ status: 'pending', accountId: released }, { limit: 9 })).length).toBe(0);
      expect([await figures.waitingForClock() >= 6, await effects.waitingForClock() >= 1]).toEqual([true, true]);

      await confirmAll();
      await eventually('what waited fires', async () => (await types(accounts[3]!)).includes('PurgeStarted') && (await types(accounts[4]!)).includes('CardChargeRequested'));
      await eventually('the carrier is asked', async () => (await effects.forAccount(released)).every(({ status }) => status === 'done'));
      await eventually('the rest fires', async () => (await figures.waitingForClock()) === 0 && (await figures.overdue()).length === 0);
    } finally {
      await working.stop();
    }
    const happened = await Promise.all(accounts.map(types));
    const anew = happened.map((one, index) => one.slice(before[index]!.length));
    expect(anew[0]).toContain('PeriodEnded');
    expect(anew[1]).toContain('NumberReleaseStarted');
    expect(anew[2]).toContain('TenDlcExpired');
    expect(anew[4]).toEqual(['NumberFeesCharged', 'SubscriptionRenewed', 'CardChargeRequested']);
    expect([await figures.waitingForClock(), (await deadlines.list({ status: 'dead' }, { limit: 1 })).data]).toEqual([0, []]);
  });

  it('leaves access to time, and everything else as it is written', async () => {
    const dueAt = (await r.earlier.now()) - 60_000;
    const ending = await r.earlier.begin('period-end', dueAt);
    const releasing = await r.earlier.begin('release-numbers', dueAt);
    const expiring = await r.earlier.begin('expire-ten-dlc', dueAt);
    const purging = await r.earlier.begin('purge-data', dueAt);
    const staying = await r.earlier.stay(dueAt);
    await jump();

    const ended = await r.memberships.read(ending.accountId);
    expect(entitlementsView(ended.state, ended.now).features).toMatchObject({ 'messaging.send': false, 'messaging.tenDlc': false });
    expect(await refusal(r.memberships.read(purging.accountId))).toMatchObject({ refused: 'account_purged', detail: { purgedAt: purging.dueAt } });
    expect(await r.memberships.silentSince(purging.accountId)).toBe(purging.dueAt);

    const stays = await r.memberships.readWritten(staying.accountId, byWorker);
    expect(entitlementsView(stays.state, stays.now).features['messaging.send']).toBe(true);
    expect([walletView(stays.state).balance.amount, stays.state.subscriptions[0]!.periodNumber]).toEqual([1_000, 1]);
    const rows = await deadlines.forAccount(staying.accountId);
    expect(membershipView(stays.state, rows, stays.now, 'customer', asWritten.plan).deadlines).toMatchObject([{ kind: 'number-fees', status: 'blocked' }, { kind: 'period-end', status: 'blocked' }]);
    expect((await timelinePage(stays, asWritten, { after: null, most: Infinity })).map(({ entry }) => entry).filter(({ status }) => status !== 'done').map(({ kind, status }) => [kind, status])).toEqual([
      ['number-fees', 'blocked'], ['period-end', 'blocked'],
    ]);

    const releases = await r.memberships.readWritten(releasing.accountId, byWorker);
    expect(numbersView(releases.state, await releases.events())).toMatchObject([{ status: 'held' }]);
    expect((await r.memberships.readWritten(expiring.accountId, byWorker)).state.tenDlc.status).toBe('active');
  });

  it('decides no command that would follow what waits, and leaves nothing of it behind', async () => {
    const dueAt = (await r.earlier.now()) - 60_000;
    const ending = await r.earlier.begin('period-end', dueAt);
    const purging = await r.earlier.begin('purge-data', dueAt);
    const staying = await r.earlier.stay(dueAt);
    const later = await r.earlier.begin('release-numbers', (await r.earlier.now()) + 3_600_000);
    await r.memberships.bringUpToDate(later.accountId, byWorker);
    const before = await Promise.all([ending, purging, staying].map(({ accountId }) => types(accountId)));
    await jump();

    const ask = (accountId: string, command: Parameters<Rig['tell']>[1]) => r.memberships.handle(accountId, command, byPlatform);
    await expect(ask(ending.accountId, resume(ending.subscriptionId))).rejects.toThrow(ClockInDoubt);
    await expect(ask(ending.accountId, subscribe('messaging-monthly', { as: 'again' }))).rejects.toThrow(ClockInDoubt);
    await expect(ask(staying.accountId, cancel(staying.subscriptionId))).rejects.toThrow(ClockInDoubt);
    await expect(ask(staying.accountId, buyNumber('another'))).rejects.toThrow(ClockInDoubt);
    await expect(r.memberships.bringUpToDate(staying.accountId, byWorker)).rejects.toThrow(ClockInDoubt);
    await expect(r.memberships.bringUpToDate(purging.accountId, byWorker)).rejects.toThrow(ClockInDoubt);
    expect(await refusal(ask(purging.accountId, subscribe('messaging-monthly', { as: 'new' })))).toMatchObject({ refused: 'account_purged' });
    expect(await Promise.all([ending, purging, staying].map(({ accountId }) => types(accountId)))).toEqual(before);

    await ask(later.accountId, subscribe('messaging-monthly', { as: `${later.accountId}.again` }));
    expect(await types(later.accountId)).toContain('SubscriptionStarted');
    await clock.look();
    await confirmAll();
    await r.memberships.handle(staying.accountId, cancel(staying.subscriptionId), byPlatform);
    expect((await types(staying.accountId)).slice(before[2]!.length)).toEqual(['NumberFeesCharged', 'SubscriptionRenewed', 'CardChargeRequested', 'CancellationRequested', 'AutoRechargeSuspended']);
  });

  it('is met again by the one who fires, should it come between the fence and the handler', async () => {
    const { accountId } = await r.earlier.stay((await r.earlier.now()) - 60_000);
    const [row] = await deadlines.forAccount(accountId);
    const commands = r.context.get(DeadlineCommands);
    const consumer = new DeadlineConsumer(r.database, async (due, alone) => {
      await jump();
      return commands.carryOut(due, alone);
    });
    expect(await consumer.fire(row!)).toBe('held');
    expect((await deadlines.forAccount(accountId))[0]).toMatchObject({ attempts: 0, firedAt: null });
    await jump();
    expect(await consumer.fire(row!)).toBe('held');
    expect((await deadlines.forAccount(accountId))[0]).toMatchObject({ status: 'blocked', attempts: 0 });
  });

  it('does not concern an account on a test clock', async () => {
    const account = await r.lapsed('by-a-clock', 'Marker-clock');
    await jump();
    await account.tick(moment('2026-07-30T00:00Z'));
    await account.ask(subscribe('messaging-monthly', { as: 'by-a-clock.again' }));
    expect(await types('by-a-clock')).toEqual(expect.arrayContaining(['NumberReleaseStarted', 'TenDlcExpired', 'CardChargeRequested']));
  });
});
