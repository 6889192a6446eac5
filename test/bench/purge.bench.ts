// How many contacts a second a whole purge deletes beside running traffic, beside the plain DELETE of the same rows; and the memory it takes.
import 'reflect-metadata';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import { NestFactory } from '@nestjs/core';
import { AccountPurges, ApplicationModule, DATA_STORES, Memberships, migrations, places, StoreData } from '#application';
import { ClockWatch, Deadlines } from '#deadlines';
import { Effects } from '#effects';
import { EventStore } from '#event-store';
import type { MembershipEvent } from '#domain';
import { eventsOfType, type Metadata } from '#kernel';
import { MasterKeys, PersonalData } from '#personal-data';
import { type DataStore, openPurgeLedger, PurgeEngine, PurgeGuard } from '#purge';
import { freshDatabase } from '../support/database.js';

const count = Number(process.env['BENCH_RECORDS'] ?? 1_000_000);
const written = 10_000;
const by: Metadata = { actor: { role: 'operator', id: 'bench' }, channel: 'bench', correlationId: 'bench', causationId: 'bench' };

const own = await freshDatabase({ migrations, poolSize: 10 });
const { database } = own;
const folder = await mkdtemp(join(tmpdir(), 'sunset-bench-ledger-'));
const context = await NestFactory.createApplicationContext(
  ApplicationModule.with({ database, masterKeys: new MasterKeys([randomBytes(32)]), carrier: 'sandbox' }), { logger: ['error'] },
);
const memberships = context.get(Memberships);

async function open(accountId: string): Promise<void> {
  await memberships.handle(accountId, {
    type: 'OpenAccount', name: 'Bench', email: 'bench@example.com', timeZone: 'UTC', currency: 'USD', testClockId: null, numberBillingAnchorDay: null,
    numberFee: { amount: 200, currency: 'USD' }, cancellationMode: 'two-step',
  }, by);
}

await open('leaving');
const lines = Array.from({ length: written }, (_, index) => JSON.stringify({ id: `r-${index}`, name: randomBytes(12).toString('hex'), note: 'x'.repeat(200) }));
await context.get(CommandBus).execute(new StoreData('leaving', 'contacts', lines.join('\n')));
console.log(`growing to ${count} contacts`);
await database.query(
  `INSERT INTO sunset.retained_data (account_id, category, record_hash, key_id, body)
   SELECT account_id, category, sha256(record_hash || copy::text::bytea), key_id, body FROM sunset.retained_data, generate_series(2, $1::int) AS copy`,
  [count / written],
);
console.log('one contact in ten has opted out');
await database.query(
  `INSERT INTO sunset.opt_outs (hash, account_id, contact_hash, recorded_at)
   SELECT sha256(record_hash), account_id, record_hash, clock_timestamp() FROM sunset.retained_data WHERE position % 10 = 0`,
);
await database.query('CREATE TABLE plain_retained_data (LIKE sunset.retained_data INCLUDING ALL)');
await database.query('INSERT INTO plain_retained_data OVERRIDING SYSTEM VALUE SELECT * FROM sunset.retained_data');
await database.query('VACUUM ANALYZE');
await database.query('CHECKPOINT');

interface Measured {
  readonly 'contacts/s': number;
  readonly 'commands of others/s': number;
  readonly 'MiB more': number;
}

/** Another four accounts top up their wallets all the while. */
async function besideTraffic(work: () => Promise<unknown>): Promise<Measured> {
  let running = true;
  let commands = 0;
  const others = Array.from({ length: 4 }, () => randomUUID());
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const start = performance.now();
  const traffic = others.map(async (other) => {
    for (let turn = 0; running; turn += 1) {
      // A stream of fifty commands is read as fast at the end as at the beginning.
      const account = `${other}-${Math.floor(turn / 50)}`;
      if (turn % 50 === 0) await open(account);
      await memberships.handle(account, { type: 'TopUpWallet', topUpId: `${account}-${turn}`, amount: { amount: 1, currency: 'USD' } }, by);
      commands += 1;
    }
  });
  await work();
  const seconds = (performance.now() - start) / 1000;
  running = false;
  await Promise.all(traffic);
  clearInterval(watch);
  return { 'contacts/s': Math.round(count / seconds), 'commands of others/s': Math.round(commands / seconds), 'MiB more': Math.round((peak - before) / 2 ** 20) };
}

const plain = await besideTraffic(() => database.query(`DELETE FROM plain_retained_data WHERE account_id = 'leaving'`));
await database.query('CHECKPOINT');

const ledger = await openPurgeLedger(folder, database);
const engine = new PurgeEngine({
  database, stores: context.get<readonly DataStore[]>(DATA_STORES), personalData: context.get(PersonalData), eventStore: context.get(EventStore),
  deadlines: context.get(Deadlines), effects: context.get(Effects), guard: context.get(PurgeGuard), clockWatch: context.get(ClockWatch), ledger, commands: context.get(AccountPurges), places, jobs: null,
}, { logger: { debug: () => undefined, info: (message, fields) => console.log(message, JSON.stringify(fields)), warn: console.warn, error: console.error } });
await memberships.handle('leaving', { type: 'StartErasure', basis: 'contract' }, by);
const purge = await besideTraffic(() => engine.runOne());

const [purged] = eventsOfType(await context.get<EventStore<MembershipEvent>>(EventStore).load('leaving'), 'DataPurged');
if (purged?.data.counts['contacts'] !== count) throw new Error('the purge did not count what was there');
console.table({ 'plain DELETE': plain, 'purge, proven': { ...purge, 'beside plain': Number((purge['contacts/s'] / plain['contacts/s']).toFixed(2)) } });

await context.close();
await own.drop();
await rm(folder, { recursive: true, force: true });
