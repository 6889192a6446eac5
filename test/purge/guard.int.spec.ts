// What keeps a purge on real time from beginning: a clock that cannot be believed, and too many at once. Reads go by time all the same.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StartErasure, StartErasureHandler } from '#application';
import { ClockInDoubt, ClockWatch, Deadlines } from '#deadlines';
import { instant } from '#kernel';
import { KeptEvidence, PurgeGuard, usualPurgeLimits } from '#purge';
import { silentLogger } from '#running';
import { expireOnce } from '../../apps/worker/src/expiry.js';
import type { EarlierLife } from '../faults/earlier-lives.js';
import { byPlatform, byWorker, refusal } from '../money/core.js';
import { erase, subscribe } from '../stories/commands.js';
import { eventually } from '../support/eventually.js';
import { rig, type Rig } from './rig.js';

let r: Rig;
let clock: ClockWatch;
beforeAll(async () => {
  r = await rig();
  clock = r.context.get(ClockWatch);
}, 120_000);
afterAll(() => r.close());

beforeEach(async () => {
  await r.database.query('DELETE FROM sunset.clock_watch');
  await r.database.query('DELETE FROM sunset.clock_stops');
  await r.database.query('DELETE FROM sunset.kept_evidence');
  await r.database.query('DELETE FROM sunset.purges');
});

const overdue = async (): Promise<EarlierLife> => r.earlier.begin('purge-data', (await r.earlier.now()) - 1_000);
const bringUpToDate = ({ accountId }: EarlierLife) => r.memberships.bringUpToDate(accountId, byWorker);
const has = async ({ accountId }: EarlierLife, type: string): Promise<boolean> => (await r.stream(accountId)).some((event) => event.type === type);
const status = async ({ accountId }: EarlierLife): Promise<string | undefined> =>
  (await r.context.get(Deadlines).forAccount(accountId)).find(({ kind }) => kind === 'purge-data')?.status;
/** What was looked at so long ago. */
const lastSeen = async (ago: string): Promise<void> => {
  await clock.look();
  await r.database.query(`UPDATE sunset.clock_watch SET seen_at = clock_timestamp() - $1::interval`, [ago]);
};

async function untilPending(life: EarlierLife): Promise<void> {
  const engine = r.engine({ guardEveryMs: 20 });
  engine.start();
  try {
    await eventually('the purge may begin', async () => (await status(life)) === 'pending');
  } finally {
    await engine.stop();
  }
}

describe('a purge on real time', () => {
  it('begins when the clock was looked at a while ago', async () => {
    const life = await overdue();
    await lastSeen('23 hours');
    await bringUpToDate(life);
    expect([await has(life, 'PurgeStarted'), await status(life), await clock.stops()]).toEqual([true, 'fired', []]);
  });

  it.each([['forward', '25 hours'], ['backward', '-5 minutes']])('does not begin once the clock has jumped %s, until an operator confirms it', async (direction, ago) => {
    const life = await overdue();
    await lastSeen(ago);
    await expect(bringUpToDate(life)).rejects.toThrow(ClockInDoubt);
    await clock.look();
    expect([await has(life, 'PurgeStarted'), await status(life)]).toEqual([false, 'blocked']);
    const [stop, ...others] = await clock.stops();
    expect([stop!.cause, stop!.confirmedAt, others]).toEqual([`clock-${direction}`, null, []]);

    expect(await refusal(r.memberships.read(life.accountId))).toMatchObject({ refused: 'account_purged', detail: { purgedAt: life.dueAt } });
    expect(await refusal(r.memberships.handle(life.accountId, subscribe('messaging-monthly', { as: 'again' }), byPlatform))).toMatchObject({ refused: 'account_purged' });
    await expect(bringUpToDate(life)).rejects.toThrow(ClockInDoubt);
    expect([await has(life, 'PurgeStarted'), await has(life, 'SubscriptionStarted'), (await clock.stops()).length]).toEqual([false, true, 1]);

    const engine = r.engine({ guardEveryMs: 10 });
    engine.start();
    await sleep(100);
    await engine.stop();
    expect(await status(life)).toBe('blocked');

    expect(await clock.confirm(stop!.stopId, 'an outage', 'olga')).toMatchObject({ confirmedBy: 'olga', reason: 'an outage' });
    expect(await clock.confirm(stop!.stopId, 'again', 'olga')).toMatchObject({ refused: 'stop_confirmed' });
    expect(await clock.confirm('00000000-0000-4000-8000-000000000000', 'again', 'olga')).toBeNull();
    await untilPending(life);
    await bringUpToDate(life);
    expect([await has(life, 'PurgeStarted'), await status(life)]).toEqual([true, 'fired']);
  });

  it('is judged by the log where nobody has ever looked at the clock', async () => {
    const life = await overdue();
    await clock.look();
    const [watch] = await r.database.query<{ same: boolean }>(`SELECT seen_at >= (SELECT max(recorded_at) FROM sunset.events) AS same FROM sunset.clock_watch`);
    expect(watch!.same).toBe(true);
    await bringUpToDate(life);
    expect(await has(life, 'PurgeStarted')).toBe(true);
  });

  it('waits when as many as may have begun within the hour, and begins later', async () => {
    const life = await overdue();
    const fill = (minutesAgo: number) =>
      r.database.query(
        `INSERT INTO sunset.purges (purge_id, account_id, life_id, basis, due_at, begun_at, status, step, salt, started_at, done_at)
         SELECT 'p' || n, 'p' || n, gen_random_uuid(), 'retention', now(), now(), 'done', 'verification', '', now() - $1 * interval '1 minute', now() FROM generate_series(1, 100) n`,
        [minutesAgo],
      );
    await fill(59);
    await bringUpToDate(life);
    expect([await has(life, 'PurgeStarted'), await status(life), await clock.stops()]).toEqual([false, 'blocked', []]);
    // Who asks for something is told what who reads is told.
    const told = await refusal(r.memberships.read(life.accountId));
    expect(told).toMatchObject({ refused: 'account_purged' });
    expect(await refusal(r.memberships.handle(life.accountId, subscribe('messaging-monthly', { as: 'again' }), byPlatform))).toEqual(told);
    await r.database.query(`UPDATE sunset.purges SET started_at = now() - interval '61 minutes'`);
    await untilPending(life);
    await bringUpToDate(life);
    expect(await has(life, 'PurgeStarted')).toBe(true);
  });

  it('is let go when there is room for it and the clock is believed, who waits longest first', async () => {
    await r.database.query('DELETE FROM sunset.purges_waiting');
    await r.database.query(`INSERT INTO sunset.purges_waiting (account_id, since) SELECT 'w' || n, now() - n * interval '1 minute' FROM generate_series(1, 4) n`);
    const guard = new PurgeGuard(r.database, { perHour: 2 }, clock);
    await lastSeen('25 hours');
    expect(await guard.takeWaiting()).toEqual([]);
    await r.database.query('DELETE FROM sunset.clock_watch');
    expect([(await guard.takeWaiting()).toSorted(), (await guard.takeWaiting()).toSorted()]).toEqual([['w3', 'w4'], ['w1', 'w2']]);
  });
});

