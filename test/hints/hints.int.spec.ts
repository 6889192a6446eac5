// Whoever writes what others have to see to gives a hint; and where the hint is lost, it is found by a look.
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ClockWatch, DeadlineConsumer, Deadlines, DeadlineWorker, TestClocks } from '#deadlines';
import { type EffectCommands, Effects, EffectsEngine, Notices, OperatorActs, Pauses } from '#effects';
import { EventStore } from '#event-store';
import { Imports } from '#imports';
import { event, instant, isRefusal, type Metadata } from '#kernel';
import { MasterKeys, PersonalData } from '#personal-data';
import type { Database } from '#postgres';
import { ServiceFaults } from '#processes';
import { projection, Projections } from '#projections';
import { Purges } from '#purge';
import { silentLogger } from '#running';
import { Deliveries, Endpoints, Targets } from '#webhooks';
import { migrations } from '../../apps/api/src/migrations.js';
import { anotherDatabase, freshDatabase, type FreshDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ScriptedCarrier } from '../../libs/effects/test/support.js';

const Happened = event('Happened')<{ what: string }>();
type Heard = ReturnType<typeof Happened>;

const at = instant('2026-03-01T08:00:00Z');
const later = instant('2026-06-01T08:00:00Z');
const actor = { role: 'operator', id: 'ann' } as const;
const metadata: Metadata = { actor, channel: 'test', correlationId: 'c', causationId: 'd' };

const last = projection<Heard, { account_id: string; what: string }>({
  name: 'last', version: 1, columns: { account_id: 'text NOT NULL', what: 'text NOT NULL' }, key: ['account_id'], views: () => [],
  on: { Happened: ({ accountId, data }) => [{ account_id: accountId, what: data.what }] },
});

let fresh: FreshDatabase;
let other: { readonly database: Database; close(): Promise<void> };
const masterKeys = new MasterKeys([randomBytes(32)]);

beforeAll(async () => {
  fresh = await freshDatabase({ migrations, poolSize: 20 });
  other = await anotherDatabase(fresh.url);
});

afterAll(async () => {
  await other.close();
  await fresh.drop();
});

const personalData = (database: Database): PersonalData => new PersonalData(database, masterKeys);
const store = (database: Database): EventStore<Heard> => new EventStore<Heard>(database, personalData(database), [Happened]);
const commands: EffectCommands = { resolve: async () => ({ kind: 'release-number', e164: '+1', carrierNumberId: null }), conclude: async () => undefined, abandon: async () => undefined, recordRetry: async () => undefined };

/** What is written to begin with, and then the act. */
type Act = (database: Database) => Promise<() => Promise<unknown>>;

const put = async (database: Database, held: boolean): Promise<string> => {
  const accountId = randomUUID();
  await new Deadlines(database).sync(accountId, null, { put: [{ kind: 'a', subject: '', generation: 1, dueAt: later, held }], fired: [], void: [] }, at);
  return accountId;
};

/** `attempts`: whether a carrier was asked. */
const ask = async (database: Database, status = 'pending', { kind = 'release-number', attempts = 1 }: { kind?: 'release-number' | 'notify'; attempts?: number } = {}): Promise<string> => {
  const accountId = randomUUID();
  await new Effects(database, 'scripted', 'scripted').put(accountId, null, [{ kind, subject: 'n', generation: 1, dueAt: at }]);
  await database.query('UPDATE sunset.effects SET status = $2, attempts = $3 WHERE account_id = $1 AND shard = sunset.shard_of($1)', [accountId, status, attempts]);
  return accountId;
};

const purge = async (database: Database): Promise<string> => {
  const purgeId = randomUUID();
  await new Purges(database).put({ purgeId, accountId: randomUUID(), lifeId: randomUUID(), testClockId: null, basis: 'retention', dueAt: at, begunAt: at });
  return purgeId;
};

const register = async (database: Database): Promise<{ endpoints: Endpoints; deliveries: Deliveries; endpointId: string }> => {
  const endpoints = new Endpoints(database, personalData(database), store(database), new Targets('sandbox'));
  const made = await endpoints.register('http://127.0.0.1:9/hook', ['*']);
  if (isRefusal(made)) throw new Error(JSON.stringify(made));
  return { endpoints, deliveries: new Deliveries(database, store(database)), endpointId: made.endpointId };
};

async function* noLines(): AsyncGenerator<never> {}

