// Statements that get no answer end all the same, and take their connection with them; and what is prepared stays right.
import { createServer, connect as dial, Socket, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { connect, Database, type DatabaseSettings, isTimeLimit, preparesIn, rowsOf } from './index.js';
import { closingAfterEach } from '../../../test/support/afterwards.js';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { eventually } from '../../../test/support/eventually.js';

let fresh: FreshDatabase;
beforeAll(async () => { fresh = await freshDatabase(); });
afterAll(() => fresh.drop());

const afterwards = closingAfterEach();
afterEach(() => { jest.restoreAllMocks(); });

/** One connection, through a way that passes nothing on in those that are open once it is silent. */
async function silenceable(answerLimitMs: number): Promise<{ database: Database; readonly silence: () => void }> {
  const url = new URL(fresh.url);
  const { hostname, port } = url;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(Number(port || 5432), hostname);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dataSource = await connect({ url: url.href, poolSize: 1, answerLimitMs });
  afterwards(() => server.close());
  afterwards(() => {
    for (const socket of sockets) socket.destroy();
  });
  afterwards(() => dataSource.destroy());
  return {
    database: new Database(dataSource),
    silence: () => {
      for (const socket of sockets) socket.unpipe();
    },
  };
}

const one = async (database: Database): Promise<unknown> => (await database.query('SELECT 1 AS one'))[0];

it.each<[string, (database: Database, silence: () => void) => Promise<unknown>]>([
  ['a statement', (database, silence) => {
    silence();
    return one(database);
  }],
  ['the beginning of a transaction', (database, silence) => {
    silence();
    return database.transaction(() => one(database));
  }],
  ['a statement in a savepoint of a transaction', (database, silence) => database.transaction(() => database.savepoint(() => {
    silence();
    return one(database);
  }))],
  ['a commit', (database, silence) => database.transaction(async () => {
    await one(database);
    silence();
  })],
])('%s fails when the answer does not come, and the next one gets another connection', async (_, work) => {
  const { database, silence } = await silenceable(1_500);
  await one(database);
  await expect(work(database, silence)).rejects.toThrow(/Query read timeout|Client was closed/);
  expect(await one(database)).toEqual({ one: 1 });
});

it('asks idle connections whether the server is still there', async () => {
  const keepAlive = jest.spyOn(Socket.prototype, 'setKeepAlive');
  await (await connect({ url: fresh.url })).destroy();
  expect(keepAlive.mock.calls).toEqual([[true, 10_000]]);
});

describe('prepared statements', () => {
  const own = async (settings: DatabaseSettings = {}) => {
    const dataSource = await connect({ url: fresh.directUrl, poolSize: 1 });
    afterwards(() => dataSource.destroy());
    return new Database(dataSource, settings);
  };
  const prepared = async (database: Database) =>
    (await database.query<{ name: string }>(`SELECT name FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int%'`)).map(({ name }) => name);

  it('are named by their text, and kept by the connection', async () => {
    const database = await own();
    for (const n of [1, 2]) expect(await database.query('SELECT $1::int AS n', [n])).toEqual([{ n }]);
    await database.transaction(() => database.query('SELECT $1::int AS n', [3]));
    await database.query('SELECT $1::int + 1 AS n', [1]);
    const names = await prepared(database);
    expect(names).toHaveLength(2);
    for (const name of names) expect(name).toMatch(/^s[\w-]{43}$/);
  });

  it('are none where a pooler could not keep them', async () => {
    const database = await own({ prepares: false });
    await database.query('SELECT $1::int AS n', [1]);
    expect(await prepared(database)).toEqual([]);
    expect([preparesIn({}), preparesIn({ PREPARED_STATEMENTS: 'on' }), preparesIn({ PREPARED_STATEMENTS: 'off' })]).toEqual([undefined, true, false]);
    expect(() => preparesIn({ PREPARED_STATEMENTS: 'no' })).toThrow('PREPARED_STATEMENTS');
  });

  it.each<[string, (database: Database, text: string) => Promise<unknown>]>([
    ['alone', (database, text) => database.query(text, [0])],
    ['in a transaction', (database, text) => database.transaction(async () => {
      await database.query('SELECT 1');
      return database.query(text, [0]);
    })],
  ])('see a column that was added meanwhile, %s', async (_, ask) => {
    const database = await own();
    await database.query('DROP TABLE IF EXISTS growing; CREATE TABLE growing AS SELECT 1 AS a');
    const text = 'SELECT * FROM growing WHERE a > $1';
    expect(await ask(database, text)).toEqual([{ a: 1 }]);
    await database.query('ALTER TABLE growing ADD COLUMN b int DEFAULT 2');
    expect(await ask(database, text)).toEqual([{ a: 1, b: 2 }]);
    expect(await ask(database, text)).toEqual([{ a: 1, b: 2 }]);
  });

  it('that ask for the rows of a list are planned once for all lengths', async () => {
    const database = await own();
    await database.query(`CREATE TEMP TABLE listed AS SELECT n::text AS id, repeat('x', 100) AS words FROM generate_series(1, 50000) n; ALTER TABLE listed ADD PRIMARY KEY (id); ANALYZE listed`);
    const general = async (rows: string): Promise<number> => {
      const text = `SELECT l.words FROM ${rows} AS asked (id) LEFT JOIN LATERAL (SELECT * FROM listed l WHERE l.id = asked.id ORDER BY l.id LIMIT 5) l ON true`;
      for (let n = 0; n < 20; n += 1) await database.query(text, [[String(n + 1)]]);
      return (await database.query<{ count: number }>('SELECT generic_plans AS count FROM pg_prepared_statements WHERE statement = $1', [text]))[0]!.count;
    };
    // As long as nobody hides it, the length is planned for, each time.
    expect([await general('unnest($1::text[])'), await general(rowsOf('$1::text[]'))]).toEqual([0, 15]);
  });

  it('stop being named before they fill a connection', async () => {
    const database = await own();
    for (let n = 0; n < 1_003; n += 1) await database.query(`SELECT $1::int AS n${n}`, [n]);
    expect(await prepared(database)).toHaveLength(1_000);
  });
});

it.each(['transaction', 'snapshot'] as const)('begins a %s in one round trip', async (way) => {
  const database = new Database(await connect({ url: fresh.url, poolSize: 1 }));
  afterwards(() => database.dataSource.destroy());
  await database.query('SELECT 1');
  const asked = jest.spyOn(pg.Client.prototype, 'query');
  await database[way](() => database.query('SHOW transaction_isolation'));
  expect(asked).toHaveBeenCalledTimes(3);
});

it('what somebody has locked who has fallen silent in a transaction is free again, and he goes on over another connection', async () => {
  const silent = new Database(await connect({ url: fresh.url, poolSize: 1, silenceLimitMs: 300 }));
  const other = new Database(await connect({ url: fresh.url, poolSize: 1 }));
  afterwards(() => silent.dataSource.destroy());
  afterwards(() => other.dataSource.destroy());
  const lock = 'SELECT pg_advisory_xact_lock(17, 4)';
  await other.query("SET lock_timeout = '1min'");
  let isFree = false;
  const late = silent.transaction(async () => {
    await silent.query(lock);
    await other.transaction(() => other.query(lock));
    isFree = true;
    await silent.query('SELECT 1');
  });
  await expect(late).rejects.toThrow();
  expect(isFree).toBe(true);
  expect(await silent.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
}, 240_000);

it('a transaction may ask for more time, since it works elsewhere', async () => {
  const dataSource = await connect({ url: fresh.url, poolSize: 1, silenceLimitMs: 200 });
  afterwards(() => dataSource.destroy());
  const database = new Database(dataSource);
  expect(await database.transaction(() => sleep(1_000).then(() => database.query('SELECT 1 AS one')), { silenceLimitMs: 0 })).toEqual([{ one: 1 }]);
  expect(await database.query("SELECT current_setting('idle_in_transaction_session_timeout') AS limit")).toEqual([{ limit: '200ms' }]);
});

it('nobody of ours may be silent for long, but for migrations', async () => {
  const limitOf = async (settings: { answerLimitMs?: number | null }): Promise<unknown> => {
    const dataSource = await connect({ url: fresh.url, poolSize: 1, ...settings });
    afterwards(() => dataSource.destroy());
    return new Database(dataSource).query("SELECT current_setting('idle_in_transaction_session_timeout') AS limit");
  };
  expect(await limitOf({})).toEqual([{ limit: '30s' }]);
  expect(await limitOf({ answerLimitMs: null })).toEqual([{ limit: '0' }]);
});

describe('reading within limits', () => {
  const patient = 120_000;
  const limits = { limitMs: 250_000, memoryMiB: 8 };
  const own = async (applicationName: string) => {
    const dataSource = await connect({ url: fresh.url, poolSize: 2, applicationName });
    afterwards(() => dataSource.destroy());
    const running = async (): Promise<number> =>
      (await fresh.database.query("SELECT FROM pg_stat_activity WHERE application_name = $1 AND state <> 'idle'", [applicationName])).length;
    return { database: new Database(dataSource), running };
  };

  it('sets its limits for the transaction alone, sees one snapshot, and writes nothing', async () => {
    const { database } = await own('limits');
    const shown = () => database.query("SELECT current_setting('statement_timeout') AS timeout, current_setting('work_mem') AS memory, current_setting('transaction_isolation') AS isolation");
    const before = await shown();
    const { signal } = new AbortController();
    expect(await database.reading({ ...limits, signal }, shown)).toEqual([{ timeout: '250s', memory: '8MB', isolation: 'repeatable read' }]);
    expect(await shown()).toEqual(before);
    await expect(database.reading({ ...limits, signal }, () => database.query('CREATE TABLE written ()'))).rejects.toThrow('read-only');
    const late = await database.reading({ ...limits, limitMs: 20, signal }, () => database.query('SELECT pg_sleep(600)')).catch((error: unknown) => error);
    expect(isTimeLimit(late)).toBe(true);
    await expect(database.transaction(() => database.reading({ ...limits, signal }, shown))).rejects.toThrow('inside a transaction');
  });

  it('ends in the server when nobody waits any more', async () => {
    const { database, running } = await own('left');
    const gone = new AbortController();
    const left = database.reading({ ...limits, signal: gone.signal }, async () => {
      await database.query('SELECT pg_sleep(600)');
    });
    await eventually('it runs', async () => (await running()) === 1, patient);
    gone.abort(new Error('nobody waits'));
    await expect(left).rejects.toThrow('nobody waits');
    expect(await running()).toBe(0);
    await expect(database.reading({ ...limits, signal: gone.signal }, () => database.query('SELECT 1'))).rejects.toThrow('nobody waits');
  });

  it('what goes on over the same connection is not cancelled with it', async () => {
    const { database } = await own('next');
    const gone = new AbortController();
    await database.reading({ ...limits, signal: gone.signal }, () => database.query('SELECT 1'));
    const next = database.query('SELECT pg_sleep(0.2)');
    gone.abort(new Error('nobody waits'));
    await next;
  });
});
