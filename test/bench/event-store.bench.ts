// How many events a second the store appends, beside plain INSERTs of the same row on the same server.
import { randomBytes, randomUUID } from 'node:crypto';
import { connect, Database } from '#postgres';
import { EventStore, migrations, uuidv7 } from '#event-store';
import { event, instant, type Metadata } from '#kernel';
import { MasterKeys, migrations as keyMigrations, PersonalData } from '#personal-data';

const server = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const seconds = Number(process.env.BENCH_SECONDS ?? 3);
const concurrencies = [1, 16, 64];
const payload = { text: 'x'.repeat(300) };
const at = instant('2026-03-01T08:00:00Z');
const metadata: Metadata = { actor: { role: 'system', id: 'bench' }, channel: 'cli', correlationId: 'c', causationId: 'd' };

const Happened = event('Happened')<{ text: string }, { name: string }>({ personal: { name: true } });

const admin = await connect({ url: server, poolSize: 1 });
const prefix = `bench_${randomBytes(4).toString('hex')}`;
async function databaseOf(shards: number): Promise<Database> {
  await admin.query(`CREATE DATABASE ${prefix}_${shards}`);
  const url = new URL(server);
  url.pathname = `/${prefix}_${shards}`;
  const dataSource = await connect({ url: url.href, poolSize: Math.max(...concurrencies), migrations: [...keyMigrations, ...migrations], layout: { shards, partitions: 1 } });
  await dataSource.runMigrations();
  return new Database(dataSource);
}
const [database, sharded] = [await databaseOf(1), await databaseOf(8)];
await database.query('CREATE TABLE plain_events (LIKE sunset.events INCLUDING ALL)');
await database.query('CREATE SEQUENCE plain_position');

const masterKeys = new MasterKeys([randomBytes(32)]);
const [one, eight] = [database, sharded].map((each) => new EventStore(each, new PersonalData(each, masterKeys), [Happened])) as [EventStore, EventStore];

/** Each writer has an account of its own; the first argument counts its events from 1. */
type Work = (version: number, accountId: string) => Promise<unknown>;

const insert: Work = (version, accountId) =>
  database.query(
    `INSERT INTO plain_events (position, event_id, account_id, stream, version, type, schema_version, data, metadata, effective_at, recorded_at)
     VALUES (nextval('plain_position'), $1, $2, $2, $3, 'Happened', 1, $4, $5, $6, clock_timestamp())`,
    [uuidv7(), accountId, version, JSON.stringify(payload), JSON.stringify(metadata), at],
  );
const appendTo = (store: EventStore, personal: string | null): Work => (version, accountId) =>
  store.append(accountId, version - 1, [Happened(at, { ...payload, name: personal })], metadata);
const command: Work = (_, accountId) =>
  database.transaction(async () => {
    const { length: version } = await one.load(accountId);
    await one.append(accountId, version, [Happened(at, { ...payload, name: null })], metadata);
  });

async function perSecond(concurrency: number, work: Work): Promise<number> {
  const end = performance.now() + seconds * 1000;
  const start = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (performance.now() < end) {
        const accountId = randomUUID();
        for (let version = 1; version <= 10 && performance.now() < end; version += 1, done += 1) await work(version, accountId);
      }
    }),
  );
  return done / ((performance.now() - start) / 1000);
}

const rows: [string, Work][] = [
  ['append', appendTo(one, null)],
  ['append, 8 shards', appendTo(eight, null)],
  ['append, sealed field', appendTo(one, 'Ada')],
  ['load and append, one transaction', command],
];

const table: Record<string, Record<string, string>> = {};
for (const concurrency of concurrencies) {
  await perSecond(concurrency, insert);
  const plain = await perSecond(concurrency, insert);
  (table['plain INSERT'] ??= {})[concurrency] = `${Math.round(plain)}/s`;
  for (const [label, work] of rows) {
    const rate = await perSecond(concurrency, work);
    (table[label] ??= {})[concurrency] = `${Math.round(rate)}/s (${(rate / plain).toFixed(2)})`;
  }
}
console.log(`events a second, one per transaction, by writers at once; in brackets the ratio to plain INSERT (${seconds} s each)`);
console.table(table);

await Promise.all([database.close(), sharded.close()]);
for (const shards of [1, 8]) await admin.query(`DROP DATABASE ${prefix}_${shards}`);
await admin.destroy();
