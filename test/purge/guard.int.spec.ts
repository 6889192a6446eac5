// What keeps a purge on real time from beginning: a clock that cannot be believed, and too many at once. Reads go by time all the same.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Deadlines } from '#deadlines';
import type { EarlierLife } from '../faults/earlier-lives.js';
import { byPlatform, byWorker, refusal } from '../money/core.js';
import { erase, subscribe } from '../stories/commands.js';
import { eventually } from '../support/eventually.js';
import { rig, type Rig } from './rig.js';

let r: Rig;
beforeAll(async () => {
  r = await rig();
}, 120_000);
afterAll(() => r.close());

beforeEach(async () => {
  await r.database.query('DELETE FROM sunset.clock_watch');
  await r.database.query('DELETE FROM sunset.purge_stops');
  await r.database.query('DELETE FROM sunset.purges');
});

const overdue = async (): Promise<EarlierLife> => r.earlier.begin('purge-data', (await r.earlier.now()) - 1_000);
const settle = ({ accountId }: EarlierLife) => r.memberships.settleDue(accountId, byWorker);
const has = async ({ accountId }: EarlierLife, type: string): Promise<boolean> => (await r.stream(accountId)).some((event) => event.type === type);
const status = async ({ accountId }: EarlierLife): Promise<string | undefined> =>
  (await r.context.get(Deadlines).forAccount(accountId)).find(({ kind }) => kind === 'purge-data')?.status;
/** What was looked at so long ago. */
const lastSeen = async (ago: string): Promise<void> => {
  await r.guard.watch();
  await r.database.query(`UPDATE sunset.clock_watch SET seen_at = clock_timestamp() - $1::interval`, [ago]);
};

async function untilPending(life: EarlierLife): Promise<void> {
  const engine = r.engine({ guardEveryMs: 20 });
  engine.start();
  await eventually('the purge may begin', async () => (await status(life)) === 'pending').finally(() => engine.stop());
}

describe('a purge on real time', () => {
  it('begins when the clock was looked at a while ago', async () => {
    const life = await overdue();
    await lastSeen('23 hours');
    await settle(life);
    expect([await has(life, 'PurgeStarted'), await status(life), await r.guard.stops()]).toEqual([true, 'fired', []]);
  });

  it.each([['forward', '25 hours'], ['backward', '-5 minutes']])('does not begin once the clock has jumped %s, until an operator confirms it', async (direction, ago) => {
    const life = await overdue();
    await lastSeen(ago);
    await settle(life);
    expect([await has(life, 'PurgeStarted'), await status(life)]).toEqual([false, 'blocked']);
    const [stop, ...others] = await r.guard.stops();
    expect([stop!.cause, stop!.confirmedAt, others]).toEqual([`clock-${direction}`, null, []]);

    expect(await refusal(r.memberships.read(life.accountId))).toMatchObject({ refused: 'account_purged', detail: { purgedAt: life.dueAt } });
    expect(await refusal(r.memberships.handle(life.accountId, subscribe('messaging-monthly', { as: 'again' }), byPlatform))).toMatchObject({ refused: 'account_purged' });
    await settle(life);
    expect([await has(life, 'PurgeStarted'), await has(life, 'SubscriptionStarted'), (await r.guard.stops()).length]).toEqual([false, true, 1]);

    const engine = r.engine({ guardEveryMs: 10 });
    engine.start();
    await sleep(100);
    await engine.stop();
    expect(await status(life)).toBe('blocked');

    expect(await r.guard.confirm(stop!.stopId, 'an outage', 'olga')).toMatchObject({ confirmedBy: 'olga', reason: 'an outage' });
    expect(await r.guard.confirm(stop!.stopId, 'again', 'olga')).toMatchObject({ refused: 'stop_confirmed' });
    expect(await r.guard.confirm('00000000-0000-4000-8000-000000000000', 'again', 'olga')).toBeNull();
    await untilPending(life);
    await settle(life);
    expect([await has(life, 'PurgeStarted'), await status(life)]).toEqual([true, 'fired']);
  });

  it('is judged by the log where nobody has ever looked at the clock', async () => {
    const life = await overdue();
    await r.guard.watch();
    const [watch] = await r.database.query<{ same: boolean }>(`SELECT seen_at >= (SELECT max(recorded_at) FROM sunset.events) AS same FROM sunset.clock_watch`);
    expect(watch!.same).toBe(true);
    await settle(life);
    expect(await has(life, 'PurgeStarted')).toBe(true);
  });

  it('waits when as many as may have begun within the hour, and begins later', async () => {
    const life = await overdue();
    const fill = (minutesAgo: number) =>
      r.database.query(
        `INSERT INTO sunset.purges (purge_id, account_id, basis, due_at, status, step, salt, started_at, done_at)
         SELECT 'p' || n, 'p' || n, 'retention', now(), 'done', 'verification', '', now() - $1 * interval '1 minute', now() FROM generate_series(1, 100) n`,
        [minutesAgo],
      );
    await fill(59);
    await settle(life);
    expect([await has(life, 'PurgeStarted'), await status(life), await r.guard.stops()]).toEqual([false, 'blocked', []]);
    await r.database.query(`UPDATE sunset.purges SET started_at = now() - interval '61 minutes'`);
    await untilPending(life);
    await settle(life);
    expect(await has(life, 'PurgeStarted')).toBe(true);
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
