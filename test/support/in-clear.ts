// Looks for words where they must not stand in clear any more: in every table of a database, and in all that a Redis holds.
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Database } from '#postgres';

/** Every table of the database but those of PostgreSQL. */
export async function tablesOf(database: Database): Promise<readonly string[]> {
  const tables = await database.query<{ name: string }>(`SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`);
  return tables.map(({ name }) => name);
}

/** The tables in which `word` stands, each with the beginning of a row that has it: as text or as bytes, in small letters or capitals. */
export async function rowsWith(database: Database, word: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const table of await tablesOf(database)) {
    const rows = await database.query<{ row: string }>(`SELECT left(t::text, 120) AS row FROM ${table} t WHERE strpos(lower(t::text), lower($1)) > 0 OR t::text ~ $2 LIMIT 3`, [word, bytesOf(word)]);
    found.push(...rows.map(({ row }) => `${table}: ${row}`));
  }
  return found;
}

/** Columns of bytes are told in hex: of each character either of its two spellings. */
const bytesOf = (word: string): string =>
  Array.from(word, (character) => `(${[character.toLowerCase(), character.toUpperCase()].map((one) => Buffer.from(one).toString('hex')).join('|')})`).join('');

/** All that a Redis holds, as its dump on disk says it. Something is planted and has to be found: long strings are compressed there unless that is switched off. */
export async function dumpOf(url: string): Promise<string> {
  const planted = randomUUID();
  const client = new Redis(url);
  await client.config('SET', 'rdbcompression', 'no');
  await client.set(`planted ${planted}`, `value ${planted} `.repeat(20));
  await client.save();
  const [, folder] = (await client.config('GET', 'dir')) as [string, string];
  await client.del(`planted ${planted}`);
  client.disconnect();
  const dumps = (await readdir(folder)).filter((file) => file.endsWith('.rdb'));
  const dump = (await Promise.all(dumps.map((file) => readFile(join(folder, file), 'latin1')))).join('');
  if (!dump.includes(`value ${planted} `.repeat(20))) throw new Error(`what was planted is in none of ${dumps.length} dumps in ${folder}`);
  return dump;
}
