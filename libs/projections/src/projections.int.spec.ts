// What projections promise: every event once over kills and between processes, rebuilds beside the live table, failures kept apart.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventStore, migrations as eventMigrations } from '#event-store';
import { event, eventsOfType, instant, type EventOf, type Metadata } from '#kernel';
import { MasterKeys, migrations as keyMigrations, PersonalData } from '#personal-data';
import { connect, Database } from '#postgres';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { migrations, projection, Projections, type Projection } from './index.js';

const Deposited = event('Deposited')<{ amount: number }>();
const Closed = event('Closed')<Record<string, never>>();
type AccountEvent = EventOf<typeof Deposited> | EventOf<typeof Closed>;

const at = instant('2026-03-01T08:00:00Z');
const metadata: Metadata = { actor: { role: 'system', id: 'test' }, channel: 'worker', correlationId: 'c', causationId: 'd' };

interface Balance {
  readonly account_id: string;
  readonly balance: number;
  readonly deposits: number;
}

/** Adding is what shows an event that was applied twice. */
const balances = projection<AccountEvent, Balance>({
  name: 'balances',
  version: 1,
  columns: { account_id: 'text NOT NULL', balance: 'bigint NOT NULL', deposits: 'integer NOT NULL' },
  key: ['account_id'],
  views: (table) => `CREATE OR REPLACE VIEW analytics.balances AS SELECT account_id, balance FROM ${table}`,
  on: {
    Deposited: ({ accountId, data }, [row]) => [{ account_id: accountId, balance: (row?.balance ?? 0) + data.amount, deposits: (row?.deposits ?? 0) + 1 }],
    Closed: (_, [row]) => (row ? [{ ...row, balance: 0 }] : []),
  },
});

const balancesWithClosed = projection<AccountEvent, Omit<Balance, 'deposits'> & { readonly closed: boolean }>({
  name: 'balances',
  version: 2,
  columns: { account_id: 'text NOT NULL', closed: 'boolean NOT NULL', balance: 'bigint NOT NULL' },
  key: ['account_id'],
  indexes: (table) => [`CREATE INDEX ON ${table} (balance)`],
  views: (table) => `CREATE OR REPLACE VIEW analytics.balances AS SELECT closed, balance FROM ${table}`,
  on: {
    Deposited: ({ accountId, data }, [row]) => [{ account_id: accountId, closed: false, balance: (row?.balance ?? 0) + data.amount }],
    Closed: (_, [row]) => (row ? [{ ...row, closed: true }] : []),
  },
});

/** Reads its own row first. */
const largest: Projection<AccountEvent> = {
  name: 'largest',
  version: 1,
  create: (table) => `CREATE TABLE ${table} (account_id text PRIMARY KEY, state jsonb NOT NULL)`,
  async apply(events, { table, database }) {
    for (const { accountId, data } of eventsOfType(events, 'Deposited')) {
      const [row] = await database.query<{ state: { largest: number } }>(`SELECT state FROM ${table} WHERE account_id = $1`, [accountId]);
      const state = { largest: Math.max(row?.state.largest ?? 0, data.amount) };
      await database.query(`INSERT INTO ${table} VALUES ($1, $2) ON CONFLICT (account_id) DO UPDATE SET state = excluded.state`, [accountId, state]);
    }
  },
};

let test: FreshDatabase;
let database: Database;
let store: EventStore<AccountEvent>;

beforeEach(async () => {
  // Positions are counted here one by one; several shards have a test of their own.
  test = await freshDatabase({ migrations: [...keyMigrations, ...eventMigrations, ...migrations], layout: { shards: 1, partitions: 1 } });
  database = test.database;
  store = new EventStore<AccountEvent>(database, new PersonalData(database, new MasterKeys([randomBytes(32)])), [Deposited, Closed]);
});
afterEach(() => test.drop());

const deposit = async (accountId: string, ...amounts: number[]) => {
  const { length: version } = await store.load(accountId);
  return store.append(accountId, version, amounts.map((amount) => Deposited(at, { amount })), metadata);
};

const follow = async (list: readonly Projection<AccountEvent>[], settings = {}) => {
  const projections = new Projections(database, store, list, { batch: 10, ...settings });
  await projections.ensureTables();
  return projections;
};

