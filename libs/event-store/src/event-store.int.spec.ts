// What the event store promises: versions, one shape on reading, sealed fields, and a log that nobody changes.
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { event, eventsOfType, instant, type EventOf, type Metadata } from '#kernel';
import { MasterKeys, migrations as keyMigrations, PersonalData } from '#personal-data';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { hold } from '../../../test/support/hold.js';
import { EventStore, migrations, UnknownEvent, VersionConflict, WrittenByNewerRelease } from './index.js';

const Opened = event('Opened')<{ plan: string }, { name: string }>({ personal: { name: true } });
const Counted = event('Counted')<{ n: number }>();
const CountedFirst = event('Counted')<{ count: string }>();
const CountedNow = event('Counted')<{ n: number; unit: string }>({
  past: [({ count }) => ({ n: Number(count) }), (data) => ({ ...data, unit: 'piece' })],
});
type AccountEvent = EventOf<typeof Opened> | EventOf<typeof Counted>;

const at = instant('2026-03-01T08:00:00Z');
const metadata: Metadata = { actor: { role: 'customer', id: 'sub-1' }, channel: 'api', correlationId: 'c-1', causationId: 'command-1' };

let test: FreshDatabase;
let personalData: PersonalData;
let store: EventStore<AccountEvent>;
const masterKeys = new MasterKeys([randomBytes(32)]);

beforeAll(async () => {
  test = await freshDatabase({ migrations: [...keyMigrations, ...migrations] });
  personalData = new PersonalData(test.database, masterKeys);
  store = new EventStore<AccountEvent>(test.database, personalData, [Opened, Counted]);
});
afterAll(() => test.drop());

