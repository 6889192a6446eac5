// How many retained records a second are written, read and purged, beside plain statements on unsealed rows of the same size.
import { randomBytes } from 'node:crypto';
import { MasterKeys, migrations as keyMigrations, PersonalData } from '#personal-data';
import { migrations, type PurgedBatch, RetainedData } from '#retained-data';
import { freshDatabase } from '../support/database.js';

const count = Number(process.env['BENCH_RECORDS'] ?? 1_000_000);
const documents = 10;
const lines = 10_000;
const accountId = 'account';

const own = await freshDatabase({ migrations: [...keyMigrations, ...migrations] });
const { database } = own;
const retained = new RetainedData(database, new PersonalData(database, new MasterKeys([randomBytes(32)])));
await database.query('CREATE TABLE plain_data (account_id text, record_id text, body text, PRIMARY KEY (account_id, record_id))');

const record = (id: string) => ({ id, name: randomBytes(12).toString('hex'), phone: '+12025550123', note: 'x'.repeat(200) });
const rows: Record<string, { 'records/s': number; 'beside plain'?: number }> = {};

async function measure(name: string, records: number, work: () => Promise<unknown>, plain?: string): Promise<void> {
  const start = performance.now();
  await work();
  const rate = Math.round((records * 1000) / (performance.now() - start));
  const beside = plain === undefined ? undefined : rows[plain]?.['records/s'];
  rows[name] = { 'records/s': rate, ...(beside !== undefined && { 'beside plain': Number((rate / beside).toFixed(2)) }) };
  console.log(`${name}: ${records} records, ${rate}/s`);
}

const texts = Array.from({ length: documents }, (_, document) =>
  Array.from({ length: lines }, (_, line) => JSON.stringify(record(`r-${document}-${line}`))),
);
const written = documents * lines;
await measure('plain INSERT', written, async () => {
  for (const [document, bodies] of texts.entries()) {
    const ids = bodies.map((_, line) => `r-${document}-${line}`);
    await database.query('INSERT INTO plain_data SELECT $1, * FROM unnest($2::text[], $3::text[])', [accountId, ids, bodies]);
  }
});
await measure('write', written, async () => {
  for (const bodies of texts) await retained.write(accountId, 'contacts', bodies.join('\n'));
}, 'plain INSERT');
await measure('plain SELECT', written, () => database.query('SELECT body FROM plain_data WHERE account_id = $1', [accountId]));
await measure('read', written, async () => {
  let characters = 0;
  for await (const chunk of retained.read(accountId, 'contacts')) characters += chunk.length;
  if (characters === 0) throw new Error('nothing was read');
}, 'plain SELECT');

console.log(`growing to ${count} records`);
await database.query(
  `INSERT INTO sunset.retained_data (account_id, category, record_hash, key_id, body)
   SELECT account_id, category, sha256(record_hash || copy::text::bytea), key_id, body FROM sunset.retained_data, generate_series(2, $1::int) AS copy`,
  [count / written],
);
await database.query('CREATE TABLE plain_retained_data (LIKE sunset.retained_data INCLUDING ALL)');
await database.query('INSERT INTO plain_retained_data OVERRIDING SYSTEM VALUE SELECT * FROM sunset.retained_data');
await database.query('VACUUM ANALYZE');
await database.query('CHECKPOINT');

await measure('plain DELETE', count, () => database.query('DELETE FROM plain_retained_data WHERE account_id = $1', [accountId]));
await database.query('CHECKPOINT');
const memoryBefore = process.memoryUsage.rss();
let memoryPeak = memoryBefore;
await measure('purge', count, async () => {
  let deleted = 0;
  let cursor: string | null = null;
  do {
    const { digests, next }: PurgedBatch = await retained.purgeBatch(accountId, cursor, 5_000);
    cursor = next;
    deleted += digests.length;
    memoryPeak = Math.max(memoryPeak, process.memoryUsage.rss());
    if (digests.length > 0 && deleted % 100_000 === 0) console.log(`purge: ${deleted} of ${count}`);
  } while (cursor !== null);
}, 'plain DELETE');

console.table(rows);
console.log(`memory while purging: at most ${Math.round((memoryPeak - memoryBefore) / 2 ** 20)} MiB more than before`);
await own.drop();