const stepUntilIdle = async (projections: Projections, name: string) => {
  let total = 0;
  for (let n = await projections.step(name); n > 0; n = await projections.step(name)) total += n;
  return total;
};

const rowsOf = async (table: string) => (await database.query(`SELECT * FROM ${table} ORDER BY 1`)).map(({ shard: _shard, position: _position, updated_at: _updatedAt, ...row }) => row);
const statusOf = async (projections: Projections, name: string) => (await projections.status()).find((status) => status.name === name)!;

describe('following', () => {
  it('writes what the map says, and says how far it is', async () => {
    const projections = await follow([balances, largest]);
    await deposit('a', 5, 7);
    await deposit('b', 9);
    await store.append('b', 1, [Closed(at, {})], metadata);
    const [{ recorded_at: next }] = (await database.query<{ recorded_at: string }>('SELECT recorded_at FROM sunset.events WHERE position = 1')) as [{ recorded_at: string }];
    expect(await projections.position('balances')).toEqual({ position: 0, shards: [{ shard: 0, position: 0 }], asOf: next });
    expect(await statusOf(projections, 'balances')).toMatchObject({ version: 1, position: 0, head: 4, lag: 4, status: 'live', rebuild: null });

    await stepUntilIdle(projections, 'balances');
    await stepUntilIdle(projections, 'largest');
    expect(await rowsOf('sunset.balances')).toEqual([{ account_id: 'a', balance: 12, deposits: 2 }, { account_id: 'b', balance: 0, deposits: 1 }]);
    expect(await rowsOf('analytics.balances')).toEqual([{ account_id: 'a', balance: 12 }, { account_id: 'b', balance: 0 }]);
    expect(await rowsOf('sunset.largest')).toEqual([
      { account_id: 'a', state: { largest: 7 } },
      { account_id: 'b', state: { largest: 9 } },
    ]);
    const { position, asOf } = await projections.position('balances');
    const [{ now }] = (await database.query<{ now: string }>('SELECT clock_timestamp() AS now')) as [{ now: string }];
    expect(position).toBe(4);
    expect(asOf > next && asOf <= now).toBe(true);
    expect(await statusOf(projections, 'balances')).toMatchObject({ position: 4, head: 4, lag: 0 });
  });

  it('never claims to know what an append has recorded that is not committed yet', async () => {
    const projections = await follow([balances]);
    await deposit('a', 5);
    await stepUntilIdle(projections, 'balances');
    const asOf = async (): Promise<string> => (await projections.position('balances')).asOf;
    const before = await asOf();
    await sleep(20);
    let commit!: () => void;
    const mayCommit = new Promise<void>((resolve) => (commit = resolve));
    let appended!: (recordedAt: string) => void;
    const recording = new Promise<string>((resolve) => (appended = resolve));
    const writing = database.transaction(async () => {
      const [written] = await store.append('b', 0, [Deposited(at, { amount: 1 })], metadata);
      appended(written!.recordedAt);
      await mayCommit;
    });
    const recordedAt = await recording;
    await sleep(20);
    const meanwhile = await asOf();
    commit();
    await writing;
    expect({ before: before < meanwhile, meanwhile: meanwhile <= recordedAt, then: await asOf() }).toEqual({ before: true, meanwhile: true, then: recordedAt });
    await stepUntilIdle(projections, 'balances');
    expect((await asOf()) > recordedAt).toBe(true);
  });

  it('does so as well where the other connection hides since when it writes', async () => {
    const projections = await follow([balances]);
    await deposit('a', 5);
    await stepUntilIdle(projections, 'balances');
    const [{ recorded_at: known }] = (await database.query<{ recorded_at: string }>('SELECT recorded_at FROM sunset.events')) as [{ recorded_at: string }];
    const other = await connect({ url: test.directUrl, poolSize: 1, layout: {} });
    try {
      await new Database(other).query('SELECT pg_advisory_lock(1398099540, 0)');
      expect((await projections.position('balances')).asOf).toBe(known);
    } finally {
      await other.destroy();
    }
  });

  it('says by which event each row was last changed', async () => {
    const projections = await follow([balances]);
    await store.append('a', 0, [Deposited(at, { amount: 5 }), Deposited(at, { amount: 7 })], metadata);
    await store.append('b', 0, [Deposited(at, { amount: 1 })], metadata);
    await stepUntilIdle(projections, 'balances');
    const events = await Promise.all(['a', 'b'].map(async (accountId) => (await store.load(accountId, { order: 'newest-first', limit: 1 }))[0]!));
    expect(await database.query('SELECT account_id, position, updated_at FROM sunset.balances ORDER BY 1')).toEqual(events.map(({ accountId, position, recordedAt }) => ({ account_id: accountId, position, updated_at: recordedAt })));
  });

  it('reads the next page while the last one is applied, and none twice', async () => {
    await deposit('a', ...Array.from({ length: 25 }, () => 1));
    const said: string[] = [];
    const read = store.read.bind(store);
    store.read = (place) => (said.push(`read after ${place.after}`), read(place));
    const watched: typeof balances = { ...balances, apply: async (events, target) => (said.push(`apply ${events.length}`), balances.apply(events, target)) };
    await stepUntilIdle(await follow([watched]), 'balances');
    expect(said).toEqual(['read after 0', 'read after 10', 'apply 10', 'read after 20', 'apply 10', 'apply 5']);
    expect(await rowsOf('sunset.balances')).toEqual([{ account_id: 'a', balance: 25, deposits: 25 }]);
  });

  it('keeps values of every type as they are, and each row once however many events of a page change it', async () => {
    interface Kept {
      readonly account_id: string;
      readonly amounts: readonly string[];
      readonly last: { readonly amount: number; readonly note: string };
      readonly even: boolean;
      readonly at: string | null;
    }
    const kept = projection<AccountEvent, Kept>({
      name: 'kept',
      version: 1,
      columns: { account_id: 'text NOT NULL', amounts: 'text[] NOT NULL', last: 'jsonb NOT NULL', even: 'boolean NOT NULL', at: 'timestamptz(3)' },
      key: ['account_id'],
      on: {
        Deposited: ({ accountId, data: { amount }, effectiveAt }, [row]) => [
          {
            account_id: accountId, amounts: [...(row?.amounts ?? []), `{"${amount}\\,`], last: { amount, note: 'é "\\\n' }, even: amount % 2 === 0,
            at: amount === 3 ? null : effectiveAt,
          },
        ],
      },
    });
    await deposit('a', 1, 2);
    await deposit('b', 3);
    const projections = await follow([kept]);
    await stepUntilIdle(projections, 'kept');
    const last = (amount: number) => ({ amount, note: 'é "\\\n' });
    const b = { account_id: 'b', amounts: ['{"3\\,'], last: last(3), even: false, at: null };
    expect(await rowsOf('sunset.kept')).toEqual([{ account_id: 'a', amounts: ['{"1\\,', '{"2\\,'], last: last(2), even: true, at }, b]);
    await store.append('a', 2, [Deposited(at, { amount: 5 })], metadata);
    await stepUntilIdle(projections, 'kept');
    expect(await rowsOf('sunset.kept')).toEqual([{ account_id: 'a', amounts: ['{"1\\,', '{"2\\,', '{"5\\,'], last: last(5), even: false, at }, b]);
  });

  it('refuses a list that cannot work', () => {
    expect(() => new Projections(database, store, [balances, balances])).toThrow('projection declared twice: balances');
    expect(() => new Projections(database, store, [{ ...largest, name: 'Bad Name' }])).toThrow('not a name for a projection');
    expect(() => new Projections(database, store, [projection({ name: 'x', version: 1, columns: { account_id: 'text NOT NULL' }, key: ['account_id'], on: { Misspelt: () => [] } })])).toThrow(
      'projection x reacts to an event type that is not declared: Misspelt',
    );
  });

  it('applies each event once when a step dies at any statement', async () => {
    await deposit('a', ...Array.from({ length: 25 }, () => 1));
    let dieAfter = 0;
    const mortal: Projection<AccountEvent> = {
      ...balances,
      async apply(events, target) {
        for (const one of events) {
          await balances.apply([one], target);
          if (--dieAfter === 0) await database.query('SELECT pg_terminate_backend(pg_backend_pid())');
        }
      },
    };
    const projections = await follow([mortal], { retryMs: 0 });
    for (const death of [1, 3, 10, 11]) {
      dieAfter = death;
      await projections.step('balances').catch(() => 0);
    }
    dieAfter = -1;
    await stepUntilIdle(projections, 'balances');
    expect(await rowsOf('sunset.balances')).toEqual([{ account_id: 'a', balance: 25, deposits: 25 }]);
    expect(await statusOf(projections, 'balances')).toMatchObject({ position: 25, status: 'live', lastError: null });
  });

  it('applies each event once when several processes run at once', async () => {
    const processes = await Promise.all(Array.from({ length: 3 }, () => follow([balances], { batch: 3 })));
    const stop = new AbortController();
    const running = processes.map((projections) => projections.run({ signal: stop.signal, idleMs: 1 }));
    for (let n = 0; n < 40; n += 1) await deposit(`account-${n % 4}`, 1, 2);
    while ((await processes[0]!.position('balances')).position < 80) await sleep(10);
    stop.abort();
    await Promise.all(running);
    expect(await rowsOf('sunset.balances')).toEqual([0, 1, 2, 3].map((n) => ({ account_id: `account-${n}`, balance: 30, deposits: 20 })));
  });

  it('follows every shard', async () => {
    const four = await freshDatabase({ migrations: [...keyMigrations, ...eventMigrations, ...migrations], layout: { shards: 4, partitions: 2 } });
    const sharded = new EventStore<AccountEvent>(four.database, new PersonalData(four.database, new MasterKeys([randomBytes(32)])), [Deposited, Closed]);
    for (let n = 0; n < 12; n += 1) await sharded.append(`a${n}`, 0, [Deposited(at, { amount: n })], metadata);
    const projections = new Projections(four.database, sharded, [balances]);
    await projections.ensureTables();
    await stepUntilIdle(projections, 'balances');
    const { position, shards } = await projections.position('balances');
    expect(position).toBe(12);
    expect(shards.filter((shard) => shard.position > 0).length).toBeGreaterThan(1);
    await projections.rebuild('balances');
    expect(await projections.verify('balances')).toMatchObject({ rows: 12, missing: { count: 0 }, unexpected: { count: 0 } });
    await four.drop();
  });
});

