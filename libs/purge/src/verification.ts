// Looks for what must be gone: wherever in the database something of the account's can stand, and in every job of the queues.
import { performance } from 'node:perf_hooks';
import { type Database, isTimeLimit, ofAccount, sqlState } from '#postgres';
import { closedColumns, closedTypes, numericTypes, type Places, placesOf } from './places.js';
import { Traces } from './traces.js';

/** What stands in the queues. */
export interface Jobs {
  /** Removes what has ended, well or not, and mentions one of the texts. Answers how many. */
  removeEnded(mentions: readonly string[]): Promise<number>;
  /** How many jobs there are, and which of them, by queue and id, say something for which `isFound` is true. */
  search(isFound: (text: string) => boolean): Promise<{ readonly jobs: number; readonly foundIn: readonly string[] }>;
}

export interface Found {
  /** Tables that were searched, or can hold nothing of a person. */
  readonly tables: number;
  readonly jobs: number;
  /** Rows and jobs; a row as its column and the condition that selects it. */
  readonly places: readonly string[];
  /** Tables that took too long. */
  readonly unsearched: readonly string[];
}

interface Column {
  readonly name: string;
  readonly type: string;
  /** Whether it is part of the primary key. */
  readonly key: boolean;
}

interface Table {
  readonly schema: string;
  /** With the schema, as it is written in SQL. */
  readonly name: string;
  readonly columns: readonly Column[];
  /** `null`: has no such column. */
  readonly accountIdNullable: boolean | null;
}

interface Look {
  readonly name: string;
  /** What to read of a row, by column. */
  readonly texts: readonly (readonly [column: string, sql: string])[];
  readonly rows: string;
  /** The condition that selects the row. */
  readonly row: string;
}

/** How long one table may take. */
export const usualTableLimitMs = 60_000;
const page = 100;
/** More are counted and not named. */
const namedMost = 50;

export class TraceSearch {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs | null,
    private readonly places: Places,
    private readonly tableLimitMs: number,
  ) {}

  /** What is known of the person stays here: no statement holds it. */
  async search(accountId: string, markers: readonly string[]): Promise<Found> {
    const traces = new Traces(markers);
    const places: string[] = [];
    const unsearched: string[] = [];
    const tables = (await this.tables()).filter(({ schema }) => !this.places.queueSchemas.includes(schema));
    for (const table of tables) {
      const look = this.lookAt(table);
      if (!look) continue;
      const found = await this.look(look, accountId, traces);
      if (found === 'late') unsearched.push(`${table.name}, which could not be searched within ${this.tableLimitMs / 1_000} s`);
      else places.push(...found);
    }
    const { jobs, foundIn } = (await this.jobs?.search((text) => traces.isIn(text))) ?? { jobs: 0, foundIn: [] };
    return { tables: tables.length, jobs, places: [...places, ...foundIn.map((job) => `queue ${job}`)], unsearched };
  }

  /** Every table that anybody could have written to. */
  private async tables(): Promise<Table[]> {
    return this.database.query<Table>(
      `SELECT n.nspname AS schema, format('%I.%I', n.nspname, c.relname) AS name,
         json_agg(json_build_object('name', a.attname, 'type', t.typname, 'key', a.attnum = ANY (coalesce(i.indkey::int2[], '{}'))) ORDER BY a.attnum) AS columns,
         bool_and(NOT a.attnotnull) FILTER (WHERE a.attname = 'account_id') AS "accountIdNullable"
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid
       LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
       WHERE c.relkind IN ('r', 'm', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       GROUP BY n.nspname, c.relname ORDER BY 2`,
    );
  }

  /** `null`: nothing of it can be a person's. */
  private lookAt({ name, columns, accountIdNullable }: Table): Look | null {
    const declared = placesOf(this.places, name);
    const closed = new Set(declared && closedColumns(declared));
    const isClosed = ({ name: column, type }: Column): boolean => closed.has(column) || closedTypes.has(type) || (declared !== undefined && numericTypes.has(type));
    const texts = columns.filter((column) => !isClosed(column)).map(({ name: column, type }) =>
      [column, declared?.texts?.[column] ?? `t.${quoted(column)}${type === 'bytea' ? '' : '::text'}`] as const);
    if (texts.length === 0) return null;
    const key = columns.filter((column) => column.key);
    const byKey = key.length > 0 && key.every((column) => isClosed(column) || numericTypes.has(column.type));
    return {
      name,
      texts,
      rows: (columns.some(({ name: column }) => column === 'shard') && declared && accountIdNullable === false ? ofAccount('$1', 't') : accountIdNullable === null ? '$1::text IS NOT NULL' : declared || !accountIdNullable ? 't.account_id::text = $1' : '(t.account_id::text = $1 OR t.account_id IS NULL)'),
      row: byKey ? key.map(({ name: column }) => `'${column.replaceAll("'", "''")} = ' || quote_literal(t.${quoted(column)})`).join(` || ' AND ' || `) : `'ctid = ' || quote_literal(t.ctid)`,
    };
  }

  /** A row about an account is looked at if it is this one's, or, where nobody says what a table is for, nobody's. */
  private async look({ name, texts, rows, row }: Look, accountId: string, traces: Traces): Promise<readonly string[] | 'late'> {
    const until = performance.now() + this.tableLimitMs;
    const places: string[] = [];
    let more = 0;
    try {
      await this.database.transaction(async () => {
        places.length = more = 0;
        await this.database.query(`SET LOCAL statement_timeout = ${this.tableLimitMs}`);
        const values = texts.map(([, sql], index) => `${sql} AS v${index}`);
        await this.database.query(
          `DECLARE looked NO SCROLL CURSOR FOR SELECT ${row} AS place, ${values.join(', ')} FROM ${name} t WHERE ${rows} AND num_nonnulls(${texts.map(([, sql]) => sql).join(', ')}) > 0`,
          [accountId],
        );
        for (;;) {
          if (performance.now() > until) throw new Late();
          const read = await this.database.query<Readonly<Record<string, string | Buffer | null>>>(`FETCH ${page} FROM looked`);
          for (const one of read) {
            for (const [index, [column]] of texts.entries()) {
              if (!traces.isIn(written(one[`v${index}`]!))) continue;
              if (places.length < namedMost) places.push(`${name}.${quoted(column)} where ${one['place']!.toString()}`);
              else more += 1;
            }
          }
          if (read.length < page) break;
        }
      });
    } catch (error) {
      const state = sqlState(error);
      if (state === undefinedTable) return [];
      if (state === insufficientPrivilege) return [`${name}, which may not be read`];
      if (error instanceof Late || isTimeLimit(error)) return 'late';
      throw error;
    }
    return more > 0 ? [...places, `${name}, ${more} times more`] : places;
  }
}

const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** Bytes as the text that they may be. */
const written = (value: string | Buffer | null): string => value?.toString() ?? '';

class Late extends Error {
  override name = 'Late';
}

const undefinedTable = '42P01';
const insufficientPrivilege = '42501';
