// The platform's own tables, in two databases that are not the service's: read whole, emptied by the batch, and nobody else's rows touched.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { eventually } from '../../../test/support/eventually.js';
import { purgeAll } from '../../../test/support/purging.js';
import { type Category, type PlatformTable, PlatformTables } from './index.js';

let crm: FreshDatabase;
let archive: FreshDatabase;
let tables: PlatformTables;
/** What was kept, and how many rows everybody else still saw then. */
let kept: { readonly addresses: readonly string[]; readonly rows: number }[];
let keeping: () => void;

beforeAll(async () => {
  [crm, archive] = await Promise.all([freshDatabase({ poolSize: 2 }), freshDatabase({ poolSize: 2 })]);
  await crm.database.query('CREATE TABLE contacts (contact_id int, account_id text, name text, extra json)');
  await crm.database.query('CREATE TABLE persons (account_id text, n int, phone text, email varchar(80), "out ""now""" boolean)');
  await crm.database.query('CREATE SCHEMA "Old ""stuff"""');
  await crm.database.query('CREATE TABLE "Old ""stuff"""."Sent; DROP TABLE contacts" ("the account" text, body text)');
  await archive.database.query('CREATE TABLE contacts (account_id text, n int) PARTITION BY LIST (n)');
  for (const n of [0, 1]) await archive.database.query(`CREATE TABLE contacts_${n} PARTITION OF contacts FOR VALUES IN (${n})`);
  const of = (url: string, table: PlatformTable['table'], category: Category, accountColumn = 'account_id') => ({ url, table, category, accountColumn });
  tables = new PlatformTables([
    of(crm.directUrl, ['contacts'], 'contacts'),
    of(crm.directUrl, ['Old "stuff"', 'Sent; DROP TABLE contacts'], 'messages', 'the account'),
    of(archive.directUrl, ['contacts'], 'contacts'),
    { ...of(crm.directUrl, ['persons'], 'contacts'), optOut: { column: 'out "now"', addressColumns: ['phone', 'email'] } },
  ], async (addresses) => {
    keeping();
    kept.push({ addresses, rows: (await crm.database.query('SELECT FROM persons')).length });
  });
});
afterAll(async () => {
  await tables.close();
  await Promise.all([crm.drop(), archive.drop()]);
});

beforeEach(async () => {
  kept = [];
  keeping = () => undefined;
  await crm.database.query('TRUNCATE contacts, persons');
  await crm.database.query('TRUNCATE "Old ""stuff"""."Sent; DROP TABLE contacts"');
  await archive.database.query('TRUNCATE contacts');
});

const fill = (accountId: string, count: number, name = 'n') =>
  crm.database.query(`INSERT INTO contacts SELECT i, $1, $3, '{"a":\n\r 1}' FROM generate_series(1, $2::int) AS i`, [accountId, count, name]);

async function chunks(accountId: string, category: Category): Promise<string[]> {
  const all = [];
  for await (const chunk of tables.read(accountId, category)) all.push(chunk);
  return all;
}

describe('reading', () => {
  it('gives every row of the account as one line of JSON, table after table, by category', async () => {
    await fill('ada', 2, 'Zoë "x"\nline');
    await fill('bob', 1);
    await crm.database.query('INSERT INTO "Old ""stuff"""."Sent; DROP TABLE contacts" VALUES (\'ada\', \'hello\')');
    await archive.database.query("INSERT INTO contacts VALUES ('ada', 1), ('bob', 1)");
    const lines = (await chunks('ada', 'contacts')).join('').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { contact_id: 1, account_id: 'ada', name: 'Zoë "x"\nline', extra: { a: 1 } },
      { contact_id: 2, account_id: 'ada', name: 'Zoë "x"\nline', extra: { a: 1 } },
      { account_id: 'ada', n: 1 },
    ]);
    expect(await chunks('ada', 'messages')).toEqual(['{"the account":"ada","body":"hello"}\n']);
    expect([await chunks('ada', 'reports'), await chunks('nobody', 'contacts')]).toEqual([[], []]);
  });

  it('takes about a mebibyte at a time, whatever the size of a row', async () => {
    await fill('small', 5_000);
    expect((await chunks('small', 'contacts')).map((chunk) => chunk.split('\n').length - 1)).toEqual([20, 1_000, 1_000, 1_000, 1_000, 980]);
    await fill('large', 45, 'x'.repeat(200_000));
    const large = await chunks('large', 'contacts');
    expect(large.map((chunk) => chunk.split('\n').length - 1)).toEqual([20, 5, 5, 5, 5, 5]);
  });

  it('gives its connection back when the reader leaves early', async () => {
    await fill('early', 3_000);
    for (let time = 0; time < 10; time += 1) for await (const chunk of tables.read('early', 'contacts')) if (chunk) break;
    expect((await chunks('early', 'contacts')).join('').split('\n')).toHaveLength(3_001);
  });

  it('breaks off when its connection is lost, also between two batches, and the next reader gets another', async () => {
    await fill('lost', 3_000);
    const reader = tables.read('lost', 'contacts');
    await reader.next();
    const connected = "FROM pg_stat_activity WHERE application_name = 'sunset-platform-data' AND datname = current_database()";
    expect((await crm.database.query(`SELECT pg_terminate_backend(pid) ${connected}`)).length).toBeGreaterThan(0);
    while ((await crm.database.query(`SELECT ${connected}`)).length > 0);
    await expect((async () => { for await (const chunk of reader) expect(chunk).not.toBe(''); })()).rejects.toThrow();
    expect((await chunks('lost', 'contacts')).join('').split('\n')).toHaveLength(3_001);
  });
});