describe('a failing event', () => {
  const picky = (poison: { armed: boolean }): Projection<AccountEvent> => ({
    ...balances,
    name: 'picky',
    views: () => [],
    async apply(events, target) {
      for (const one of events) {
        if (poison.armed && one.type === 'Deposited' && one.data.amount === 13) await database.query('SELECT $1::integer', ['Ada Lovelace']);
        await balances.apply([one], target);
      }
    },
  });

  it('stops its projection right there, is named without its values, and stops no other', async () => {
    const poison = { armed: true };
    const projections = await follow([picky(poison), balances], { retryMs: 1 });
    await deposit('a', 1, 2, 13, 4);
    const stop = new AbortController();
    const running = projections.run({ signal: stop.signal, idleMs: 1 });
    while ((await statusOf(projections, 'picky')).status !== 'failing' || (await statusOf(projections, 'balances')).lag > 0) await sleep(5);
    await deposit('b', 5);
    while ((await statusOf(projections, 'balances')).lag > 0) await sleep(5);
    const failing = await statusOf(projections, 'picky');
    expect(failing).toMatchObject({ status: 'failing', position: 2, head: 5 });
    expect(failing.lastError).toBe('Deposited at 0/3: invalid input syntax for type integer: "…" (22P02)');
    expect(await rowsOf('sunset.picky')).toEqual([{ account_id: 'a', balance: 3, deposits: 2 }]);

    poison.armed = false;
    while ((await statusOf(projections, 'picky')).lag > 0) await sleep(5);
    stop.abort();
    await running;
    expect(await statusOf(projections, 'picky')).toMatchObject({ status: 'live', lastError: null });
    expect(await rowsOf('sunset.picky')).toEqual(await rowsOf('sunset.balances'));
  });

  it('is not tried again before its time, unless somebody asks', async () => {
    const poison = { armed: true };
    const projections = await follow([picky(poison)], { retryMs: 3_600_000 });
    await deposit('a', 13);
    await projections.step('picky');
    poison.armed = false;
    expect(await projections.step('picky')).toBe(0);
    expect((await projections.position('picky')).position).toBe(0);
    await projections.rebuild('picky');
    expect((await projections.position('picky')).position).toBe(1);
    expect(await statusOf(projections, 'picky')).toMatchObject({ status: 'live', lastError: null, rebuild: null });
  });

  it('of a rebuild leaves the table in use in step, and is told to who asked for it', async () => {
    const poison = { armed: false };
    const projections = await follow([picky(poison)], { retryMs: 0 });
    await deposit('a', 1, 13);
    await stepUntilIdle(projections, 'picky');
    poison.armed = true;
    await expect(projections.rebuild('picky')).rejects.toThrow('rebuild of picky stopped: Deposited at 0/2');
    await deposit('a', 4);
    await projections.step('picky');
    expect(await rowsOf('sunset.picky')).toEqual([{ account_id: 'a', balance: 18, deposits: 3 }]);
    expect(await statusOf(projections, 'picky')).toMatchObject({ status: 'failing', lag: 0, rebuild: { position: 1, target: 2 } });
  });
});

