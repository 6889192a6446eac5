// Whoever asks in SQL: `npm run psql` lets the analysts' role in, which sees the views and nothing else.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { analystRole } from '#read-models';
import { settleAnalysts } from '../../apps/launch/src/analyst-role.js';
import type { FreshDatabase } from '../support/database.js';
import { documentedViews } from '../support/documented-views.js';
import { databaseOfEveryTable } from '../support/every-table.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const opened: (() => Promise<unknown>)[] = [];
let fresh: FreshDatabase;
let dataDir: string;
let url: string;
let asAnalyst: pg.Client;

interface Ran {
  readonly status: number | null;
  readonly said: string;
  readonly complained: string;
}

/** `npm run psql`, with or without a psql on the PATH. */
async function psql(args: readonly string[], { input = '', withPsql = false, DATABASE_URL = fresh.directUrl } = {}): Promise<Ran> {
  const env = { ...process.env, DATABASE_URL, DATA_DIR: dataDir, PSQLRC: '/dev/null', ...(!withPsql && { PATH: '/nowhere' }) };
  const child = spawn(process.execPath, ['apps/launch/psql.mjs', ...args], { cwd: root, env });
  child.stdin.end(input);
  const [said, complained, status] = await Promise.all([text(child.stdout), text(child.stderr), new Promise<number | null>((done) => child.once('close', done))]);
  return { status, said, complained };
}

beforeAll(async () => {
  fresh = await databaseOfEveryTable();
  opened.push(() => fresh.drop());
  dataDir = await mkdtemp(join(tmpdir(), 'sunset-analyst-'));
  opened.push(() => rm(dataDir, { recursive: true }));
  await fresh.database.query(`ALTER ROLE ${analystRole} NOLOGIN`);
  opened.push(() => fresh.database.query(`ALTER ROLE ${analystRole} NOLOGIN PASSWORD NULL CONNECTION LIMIT -1`));
  await settleAnalysts(fresh.database);
  const ran = await psql(['--url']);
  expect(ran).toMatchObject({ status: 0, complained: '' });
  url = ran.said.trim();
  asAnalyst = new pg.Client({ connectionString: url });
  await asAnalyst.connect();
  opened.push(() => asAnalyst.end());
});
afterAll(async () => {
  for (const close of opened.reverse()) await close();
});

/** Beside a view, so that one is read; texts that CSV has to quote, and numbers. */
const ask = `SELECT kind, amount FROM (VALUES ('say, "so"', -20), ('top_up', 1500)) AS lines (kind, amount) WHERE NOT EXISTS (SELECT FROM ledger)`;

describe('npm run psql', () => {
  it('tells an address that stays, with a password that its owner alone can read', async () => {
    expect((await psql(['--url'])).said.trim()).toBe(url);
    expect(new URL(url).username).toBe(analystRole);
    expect((await stat(join(dataDir, 'analyst-password'))).mode & 0o077).toBe(0);
    expect(url).toContain((await readFile(join(dataDir, 'analyst-password'), 'utf8')).trim());
  });

  it.each([['psql', true], ['a prompt of its own', false]])('asks with %s', async (_, withPsql) => {
    expect(await psql(['--csv', '-c', ask], { withPsql })).toEqual({ status: 0, said: 'kind,amount\n"say, ""so""",-20\ntop_up,1500\n', complained: '' });
    const refused = await psql(['-c', 'SELECT * FROM sunset.events'], { withPsql });
    expect([refused.status, refused.said]).toEqual([1, '']);
    expect(refused.complained).toContain('permission denied for schema sunset');
  });

  it('reads statements one after the other, tells tables, and goes on after a wrong one', async () => {
    const { status, said, complained } = await psql([], { input: `SELECT nobody;\n${ask}\n;\n\\d ledger\nSELECT 1 AS one, NULL AS none` });
    expect(status).toBe(1);
    expect(complained).toContain('column "nobody" does not exist');
    expect(said).toContain([' kind      | amount', '-----------+--------', ' say, "so" |    -20', ' top_up    |   1500', '(2 rows)'].join('\n'));
    expect(said).toMatch(/ moves_wallet +\| boolean/);
    expect(said).toMatch(/ one \| none\n-----\+------\n {3}1 \|\n\(1 row\)\n\n$/);
  });

  it('takes the login of an analyst as it is', async () => {
    const elsewhere = { ...(await psql(['-c', 'SELECT current_user'], { DATABASE_URL: url })) };
    expect(elsewhere).toMatchObject({ status: 0, complained: '' });
    expect(elsewhere.said).toContain(analystRole);
  });

  it('changes no password that it does not know', async () => {
    const kept = dataDir;
    dataDir = await mkdtemp(join(tmpdir(), 'sunset-analyst-'));
    try {
      const { status, complained } = await psql(['-c', 'SELECT 1']);
      expect([status, complained]).toEqual([1, expect.stringContaining('has a password that is not kept here')]);
    } finally {
      await rm(dataDir, { recursive: true });
      dataDir = kept;
    }
    expect((await psql(['-c', 'SELECT 1'])).status).toBe(0);
  });
});

describe('the role', () => {
  it('reads every view, and no other relation', async () => {
    const { rows: readable } = await asAnalyst.query<{ relation: string }>(
      `SELECT n.nspname || '.' || c.relname AS relation FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname !~ '^pg_temp' AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
         AND has_schema_privilege(n.oid, 'USAGE') AND CASE c.relkind WHEN 'S' THEN has_sequence_privilege(c.oid, 'SELECT, USAGE') ELSE has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT') END ORDER BY 1`,
    );
    const views = await documentedViews(fresh.database);
    expect(views.length).toBeGreaterThan(10);
    expect(readable.map(({ relation }) => relation)).toEqual(views.map(({ name }) => `analytics.${name}`));
    for (const { name } of views) await asAnalyst.query(`SELECT * FROM analytics.${name} LIMIT 1`);
  });

  it('may call no function of ours but the one of time zones', async () => {
    const { rows: callable } = await asAnalyst.query<{ name: string }>(
      `SELECT p.oid::regproc::text AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')`,
    );
    expect(callable.map(({ name }) => name.replace(/^analytics\./, ''))).toEqual(['known_zone']);
  });

  it('begins read-only, among the views, in UTC, with an end to each statement', async () => {
    const { said } = await psql(['--csv', '-c', `SELECT current_setting('default_transaction_read_only'), current_setting('search_path'), current_setting('TimeZone'), current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout')`]);
    expect(said.split('\n')[1]).toBe('on,analytics,UTC,1min,10min');
  });

  it.each([
    'INSERT INTO analytics.cancellations (account_id) VALUES (1)', 'DELETE FROM analytics.ledger', 'CREATE TABLE analytics.mine (id text)', 'CREATE TABLE public.mine (id text)', 'CREATE VIEW analytics.mine AS SELECT 1 AS one',
    'DROP VIEW analytics.ledger', "COMMENT ON VIEW analytics.ledger IS 'mine'", 'SELECT * FROM sunset.account_keys', 'CREATE ROLE mine', "ALTER ROLE postgres PASSWORD 'mine'", "COPY (SELECT 1) TO '/tmp/mine'", "SELECT pg_read_file('/etc/passwd')",
  ])('may not %s, even where it asks to write', async (statement) => {
    await asAnalyst.query('BEGIN READ WRITE');
    const refused = expect(asAnalyst.query(statement)).rejects.toThrow(/permission denied|must be (owner|superuser)|cannot (insert into|delete from) view/);
    const ended = asAnalyst.query('ROLLBACK');
    await refused;
    await ended;
  });
});