describe('an early erasure', () => {
  const lapsed = async (): Promise<string> => (await r.earlier.begin('purge-data', (await r.earlier.now()) + 86_400_000)).accountId;
  const asked = (accountId: string) => new StartErasure(accountId, byPlatform, 'contract');
  const start = (accountId: string) => refusal(r.commands.execute(asked(accountId)));

  it('is one of those that may begin within the hour, also when several come at once', async () => {
    const accounts = await Promise.all(Array.from({ length: 6 }, lapsed));
    const guard = new PurgeGuard(r.database, { ...usualPurgeLimits, perHour: 2 }, new ClockWatch(r.database, silentLogger));
    const handler = new StartErasureHandler(r.memberships, guard);
    const answers = await Promise.all(accounts.map((accountId) => refusal(handler.execute(asked(accountId)))));
    expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(2);
    expect(answers.filter((answer) => answer !== 'accepted')).toEqual(Array(4).fill(expect.objectContaining({ refused: 'purge_cap_reached' })));
    expect(await guard.roomLeft()).toBe(0);
  });

  it('is refused while nobody has confirmed that the clock may have jumped', async () => {
    const accountId = await lapsed();
    await lastSeen('25 hours');
    await expect(start(accountId)).rejects.toThrow(ClockInDoubt);
    await clock.look();
    await expect(start(accountId)).rejects.toThrow(ClockInDoubt);
    const [stop] = await clock.stops();
    await clock.confirm(stop!.stopId, 'an outage', 'olga');
    expect(await start(accountId)).toBe('accepted');
  });
});

describe('what is kept for years beyond a purge', () => {
  const kept = async (): Promise<number> => {
    const [row] = await r.database.query<{ count: number }>(
      'SELECT (SELECT count(*) FROM sunset.kept_evidence) + (SELECT count(*) FROM sunset.opt_outs WHERE account_id IS NULL) AS count',
    );
    return row!.count;
  };
  const fail = (error: unknown): never => {
    throw error;
  };

  it('does not expire by a clock that has jumped, until an operator confirms it', async () => {
    const { accountId } = await overdue();
    await r.memberships.bringUpToDate(accountId, byWorker);
    await r.context.get(KeptEvidence).put(`${accountId}.1`, accountId, [{ kind: 'consent', subject: 's', data: {}, expiresAt: instant('2020-01-01T00:00:00Z') }]);
    await r.database.query(`INSERT INTO sunset.opt_outs (hash, expires_at) VALUES ('over', now())`);
    await lastSeen('6 years');
    for (let turn = 0; turn < 2; turn += 1) await expireOnce(r.database, clock, { endedKeptDays: 400, onError: fail, onEnded: () => undefined });
    expect(await kept()).toBe(2);
    const [stop, ...others] = await clock.stops();
    expect([stop!.cause, others]).toEqual(['clock-forward', []]);
    await clock.confirm(stop!.stopId, 'the right year', 'olga');
    await expireOnce(r.database, clock, { endedKeptDays: 400, onError: fail, onEnded: () => undefined });
    expect(await kept()).toBe(0);
  });
});

describe('an account on a test clock', () => {
  it('is not guarded, and does not count', async () => {
    await lastSeen('25 hours');
    const account = await r.lapsed('on-a-clock', 'Marker-clock');
    await account.ask(erase());
    expect((await r.stream('on-a-clock')).at(-1)!.type).toBe('PurgeStarted');
    expect(await r.guard.roomLeft()).toBe(100);
  });
});
