// PostgreSQL and Redis are killed, paused, filled, emptied and replaced, and the clocks of machines go wrong.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../apps/launch/processes.mjs';
import { allowedMs, machineMs, until } from './patience.js';
import { newFolder } from './postgres-server.js';
import { alarmsOf, onRedis } from './queue.js';
import { type Fault, kinds, type Row } from './row.js';
import { skewed, type Stack } from './stack.js';

const dayMs = 86_400_000;

/** Within which the workers are certainly started anew. */
const laterMs = 10_000 + 2 * machineMs;

/** Nothing is left of what was there; counts only what had something in it. */
const emptied = async (stack: Stack): Promise<number> => onRedis(stack, async (redis) => {
  const keys = await redis.dbsize();
  await redis.flushall();
  return keys > 0 ? 1 : 0;
});

/** How long there is no Redis at all. */
const awayMs = 1_000 * Number(process.env['FAULTS_REDIS_AWAY_SECONDS'] ?? 12);

const ofPostgres: readonly Row[] = [
  {
    name: 'PostgreSQL killed',
    async inject({ stack, chance, met, check }) {
      const health = async (of: 'live' | 'ready'): Promise<number> => (await fetch(`${stack.base}/health/${of}`)).status;
      for (let done = 0; done < 2; done += 1) {
        await sleep(500 + chance.below(1_500));
        await stack.postgres.kill();
        met();
        check((await health('live')) === 200 && (await health('ready')) === 503, 'without its database the API does not live, or says that it is ready');
        await sleep(chance.below(800));
        await stack.postgres.start();
      }
      await sleep(1_000);
    },
  },
  {
    name: 'PostgreSQL paused',
    async inject({ stack, chance, met }) {
      for (let done = 0; done < 2; done += 1) {
        await sleep(500 + chance.below(1_000));
        if (stack.postgres.pause() > 0) met();
        await sleep(3_000);
        stack.postgres.resume();
      }
    },
  },
  {
    name: 'PostgreSQL terminates connections',
    async inject({ stack, chance, met }) {
      for (let done = 0; done < 12; done += 1) {
        await sleep(200 + chance.below(500));
        const ended = await stack.postgres.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN ('sunset-api', 'sunset-worker') AND (state <> 'idle' OR random() < 0.5)`);
        if (ended.length > 0) met();
      }
    },
  },
  {
    name: 'PostgreSQL with a full disk',
    async own() {
      const disk = newFolder();
      await run('mount', 'mount', ['-t', 'tmpfs', '-o', 'size=300m,mode=755', 'tmpfs', disk]);
      const within = join(disk, 'server');
      mkdirSync(within, { mode: 0o755 });
      return { postgres: { within, more: { min_wal_size: '32MB', max_wal_size: '64MB', wal_keep_size: '0' } }, afterwards: () => run('umount', '/bin/sh', ['-c', `umount ${disk} && rmdir ${disk}`]) };
    },
    async inject({ stack, met }) {
      const ballast = join(stack.postgres.within, 'ballast');
      await sleep(1_000);
      await run('filling the disk', '/bin/sh', ['-c', `head -c 400m /dev/zero > ${ballast} 2>/dev/null; exit 0`]);
      // What is written now finds no room: tables grow, and so does the log of the database.
      const refused = await stack.postgres.query('CREATE TABLE public.ballast AS SELECT repeat(md5(n::text), 20) FROM generate_series(1, 20000) n').then(() => '', String);
      if (refused.includes('No space left on device')) met();
      await sleep(4_000);
      rmSync(ballast);
    },
  },
  {
    name: 'PostgreSQL fails over to its replica',
    own: async () => ({}),
    async inject({ stack, met }) {
      const before = stack.postgres;
      const replica = await before.replica();
      await replica.start();
      await before.waitForReplica();
      await sleep(1_500);
      await before.kill();
      await replica.promote();
      stack.failOver(replica);
      met();
      await sleep(2_000);
    },
  },
];

const ofRedis: readonly Row[] = [
  {
    name: 'Redis flushed',
    async inject({ stack, chance, met }) {
      for (let done = 0; done < 8; done += 1) {
        await sleep(300 + chance.below(700));
        met(await emptied(stack));
      }
    },
  },
  {
    name: 'Redis killed, back empty',
    async inject({ stack, chance, met }) {
      for (let done = 0; done < 3; done += 1) {
        await sleep(500 + chance.below(1_000));
        await stack.redisGone();
        met();
        await sleep(500 + chance.below(1_000));
        await stack.restartRedis();
      }
    },
  },
  {
    name: 'Redis killed, back with a stale dump',
    async inject({ stack, leave, met }) {
      const due = await leave(4);
      const ids = await stack.records.deadlinesOf(due);
      await until(async () => (await alarmsOf(stack, ids)) === ids.length);
      const dump = await onRedis(stack, async (redis) => {
        const keys = await redis.keys('*');
        return Promise.all(keys.map(async (key) => [key, await redis.dumpBuffer(key)] as const));
      });
      // Until their jobs are over, so that it brings back what has happened.
      await until(async () => (await stack.records.lateness(due)).length === due.length);
      await stack.redisGone();
      await stack.restartRedis();
      await onRedis(stack, async (redis) => {
        for (const [key, value] of dump) {
          const isJob = ids.some((id) => key.includes(`:${id}-`));
          const isBack = await redis.restore(key, 0, value, 'REPLACE').then(() => true, () => false);
          if (isJob && isBack) met();
        }
      });
      await sleep(2_000);
    },
  },
  {
    name: 'Redis paused',
    async inject({ stack, chance, met }) {
      for (let done = 0; done < 2; done += 1) {
        await sleep(500 + chance.below(500));
        const id = Number(/process_id:(\d+)/.exec(await onRedis(stack, (redis) => redis.info('server')))?.[1]);
        process.kill(id, 'SIGSTOP');
        met();
        await sleep(4_000);
        process.kill(id, 'SIGCONT');
      }
    },
  },
  {
    name: 'Redis at maxmemory',
    inject: (fault) => withoutMemory(fault, 'noeviction'),
  },
  {
    name: 'Redis evicting',
    inject: (fault) => withoutMemory(fault, 'allkeys-random'),
  },
  {
    name: 'Redis away altogether',
    async inject({ stack, customers, leave, met, check }) {
      await stack.redisGone();
      const before = customers.given;
      const due = await leave(Math.min(100, Math.max(16, awayMs / 6_000)), { kinds, overMs: awayMs });
      await sleep(awayMs);
      check(customers.given > before, 'nobody was given what he asked for without Redis');
      // It stays away until everybody has what was due; nothing is late by as long as it was away.
      check(await until(async () => (await stack.records.lateness(due)).length === due.length), 'what was due waited for Redis');
      const latest = (await stack.records.lateness(due)).at(-1) ?? 0;
      check(latest <= allowedMs, `without Redis it was late by ${Math.round(latest)} ms, and ${allowedMs} are allowed`);
      met();
    },
  },
];

async function withoutMemory({ stack, met }: Fault, policy: string): Promise<void> {
  // As the server counts them: commands that it turned away, keys that it threw away.
  const counted = policy === 'noeviction' ? /errorstat_OOM:count=(\d+)/ : /evicted_keys:(\d+)/;
  await onRedis(stack, async (redis) => {
    const set = (name: string, value: string): Promise<unknown> => redis.config('SET', name, value);
    const count = async (): Promise<number> => Number(counted.exec(`${await redis.info('stats')}${await redis.info('errorstats')}`)?.[1] ?? 0);
    const before = await count();
    await set('maxmemory-policy', policy);
    for (let done = 0; done < 12; done += 1) {
      await set('maxmemory', '1');
      await sleep(400);
      await set('maxmemory', '0');
      await sleep(100);
    }
    met((await count()) - before);
    await set('maxmemory-policy', 'noeviction');
  });
}

const clockOfWorkers = (name: string, ms: number): Row => ({
  name,
  async inject({ stack, leave, met, check }) {
    const [one, other] = stack.workers;
    const { database } = stack.records;
    const later = await leave(4, { inMs: laterMs });
    const ids = await stack.records.deadlinesOf(later);
    const rows = (): Promise<{ attempts: number; isDue: boolean }[]> => database.query(`SELECT attempts, due_at <= clock_timestamp() AS "isDue" FROM sunset.deadlines WHERE deadline_id = ANY ($1)`, [ids]);
    check(await until(async () => (await alarmsOf(stack, ids)) === ids.length), 'not all have an alarm from who has the right time');
    // Alone, so that everything that becomes due now is met by who has the wrong time.
    await other!.kill('SIGTERM');
    await one!.kill('SIGTERM');
    one!.environment = skewed(ms);
    await one!.serves();
    const lives = await leave(6);
    if (await until(async () => (await stack.records.lateness(lives)).length === lives.length)) met(lives.length);
    const latest = (await stack.records.lateness(lives)).at(-1) ?? Infinity;
    check(latest <= allowedMs, `by the wrong clock it was late by ${Math.round(latest)} ms, and ${allowedMs} are allowed`);
    if (ms > 0) {
      // By its clock all alarms are long due: they ring before their time, and nothing comes of it.
      let [early, hasTried] = [0, false];
      await until(async () => {
        early = ids.length - (await alarmsOf(stack, ids));
        const now = await rows();
        hasTried ||= now.some(({ attempts, isDue }) => attempts > 0 && !isDue);
        return early === ids.length || now.some(({ isDue }) => isDue);
      });
      check(early > 0, 'no alarm rang before its time');
      check(!hasTried, 'what was not due yet was attempted');
    }
    one!.environment = {};
    await one!.kill('SIGTERM');
  },
});

/** The database's clock jumps while everything runs: nothing that is due by it alone is done until somebody has confirmed that it is right. */
const clockOfDatabase = (name: string, ms: number): Row => ({
  name,
  jumpMs: ms,
  // Kept answers are kept for a day: who asks again after that asks for something new.
  customers: 0,
  async own() {
    const library = process.env['FAULTS_FAKETIME'];
    if (!library) throw new Error('the clock of the database is set with libfaketime, which is not here (Debian: apt-get install libfaketime)');
    const within = newFolder();
    const clock = join(within, 'clock');
    writeFileSync(clock, '+0', { mode: 0o644 });
    return { postgres: { within, environment: { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: '1', DONT_FAKE_MONOTONIC: '1' } } };
  },
  async inject({ stack, leavers, met, check }) {
    const before = await stack.lives.now();
    writeFileSync(join(stack.postgres.within, 'clock'), `+${ms / 1_000}`);
    const jumped = (await stack.lives.now()) - before;
    if (jumped > ms - 60_000) met();
    const operator = { authorization: `Bearer ${await stack.token('operator')}`, 'content-type': 'application/json' };
    const ask = async <T>(path: string): Promise<T> => (await (await fetch(stack.base + path, { headers: operator })).json()) as T;
    check(await until(async () => (await ask<{ clock: { inDoubt: boolean } }>('/v1/ops/health')).clock.inDoubt), 'nobody says that the clock is in doubt');
    // Long enough for what is due by that clock to be carried out, if anybody believed it.
    await sleep(5_000);
    const [fired] = await stack.records.database.query<{ count: number }>(`SELECT count(*)::int AS count FROM sunset.deadlines WHERE account_id = ANY ($1) AND status = 'fired' AND fired_at > $2::timestamptz + interval '1 h' AND kind <> 'period-end'`, [leavers.map(({ accountId }) => accountId), new Date(before).toISOString()]);
    check(fired!.count === 0, `${fired!.count} were carried out by a clock that nobody had confirmed`);
    const { data } = await ask<{ data: readonly { stopId: string; confirmedAt: string | null }[] }>('/v1/ops/purge-stops');
    for (const { stopId } of data) await fetch(`${stack.base}/v1/ops/purge-stops/${stopId}/confirm`, { method: 'POST', headers: operator, body: JSON.stringify({ reason: 'it is right' }) });
    check(data.length > 0, 'there is no stop to confirm');
  },
});

export const ofStores: readonly Row[] = [
  ...ofPostgres,
  ...ofRedis,
  clockOfWorkers('worker with a clock a year ahead', 366 * dayMs),
  clockOfWorkers('worker with a clock an hour behind', -3_600_000),
  clockOfDatabase('database clock jumps a day', 1.05 * dayMs),
  clockOfDatabase('database clock jumps a fortnight', 14 * dayMs),
];
