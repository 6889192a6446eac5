// The service with a database role that may do what the service does: a year is lived by it, and what it may not do is refused by the database.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { anotherDatabase, migrate, migratedDatabase, type FreshDatabase } from '../support/database.js';
import { ownRedis } from '../support/redis.js';
import { startService, type Service } from '../support/service.js';
import { Account } from './account.js';
import { Client } from './client.js';
import { startLimitMs } from './running.js';

const role = `service_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
const opened: (() => Promise<void>)[] = [];
let fresh: FreshDatabase;
let service: Service;
let asService: Awaited<ReturnType<typeof anotherDatabase>>['database'];

beforeAll(async () => {
  fresh = await migratedDatabase({ poolSize: 1 });
  opened.push(async () => {
    await fresh.database.query(`DROP OWNED BY ${role}`);
    await fresh.database.query(`DROP ROLE ${role}`);
    await fresh.drop();
  });
  await fresh.database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'of-the-service'`);
  // Twice: what is granted already, and what belongs to it, stays so.
  await migrate(fresh.url, { SERVICE_ROLE: role });
  const url = new URL(fresh.url);
  [url.username, url.password] = [role, 'of-the-service'];
  const redis = await ownRedis();
  opened.push(() => redis.stop());
  const connected = await anotherDatabase(url.href);
  opened.push(() => connected.close());
  asService = connected.database;
  service = await startService({ databaseUrl: url.href, redisUrl: redis.url, workers: 1, environment: { RATE_LIMIT_PER_MINUTE: '0' } });
  opened.push(() => service.stop());
  await migrate(fresh.url, { SERVICE_ROLE: role });
}, startLimitMs);

afterAll(async () => {
  for (const close of opened.reverse()) await close();
}, startLimitMs);

it('lives a year, to the certificate of its purge', async () => {
  const client = await Client.connect(service.base);
  const account = await Account.open(client, { now: '2026-01-01T00:00:00Z' });
  const subscription = await account.subscribe();
  await account.topUp(500);
  await account.buyNumbers(2);
  await account.registerTenDlc();
  await account.storeEverything();
  await account.schedule([{ channel: 'sms', sendAt: '2026-02-15T00:00:00Z', price: { amount: 2, currency: 'USD' } }]);
  expect((await account.get('/data-export')).status).toBe(200);
  await account.cancel(subscription);
  await account.advance('2027-02-02T00:00:00Z');
  await eventually('the certificate is there', async () => (await account.get('/purge-certificate')).status === 200, 300_000);
  for (const name of ['memberships', 'cancellations', 'ledger_lines']) (await client.post(`/v1/ops/projections/${name}/rebuild`, { as: 'operator' })).expect(202);
  type Shown = { readonly data: readonly { readonly name: string; readonly rebuild: object | null }[] };
  await eventually('they are rebuilt', async () => (await client.get('/v1/ops/projections', { as: 'operator' })).expect<Shown>(200).data.every(({ rebuild }) => rebuild === null), 300_000);
  expect((await client.get('/v1/analytics/cancellations', { as: 'analyst' })).status).toBe(200);
  const past = (await client.get('/v1/analytics/cancellations?asOf=2026-01-15T00:00:00Z', { as: 'analyst' })).expect<{ data: readonly { outcome: string }[] }>(200);
  expect(past.data.map(({ outcome }) => outcome)).toEqual(['pending']);
  expect(service.workers[0]!.log.filter((line) => line.includes('permission denied') || line.includes('must be owner'))).toEqual([]);
});

describe('the role', () => {
  it('owns what is made anew from the events, be it of a past, and nothing else', async () => {
    const owned = await fresh.database.query<{ relation: string }>(
      `SELECT DISTINCT regexp_replace(oid::regclass::text, '__past_\\w+$', '') AS relation FROM pg_class WHERE pg_get_userbyid(relowner) = $1 AND relkind IN ('r', 'p') ORDER BY 1`, [role],
    );
    expect(owned.map(({ relation }) => relation)).toEqual(['sunset.cancellations', 'sunset.ledger_lines', 'sunset.memberships']);
    expect(await fresh.database.query(`SELECT FROM pg_proc WHERE pg_get_userbyid(proowner) = $1`, [role])).toEqual([]);
  });

  it.each([
    'DELETE FROM sunset.events', 'TRUNCATE sunset.events', 'DROP TABLE sunset.events', 'ALTER TABLE sunset.events DISABLE TRIGGER ALL', 'ALTER TABLE sunset.deadlines ADD COLUMN more text',
    "CREATE OR REPLACE FUNCTION analytics.known_zone(name text) RETURNS text LANGUAGE sql AS 'SELECT name'", 'DELETE FROM migrations', 'UPDATE sunset.layout SET shards = 2', 'CREATE TABLE public.more (id text)', 'CREATE SCHEMA more',
    'CREATE ROLE more', "SET session_replication_role = 'replica'",
  ])('may not %s', async (statement) => {
    await expect(asService.query(statement)).rejects.toThrow(/permission denied|must be owner/);
  });
});
