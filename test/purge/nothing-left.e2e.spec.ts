// A marker in everything that is said of a person: before the purge no file of the log holds it in clear, after it no file of the data directory, the log of writes included,
// no dump of Redis, no line of a log, that of PostgreSQL included though it logs every statement, and no answer (R22).
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { providePostgres, type Postgres } from '../../apps/launch/postgres.mjs';
import { connect, Database } from '#postgres';
import { Account } from '../end-to-end/account.js';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import { eventually } from '../support/eventually.js';
import { dumpOf } from '../support/in-clear.js';
import { ownRedis } from '../support/redis.js';

const E = '2026-04-30T00:00:00.000Z';
const P = '2027-04-30T00:00:00.000Z';
const number = '+12065550188';
/** Also as it looks in capitals, or as a part of something longer. */
const marks = ['zqmarker', 'Zqmarker', '2065550188'];

let folder: string;
let postgres: Postgres;
let redis: Awaited<ReturnType<typeof ownRedis>>;
let database: Database;
let running: Running;
let account: Account;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sunset-nothing-left-'));
  postgres = await providePostgres({ dataDir: folder, database: 'sunset', durable: false, say: () => undefined });
  const server = await connect({ url: postgres.url, poolSize: 1 });
  await server.query('ALTER SYSTEM SET log_min_duration_statement = 0');
  await server.query('SELECT pg_reload_conf()');
  await server.destroy();
  redis = await ownRedis();
  running = await startRunning({ databaseUrl: postgres.url, redis: { url: redis.url } });
  database = new Database(await connect({ url: postgres.url, poolSize: 1 }));
  account = await livedThrough();
}, 600_000);

afterAll(async () => {
  await running.stop();
  await database.dataSource.destroy();
  await redis.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}, startLimitMs);

/** Everything that an account can be told, with the marker in it; each request also with an idempotency key, so that its answer is kept. */
async function livedThrough(): Promise<Account> {
  const it = await Account.open(running.client, { now: '2026-03-30T00:00:00Z', name: 'Zqmarker Name', email: 'zqmarker@example.com' });
  const keyed = (method: string, path: string, body: unknown, as: 'service' | 'customer' | 'operator' = 'service') =>
    it.send(method, path, { as, body, key: `key-${method}-${path}`, headers: { 'user-agent': 'zqmarker agent' } });
  (await keyed('PATCH', '', { name: 'Zqmarker Other', email: 'zqmarker-other@example.com' })).expect(200);
  const subscription = await it.subscribe();
  (await keyed('POST', '/numbers', { e164: number })).expect(201);
  (await keyed('POST', '/ten-dlc', { brandName: 'Zqmarker Brand' })).expect(201);
  (await it.post('/ten-dlc/approve', undefined, { as: 'operator' })).expect(200);
  for (const category of ['campaigns', 'messages', 'contacts', 'reports']) {
    const content = `${JSON.stringify({ id: 'zqmarker@id.example', phone: number, note: 'zqmarker note'.repeat(500) })}\n`;
    (await it.post(`/data/${category}`, undefined, { raw: { type: 'application/x-ndjson', content } })).expect(200);
    (await it.get(`/data/${category}`, { as: 'customer' })).expect(200);
  }
  await it.attempt(subscription, { reason: { code: 'other', comment: 'zqmarker in an attempt' } });
  const body = { ...(await it.consent(subscription)), reason: { code: 'other', comment: 'zqmarker comment' } };
  (await keyed('POST', `/subscriptions/${subscription.subscriptionId}/cancellation`, body, 'customer')).expect(201);
  (await keyed('POST', '/legal-holds', { reason: 'zqmarker against us', reviewAt: '2030-01-01T00:00:00Z' }, 'operator')).expect(201);
  // Bad input comes back in no log and no kept answer either.
  expect((await keyed('POST', '/numbers', { e164: 'zqmarker is no number' })).status).toBe(422);
  await it.advance(E);
  return it;
}

