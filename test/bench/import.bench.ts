// How many accounts a second are taken over from a file: judged in a dry run, then for real, with a worker that is killed in the middle; beside COPY of the very rows that this writes.
import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandBus } from '@nestjs/cqrs';
import { NestFactory } from '@nestjs/core';
import { AccountImports, ApplicationModule, BeginImport, migrations } from '#application';
import { ImportEngine, Imports, type ReadLine } from '#imports';
import { MasterKeys, PersonalData } from '#personal-data';
import { Database } from '#postgres';
import { anotherDatabase, freshDatabase } from '../support/database.js';
import { rounded } from './measure.js';

const count = Number(process.env['BENCH_ACCOUNTS'] ?? 100_000);
const day = 86_400_000;
const money = (amount: number) => ({ amount, currency: 'USD' });

const contextOn = (database: Database, masterKey: Buffer) =>
  NestFactory.createApplicationContext(ApplicationModule.with({ database, masterKeys: new MasterKeys([masterKey]), carrier: 'sandbox' }), { logger: ['error'] });

/** What a worker does about imports, until none runs; what a killed one had taken is free once the server has noticed. */
async function carryOut(database: Database, context: Awaited<ReturnType<typeof contextOn>>): Promise<void> {
  const engine = new ImportEngine(database, context.get(PersonalData), context.get(AccountImports));
  while ((await context.get(Imports).waiting()).running > 0) if (!(await engine.turn())) await sleep(20);
}

// A process of its own, to be killed.
if (process.env['BENCH_WORKER_ON'] !== undefined) {
  const another = await anotherDatabase(process.env['BENCH_WORKER_ON']);
  const context = await contextOn(another.database, Buffer.from(process.env['BENCH_MASTER_KEY']!, 'hex'));
  await carryOut(another.database, context);
  await context.close();
  await another.close();
  process.exit(0);
}

const own = await freshDatabase({ migrations, poolSize: 10 });
const { database } = own;
const masterKey = randomBytes(32);
const context = await contextOn(database, masterKey);
const imports = context.get(Imports);
await database.query('ALTER SYSTEM SET max_wal_size = \'8GB\'');
await database.query('SELECT pg_reload_conf()');

const ago = (days: number, from: number): string => new Date(from - days * day).toISOString();

/** Of a hundred accounts one contradicts itself; of the others half run, a third is pending, the rest has ended, a few long enough for something to be due. */
function line(index: number, now: number): ReadLine {
  const kind = index % 10;
  const ends = kind < 8 ? -(index % 28) - 1 : index % 40;
  const [startedAt, start, end] = [ago(400 + (index % 300), now), ago(ends + 30, now), ago(ends, now)];
  const status = kind < 8 ? 'active' : 'ended';
  const cancellation = kind < 5 ? undefined : { requestedAt: ago(ends + 29, now), reason: { code: 'too_expensive' } };
  const isBad = index % 100 === 99;
  const told = {
    externalId: `customer-${index}`, name: `Customer ${index}`, email: `customer.${index}@example.com`, timeZone: ['America/Los_Angeles', 'America/New_York', 'Europe/Berlin', 'UTC'][index % 4], currency: 'USD', numberFee: money(200), cancellationMode: 'two-step',
    subscriptions: [{ planId: 'messaging-monthly', startedAt: isBad ? ago(-9, now) : startedAt, currentPeriod: { start, end }, status, ...(cancellation && { cancellation }) }],
    numbers: [0, 1].map((nth) => ({ e164: `+1${2_000_000_000 + index * 2 + nth}`, origin: 'purchased' })), holds: [],
    ...(index % 2 === 0 && { tenDlc: { brandName: `Brand ${index}`, status: 'active', campaignId: `C${index}`, brandId: `B${index}` } }), wallet: { balance: money(1 + (index % 5000)) },
  };
  return { line: index + 1, told: JSON.stringify(told) };
}

