// Through PgBouncer in transaction mode: nothing is said at the start of a session, nothing outlives a transaction, and a role without its settings is noticed.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, Database, directUrlIn, isPooled, listeningUrlIn, serverLimitMs, settleRole, usualAnswerLimitMs } from './index.js';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { type PgBouncer, providePgBouncer } from '../../../test/support/pooler.js';

let fresh: FreshDatabase;
let pooler: PgBouncer;
/** The clients share one connection, so that what one leaves behind another finds. */
beforeAll(async () => {
  fresh = await freshDatabase();
  pooler = await providePgBouncer({ serverUrl: fresh.directUrl, poolSize: 1, say: () => undefined });
}, 600_000);
afterAll(async () => {
  await pooler.stop();
  await fresh.drop();
});

const through = () => pooler.through(fresh.directUrl);

describe('a url', () => {
  it('says whether a pooler is between, and leads past it by another one', () => {
    expect([isPooled('postgres://a/b'), isPooled('postgres://a/b?sslmode=require&pooler=transaction')]).toEqual([false, true]);
    expect(() => isPooled('postgres://a/b?pooler=session')).toThrow('pooler=transaction');
    expect(directUrlIn({ DATABASE_URL: 'postgres://a' })).toBe('postgres://a');
    expect(directUrlIn({ DATABASE_URL: 'postgres://a?pooler=transaction', DATABASE_DIRECT_URL: 'postgres://b' })).toBe('postgres://b');
    expect(() => directUrlIn({ DATABASE_URL: 'postgres://a?pooler=transaction' })).toThrow('DATABASE_DIRECT_URL is missing');
    expect(() => directUrlIn({})).toThrow('DATABASE_URL is missing');
  });

  it('says where hints can be listened to: past the pooler, or nowhere', () => {
    expect(listeningUrlIn({ DATABASE_URL: 'postgres://a' })).toBe('postgres://a');
    expect(listeningUrlIn({ DATABASE_URL: 'postgres://a?pooler=transaction', DATABASE_DIRECT_URL: 'postgres://b' })).toBe('postgres://b');
    expect(listeningUrlIn({ DATABASE_URL: 'postgres://a?pooler=transaction' })).toBeNull();
  });
});

it('begins only where the role has what the service needs, and leaves nothing behind', async () => {
  const [own] = await fresh.database.query<{ role: string; name: string }>('SELECT current_user AS role, current_database() AS name');
  await fresh.database.query(`ALTER ROLE "${own!.role}" IN DATABASE "${own!.name}" SET statement_timeout = 0`);
  await expect(connect({ url: through(), poolSize: 1 })).rejects.toThrow('the migration sets them');
  // What a session says at its start is refused: so the word behind the url is needed.
  await expect(connect({ url: through().replace(/\?.*/, ''), poolSize: 1 })).rejects.toThrow(/unsupported startup parameter/);
  for (const statement of settleRole(own!.role, own!.name, serverLimitMs(usualAnswerLimitMs))) await fresh.database.query(statement);
  // The connection from before has the settings from before.
  await fresh.database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() AND application_name <> 'sunset-test'`, [own!.name]);

  const databases = [];
  for (let count = 0; count < 2; count += 1) databases.push(new Database(await connect({ url: through(), poolSize: 2 })));
  const [one, other] = databases as [Database, Database];
  const limit = () => other.query<{ timeout: string; zone: string }>(`SELECT current_setting('statement_timeout') AS timeout, current_setting('TimeZone') AS zone, $1::int AS n`, [1]);
  expect(await limit()).toEqual([{ timeout: '270s', zone: expect.stringContaining('UTC'), n: 1 }]);
  await one.transaction(async () => {
    await one.query(`SELECT pg_advisory_xact_lock(17), set_config('statement_timeout', $1, true)`, ['5000']);
  });
  expect(await limit()).toEqual([{ timeout: '270s', zone: expect.stringContaining('UTC'), n: 1 }]);
  expect(await other.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)).toEqual([]);
  expect(await one.query('SELECT name FROM pg_prepared_statements')).toEqual([]);
  for (const database of databases) await database.close();
});
