// Every table has its place on a distributed engine, and every key of what lies by account holds the shard and the account: read from the catalogue of the database.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EventStore } from '#event-store';
import { membershipEvents, type MembershipEvent } from '#domain';
import { MasterKeys, PersonalData } from '#personal-data';
import { Projections } from '#projections';
import { projections } from '#read-models';
import { migrations } from '../../apps/api/src/migrations.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { distribution } from './distribution.js';
import { keysOfShards, placementOf, placements } from './placements.js';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase({ migrations });
  const { database } = fresh;
  await new Projections(database, new EventStore<MembershipEvent>(database, new PersonalData(database, new MasterKeys([Buffer.alloc(32, 7)])), membershipEvents), projections).ensureTables();
});
afterAll(() => fresh.drop());

const byAccount = Object.keys(placements).filter((table) => placementOf(table) === 'account');

it('every table of the schema is listed, and none that is not there', async () => {
  const tables = await fresh.database.query<{ name: string }>(
    `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'bullmq') ORDER BY 1`,
  );
  expect(tables.map(({ name }) => name)).toEqual(Object.keys(placements).sort());
});

it('the shard and the account stand in every unique key, and in what refers to one', async () => {
  const keys = await fresh.database.query<{ table: string; key: string; columns: string[] }>(
    `SELECT i.indrelid::regclass::text AS table, i.indexrelid::regclass::text AS key, array_agg(a.attname::text) AS columns
     FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[]) WHERE i.indisunique AND i.indrelid::regclass::text = ANY ($1) GROUP BY 1, 2
     UNION ALL
     SELECT o.conrelid::regclass::text, o.conname, array_agg(a.attname::text)
     FROM pg_constraint o JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = ANY (o.conkey) WHERE o.contype = 'f' AND o.conrelid::regclass::text = ANY ($1) GROUP BY 1, 2`,
    [byAccount],
  );
  expect(new Set(keys.map(({ table }) => table))).toEqual(new Set(byAccount));
  const lacking = keys.filter(({ columns }) => !['shard', 'account_id'].every((column) => columns.includes(column)));
  expect(lacking.map(({ key }) => key.replace(/^sunset\./, ''))).toEqual(Object.keys(keysOfShards));
  expect(lacking.every(({ columns }) => columns.includes('shard'))).toBe(true);
});

it('a row of an account lies in the shard of its account alone', async () => {
  const checked = await fresh.database.query<{ table: string }>(
    `SELECT conrelid::regclass::text AS table FROM pg_constraint WHERE contype = 'c' AND pg_get_constraintdef(oid) = 'CHECK ((shard = sunset.shard_of(account_id)))' ORDER BY 1`,
  );
  expect(checked.map(({ table }) => table)).toEqual(byAccount.toSorted());
});

it('docker/citus distributes what this list says', () => {
  const file = new URL('../../docker/citus/distribute.sql', import.meta.url);
  if (process.env['UPDATE_CITUS']) writeFileSync(file, distribution());
  expect(readFileSync(file, 'utf8')).toBe(distribution());
});