async function* file(now: number): AsyncGenerator<ReadLine> {
  for (let index = 0; index < count; index += 1) yield line(index, now);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function receive(dryRun: boolean, now: number): Promise<{ readonly importId: string; readonly seconds: number }> {
  let importId = '';
  const seconds = await timed(async () => {
    const received = await imports.receive(dryRun, { role: 'operator', id: 'bench' }, file(now));
    await context.get(CommandBus).execute(new BeginImport(received));
    ({ importId } = received);
  });
  return { importId, seconds };
}

const bad = Math.floor(count / 100);
async function check(importId: string): Promise<void> {
  const ended = await imports.get(importId);
  if (ended?.status !== 'done' || ended.accepted !== count - bad || ended.rejected !== bad) throw new Error(`it ended otherwise: ${JSON.stringify(ended)}`);
}

const counted = async (sql: string): Promise<number> => (await database.query<{ count: number }>(`SELECT count(*) AS count FROM ${sql}`))[0]!.count;

const now = Date.now();
console.log(`${count} accounts, of which ${bad} contradict themselves; two numbers each, every second with a campaign and a brand`);
const dry = await receive(true, now);
const judged = await timed(() => carryOut(database, context));
await check(dry.importId);
console.log(`dry run: received ${Math.round(count / dry.seconds)}/s, judged ${Math.round(count / judged)}/s`);

const real = await receive(false, now);
await database.query('CHECKPOINT');
let taken = 0;
const before = await timed(async () => {
  const worker = spawn(process.execPath, [process.argv[1]!], { env: { ...process.env, BENCH_WORKER_ON: own.url, BENCH_MASTER_KEY: masterKey.toString('hex') }, stdio: 'inherit' });
  while ((taken = (await imports.get(real.importId))!.accepted) < count / 2) await sleep(20);
  worker.kill('SIGKILL');
  await new Promise((done) => worker.once('exit', done));
});
taken = (await imports.get(real.importId))!.accepted;
console.log(`a worker is killed after ${taken} accounts, ${Math.round(before)} s`);
const [left, seconds] = [count - bad - taken, await timed(() => carryOut(database, context))];
await check(real.importId);
const [accounts, undone] = [await counted('sunset.imported_accounts'), await counted(`sunset.events WHERE type IN ('CardChargeRequested', 'NumberReleaseStarted', 'TenDlcExpired', 'PurgeStarted', 'LossAnnounced')`)];
if (accounts !== count - bad || undone > 0 || (await counted('sunset.effects')) > 0) throw new Error(`${accounts} accounts, and ${undone} events of what cannot be undone`);

const tables = ['events', 'deadlines', 'holders', 'account_keys', 'directory_accounts', 'directory_plans', 'imported_accounts'];
const [{ folder }] = (await database.query<{ folder: string }>(`SELECT current_setting('data_directory') AS folder`)) as [{ folder: string }];
let rows = 0;
const plain = await tables.reduce(async (sum, table) => {
  const so = await sum;
  const [written, dumped] = [await counted(`sunset.${table}`), `${folder}/bench-${table}.copy`];
  const columns = (await database.query<{ name: string }>(`SELECT attname AS name FROM pg_attribute WHERE attrelid = 'sunset.${table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`)).map(({ name }) => name).join(', ');
  await database.query(`COPY sunset.${table} (${columns}) TO '${dumped}'`);
  await database.query(`CREATE TABLE plain_${table} (LIKE sunset.${table} INCLUDING ALL)`);
  await database.query('CHECKPOINT');
  const took = await timed(() => database.query(`COPY plain_${table} (${columns}) FROM '${dumped}'`));
  await database.query(`COPY (SELECT) TO '${dumped}'`);
  rows += written;
  return so + took;
}, Promise.resolve(0));

const [perSecond, copied] = [(rows / accounts) * (left / seconds), rows / plain];
console.table({
  'COPY of the same rows': { 'accounts/s': Math.round(accounts / plain), 'rows/s': Math.round(copied) },
  import: { 'accounts/s': Math.round(left / seconds), 'rows/s': Math.round(perSecond), 'beside COPY': rounded(perSecond / copied) },
});
await context.close();
await own.drop();
