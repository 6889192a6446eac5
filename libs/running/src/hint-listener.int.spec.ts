// Hints between processes: once committed, past rollbacks, after a lost connection; and nobody is kept from looking by himself.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Database } from '#postgres';
import { anotherDatabase, freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { eventually } from '../../../test/support/eventually.js';
import { HintListener } from './hint-listener.js';
import { silentLogger } from './logger.js';
import { Loop } from './loop.js';

let fresh: FreshDatabase;
let other: { readonly database: Database; close(): Promise<void> };
let listener: HintListener;
const heard: string[] = [];

const isHeard = (): boolean => fresh.database.hints.about().heard;

beforeAll(async () => {
  fresh = await freshDatabase();
  other = await anotherDatabase(fresh.url);
  for (const subject of ['undone', 'first', 'second']) fresh.database.hints.about(subject).on(() => heard.push(subject));
  listener = new HintListener(fresh.database, fresh.directUrl, silentLogger);
  listener.start();
  await eventually('it listens', isHeard);
  heard.length = 0;
});

afterAll(async () => {
  await listener.stop();
  await other.close();
  await fresh.drop();
});

it('hears what another process has committed, and nothing of what it has undone', async () => {
  const { database } = other;
  await expect(database.transaction(async () => {
    database.hint('undone');
    await database.query('SELECT no_such_thing');
  })).rejects.toThrow('no_such_thing');
  await database.transaction(async () => {
    database.hint('first');
    database.hint('second');
    await database.query('SELECT 1');
    expect(heard).toEqual([]);
  });
  await eventually('both are heard', () => heard.length === 2);
  expect(heard).toEqual(['first', 'second']);
});

it('wakes whoever rests when it hears no more, and again once it does, since some may have been missed', async () => {
  let turns = 0;
  const loop = new Loop('tested', 1, async () => {
    turns += 1;
    return 'rest';
  }, silentLogger, fresh.database.hints.about('first'), 1_000_000_000);
  loop.start();
  await eventually('it rests', () => turns > 0);
  heard.length = 0;
  const before = turns;
  await other.database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sunset-hints'`);
  await eventually('it hears again', () => heard.filter((subject) => subject === 'first').length >= 2 && isHeard());
  await eventually('it was woken', () => turns > before);
  const again = turns;
  other.database.hint('first');
  await eventually('it is woken by another process', () => turns > again);
  await loop.stop();
});

it('hears nothing any more once it has stopped', async () => {
  await listener.stop();
  expect(isHeard()).toBe(false);
});