describe('many who read slowly', () => {
  /** Begins to read, and stops after the first lines. */
  const slow = async (accountId: string) => {
    await fill(accountId, 3_000);
    const reader = tables.read(accountId, 'contacts');
    expect((await reader.next()).done).toBe(false);
    return reader;
  };
  const connections = async (): Promise<number> =>
    (await crm.database.query("SELECT FROM pg_stat_activity WHERE application_name = 'sunset-platform-data' AND state = 'idle in transaction'")).length;

  it('leave counting and purging alone; the next reader waits for its turn', async () => {
    const readers = [];
    for (let n = 0; n < 4; n += 1) readers.push(await slow(`slow-${n}`));
    await fill('next', 2);
    const waits = chunks('next', 'contacts');
    expect(await tables.stores[0]!.counts('next')).toEqual({ contacts: 2 });
    expect((await purgeAll(tables.stores[0]!, 'slow-0', 5_000)).counts).toEqual({ contacts: 3_000 });
    expect(await Promise.race([waits, Promise.resolve('waits')])).toBe('waits');
    await readers[0]!.return();
    expect((await waits).join('').split('\n')).toHaveLength(3);
    for (const reader of readers.slice(1)) await reader.return();
    while ((await connections()) > 0);
  });

  it('of one account take turns, so that they leave the others theirs', async () => {
    const first = await slow('greedy');
    const more = Array.from({ length: 8 }, () => chunks('greedy', 'contacts'));
    await fill('modest', 2);
    expect((await chunks('modest', 'contacts')).join('').split('\n')).toHaveLength(3);
    await first.return();
    expect((await Promise.all(more)).map((all) => all.join('').split('\n').length)).toEqual(Array.from({ length: 8 }, () => 3_001));
  });
});

it('what a reader has asked is cancelled in the server when he goes, and the next one reads', async () => {
  await fill('left', 3);
  await crm.database.query('CREATE VIEW sleeping_contacts AS SELECT account_id, pg_sleep(600)::text AS name FROM contacts');
  const own = new PlatformTables([{ url: crm.directUrl, table: ['sleeping_contacts'], category: 'contacts', accountColumn: 'account_id' }, { url: crm.directUrl, table: ['contacts'], category: 'messages', accountColumn: 'account_id' }], async () => undefined);
  const sleeping = async (): Promise<number> => (await crm.database.query("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()")).length;
  const gone = new AbortController();
  const lines = async (signal: AbortSignal): Promise<void> => { for await (const chunk of own.read('left', 'contacts', signal)) expect(chunk).toBe(''); };
  // The second one waits for its turn.
  const [reading, waiting] = [lines(gone.signal), lines(gone.signal)];
  await eventually('it is under way', async () => (await sleeping()) === 1, 120_000);
  gone.abort(new Error('gone'));
  await expect(reading).rejects.toThrow();
  await expect(waiting).rejects.toThrow('gone');
  await eventually('nothing runs on in the server', async () => (await sleeping()) === 0, 120_000);
  const next = [];
  for await (const chunk of own.read('left', 'messages', new AbortController().signal)) next.push(chunk);
  expect(next.join('').split('\n')).toHaveLength(4);
  await own.close();
});

