// Whatever a column or an event can hold is declared: text of a person, which is searched after a purge, or something that nobody can write a word of his own into.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { places } from '#application';
import { membershipEvents } from '#domain';
import { closedColumns, closedTypes, numericTypes } from '#purge';
import type { FreshDatabase } from '../support/database.js';
import { databaseOfEveryTable } from '../support/every-table.js';
import { textsOf } from './shapes.js';

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  /** Whether a constraint lists its values. */
  readonly listed: boolean;
}

let fresh: FreshDatabase;
let columns: readonly Column[];
beforeAll(async () => {
  fresh = await databaseOfEveryTable();
  columns = await fresh.database.query<Column>(
    `SELECT n.nspname || '.' || c.relname AS table, a.attname AS column, t.typname AS type, EXISTS (
       SELECT FROM pg_constraint o WHERE o.conrelid = c.oid AND o.contype = 'c' AND o.conkey = ARRAY[a.attnum] AND pg_get_constraintdef(o.oid) ~ '^CHECK \\(\\(\\w+ = ANY \\(ARRAY\\['
     ) AS listed
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid
     WHERE c.relkind IN ('r', 'm', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1, a.attnum`,
  );
});
afterAll(() => fresh.drop());

const named = ({ table, column }: Pick<Column, 'table' | 'column'>): string => `${table}.${column}`;
const declared = (): string[] => Object.entries(places.tables).flatMap(([table, one]) => [...closedColumns(one), ...Object.keys(one.texts ?? {})].map((column) => named({ table, column })));

describe('the tables', () => {
  it('have no column that is not declared, and once, unless its type holds no text', () => {
    const open = columns.filter(({ type }) => !closedTypes.has(type) && !numericTypes.has(type)).map(named);
    expect(open.length).toBeGreaterThan(100);
    expect(declared().toSorted()).toEqual(open.toSorted());
    expect([...new Set(columns.map(({ table }) => table))].filter((table) => !(table in places.tables))).toEqual([]);
  });

  it('list the values of what is declared as an enumeration', () => {
    const enumerations = Object.entries(places.tables).flatMap(([table, { closed }]) => (closed.enumeration ?? []).map((column) => named({ table, column })));
    const listed = new Set(columns.filter((column) => column.listed).map(named));
    expect(enumerations.length).toBeGreaterThan(10);
    expect(enumerations.filter((column) => !listed.has(column))).toEqual([]);
  });

  it.each(Object.entries(places.tables).filter(([, { texts }]) => texts))('lead from the account to what is searched by an index: %s', async (table, { texts }) => {
    const plan = await fresh.database.transaction(async () => {
      await fresh.database.query('SET LOCAL enable_seqscan = off');
      return fresh.database.query(`EXPLAIN SELECT ${Object.values(texts!).join(', ')} FROM ${table} t WHERE t.account_id::text = $1`, ['a']);
    });
    expect(JSON.stringify(plan)).toMatch(/Index/);
    expect(JSON.stringify(plan)).not.toMatch(/Seq Scan/);
  });
});

describe('the events', () => {
  /** Fields that are text by their type and name something, or are one of our words. */
  const ids = /(^|\.)([a-z]\w*Id|\w*Ids\[\]|subject|redacts|id)$/;
  const codes = new Set(['timeZone', 'currency', 'basis', 'kind', 'loss', 'name', 'algorithm', 'version', 'kept[]', 'lost[]', 'locale', 'language', 'templateVersion']);
  /** A date and time without a zone. */
  const dates = new Set(['anchor']);
  const hashes = new Set(['e164Hash', 'previewHash', 'salt', 'sum', 'textHash']);

  it('have no text that is not declared', () => {
    const undeclared = membershipEvents.flatMap(({ type, personal, texts }) =>
      textsOf(`libs/domain/src/membership/events.ts`, 'MembershipEvent', type).filter((path) => {
        const [field] = path.split(/[.[]/) as [string];
        const last = path.split('.').at(-1)!;
        return !personal.includes(field) && !texts.includes(field) && !ids.test(path) && !codes.has(last) && !dates.has(last) && !hashes.has(last);
      }).map((path) => `${type}.${path}`));
    // Words of ours, and an operator's reason for accepting a finding, which was itself searched before it got there.
    expect(undeclared).toEqual(['DataPurged.exceptions[].reason']);
  });
});
