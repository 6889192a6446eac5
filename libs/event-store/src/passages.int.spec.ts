// The log of several shards as one sequence: sixteen writers that dawdle and roll back, and a reader that forgets all but the place of an event it had.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { event, instant, type EventOf, type Metadata } from '#kernel';
import { MasterKeys, migrations as keyMigrations, PersonalData } from '#personal-data';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { EventStore, migrations, type PlaceInLog, UnknownPlace } from './index.js';

const Happened = event('Happened')<{ by: string }>();
const Rare = event('Rare')<{ by: string }>();
type Events = EventOf<typeof Happened> | EventOf<typeof Rare>;

const at = instant('2026-03-01T08:00:00Z');
const metadata: Metadata = { actor: { role: 'system', id: 'writer' }, channel: 'worker', correlationId: 'c', causationId: 'd' };

const writers = 16;
const transactionsPerWriter = 20;

const tests = new Map<number, FreshDatabase>();
let test: FreshDatabase;
beforeAll(async () => {
  for (const shards of [1, 2, 8]) tests.set(shards, await freshDatabase({ migrations: [...keyMigrations, ...migrations], poolSize: writers + 4, layout: { shards, partitions: shards === 8 ? 8 : 1 } }));
});
afterAll(() => Promise.all([...tests.values()].map((each) => each.drop())));

/** Of the database that has so many shards, with nothing in it; the others stay as they are. */
async function storeOf(shards: number): Promise<EventStore<Events>> {
  test = tests.get(shards)!;
  await test.database.query('ALTER TABLE sunset.events DISABLE TRIGGER USER');
  await test.database.query('DELETE FROM sunset.events');
  await test.database.query('ALTER TABLE sunset.events ENABLE ALWAYS TRIGGER events_refuse_update');
  await test.database.query('ALTER TABLE sunset.events ENABLE ALWAYS TRIGGER events_refuse_delete');
  await test.database.query('ALTER TABLE sunset.events ENABLE ALWAYS TRIGGER events_refuse_truncate');
  return new EventStore<Events>(test.database, new PersonalData(test.database, new MasterKeys([randomBytes(32)])), [Happened, Rare]);
}

/** To the end of the log. */
async function everything(store: EventStore<Events>, limit: number, wanted: { readonly type?: string; readonly accountId?: string } = {}, from: PlaceInLog | null = null) {
  const found: { readonly eventId: string; readonly accountId: string; readonly version: number; readonly place: PlaceInLog }[] = [];
  for (let after = from, more = true; more; ) {
    const passage = await store.passage({ after, limit, ...wanted });
    found.push(...passage.entries.map(({ event: { eventId, accountId, version }, place }) => ({ eventId, accountId, version, place })));
    ({ reached: after, more } = passage);
  }
  return found;
}

class RolledBack extends Error {}

async function write(store: EventStore<Events>, writer: number): Promise<void> {
  let version = 0;
  for (let n = 0; n < transactionsPerWriter; n += 1) {
    const manner = (n + writer) % 4;
    const transaction = test.database.transaction(async () => {
      if (manner === 1) await sleep(3);
      await store.append(`account-${writer}`, version, [Happened(at, { by: 'a' }), Happened(at, { by: 'b' })], metadata);
      if (manner === 2) await sleep(3);
      if (manner === 3) throw new RolledBack();
    });
    await transaction.then(() => (version += 2)).catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
    });
  }
}