describe('purging', () => {
  it('deletes the rows of the account in batches, and nobody else\'s', async () => {
    await fill('gone', 25);
    await fill('stays', 4);
    const [contacts] = tables.stores;
    expect([contacts!.name, contacts!.transactional, await contacts!.counts('gone')]).toEqual(['platform table contacts', false, { contacts: 25 }]);
    expect(await purgeAll(contacts!, 'gone', 10)).toEqual({ counts: { contacts: 25 }, digests: [], batches: [10, 10, 5] });
    expect([await contacts!.counts('gone'), await contacts!.counts('stays')]).toEqual([{ contacts: 0 }, { contacts: 4 }]);
  });

  it('leaves the rows of others alone where partitions use the same places', async () => {
    await archive.database.query("INSERT INTO contacts SELECT 'gone', 0 FROM generate_series(1, 20)");
    await archive.database.query("INSERT INTO contacts SELECT 'stays', 1 FROM generate_series(1, 20)");
    const store = tables.stores[2]!;
    expect((await purgeAll(store, 'gone', 7)).counts).toEqual({ contacts: 20 });
    expect(await store.counts('stays')).toEqual({ contacts: 20 });
  });

  it('tells tables of one name apart, and quotes whatever a name holds', async () => {
    await crm.database.query('INSERT INTO "Old ""stuff"""."Sent; DROP TABLE contacts" VALUES (\'gone\', \'hello\')');
    expect(tables.stores.map(({ name }) => name)).toEqual(['platform table contacts', 'platform table Old "stuff".Sent; DROP TABLE contacts', 'platform table contacts (2)', 'platform table persons']);
    expect((await purgeAll(tables.stores[1]!, 'gone')).counts).toEqual({ messages: 1 });
  });

  it('is not undone by whatever surrounds it, and takes up what is left', async () => {
    await fill('killed', 30);
    await tables.stores[0]!.purgeBatch('killed', null, 10);
    expect(await tables.stores[0]!.counts('killed')).toEqual({ contacts: 20 });
    expect((await purgeAll(tables.stores[0]!, 'killed')).counts).toEqual({ contacts: 20 });
  });
});

it('closing cancels in the server what is under way, and begins nothing new', async () => {
  for (const account of ['slow', 'slower']) await fill(account, 3);
  await crm.database.query('CREATE VIEW slow_contacts AS SELECT account_id, pg_sleep(600)::text AS name FROM contacts');
  const table: PlatformTable = { url: crm.directUrl, table: ['slow_contacts'], category: 'contacts', accountColumn: 'account_id' };
  const closed = new PlatformTables([table, { ...table, table: ['contacts'] }], async () => undefined);
  const [slow, contacts] = closed.stores;
  const sleeping = async (): Promise<number> => (await crm.database.query("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()")).length;
  const lines = async (account: string): Promise<void> => { for await (const chunk of slow!.read(account)) expect(chunk).toBe(''); };
  const ended = Promise.allSettled([lines('slow'), lines('slower')]);
  await eventually('both are under way', async () => (await sleeping()) === 2);
  await Promise.all([closed.close(), closed.close()]);
  expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await eventually('nothing runs on in the server', async () => (await sleeping()) === 0);
  await expect(contacts!.counts('slow')).rejects.toThrow('closed');
});

describe('purging contacts of which it is known who has opted out', () => {
  const person = (n: number, phone: string | null, email: string | null, optedOut: boolean | null, accountId = 'gone') =>
    crm.database.query('INSERT INTO persons VALUES ($1, $2, $3, $4, $5)', [accountId, n, phone, email, optedOut]);
  const persons = () => tables.stores[3]!;
  const everybody = async (): Promise<void> => {
    await person(1, '+12065550101', 'one@example.com', true);
    await person(2, '+12065550102', null, false);
    await person(3, null, 'three@example.com', true);
    await person(4, null, null, true);
    await person(5, '+12065550105', null, null);
    await person(6, '+12065550106', null, true, 'stays');
  };

  it('keeps their addresses before anybody sees the rows gone, and no others', async () => {
    await everybody();
    expect([await tables.optedOut('gone'), await tables.optedOut('stays'), await tables.optedOut('nobody')]).toEqual([2, 1, 0]);
    expect((await purgeAll(persons(), 'gone', 3)).counts).toEqual({ contacts: 5 });
    expect(kept).toEqual([{ addresses: ['+12065550101', 'one@example.com', 'three@example.com'], rows: 6 }]);
    expect([await persons().counts('gone'), await persons().counts('stays'), await tables.optedOut('gone')]).toEqual([{ contacts: 0 }, { contacts: 1 }, 0]);
  });

  it('deletes nothing while they cannot be kept, and all of it afterwards', async () => {
    await everybody();
    keeping = () => {
      throw new Error('the database is away');
    };
    for (let time = 0; time < 8; time += 1) await expect(persons().purgeBatch('gone', null, 3)).rejects.toThrow('away');
    expect(await persons().counts('gone')).toEqual({ contacts: 5 });
    keeping = () => undefined;
    await purgeAll(persons(), 'gone', 3);
    expect(kept.flatMap(({ addresses }) => addresses)).toEqual(['+12065550101', 'one@example.com', 'three@example.com']);
  });
});
