// What retained data promise: back out as they came in, sealed at rest, deleted completely and by the batch.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isRefusal } from '#kernel';
import { MasterKeys, migrations as keyMigrations, PersonalData } from '#personal-data';
import type { Database } from '#postgres';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { purgeAll } from '../../../test/support/purging.js';
import { categories, type Category, type CategoryCounts, migrations, RetainedData } from './index.js';

let test: FreshDatabase;
let database: Database;
let personalData: PersonalData;
let retained: RetainedData;
beforeAll(async () => {
  test = await freshDatabase({ migrations: [...keyMigrations, ...migrations] });
  database = test.database;
  personalData = new PersonalData(database, new MasterKeys([randomBytes(32)]));
  retained = new RetainedData(database, personalData);
});
afterAll(() => test.drop());

const none: CategoryCounts = { campaigns: 0, messages: 0, contacts: 0, reports: 0 };
const lines = (count: number, prefix = 'r') => Array.from({ length: count }, (_, index) => `{"id":"${prefix}-${index}"}\n`).join('');

async function text(accountId: string, category: Category): Promise<string> {
  let whole = '';
  for await (const chunk of retained.read(accountId, category)) whole += chunk;
  return whole;
}

const bodies = (accountId: string) =>
  database.query<{ record_hash: Buffer; body: Buffer; key_id: string; position: number }>(
    'SELECT record_hash, body, key_id, position FROM sunset.retained_data WHERE account_id = $1 ORDER BY position',
    [accountId],
  );

describe('writing and reading', () => {
  it('gives back every line as it came, in order, by category and account', async () => {
    const sent = '{"id":"2","n":12345678901234567890}\r\n\n {"id":"1", "name":"Zoë \\u0000 😀"}';
    expect(await retained.write('ada', 'contacts', sent)).toBe(2);
    expect(await retained.write('ada', 'reports', '{"id":"2","kind":"report"}')).toBe(1);
    expect(await retained.write('bob', 'contacts', '{"id":"2","name":"Bob"}')).toBe(1);
    expect(await text('ada', 'contacts')).toBe('{"id":"2","n":12345678901234567890}\n{"id":"1", "name":"Zoë \\u0000 😀"}\n');
    expect(await text('ada', 'reports')).toBe('{"id":"2","kind":"report"}\n');
    expect(await text('bob', 'contacts')).toBe('{"id":"2","name":"Bob"}\n');
    expect(await text('ada', 'campaigns')).toBe('');
    expect(await retained.counts('ada')).toEqual({ ...none, contacts: 2, reports: 1 });
    expect(await retained.counts('nobody')).toEqual(none);
  });

  it('replaces a record of a known id, which keeps its place', async () => {
    await retained.write('replace', 'messages', '{"id":"a","v":1}\n{"id":"b","v":1}');
    expect(await retained.write('replace', 'messages', '{"id":"c","v":2}\n{"id":"a","v":2}\n{"id":"a","v":3}')).toBe(2);
    expect(await text('replace', 'messages')).toBe('{"id":"a","v":3}\n{"id":"b","v":1}\n{"id":"c","v":2}\n');
    expect(await retained.counts('replace')).toEqual({ ...none, messages: 3 });
  });

  it('stores nothing of a document with one bad line', async () => {
    await retained.write('bad', 'contacts', '{"id":"0","v":"old"}');
    const refusal = await retained.write('bad', 'contacts', `{"id":"0","v":"new"}\n${lines(600)}{"id":7}`);
    expect(refusal).toMatchObject({ refused: 'invalid_request', detail: { errors: [{ pointer: '/lines/601' }] } });
    expect(await text('bad', 'contacts')).toBe('{"id":"0","v":"old"}\n');
  });

  it('makes no key for a document without a record', async () => {
    expect(await retained.write('blank', 'contacts', '\n \n')).toBe(0);
    expect(await database.query("SELECT FROM sunset.account_keys WHERE account_id = 'blank'")).toEqual([]);
  });

  it('stores nothing when the database fails halfway', async () => {
    await database.query(`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF (SELECT count(*) FROM sunset.retained_data WHERE account_id = 'half') >= 500 THEN RAISE 'full disk'; END IF; RETURN new; END $$`);
    await database.query("CREATE TRIGGER full_disk BEFORE INSERT ON sunset.retained_data FOR EACH ROW WHEN (new.account_id = 'half') EXECUTE FUNCTION full_disk()");
    await expect(retained.write('half', 'contacts', lines(600))).rejects.toThrow('full disk');
    expect(await retained.counts('half')).toEqual(none);
  });

  it('is undone with the surrounding transaction', async () => {
    const writing = database.transaction(async () => {
      await retained.write('undone', 'contacts', lines(3));
      throw new Error('roll back');
    });
    await expect(writing).rejects.toThrow('roll back');
    expect(await retained.counts('undone')).toEqual(none);
  });

  it('lets uploads with ids in common wait for each other, without a deadlock', async () => {
    const forwards = lines(600);
    const backwards = forwards.trimEnd().split('\n').reverse().join('\n');
    const upload = (document: string) => database.transaction(() => retained.write('uploads', 'contacts', document), { attempts: 1 });
    const results = await Promise.all([forwards, backwards, forwards, backwards].map(upload));
    expect(results).toEqual([600, 600, 600, 600]);
    expect(await retained.counts('uploads')).toEqual({ ...none, contacts: 600 });
  });

  it('streams more than one batch of rows, each record once', async () => {
    const document = lines(2_500);
    await retained.write('rows', 'contacts', document);
    const chunks = [];
    for await (const chunk of retained.read('rows', 'contacts')) chunks.push(chunk);
    expect(chunks).toHaveLength(3);
    expect(chunks.join('')).toBe(document);
  });

  it('keeps chunks small when records are large, and still gives a record that is larger than a chunk', async () => {
    const large = (id: string, size: number) => `{"id":"${id}","x":"${'x'.repeat(size)}"}\n`;
    const document = [large('huge', 3_000_000), ...Array.from({ length: 10 }, (_, index) => large(`l-${index}`, 400_000))].join('');
    await retained.write('large', 'reports', document);
    const chunks = [];
    for await (const chunk of retained.read('large', 'reports')) chunks.push(chunk);
    expect(chunks.join('')).toBe(document);
    expect(chunks.map((chunk) => chunk.length < 1_500_000)).toEqual([false, true, true, true, true]);
  });
});

