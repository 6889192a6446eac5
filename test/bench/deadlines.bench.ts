// How many overdue period ends a second one worker carries out, with Redis and without, beside plain SQL that claims and appends one by one.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { plusMs } from '#kernel';
import { openDeadlines } from '#domain';
import { Clock, Deadlines } from '#deadlines';
import { EventStore, uuidv7 } from '#event-store';
import { Projections } from '#projections';
import { projections as every } from '#read-models';
import { cancel, open, subscribe } from '../stories/commands.js';
import { redisCorner } from '../support/redis.js';
import { startService, working } from '../support/service.js';
import { by, startApplication, type Application } from './application.js';
import { live } from './lives.js';
import { inLanes, rounded } from './measure.js';

const count = Number(process.env['BENCH_DEADLINES'] ?? 1_000);
/** As many as a worker carries out at once. */
const concurrency = 8;
/** A period is 31 days at most, so its end is overdue by one to four days: nothing that follows from it is due as well. */
const beganMsAgo = 32 * 86_400_000;

/** Accounts whose only plan was cancelled a month ago, with its end still to be carried out. */
async function growOverdue({ context, database }: Application): Promise<void> {
  const [store, deadlines] = [context.get(EventStore), context.get(Deadlines)];
  const began = plusMs(await context.get(Clock).now(null), -beganMsAgo);
  await inLanes(Array.from({ length: count }, () => randomUUID()), 16, async (accountId) => {
    const { state, events } = live(accountId, [[began, open()], [began, subscribe('messaging-monthly')], [began, cancel()]]);
    await database.transaction(async () => {
      await deadlines.sync(accountId, null, { put: openDeadlines(state), fired: [], void: [] }, began);
      await store.append(accountId, 0, events, by);
    });
  });
  // Analysts' tables know them, so that the worker has nothing else to do.
  const projections = new Projections(database, store, every);
  await projections.ensureTables();
  for (const name of projections.names) while ((await projections.step(name)) > 0);
}

/** Ends a second, from the first to the last, by the time of the database. */
async function byWorker(label: string, queue: { readonly redisUrl?: string }): Promise<number> {
  const application = await startApplication();
  const folder = await mkdtemp(join(tmpdir(), 'sunset-bench-key-'));
  const keyFile = join(folder, 'master.key');
  await writeFile(keyFile, application.masterKey.toString('base64'), { mode: 0o600 });
  console.log(`${label}: making ${count} overdue period ends`);
  await growOverdue(application);
  const service = await startService({ databaseUrl: application.url, ...queue, workers: 0, environment: { SUNSET_MASTER_KEY_FILE: keyFile, WORKER_CONCURRENCY: String(concurrency) } });
  try {
    await working(service.addWorker());
    const ms = await waitUntilFired(application, label);
    const [{ ended }] = (await application.database.query<{ ended: number }>(`SELECT count(*) AS ended FROM sunset.events WHERE type = 'PeriodEnded'`)) as [{ ended: number }];
    if (ended !== count) throw new Error(`${ended} of ${count} periods ended`);
    const rate = ((count - 1) * 1000) / ms;
    console.log(`${label}: ${Math.round(rate)}/s`);
    return rate;
  } finally {
    await service.stop();
    await application.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from the first to the last. */
async function waitUntilFired({ database }: Application, label: string): Promise<number> {
  for (let told = 0; ; await sleep(200)) {
    const [row] = await database.query<{ fired: number; ms: number }>(
      `SELECT count(*) AS fired, (extract(epoch FROM max(updated_at) - min(updated_at)) * 1000)::float8 AS ms
       FROM sunset.deadlines WHERE kind = 'period-end' AND status = 'fired'`,
    );
    const { fired, ms } = row!;
    if (fired === count) return ms;
    if (fired >= told + count / 5) {
      told = fired;
      console.log(`${label}: ${fired} of ${count}`);
    }
  }
}

/** One statement a row, by as many clients at once: the row is claimed by its id if it is due, marked, and its event appended. */
async function byPlainSql(): Promise<number> {
  const application = await startApplication();
  console.log(`plain SQL: making ${count} overdue period ends`);
  await growOverdue(application);
  const pool = new pg.Pool({ connectionString: application.url, max: concurrency });
  await pool.query('CREATE TABLE plain_events (LIKE sunset.events INCLUDING ALL)');
  await pool.query('CREATE SEQUENCE plain_position');
  const { rows } = await pool.query<{ deadline_id: string }>(`SELECT deadline_id FROM sunset.deadlines WHERE kind = 'period-end' ORDER BY wake_at`);
  const text = `
    WITH fired AS (
      UPDATE sunset.deadlines SET status = 'fired', fired_at = statement_timestamp(), updated_at = statement_timestamp()
      WHERE deadline_id = $1 AND status = 'pending' AND due_at <= statement_timestamp() RETURNING account_id, due_at
    )
    INSERT INTO plain_events (position, event_id, account_id, stream, version, type, schema_version, data, metadata, effective_at, recorded_at)
    SELECT nextval('plain_position'), $2, account_id, account_id, 4, 'PeriodEnded', 1, $3, $4, due_at, clock_timestamp() FROM fired`;
  const data = JSON.stringify({ subscriptionId: randomUUID(), lastPlan: true });
  const start = performance.now();
  await inLanes(rows, concurrency, ({ deadline_id: id }) => pool.query({ name: 'claim', text, values: [id, uuidv7(), data, JSON.stringify(by)] }));
  const rate = (count * 1000) / (performance.now() - start);
  await pool.end();
  await application.close();
  console.log(`plain SQL: ${Math.round(rate)}/s`);
  return rate;
}

const plain = await byPlainSql();
const redis = await byWorker('Redis', { redisUrl: redisCorner().url });
const none = await byWorker('no Redis', {});
const row = (rate: number) => ({ 'ends/s': Math.round(rate), 'beside plain SQL': rounded(rate / plain) });
console.log(`${count} overdue period ends, carried out by one worker; plain SQL claims and appends one by one, ${concurrency} at once`);
console.table({ 'plain SQL': row(plain), 'worker, Redis': row(redis), 'worker, no Redis': row(none) });
