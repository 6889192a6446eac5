// Sixteen writers that dawdle and roll back, against a follower that polls: nothing skipped, nothing twice, streams in order.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { event, instant, type Metadata } from '#kernel';
import { MasterKeys, migrations as keyMigrations, PersonalData } from '#personal-data';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { EventStore, migrations } from './index.js';

interface Entry {
  readonly accountId: string;
  readonly version: number;
  readonly position: number;
}

interface Log {
  append(accountId: string, version: number): Promise<unknown>;
  read(after: number): Promise<Entry[]>;
}

const writers = 16;
const transactionsPerWriter = 30;

const Happened = event('Happened')<{ by: string }>();
const at = instant('2026-03-01T08:00:00Z');
const metadata: Metadata = { actor: { role: 'system', id: 'writer' }, channel: 'worker', correlationId: 'c', causationId: 'd' };

let test: FreshDatabase;

beforeAll(async () => {
  test = await freshDatabase({ migrations: [...keyMigrations, ...migrations], poolSize: writers + 2 });
  await test.database.query('CREATE TABLE other_rows (id bigserial, account_id text)');
  await test.database.query('CREATE TABLE naive_events (position bigserial PRIMARY KEY, account_id text, version integer)');
});
afterAll(() => test.drop());

const sealedByLock = (): Log => {
  const store = new EventStore(test.database, new PersonalData(test.database, new MasterKeys([randomBytes(32)])), [Happened]);
  return {
    append: (accountId, version) => store.append(accountId, version - 1, [Happened(at, { by: accountId })], metadata),
    read: (after) => store.read({ after, limit: 50 }),
  };
};

const plainSequence = (): Log => ({
  append: (accountId, version) => test.database.query('INSERT INTO naive_events (account_id, version) VALUES ($1, $2)', [accountId, version]),
  read: async (after) => {
    const rows = await test.database.query<{ position: number; account_id: string; version: number }>(
      'SELECT * FROM naive_events WHERE position > $1 ORDER BY position LIMIT 50',
      [after],
    );
    return rows.map(({ position, account_id: accountId, version }) => ({ accountId, version, position }));
  },
});

class RolledBack extends Error {}

/** One account per writer; every way to be slow comes in turn, and each writer begins with another one. */
async function write(log: Log, writer: number, onRollback: () => void): Promise<void> {
  const accountId = `account-${writer}`;
  let version = 0;
  for (let n = 0; n < transactionsPerWriter; n += 1) {
    const manner = (n + writer) % 5;
    const transaction = test.database.transaction(async () => {
      if (manner === 1) {
        await test.database.query('INSERT INTO other_rows (account_id) VALUES ($1)', [accountId]);
        await sleep(5);
      }
      await log.append(accountId, version + 1);
      if (manner === 2) await sleep(3);
      if (manner === 3) await log.append(accountId, version + 2);
      if (manner === 4) throw new RolledBack();
    });
    try {
      await transaction;
      version += manner === 3 ? 2 : 1;
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
      onRollback();
    }
  }
}

async function observe(log: Log) {
  let writing = true;
  let rollbacks = 0;
  let polls = 0;
  const seen: Entry[] = [];
  const follow = async () => {
    for (;;) {
      const last = !writing;
      const batch = await log.read(seen.at(-1)?.position ?? 0);
      seen.push(...batch);
      if (batch.length > 0) polls += 1;
      if (last && batch.length === 0) return;
    }
  };
  const following = follow();
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(log, writer, () => (rollbacks += 1))));
  writing = false;
  await following;

  const written: Entry[] = [];
  for (let batch = await log.read(0); batch.length > 0; batch = await log.read(written.at(-1)!.position)) written.push(...batch);
  const key = ({ accountId, version }: Entry) => `${accountId}/${version}`;
  const seenKeys = new Set(seen.map(key));
  const newest = new Map<string, number>();
  const outOfOrder = seen.filter(({ accountId, version }) => {
    const expected = (newest.get(accountId) ?? 0) + 1;
    newest.set(accountId, version);
    return version !== expected;
  });
  return {
    written: written.length,
    skipped: written.filter((entry) => !seenKeys.has(key(entry))).length,
    twice: seen.length - seenKeys.size,
    outOfOrder: outOfOrder.length,
    gaps: written.filter(({ position }, index) => position !== index + 1).length,
    rollbacks,
    polls,
  };
}

const rolledBack = (writers * transactionsPerWriter) / 5;
const committed = writers * transactionsPerWriter - rolledBack + (writers * transactionsPerWriter) / 5;

it('follows every event once and in order', async () => {
  const { polls, ...found } = await observe(sealedByLock());
  expect(found).toEqual({ written: committed, skipped: 0, twice: 0, outOfOrder: 0, gaps: 0, rollbacks: rolledBack });
  expect(polls).toBeGreaterThan(50);
}, 180_000);

it('would catch a log whose positions come from a plain sequence', async () => {
  const { written, skipped, rollbacks } = await observe(plainSequence());
  expect({ written, rollbacks }).toEqual({ written: committed, rollbacks: rolledBack });
  expect(skipped).toBeGreaterThan(0);
}, 180_000);
