// What is over leaves the hot tables after its time, in batches, with what hangs on it; what is open, or over for less, stays.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrations } from '#application';
import { ClockWatch } from '#deadlines';
import { silentLogger } from '#running';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { expireOnce } from '../src/expiry.js';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase({ migrations });
});
afterAll(() => fresh.drop());

const kinds = (table: string) => fresh.database.query<{ subject: string }>(`SELECT subject FROM ${table} ORDER BY 1`).then((rows) => rows.map(({ subject }) => subject));

it('is deleted after its time, and nothing else', async () => {
  const { database } = fresh;
  await database.query(
    `INSERT INTO sunset.deadlines (deadline_id, account_id, shard, kind, subject, generation, due_at, status, fired_at, alarm_at, updated_at)
     SELECT gen_random_uuid(), 'a' || n, sunset.shard_of('a' || n), 'k', status || days, 1, now(), status, CASE status WHEN 'fired' THEN now() END, now(), now() - days * interval '1 day'
     FROM unnest(ARRAY['pending', 'blocked', 'dead', 'fired', 'void']) WITH ORDINALITY AS s (status, n) CROSS JOIN unnest(ARRAY[39, 41]) AS days`,
  );
  await database.query(
    `INSERT INTO sunset.effects (effect_id, account_id, shard, kind, subject, generation, carrier, due_at, status, place, next_attempt_at, queue_at, settled_at, created_at)
     SELECT gen_random_uuid(), 'a' || n, sunset.shard_of('a' || n), 'notify', status || days, 1, 'sandbox', now(), status, 0, now(), now(), CASE WHEN status IN ('done', 'void') THEN now() - days * interval '1 day' END, now() - days * interval '1 day'
     FROM unnest(ARRAY['pending', 'waiting', 'blocked', 'dead', 'done', 'void']) WITH ORDINALITY AS s (status, n) CROSS JOIN unnest(ARRAY[39, 41]) AS days`,
  );
  await database.query('INSERT INTO sunset.effect_attempts (effect_id, shard, account_id, attempt, started_at) SELECT effect_id, shard, account_id, 1, now() FROM sunset.effects');
  const ended: [string, number][] = [];
  const settings = {
    endedKeptDays: 40,
    onError: (error: unknown) => {
      throw error;
    },
    onEnded: (of: string, count: number) => void ended.push([of, count]),
  };
  const clock = new ClockWatch(database, silentLogger);
  for (let turn = 0; turn < 2; turn += 1) expect(await expireOnce(database, clock, settings)).toBe(false);
  expect(ended).toEqual([['deadlines', 2], ['effects', 2]]);
  expect(await kinds('sunset.deadlines')).toEqual(['blocked39', 'blocked41', 'dead39', 'dead41', 'fired39', 'pending39', 'pending41', 'void39']);
  expect(await kinds('sunset.effects')).toEqual(['blocked39', 'blocked41', 'dead39', 'dead41', 'done39', 'pending39', 'pending41', 'void39', 'waiting39', 'waiting41']);
  expect(await database.query('SELECT FROM sunset.effect_attempts')).toHaveLength(10);
});