describe.each([1, 8])('of %i shards', (shards) => {
  it('whoever resumes from any event he had finds what follows it, once and in one order', async () => {
    const store = await storeOf(shards);
    const seen: { readonly eventId: string; readonly place: PlaceInLog }[] = [];
    const writing = { on: true };
    let resumed = 0;
    const follow = async (): Promise<void> => {
      for (;;) {
        const last = !writing.on;
        const { entries } = await store.passage({ after: seen.at(-1)?.place ?? null, limit: 7 });
        // It breaks off at random: what it did not keep, it is told again.
        const kept = entries.slice(0, last ? entries.length : 1 + Math.floor(Math.random() * 7));
        if (kept.length < entries.length) resumed += 1;
        seen.push(...kept.map(({ event: { eventId }, place }) => ({ eventId, place })));
        if (last && entries.length === 0) return;
      }
    };
    const following = follow();
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(store, writer)));
    writing.on = false;
    await following;
    const log = await test.database.query<{ event_id: string }>('SELECT event_id FROM sunset.events ORDER BY recorded_at, shard, position');
    expect(seen.map(({ eventId }) => eventId)).toEqual(log.map(({ event_id: eventId }) => eventId));
    expect(new Set(await test.database.query('SELECT DISTINCT shard FROM sunset.events')).size).toBe(shards);
    expect([log.length, resumed > 10]).toEqual([(writers * transactionsPerWriter * 3) / 2, true]);
    expect(await everything(store, 50)).toEqual(await everything(store, 3));
  }, 180_000);
});

describe('what one shard has committed', () => {
  it('is not told while another may still commit what was recorded before', async () => {
    const store = await storeOf(2);
    const ofShard = (shard: number): string => Array.from({ length: 100 }, (_, n) => `account-${n}`).find((accountId) => store.shardOf(accountId) === shard)!;
    const told = async () => (await store.passage({ after: null, limit: 5 })).entries.map(({ event: { accountId } }) => accountId);
    await test.database.transaction(async () => {
      await store.append(ofShard(0), 0, [Happened(at, { by: 'slow' })], metadata);
      await test.database.apart(async () => {
        await store.append(ofShard(1), 0, [Happened(at, { by: 'quick' })], metadata);
        expect(await told()).toEqual([]);
      });
    });
    expect(await told()).toEqual([ofShard(0), ofShard(1)]);
  });
});

describe('a place', () => {
  it('is behind what was looked through, wanted or not', async () => {
    const store = await storeOf(2);
    expect(await store.passage({ after: null, limit: 5 })).toEqual({ entries: [], reached: null, more: false });
    await store.append('one', 0, [Happened(at, { by: 'x' }), Rare(at, { by: 'x' }), Happened(at, { by: 'x' })], metadata);
    await store.append('five', 0, [Happened(at, { by: 'x' }), Happened(at, { by: 'x' })], metadata);
    const [rare] = await everything(store, 5, { type: 'Rare' });
    expect((await everything(store, 5, {}, rare!.place)).map(({ accountId, version }) => `${accountId} ${version}`)).toEqual(['one 3', 'five 1', 'five 2']);
    const { reached } = await store.passage({ after: null, limit: 5, type: 'Rare' });
    expect(await store.passage({ after: reached, limit: 5 })).toEqual({ entries: [], reached, more: false });
    expect((await everything(store, 1, { accountId: 'five' })).map(({ version }) => version)).toEqual([1, 2]);
  });

  it('of another log, or of what a restore has lost, is unknown, and one that survived it leads on', async () => {
    const store = await storeOf(1);
    await store.append('kept', 0, [Happened(at, { by: 'before' })], metadata);
    const { reached: kept } = await store.passage({ after: null, limit: 5 });
    await store.append('kept', 1, [Happened(at, { by: 'lost' })], metadata);
    const { reached: lost } = await store.passage({ after: null, limit: 5 });
    await test.database.query('ALTER TABLE sunset.events DISABLE TRIGGER USER');
    await test.database.query("DELETE FROM sunset.events WHERE data ->> 'by' = 'lost'");
    await store.append('kept', 1, [Happened(at, { by: 'instead' })], metadata);
    await expect(store.passage({ after: lost, limit: 5 })).rejects.toThrow(UnknownPlace);
    expect((await store.passage({ after: kept, limit: 5 })).entries.map(({ event }) => event.data)).toEqual([{ by: 'instead' }]);
    await expect(store.passage({ after: ['018f2d3c-4b5a-7c6d-8e9f-0123456789ab'], limit: 5 })).rejects.toThrow(UnknownPlace);
    await expect((await storeOf(2)).passage({ after: kept, limit: 5 })).rejects.toThrow(UnknownPlace);
  });
});