async function lift(): Promise<void> {
  const placed = (await account.all<{ type: string; data: { holdId?: string } }>('/events')).find(({ type }) => type === 'LegalHoldPlaced');
  (await account.send('DELETE', `/legal-holds/${placed!.data.holdId!}`, { as: 'operator' })).expect(204);
}

async function filesWith(words: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(base(), { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const content = await readFile(file).catch(() => Buffer.alloc(0));
    if (words.some((word) => content.includes(word))) found.push(file);
  }
  return found;
}

const base = () => join(folder, 'postgres');

/** Nothing is vacuumed that a transaction which began before may see, or whose page somebody looks at just then: again, until such a moment has passed. */
async function left(): Promise<string[]> {
  let found: string[] = [];
  for (let tries = 20; tries > 0; tries -= 1) {
    await settled();
    found = await filesWith(marks);
    if (found.length === 0) break;
    await sleep(500);
  }
  return found;
}

async function settled(): Promise<void> {
  await database.query('VACUUM');
  await database.query('CHECKPOINT');
}

describe('a marker in everything that is said of a person', () => {
  it('can be found where it stands in clear', async () => {
    await database.query('CREATE TABLE in_clear (value text)');
    await database.query(`INSERT INTO in_clear VALUES ('zqcontrol')`);
    const folders = async () => (await filesWith(['zqcontrol'])).map((file) => relative(base(), file).split('/')[0]);
    // A server that is not durable commits before it writes.
    await eventually('it is in the log of writes', async () => (await folders()).includes('pg_wal'));
    await settled();
    expect(await folders()).toContain('base');
    await database.query('DROP TABLE in_clear');
    await settled();
    expect(running.service.api.log.length + running.service.workers.flatMap(({ log }) => log).length).toBeGreaterThan(0);
  });

  it('stands before the purge in no file of the log, its index or toast', async () => {
    await settled();
    const rows = await database.query<{ path: string }>(
      `SELECT pg_relation_filepath(oid) AS path FROM pg_class
       WHERE oid = 'sunset.events'::regclass OR oid = (SELECT reltoastrelid FROM pg_class WHERE oid = 'sunset.events'::regclass)
         OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'sunset.events'::regclass)`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(4);
    for (const { path } of rows) {
      const content = await readFile(join(base(), path));
      expect([path, marks.filter((mark) => content.includes(mark))]).toEqual([path, []]);
    }
  });

  it('stands after it in no file of the data directory, in no dump of Redis, in no line of a log, in no answer', async () => {
    await lift();
    await account.advance(P);
    const { data } = (await running.client.get(`/v1/ops/purges?accountId=${account.accountId}`, { as: 'operator' })).expect<{ data: object[] }>(200);
    expect(data).toMatchObject([{ status: 'done', findings: [], lastError: null }]);
    expect((await account.get('/purge-certificate')).status).toBe(200);
    expect(await left()).toEqual([]);

    const dump = await dumpOf(redis.url);
    expect(marks.filter((mark) => dump.includes(mark))).toEqual([]);

    const lines = [running.service.api, ...running.service.workers].flatMap(({ log }) => log);
    expect(lines.filter((line) => marks.some((mark) => line.includes(mark)))).toEqual([]);

    const logged = await readFile(join(folder, 'postgres.log'), 'utf8');
    // Every statement is in there, those of the purge included, and not what they were about.
    for (const statement of ['INTO sunset.events', 'UPDATE sunset.purges']) expect([statement, logged.includes(statement)]).toEqual([statement, true]);
    expect(logged.split('\n').filter((line) => marks.some((mark) => line.includes(mark)))).toEqual([]);

    for (const path of ['', '/membership', '/events', '/timeline', '/data/contacts', '/consents', '/purge-certificate', '/numbers', '/ledger']) {
      for (const as of ['service', 'customer', 'operator'] as const) {
        const { text } = await account.get(path, { as });
        expect([path, as, marks.filter((mark) => text.includes(mark))]).toEqual([path, as, []]);
      }
    }
  });
});