const acts: Readonly<Record<string, readonly [subject: string, act: Act]>> = {
  'something happens': ['log', async (database) => () => store(database).append(randomUUID(), 0, [Happened(at, { what: 'it' })], metadata)],
  'an account waits for something': ['deadlines', async (database) => () => put(database, false)],
  'an operator retries a deadline': ['deadlines', async (database) => {
    const deadlines = new Deadlines(database);
    const [row] = await deadlines.forAccount(await put(database, true));
    return () => deadlines.retry(row!.deadlineId);
  }],
  'alarms are missing': ['deadlines', async (database) => () => new Deadlines(database).feedAgain([])],
  'a test clock is moved': ['test-clocks', async (database) => {
    const clocks = new TestClocks(database);
    const { testClockId } = await clocks.create(at);
    return () => clocks.advance(testClockId, at);
  }],
  'an operator confirms a jump': ['clock', async (database) => {
    const stopId = randomUUID();
    await database.query(`INSERT INTO sunset.clock_stops (stop_id, cause, last_seen_at, stopped_at) VALUES ($1, 'clock-forward', $2, $2)`, [stopId, at]);
    return () => new ClockWatch(database, silentLogger).confirm(stopId, 'right', 'ann');
  }],
  'an account asks for something': ['effects', async (database) => () => ask(database)],
  'an operator retries an effect': ['effects', async (database) => {
    const accountId = await ask(database, 'dead');
    const [row] = await database.query<{ id: string }>('SELECT effect_id AS id FROM sunset.effects WHERE account_id = $1 AND shard = sunset.shard_of($1)', [accountId]);
    return () => new OperatorActs(database, commands).retry(row!.id, 'again', metadata);
  }],
  'a pause ends': ['effects', async (database) => {
    const pauses = new Pauses(database);
    const { pauseId } = await pauses.pause({}, 'wait', actor);
    return () => pauses.resume(pauseId, 'go on', actor);
  }],
  'another account takes something over': ['effects', async (database) => {
    const accountId = await ask(database, 'dead', { attempts: 0 });
    return () => new Effects(database, 'scripted').makeWay(accountId, 'release-number', 'n');
  }],
  'a carrier calls': ['effects', async (database) => {
    const accountId = await ask(database, 'waiting');
    return () => new Effects(database, 'scripted').lookAgain(accountId, 'release-number', 'n');
  }],
  'there is another address': ['effects', async (database) => {
    const accountId = await ask(database, 'blocked', { kind: 'notify' });
    return () => new Notices(database).tryAgain([accountId]);
  }],
  'a purge begins': ['purges', async (database) => () => purge(database)],
  'an operator retries a purge': ['purges', async (database) => {
    const purgeId = await purge(database);
    await database.query(`/* across accounts: a row by its id */ UPDATE sunset.purges SET status = 'failed' WHERE purge_id = $1`, [purgeId]);
    return () => new Purges(database).retry(purgeId, null);
  }],
  'an import is received': ['imports', async (database) => {
    const imports = new Imports(database, personalData(database));
    const received = await imports.receive(true, actor, noLines());
    return () => imports.begin(received);
  }],
  'a fault is turned on': ['faults', async (database) => () => new ServiceFaults(database).set('queue-emptied', 600)],
  'a fault is turned off': ['faults', async (database) => () => new ServiceFaults(database).clear('queue-emptied')],
  'an endpoint is enabled': ['webhooks', async (database) => {
    const { endpoints, endpointId } = await register(database);
    return () => endpoints.change(endpointId, { status: 'enabled' });
  }],
  'an endpoint is tested': ['webhooks', async (database) => {
    const { deliveries, endpointId } = await register(database);
    return () => deliveries.test(endpointId);
  }],
  'a delivery is replayed': ['webhooks', async (database) => {
    const { deliveries, endpointId } = await register(database);
    return () => deliveries.replay(endpointId, randomUUID());
  }],
  'failed deliveries are replayed': ['webhooks', async (database) => {
    const { deliveries, endpointId } = await register(database);
    return () => deliveries.replayMany(endpointId, { failedOnly: true });
  }],
  'a stretch of the log is replayed': ['webhooks', async (database) => {
    const { deliveries, endpointId } = await register(database);
    return () => deliveries.replayMany(endpointId, { since: at, failedOnly: false });
  }],
  'a rebuild is asked for': ['projections', async (database) => {
    const projections = new Projections(database, store(database), [last]);
    await projections.ensureTables();
    return () => projections.requestRebuild('last');
  }],
};

it.each(Object.entries(acts))('%s: a hint is given', async (_, [subject, prepare]) => {
  const act = await prepare(fresh.database);
  let heard = 0;
  const silence = fresh.database.hints.about(subject).on(() => (heard += 1));
  await act();
  silence();
  expect(heard).toBeGreaterThan(0);
});

it('finds what no hint told: each loop looks by itself', async () => {
  // It rests as one that hears, and hears nothing.
  const { database } = fresh;
  database.hints.heard = true;
  const carrier = new ScriptedCarrier();
  const fired: string[] = [];
  const consumer = new DeadlineConsumer(database, async (due) => {
    for (const { accountId, testClockId, kind, subject, generation } of due) {
      fired.push(accountId);
      await new Deadlines(database).sync(accountId, testClockId, { put: [], fired: [{ kind, subject, generation }], void: [] }, at);
    }
    return due.map(() => 'carried-out');
  });
  const deadlines = new DeadlineWorker(database, consumer, null);
  const effects = new EffectsEngine(database, [carrier], commands, null, { storm: null });
  const projections = new Projections(database, store(database), [last]);
  await projections.ensureTables();
  const ending = new AbortController();
  const followed = projections.run({ signal: ending.signal });
  for (const work of [deadlines, effects]) work.start();

  const writing = other.database;
  const accountId = randomUUID();
  await store(writing).append(accountId, 0, [Happened(at, { what: 'it' })], metadata);
  const clocks = new TestClocks(writing);
  const { testClockId } = await clocks.create(at);
  await new Deadlines(writing).sync(accountId, testClockId, { put: [{ kind: 'b', subject: '', generation: 1, dueAt: later, held: false }], fired: [], void: [] }, at);
  await eventually('it is in the table', async () => (await writing.query('SELECT FROM sunset.last WHERE account_id = $1', [accountId])).length === 1);
  await new Effects(writing, 'scripted').put(accountId, null, [{ kind: 'release-number', subject: 'found', generation: 1, dueAt: at }]);
  await clocks.advance(testClockId, later);
  await eventually('the clock is there, and what was due on it is carried out', async () => (await clocks.get(testClockId))?.status === 'ready' && fired.includes(accountId));
  await eventually('the carrier is asked', () => carrier.asked.some(({ attempt }) => attempt === 1));

  database.hints.heard = false;
  ending.abort();
  await Promise.all([followed, deadlines.stop(), effects.stop()]);
});