describe('a rebuild', () => {
  const lastChange = { position: expect.any(Number), updated_at: expect.any(String) };
  const lost = () => database.query("UPDATE sunset.balances SET balance = 0 WHERE account_id = 'a'");

  it('is asked for by one, carried out by another, visible, resumed after a kill, and equal to the log', async () => {
    const projections = await follow([balances]);
    for (let n = 0; n < 14; n += 1) await deposit('ab'[n % 2]!, 1, 2, 3);
    await stepUntilIdle(projections, 'balances');
    const right = await rowsOf('sunset.balances');
    await lost();
    expect(await projections.verify('balances')).toEqual({
      rows: 2,
      missing: { count: 1, rows: [{ account_id: 'a', balance: 42, deposits: 21, ...lastChange }] },
      unexpected: { count: 1, rows: [{ account_id: 'a', balance: 0, deposits: 21, ...lastChange }] },
    });

    await (await follow([balances])).requestRebuild('balances');
    expect(await statusOf(projections, 'balances')).toMatchObject({ status: 'rebuilding', rebuild: { status: 'requested', position: 0 } });
    await projections.step('balances');
    await projections.step('balances');
    const before = await statusOf(projections, 'balances');
    expect(before).toMatchObject({ status: 'rebuilding', position: 42, rebuild: { status: 'running', position: 10, target: 42 } });
    expect(await rowsOf('analytics.balances')).toContainEqual({ account_id: 'a', balance: 0 });

    const restarted = await follow([balances]);
    await restarted.step('balances');
    expect((await statusOf(restarted, 'balances')).rebuild).toMatchObject({ position: 20, startedAt: before.rebuild!.startedAt });
    await stepUntilIdle(restarted, 'balances');
    expect(await statusOf(restarted, 'balances')).toMatchObject({ status: 'live', position: 42, rebuild: null });
    expect(await rowsOf('sunset.balances')).toEqual(right);
    expect(await rowsOf('analytics.balances')).toHaveLength(2);
    expect(await restarted.verify('balances')).toMatchObject({ rows: 2, missing: { count: 0 }, unexpected: { count: 0 } });
    expect(await database.query("SELECT relname FROM pg_class WHERE relname ~ '(balances__|balances_.*verify).*' AND relkind = 'r'")).toEqual([]);
  });

  it('reports progress on the command line', async () => {
    const projections = await follow([balances]);
    await deposit('a', ...Array.from({ length: 25 }, () => 1));
    await stepUntilIdle(projections, 'balances');
    const seen: number[] = [];
    await projections.rebuild('balances', { onProgress: ({ position }) => seen.push(position) });
    expect(seen).toEqual([0, 10]);
    await projections.rebuild('balances');
    expect(await rowsOf('sunset.balances')).toEqual([{ account_id: 'a', balance: 25, deposits: 25 }]);
  });

  it('stands beside writers and readers; no reader ever misses a row', async () => {
    const processes = [await follow([balances], { batch: 50 }), await follow([balances], { batch: 50 })];
    await deposit('a', ...Array.from({ length: 100 }, () => 1));
    await stepUntilIdle(processes[0]!, 'balances');
    const stop = new AbortController();
    const running = processes.map((projections) => projections.run({ signal: stop.signal, idleMs: 1 }));
    let deposits = 100;
    const writing = (async () => {
      for (; !stop.signal.aborted; deposits += 1, await sleep(2)) await store.append('a', deposits, [Deposited(at, { amount: 1 })], metadata);
    })();
    const answers: { position: number; balance: number }[] = [];
    const reading = (async () => {
      while (!stop.signal.aborted) {
        const { position } = await processes[0]!.position('balances');
        const [row] = await database.query<{ balance: number }>("SELECT balance FROM analytics.balances WHERE account_id = 'a'");
        answers.push({ position, balance: row!.balance });
      }
    })();
    const tables = new Set<number>();
    for (let n = 0; n < 5; n += 1) {
      await processes[n % 2]!.rebuild('balances');
      const [{ oid }] = (await database.query<{ oid: number }>("SELECT 'sunset.balances'::regclass::oid AS oid")) as [{ oid: number }];
      tables.add(oid);
    }
    stop.abort();
    await Promise.all([...running, writing, reading]);
    await stepUntilIdle(processes[0]!, 'balances');
    expect(tables.size).toBe(5);
    expect(answers.length).toBeGreaterThan(20);
    expect(answers.filter(({ position, balance }) => balance < position)).toEqual([]);
    expect(await rowsOf('sunset.balances')).toEqual([{ account_id: 'a', balance: deposits, deposits }]);
  }, 180_000);

  it('follows a raised version, while the older process keeps its table in step until the exchange', async () => {
    const older = await follow([balances]);
    await deposit('a', ...Array.from({ length: 30 }, () => 1));
    await deposit('b', 5);
    await store.append('b', 1, [Closed(at, {})], metadata);
    await stepUntilIdle(older, 'balances');

    const newer = await follow([balancesWithClosed]);
    await Promise.all([follow([balancesWithClosed]), follow([balancesWithClosed])]);
    expect(await statusOf(newer, 'balances')).toMatchObject({ status: 'rebuilding', version: 1, rebuild: { version: 2, status: 'requested' } });
    await newer.step('balances');
    await newer.step('balances');
    await deposit('a', 1);
    await older.step('balances');
    expect(await rowsOf('sunset.balances')).toEqual([{ account_id: 'a', balance: 31, deposits: 31 }, { account_id: 'b', balance: 0, deposits: 1 }]);
    await stepUntilIdle(newer, 'balances');
    expect(await rowsOf('sunset.balances')).toEqual([
      { account_id: 'a', closed: false, balance: 31 },
      { account_id: 'b', closed: true, balance: 5 },
    ]);
    expect(await rowsOf('analytics.balances')).toHaveLength(2);
    expect(await statusOf(newer, 'balances')).toMatchObject({ status: 'live', version: 2 });

    await deposit('a', 1);
    expect(await older.step('balances')).toBe(0);
    await older.ensureTables();
    expect(await statusOf(older, 'balances')).toMatchObject({ status: 'outdated', version: 2, rebuild: null, lag: 1 });
  });

  it('keeps grants on a view whose columns still fit, and refuses to pull a table from under somebody else', async () => {
    const projections = await follow([balances], { retryMs: 0 });
    await deposit('a', 1);
    await database.query('GRANT SELECT ON analytics.balances TO PUBLIC');
    await projections.rebuild('balances');
    const [{ acl }] = (await database.query<{ acl: string }>("SELECT relacl::text AS acl FROM pg_class WHERE oid = 'analytics.balances'::regclass")) as [{ acl: string }];
    expect(acl).toContain('=r/');

    await database.query('CREATE VIEW public.foreign_view AS SELECT * FROM sunset.balances');
    await expect(projections.rebuild('balances')).rejects.toThrow('other objects depend on it');
    expect(await rowsOf('public.foreign_view')).toEqual([{ account_id: 'a', balance: 1, deposits: 1 }]);
    await database.query('DROP VIEW public.foreign_view');
    await projections.rebuild('balances');
  });
});