describe('at rest', () => {
  const marker = 'MARKER-7f3a';

  it('holds neither bodies nor ids in clear, in any column', async () => {
    await retained.write('sealed', 'contacts', `{"id":"${marker}-id","name":"${marker}-name"}`);
    // Bytes stand in it as hexadecimal digits.
    const [row] = await database.query<{ row: string }>("SELECT r::text AS row FROM sunset.retained_data r WHERE account_id = 'sealed'");
    expect(row!.row).toContain('sealed');
    expect(row!.row).not.toContain(marker);
    expect(row!.row).not.toContain(Buffer.from(marker).toString('hex'));
    expect(await text('sealed', 'contacts')).toContain(marker);
  });

  it('gives one id another hash in each category and each account', async () => {
    for (const category of categories) await retained.write('hash', category, '{"id":"same"}');
    await retained.write('hash too', 'contacts', '{"id":"same"}');
    const hashes = [...(await bodies('hash')), ...(await bodies('hash too'))].map(({ record_hash: hash }) => hash.toString('hex'));
    expect(new Set(hashes).size).toBe(5);
  });

  it('refuses a body that was moved to another record', async () => {
    await retained.write('moved', 'contacts', '{"id":"a"}\n{"id":"b"}');
    const [first] = await bodies('moved');
    await database.query("UPDATE sunset.retained_data SET body = $1 WHERE account_id = 'moved'", [first!.body]);
    await expect(text('moved', 'contacts')).rejects.toThrow();
  });

  it('shows nothing once the key is destroyed, and what a next life wrote', async () => {
    await retained.write('forgotten', 'contacts', '{"id":"a","life":1}\n{"id":"b","life":1}');
    await personalData.forget('forgotten');
    expect(await text('forgotten', 'contacts')).toBe('');
    await retained.write('forgotten', 'contacts', '{"id":"a","life":2}');
    expect(await text('forgotten', 'contacts')).toBe('{"id":"a","life":2}\n');
  });
});

