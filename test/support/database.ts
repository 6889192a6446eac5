// A fresh database for one test file, on the server that `npm test` provides.
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { programFile } from '../../apps/launch/bundle.mjs';
import { connect, Database, type DataSourceSettings, type LayoutAsked, layoutIn, type Migration, serverLimitMs, settleRole, usualAnswerLimitMs } from '#postgres';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A busy machine is slow, not wrong. */
const connectLimitMs = 60_000;

export interface FreshDatabase {
  readonly database: Database;
  /** For other connections: processes, a plain client. Through a pooler, where the tests have one. */
  readonly url: string;
  /** Past any pooler: for migrations, and BullMQ. */
  readonly directUrl: string;
  /** Closes the pool and removes the database, whoever is still connected to it. Rejects with what the audit of statements objects to. */
  drop(): Promise<void>;
}

/** Makes a database of its own name, with the migrations run; with the layout that the environment says unless told. Call `drop()` in `afterAll`. */
export async function freshDatabase({ migrations = [], poolSize = 10, layout = layoutIn(process.env) }: { migrations?: readonly Migration[]; poolSize?: number; layout?: LayoutAsked } = {}): Promise<FreshDatabase> {
  return made({
    name: migrations.map((migration) => migration.name).join(),
    fill: async (url) => {
      const dataSource = await connect({ url, migrations, poolSize: 1, applicationName: 'sunset-test', layout });
      try {
        await dataSource.runMigrations();
      } finally {
        await dataSource.destroy();
      }
    },
  }, poolSize, layout);
}

/** As {@link freshDatabase}, for the built service: migrated as operators do it, by a step of its own. */
export const migratedDatabase = ({ poolSize = 10 }: { poolSize?: number } = {}): Promise<FreshDatabase> => made({ name: 'the service', fill: migrate }, poolSize);

/** What a process of the service is told of a database of the tests: beside its url the way past the pooler, where there is one, and the replica, where there is one. */
export function waysTo(url: string): Readonly<Record<string, string>> {
  const [server, pooled, replica] = ['TEST_DATABASE_URL', 'TEST_POOLED_URL', 'TEST_REPLICA_URL'].map((name) => process.env[name]);
  const { host, pathname } = new URL(url);
  const ways = [server, pooled].some((one) => one !== undefined && new URL(one).host === host);
  const database = pathname.slice(1);
  return {
    DATABASE_URL: url,
    ...(ways && pooled !== undefined && { DATABASE_DIRECT_URL: urlOf(database) }),
    ...(ways && replica !== undefined && { DATABASE_REPLICA_URL: urlOf(database, replica) }),
  };
}

/** A second pool on the same database, as another process has it, or through a way of its own. */
export async function anotherDatabase(url: string, settings: Pick<DataSourceSettings, 'answerLimitMs' | 'silenceLimitMs'> = {}): Promise<{ database: Database; close(): Promise<void> }> {
  const dataSource = await connect({ url, poolSize: 20, connectLimitMs, ...settings });
  return { database: new Database(dataSource), close: () => dataSource.destroy() };
}

/** What {@link migratedDatabase} does to an empty database. Rejects with what the program said. */
export async function migrate(url: string, environment: Readonly<Record<string, string>> = {}): Promise<void> {
  await promisify(execFile)(process.execPath, [programFile('launch/migrate')], { cwd: root, env: { ...process.env, ...waysTo(url), ...environment } });
}

/** What is to be in a database, and how it gets there. */
interface Recipe {
  readonly name: string;
  readonly fill: (url: string) => Promise<void>;
}

/** Of the tests alone: benches and other programs ask without being heard. */
const audit = process.env['TEST_STATEMENTS'] ? await import('../statements/audit.js') : null;

async function made(recipe: Recipe, poolSize: number, layout = layoutIn(process.env)): Promise<FreshDatabase> {
  audit?.listen();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const template = await templateOf(recipe, layout);
  await onServer((server) => server.query(`CREATE DATABASE ${name}${template === null ? '' : ` TEMPLATE ${template}`}`));
  if (template === null) await recipe.fill(urlOf(name));
  const [directUrl, url] = [urlOf(name), urlOf(name, process.env['TEST_POOLED_URL'])];
  if (url !== directUrl) await settled(directUrl, name);
  const dataSource = await connect({ url, poolSize, applicationName: 'sunset-test', connectLimitMs, layout });
  return {
    database: new Database(dataSource),
    url,
    directUrl,
    async drop() {
      if (dataSource.isInitialized) await dataSource.destroy();
      await onServer((server) => server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
      const objections = audit?.takeObjections() ?? [];
      if (objections.length > 0) throw new Error(`statements that a distributed engine would not take (test/statements):\n${objections.join('\n')}`);
    },
  };
}

/**
 * The database made by that recipe, by whoever is first to ask for it: copying it takes a sixth of the time. Only on a server that begins and ends with
 * this run, so that none outlives the sources it was made from; else `null`.
 */
async function templateOf({ name, fill }: Recipe, layout: LayoutAsked): Promise<string | null> {
  if (process.env['TEST_SERVER_IS_OWN'] !== 'true' || name === '') return null;
  const hash = createHash('sha256').update(`${name} ${JSON.stringify(layout)}`).digest('hex').slice(0, 32);
  await onServer(async (server) => {
    await server.query(`SELECT pg_advisory_lock(hashtext('${hash}'))`);
    if ((await server.query(`SELECT FROM pg_database WHERE datname = 'template_${hash}'`)).length > 0) return;
    await server.query(`DROP DATABASE IF EXISTS unfinished_${hash} WITH (FORCE)`);
    await server.query(`CREATE DATABASE unfinished_${hash}`);
    await fill(urlOf(`unfinished_${hash}`));
    await server.query(`ALTER DATABASE unfinished_${hash} RENAME TO template_${hash}`);
  });
  return `template_${hash}`;
}

/** As the migration does it for the role that comes through a pooler. */
async function settled(directUrl: string, name: string): Promise<void> {
  await onServer(async (server) => {
    for (const statement of settleRole(decodeURIComponent(new URL(directUrl).username), name, serverLimitMs(usualAnswerLimitMs))) await server.query(statement);
  });
}

function urlOf(database: string, server = serverUrl()): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('no TEST_DATABASE_URL: run `npm test -- path/of/the.spec.ts`, and name the file .int.spec.ts or .e2e.spec.ts');
  return url;
}

type Server = ReturnType<Awaited<ReturnType<typeof connect>>['createQueryRunner']>;

/** On one connection from beginning to end: a pool closes one that rests, and with it goes the lock. */
async function onServer(work: (server: Server) => Promise<unknown>): Promise<void> {
  const server = await connect({ url: serverUrl(), poolSize: 1, applicationName: 'sunset-test' });
  const runner = server.createQueryRunner();
  try {
    await work(runner);
  } finally {
    await runner.release();
    await server.destroy();
  }
}
