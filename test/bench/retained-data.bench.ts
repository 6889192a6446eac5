// How many retained records a second are written and read, beside plain statements on unsealed rows of the same size.
import { randomBytes } from 'node:crypto';
import { MasterKeys, migrations as keyMigrations, PersonalData } from '#personal-data';
import { migrations, RetainedData } from '#retained-data';
import { freshDatabase } from '../support/database.js';

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

console.table(rows);
await own.drop();