describe('purging', () => {
  it('deletes everything of the account in batches, and nothing else', async () => {
    await retained.write('gone', 'campaigns', lines(3));
    await retained.write('gone', 'contacts', lines(25));
    await retained.write('stays', 'contacts', lines(4));
    const stays = await bodies('stays');
    expect(await purgeAll(retained, 'gone', 10)).toMatchObject({ counts: { campaigns: 3, contacts: 25 }, batches: [3, 10, 10, 5] });
    expect(await bodies('gone')).toEqual([]);
    expect(await bodies('stays')).toEqual(stays);
    expect(await purgeAll(retained, 'gone')).toEqual({ counts: {}, digests: [], batches: [] });
  });

  it('answers a digest of the sealed form of each record it deleted, in order', async () => {
    for (const category of categories) await retained.write('digests', category, lines(3));
    const sealed = (await database.query<{ record_hash: Buffer; body: Buffer }>(
      "SELECT record_hash, body FROM sunset.retained_data WHERE account_id = 'digests' ORDER BY position",
    )).map(({ record_hash: hash, body }) => createHash('sha256').update(hash).update(body).digest('hex'));
    expect(new Set(sealed).size).toBe(12);
    expect((await purgeAll(retained, 'digests', 5)).digests).toEqual(sealed);
  });

  it('is undone with the surrounding transaction, and goes on where an interrupted one stopped', async () => {
    await retained.write('interrupted', 'contacts', lines(30));
    const { next } = await retained.purgeBatch('interrupted', null, 10);
    const killed = database.transaction(async () => {
      await retained.purgeBatch('interrupted', next, 10);
      throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    expect(await retained.counts('interrupted')).toEqual({ ...none, contacts: 20 });
    expect((await retained.purgeBatch('interrupted', next, 100)).counts).toEqual({ ...none, contacts: 20 });
  });

  it('begins each batch behind the last: what came back before it is for the next walk', async () => {
    await retained.write('behind', 'contacts', lines(20));
    const { next } = await retained.purgeBatch('behind', null, 10);
    await retained.write('behind', 'campaigns', lines(1));
    expect((await retained.purgeBatch('behind', next, 10)).counts).toEqual({ ...none, contacts: 10 });
    expect((await purgeAll(retained, 'behind')).counts).toEqual({ campaigns: 1 });
  });

  it('does not stop at a batch that somebody else is just deleting', async () => {
    await retained.write('two', 'messages', lines(100));
    const other = database.dataSource.createQueryRunner();
    await other.startTransaction();
    await other.query("DELETE FROM sunset.retained_data WHERE account_id = 'two' AND position IN (SELECT position FROM sunset.retained_data WHERE account_id = 'two' ORDER BY position LIMIT 10)");
    const purging = purgeAll(retained, 'two', 10);
    while ((await database.query("SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")).length === 0);
    await other.commitTransaction();
    await other.release();
    expect(await purging).toMatchObject({ counts: { messages: 90 } });
    expect(await retained.counts('two')).toEqual(none);
  });

  it('takes what a slow reader has not read yet, and the reader ends with whole lines', async () => {
    await retained.write('slow', 'contacts', lines(2_500));
    const reader = retained.read('slow', 'contacts');
    const first = await reader.next();
    await purgeAll(retained, 'slow');
    await personalData.forget('slow');
    expect(first.value).toBe(lines(1_000));
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it('leaves nothing to a slow reader when the key goes before the rows', async () => {
    await retained.write('key first', 'contacts', lines(2_500));
    const reader = retained.read('key first', 'contacts');
    expect(isRefusal((await reader.next()).value)).toBe(false);
    await personalData.forget('key first');
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(await retained.counts('key first')).toEqual({ ...none, contacts: 2_500 });
  });

  it('gives a slow reader what a next life wrote', async () => {
    await retained.write('next life', 'contacts', lines(1_500));
    const reader = retained.read('next life', 'contacts');
    await reader.next();
    await personalData.forget('next life');
    await retained.write('next life', 'contacts', '{"id":"r-0","life":2}');
    expect(await reader.next()).toEqual({ done: false, value: '{"id":"r-0","life":2}\n' });
  });
});
