// Where a transaction ends: nothing of it is told that is not written, and nobody who is late writes outside of it or begins another one.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import type { Database } from './index.js';

let fresh: FreshDatabase;
let database: Database;
beforeAll(async () => {
  fresh = await freshDatabase({ poolSize: 3 });
  ({ database } = fresh);
  await database.query('CREATE TABLE written (name text)');
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  await database.query('TRUNCATE written');
});

const write = (name: string) => database.query('INSERT INTO written VALUES ($1)', [name]);
const written = async () => (await database.query<{ name: string }>('SELECT name FROM written ORDER BY name')).map(({ name }) => name);
const refused = () => database.query('SELECT 1 / 0').catch(() => undefined);
const open = async () => (await database.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`)).length;

it.each(['transaction', 'lazily'] as const)('a %s of which a statement was refused fails, although nobody minded', async (way) => {
  let told = 0;
  const work = database[way](async () => {
    await write('lost');
    database.onCommit(() => (told += 1));
    await refused();
  });
  await expect(work).rejects.toThrow('nothing of the transaction is written');
  expect([await written(), told]).toEqual([[], 0]);
});

it.each(['transaction', 'lazily'] as const)('who goes on when a %s was given up writes nothing', async (way) => {
  let late: Promise<unknown> | undefined;
  const work = database[way](async () => {
    await write('early');
    late = write('under way').then(() => write('late'));
    throw new Error('given up');
  });
  await expect(work).rejects.toThrow('given up');
  await expect(late).rejects.toThrow(/released/i);
  expect(await written()).toEqual([]);
});

it('who is late for a transaction that begins with the first statement begins none', async () => {
  let late: Promise<unknown> | undefined;
  await database.lazily(async () => {
    late = sleep(20).then(() => write('late'));
    await Promise.resolve();
  });
  await expect(late).rejects.toThrow(/released/i);
  expect([await written(), await open()]).toEqual([[], 0]);
});

it('what is asked while a transaction begins is part of it', async () => {
  await database.lazily(async () => {
    const first = write('first');
    const [inTransaction, deferred] = [database.inTransaction, database.deferred];
    await Promise.all([first, database.transaction(() => write('second'))]);
    expect([inTransaction, deferred]).toEqual([true, null]);
    throw new Error('undone');
  }).catch((error: unknown) => expect(error).toMatchObject({ message: 'undone' }));
  expect(await written()).toEqual([]);
});