describe('appending and loading', () => {
  it('answers what a load answers', async () => {
    const appended = await store.append('a-1', 0, [Opened(at, { name: 'Ada', plan: 'messaging' }), Counted(at, { n: 1 })], metadata);
    expect(appended).toMatchObject([
      { type: 'Opened', version: 1, data: { name: 'Ada', plan: 'messaging' }, effectiveAt: at, metadata },
      { type: 'Counted', version: 2, data: { n: 1 }, schemaVersion: 1 },
    ]);
    expect(appended[1]!.position).toBe(appended[0]!.position + 1);
    expect(await store.load('a-1')).toEqual(appended);
    expect(await store.load('a-1', { fromVersion: 2 })).toEqual(appended.slice(1));
    expect(await store.head(store.shardOf('a-1'))).toBe(appended[1]!.position);
  });

  it.each([0, 2])('refuses version %i of an account that is at 1, and writes nothing', async (expected) => {
    const account = `conflict-${expected}`;
    await store.append(account, 0, [Counted(at, { n: 1 })], metadata);
    const head = await store.head();
    await expect(store.append(account, expected, [Counted(at, { n: 2 })], metadata)).rejects.toThrow(VersionConflict);
    expect(await store.load(account)).toHaveLength(1);
    expect(await store.head()).toBe(head);
  });

  it('lets exactly one of many writers have a version, and a transaction start again until all are in', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => store.append('race', 0, [Counted(at, { n })], metadata)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);

    const add = (n: number) =>
      test.database.transaction(
        async () => {
          const { length: version } = await store.load('queue');
          await store.append('queue', version, [Counted(at, { n })], metadata);
        },
        { attempts: 100 },
      );
    await Promise.all(Array.from({ length: 8 }, (_, n) => add(n)));
    const events = await store.load('queue');
    expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(eventsOfType(events, 'Counted').map(({ data }) => data.n).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('has an account in one shard alone, whatever a process believes of their number', async () => {
    const elsewhere = (store.shardOf('moved') + 1) % 32_767;
    const event = { eventId: randomUUID(), accountId: 'moved', stream: 'membership-moved', version: 1, type: 'Counted', schemaVersion: 1, data: {}, metadata: {}, effectiveAt: at };
    const placing = test.database.query(`SELECT sunset.append_events($1::smallint, ARRAY['moved'], ARRAY[0], $2::jsonb)`, [elsewhere, JSON.stringify([event])]);
    await expect(placing).rejects.toThrow(test.database.shards === 1 || elsewhere < test.database.shards ? 'events_shard' : 'no partition');
    expect(await store.load('moved')).toEqual([]);
  });

  it('places nothing outside READ COMMITTED, where positions could be wrong', async () => {
    await expect(
      test.database.transaction(async () => {
        await test.database.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
        await store.append('isolated', 0, [Counted(at, { n: 1 })], metadata);
      }),
    ).rejects.toThrow('append_events needs READ COMMITTED');
  });
});

describe('a shard that somebody holds', () => {
  it('is waited for until a process that is frozen is out of its queue, which does not get it then', async () => {
    const letGo = await hold(test.database, () => store.append('held', 0, [Counted(at, { n: 1 })], metadata));
    const frozen = test.database.dataSource.createQueryRunner();
    try {
      await frozen.startTransaction();
      const waits = frozen.query('SELECT * FROM sunset.append_events($1, $2, $3, $4)', [store.shardOf('held'), ['held'], [0], '[]']);
      await expect(waits).rejects.toMatchObject({ code: '55P03' });
    } finally {
      await letGo();
    }
    // Its transaction is open still: nobody has ended it, as nobody would who sleeps.
    expect(await store.append('held', 1, [Counted(at, { n: 2 })], metadata)).toHaveLength(1);
    await frozen.rollbackTransaction();
    await frozen.release();
  });
});

describe('the catalogue', () => {
  it('refuses a type declared twice', () => {
    expect(() => new EventStore(test.database, personalData, [Counted, CountedNow])).toThrow('event type declared twice: Counted');
  });

  it('names an unknown type on append and on read', async () => {
    const narrow = new EventStore<AccountEvent>(test.database, personalData, [Opened]);
    await store.append('unknown', 0, [Counted(at, { n: 1 })], metadata);
    expect(narrow.newerRelease).toBeNull();
    await expect(narrow.load('unknown')).rejects.toThrow(new WrittenByNewerRelease('Counted was written by a newer release'));
    expect(narrow.newerRelease).toBe('Counted version 1');
    await expect(narrow.append('unknown', 1, [Counted(at, { n: 1 })], metadata)).rejects.toThrow(new UnknownEvent('event type not declared: Counted'));
  });

  it('turns past shapes into the present one, step by step, and refuses shapes of the future', async () => {
    const first = new EventStore(test.database, personalData, [CountedFirst]);
    const now = new EventStore(test.database, personalData, [CountedNow]);
    await first.append('upcast', 0, [CountedFirst(at, { count: '7' })], metadata);
    await now.append('upcast', 1, [CountedNow(at, { n: 8, unit: 'box' })], metadata);
    expect((await now.load('upcast')).map(({ data, schemaVersion }) => [schemaVersion, data])).toEqual([
      [1, { n: 7, unit: 'piece' }],
      [3, { n: 8, unit: 'box' }],
    ]);
    await expect(first.load('upcast')).rejects.toThrow(WrittenByNewerRelease);
    await expect(first.read({ shard: first.shardOf('upcast'), after: 0, limit: 1_000 })).rejects.toThrow(WrittenByNewerRelease);
    expect(first.newerRelease).toMatch(/ version \d$/);
  });
});

describe('personal fields', () => {
  const raw = async (account: string) =>
    (await test.database.query<{ row: string }>('SELECT e::text AS row FROM sunset.events e WHERE account_id = $1', [account]))
      .map(({ row }) => row)
      .join('\n');

  it('are in no row in clear', async () => {
    await store.append('sealed', 0, [Opened(at, { name: 'Grace Hopper', plan: 'calling' })], metadata);
    const row = await raw('sealed');
    expect(row).toContain('calling');
    expect(row).not.toContain('Grace');
    expect(row).not.toContain(Buffer.from('Grace').toString('hex'));
    expect(eventsOfType(await store.load('sealed'), 'Opened')[0]!.data.name).toBe('Grace Hopper');
  });

  it('become null when the person is forgotten, while a new life is readable', async () => {
    await store.append('forgotten', 0, [Opened(at, { name: 'Old Life', plan: 'calling' })], metadata);
    await test.database.transaction(async () => {
      await personalData.forget('forgotten');
      expect([await store.sealedEvents('forgotten'), await store.eraseSealed('forgotten'), await store.sealedEvents('forgotten')]).toEqual([1, 1, 0]);
    });
    await store.append('forgotten', 1, [Opened(at, { name: 'New Life', plan: 'messaging' })], metadata);
    expect((await store.load('forgotten')).map(({ data }) => data)).toEqual([
      { name: null, plan: 'calling' },
      { name: 'New Life', plan: 'messaging' },
    ]);
  });

  it('are null from the moment the key is destroyed, erased or not', async () => {
    const [appended] = await store.append('keyless', 0, [Opened(at, { name: 'Someone', plan: 'calling' })], metadata);
    await personalData.forget('keyless');
    expect((await store.load('keyless'))[0]!.data).toEqual({ name: null, plan: 'calling' });
    expect((await store.read({ shard: store.shardOf('keyless'), after: appended!.position - 1, limit: 1 }))[0]!.data).toEqual({ name: null, plan: 'calling' });
  });

  it('need no key when they have no value', async () => {
    await store.append('empty', 0, [Opened(at, { name: null, plan: 'calling' })], metadata);
    expect(await test.database.query("SELECT FROM sunset.account_keys WHERE account_id = 'empty'")).toEqual([]);
    expect((await store.load('empty'))[0]!.data).toEqual({ name: null, plan: 'calling' });
  });

  it('cannot be moved to another event of the same account', async () => {
    await store.append('swap', 0, [Opened(at, { name: 'One', plan: 'a' }), Opened(at, { name: 'Two', plan: 'b' })], metadata);
    const [one, two] = await test.database.query<{ event_id: string; personal: Buffer }>(
      "SELECT event_id, personal FROM sunset.events WHERE account_id = 'swap' ORDER BY version",
    );
    const key = await personalData.sealingKey('swap');
    expect(personalData.unseal(key, one!.personal, one!.event_id)).toEqual({ name: 'One' });
    expect(() => personalData.unseal(key, two!.personal, one!.event_id)).toThrow();
  });
});

describe('the log stays as it was written', () => {
  const purging = (account: string, statement: string) =>
    test.database.transaction(async () => {
      await test.database.query("SELECT set_config('sunset.purging_account', $1, true)", [account]);
      await test.database.query(statement);
    });

  beforeAll(async () => {
    for (const account of ['kept', 'purged', 'other']) await store.append(account, 0, [Opened(at, { name: account, plan: 'x' })], metadata);
    await personalData.forget('purged');
  });

  it.each([
    "UPDATE sunset.events SET data = '{}' WHERE account_id = 'kept'",
    "UPDATE sunset.events SET personal = NULL WHERE account_id = 'kept'",
    "DELETE FROM sunset.events WHERE account_id = 'kept'",
    "DELETE FROM sunset.events WHERE false",
    'TRUNCATE sunset.events',
    ...(process.env['DB_PARTITIONS'] ? ["UPDATE sunset.events_0 SET data = '{}'", 'DELETE FROM sunset.events_0', 'TRUNCATE sunset.events_0'] : []),
  ])('also for the superuser who connects here: %s', async (statement) => {
    const [{ superuser }] = (await test.database.query<{ superuser: string }>("SELECT current_setting('is_superuser') AS superuser")) as [{ superuser: string }];
    expect(superuser).toBe('on');
    const before = await test.database.query('SELECT * FROM sunset.events ORDER BY position');
    await expect(test.database.query(statement)).rejects.toThrow('append-only');
    await expect(
      test.database.transaction(async () => {
        await test.database.query('SET LOCAL session_replication_role = replica');
        await test.database.query(statement);
      }),
    ).rejects.toThrow('append-only');
    expect(await test.database.query('SELECT * FROM sunset.events ORDER BY position')).toEqual(before);
  });

  it.each([
    ['a live key', 'kept', "UPDATE sunset.events SET personal = NULL WHERE account_id = 'kept'"],
    ['another account', 'purged', "UPDATE sunset.events SET personal = NULL WHERE account_id = 'other'"],
    ['the wrong account named', 'other', "UPDATE sunset.events SET personal = NULL WHERE account_id = 'purged'"],
    ['another value', 'purged', "UPDATE sunset.events SET personal = 'x' WHERE account_id = 'purged'"],
    ['another column beside it', 'purged', "UPDATE sunset.events SET personal = NULL, data = '{}' WHERE account_id = 'purged'"],
    ['a number written differently', 'purged', `UPDATE sunset.events SET personal = NULL, data = data || '{"name": 0}' WHERE account_id = 'purged'`],
    ['a deletion', 'purged', "DELETE FROM sunset.events WHERE account_id = 'purged'"],
  ])('the exception of the purge does not cover %s', async (_, account, statement) => {
    await expect(purging(account, statement)).rejects.toThrow('append-only');
  });

  it('the exception covers emptying the sealed fields, and ends with it', async () => {
    const statement = "UPDATE sunset.events SET personal = NULL WHERE account_id = 'purged'";
    await purging('purged', statement);
    const [row] = await test.database.query<{ personal: null }>("SELECT personal FROM sunset.events WHERE account_id = 'purged'");
    expect(row!.personal).toBeNull();
    await expect(test.database.query(statement)).rejects.toThrow('append-only');
  });
});

describe('a redaction', () => {
  const Noted = event('Noted')<{ plan: string }, { note: string }>({ personal: { note: true } });
  const Redacted = event('Redacted')<{ redacts: string }>();

  it('empties the sealed fields of the one event that the account itself names later, and of no other', async () => {
    const notes = new EventStore<EventOf<typeof Noted> | EventOf<typeof Redacted>>(test.database, personalData, [Noted, Redacted]);
    const noted = [Noted(at, { plan: 'one', note: 'Ann' }), Noted(at, { plan: 'two', note: 'Bob' })];
    const [first, second] = await notes.append('redacted', 0, noted, metadata);
    const [foreign] = await notes.append('somebody-else', 0, noted, metadata);
    await expect(notes.redact('redacted', first!.eventId)).rejects.toThrow('append-only');
    await notes.append('redacted', 2, [Redacted(at, { redacts: first!.eventId }), Redacted(at, { redacts: foreign!.eventId })], metadata);
    await notes.redact('redacted', first!.eventId);
    await expect(notes.redact('redacted', second!.eventId)).rejects.toThrow('append-only');
    await expect(notes.redact('somebody-else', foreign!.eventId)).rejects.toThrow('append-only');
    expect((await notes.load('redacted')).slice(0, 2).map(({ data }) => data)).toEqual([{ plan: 'one', note: null }, { plan: 'two', note: 'Bob' }]);
    const changing = `UPDATE sunset.events SET personal = NULL, data = '{}' WHERE event_id = '${first!.eventId}'`;
    await expect(test.database.query(changing)).rejects.toThrow('append-only');
    expect([await notes.find(first!.eventId), await notes.find('018f2d3c-4b5a-7c6d-8e9f-0123456789ab')]).toEqual([{ accountId: 'redacted', version: first!.version }, null]);
  });
});
