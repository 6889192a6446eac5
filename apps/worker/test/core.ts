// What the tests of the worker share: the core on a database of its own, and a test clock that is moved by hand.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AccountPurges, DATA_STORES, Memberships, migrations, places } from '#application';
import { ClockWatch, Deadlines, TestClocks } from '#deadlines';
import { builtInPolicy, type Command } from '#domain';
import { Effects } from '#effects';
import { EventStore } from '#event-store';
import { instant, type Instant, type Metadata } from '#kernel';
import { MasterKeys, PersonalData } from '#personal-data';
import type { Database } from '#postgres';
import { Projections } from '#projections';
import { type DataStore, type Jobs, openPurgeLedger, PurgeEngine, type PurgeEngineSettings, PurgeGuard, type PurgeLedger } from '#purge';
import { projections as every } from '#read-models';
import { ofItsOwn } from '../../../test/stories/commands.js';
import { freshDatabase } from '../../../test/support/database.js';
import { WorkerModule } from '../src/worker.module.js';

export const byCustomer: Metadata = { actor: { role: 'customer', id: 'somebody' }, channel: 'api', correlationId: 'c', causationId: 'r' };

export const accepted = builtInPolicy.disclosures.map(({ id, version }) => ({ id, version }));

export interface Core {
  readonly url: string;
  readonly database: Database;
  readonly context: INestApplicationContext;
  readonly memberships: Memberships;
  readonly ledger: PurgeLedger;
  projections(batch: number): Projections;
  /** An account on a clock of its own; answers the clock's id. */
  open(accountId: string, now: string, timeZone?: string): Promise<string>;
  /** Moves the clock and carries out what is due on the way, a purge to its end. */
  move(accountId: string, testClockId: string, to: string): Promise<void>;
  tell(accountId: string, command: Command): Promise<unknown>;
  close(): Promise<void>;
}

export async function core(): Promise<Core> {
  const fresh = await freshDatabase({ migrations });
  const { url, database } = fresh;
  const masterKeys = new MasterKeys([randomBytes(32)]);
  const context = await NestFactory.createApplicationContext(WorkerModule.with({ database, masterKeys, carrier: 'sandbox' }), { logger: false });
  const memberships = context.get(Memberships);
  const folder = await mkdtemp(join(tmpdir(), 'sunset-ledger-'));
  const ledger = await openPurgeLedger(folder, database);
  const purges = purgeEngine(context, database, ledger);
  return {
    url,
    database,
    context,
    memberships,
    ledger,
    projections: (batch) => new Projections(database, context.get(EventStore), every, { batch }),
    async open(accountId, now, timeZone = 'UTC') {
      const { testClockId } = await context.get(TestClocks).create(at(now));
      await memberships.handle(accountId, {
        type: 'OpenAccount', name: 'Zqname', email: 'zq@example.invalid', timeZone, currency: 'USD', testClockId,
        numberBillingAnchorDay: null, numberFee: { amount: 200, currency: 'USD' }, cancellationMode: 'two-step',
      }, byCustomer);
      return testClockId;
    },
    async move(accountId, testClockId, to) {
      await database.query('UPDATE sunset.test_clocks SET now = $2 WHERE test_clock_id = $1', [testClockId, to]);
      await memberships.bringUpToDate(accountId, byCustomer);
      while (await purges.runOne());
    },
    tell: (accountId, command) => memberships.handle(accountId, ofItsOwn(accountId, command), byCustomer),
    async close() {
      await context.close();
      await fresh.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a worker does about purges, on a core without one. `stores`, `jobs`: others than it has. */
export function purgeEngine(
  context: INestApplicationContext, database: Database, ledger: PurgeLedger,
  { stores = context.get<readonly DataStore[]>(DATA_STORES), jobs = null, ...settings }: PurgeEngineSettings & { readonly stores?: readonly DataStore[]; readonly jobs?: Jobs | null } = {},
): PurgeEngine {
  return new PurgeEngine(
    {
      database, stores, jobs, ledger, personalData: context.get(PersonalData), eventStore: context.get(EventStore), deadlines: context.get(Deadlines),
      effects: context.get(Effects), guard: context.get(PurgeGuard), clockWatch: context.get(ClockWatch), commands: context.get(AccountPurges), places,
    },
    settings,
  );
}

export const at = (text: string): Instant => instant(text.length === 10 ? `${text}T00:00:00Z` : text);

export async function catchUp(projections: Projections): Promise<void> {
  for (const name of projections.names) while ((await projections.step(name)) > 0);
}

/** Numbers between 0 and 1 that the seed alone decides. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
