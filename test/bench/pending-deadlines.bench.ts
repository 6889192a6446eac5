// What the feeder, the sweeper and a command take beside few and beside very many deadlines that are not due for a long time.
import { randomUUID } from 'node:crypto';
import { Alarms, Clock, ClockWatch, DeadlineConsumer, Deadlines, Feeder, silentObserver, Sweeper } from '#deadlines';
import { redisQueues, silentLogger } from '#running';
import { subscribe, topUp } from '../stories/commands.js';
import { redisCorner } from '../support/redis.js';
import { by, startApplication, type Application } from './application.js';
import { inLanes, quantile, rounded, seconds } from './measure.js';

const sizes = (process.env['BENCH_PENDING'] ?? '10000,1000000,10000000').split(',').map(Number);
/** Rows that want something in one pass. */
const atOnce = 100;
const refeedMs = 10_000;

interface Measured {
  readonly size: number;
  readonly application: Application;
  readonly works: Readonly<Record<string, () => Promise<number>>>;
  readonly took: Record<string, number[]>;
  close(): Promise<void>;
}

/** Of accounts that are not there, due in one to four hundred days. */
async function fill({ database }: Application, size: number): Promise<void> {
  const part = 500_000;
  for (let made = 0; made < size; made += part) {
    const count = Math.min(part, size - made);
    await database.execute(
      `INSERT INTO sunset.deadlines (deadline_id, account_id, kind, generation, due_at, status, alarm_at)
       SELECT gen_random_uuid(), 'other-' || ($1::int + i), 'purge-data', 1, due_at, 'pending', due_at - interval '10 seconds'
       FROM (SELECT i, clock_timestamp() + interval '1 day' * (1 + random() * 399) AS due_at FROM generate_series(1, $2::int) AS i) AS far`,
      [made, count],
    );
    console.log(`${made + count} of ${size} deadlines`);
  }
}

async function measured(size: number): Promise<Measured> {
  const application = await startApplication({ poolSize: 8 });
  const { context, database, memberships } = application;
  await fill(application, size);
  const accountIds = Array.from({ length: 64 }, () => randomUUID());
  await inLanes(accountIds, 16, async (accountId) => {
    await application.openAccount(accountId);
    await memberships.handle(accountId, subscribe('messaging-monthly'), by);
  });
  await database.query('VACUUM ANALYZE sunset.deadlines');

  const alarms = new Alarms(redisQueues(redisCorner().url, { prefix: redisCorner().prefix }));
  await alarms.attend(1, async () => undefined);
  const feeder = new Feeder(database, alarms, silentLogger, silentObserver, refeedMs);
  const deadlines = context.get(Deadlines);
  const consumer = new DeadlineConsumer(database, async (due) => {
    const now = await context.get(Clock).now(null);
    for (const one of due) await deadlines.sync(one.accountId, null, { put: [], fired: [one], void: [] }, now);
    return due.map(() => 'carried-out' as const);
  });
  const sweeper = new Sweeper(database, consumer, context.get(ClockWatch), 0);
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const become = (column: 'alarm_at' | 'due_at'): Promise<unknown> =>
    database.execute(`UPDATE sunset.deadlines SET ${column} = clock_timestamp() - interval '1 second' WHERE deadline_id IN (SELECT deadline_id FROM sunset.deadlines WHERE status = 'pending' AND kind = 'purge-data' AND due_at > now() + interval '2 days' LIMIT ${atOnce})`);
  let nth = 0;
  const works = {
    async feeder() {
      await become('alarm_at');
      return timed(() => feeder.feed());
    },
    async sweeper() {
      await become('due_at');
      return timed(() => sweeper.sweep());
    },
    command: () => timed(() => memberships.handle(accountIds[(nth += 1) % accountIds.length]!, topUp(1, randomUUID()), by)),
  };
  return {
    size, application, works, took: { feeder: [], sweeper: [], command: [] },
    async close() {
      await alarms.leave();
      await alarms.close();
      await application.close();
    },
  };
}

const all: Measured[] = [];
for (const size of sizes) all.push(await measured(size));

// By turns, so that a noisy machine disturbs all of them alike; the first round warms up.
const end = performance.now() + sizes.length * seconds * 1000;
for (let round = 0; round < 6 || performance.now() < end; round += 1) {
  for (const { works, took } of all) {
    for (const [name, work] of Object.entries(works)) {
      const ms = await work();
      if (round > 0) took[name]!.push(ms);
    }
  }
  if (round % 10 === 0) console.log(`round ${round}`);
}

const median = ({ took }: Measured, name: string): number => quantile(took[name]!, 0.5);
console.log(`medians in ms by deadlines that are pending, of ${atOnce} rows for the feeder and the sweeper; in brackets beside ${sizes[0]}`);
console.table(Object.fromEntries(all.map((one) => [one.size, Object.fromEntries(Object.keys(one.works).map((name) => [name, `${rounded(median(one, name))} (${rounded(median(one, name) / median(all[0]!, name))})`]))])));

const { database } = all.at(-1)!.application;
for (const [name, query] of [
  ['feeder', `SELECT deadline_id FROM sunset.deadlines WHERE status = 'pending' AND test_clock_id IS NULL AND alarm_at <= statement_timestamp() ORDER BY alarm_at LIMIT 1000 FOR UPDATE SKIP LOCKED`],
  ['sweeper', `SELECT deadline_id FROM sunset.deadlines WHERE status = 'pending' AND test_clock_id IS NULL AND wake_at <= statement_timestamp() ORDER BY wake_at LIMIT 200 FOR UPDATE SKIP LOCKED`],
  ['command', `SELECT deadline_id FROM sunset.deadlines WHERE account_id = 'other-1' AND kind = 'purge-data' AND subject = '' AND generation = 1`],
] as const) {
  console.log(`${name}, with ${sizes.at(-1)} pending:`);
  for (const row of await database.query<Record<string, string>>(`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ${query}`)) console.log(`  ${Object.values(row)[0]}`);
}
for (const one of all) await one.close();
