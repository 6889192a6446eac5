// A projection whose rows belong to one account each: a page reads the rows of its accounts once, folds them in memory, and writes what changed in one statement.
import { type AnyEvent, grouped, type Instant, type RecordedEvent } from '#kernel';
import { type Database, inItsShard, ofAccounts, shardOf } from '#postgres';
import type { Projection } from './projection.js';

/** By column: its type, and `NOT NULL` behind it where it is never empty. */
export type Columns<Row> = Readonly<Record<keyof Row & string, string>>;

/** The row that columns declared `as const` make; what is written as JSON is of a type of its own. */
export type RowOf<Declared extends Readonly<Record<string, string>>> = { readonly [Column in keyof Declared]: ValueOf<Declared[Column]> };

type ValueOf<Type extends string> = Type extends `${infer Of} NOT NULL` ? Scalar<Of> : Scalar<Type> | null;
type Scalar<Type extends string> = Type extends keyof Scalars ? Scalars[Type] : never;

interface Scalars {
  readonly text: string;
  readonly uuid: string;
  readonly integer: number;
  readonly bigint: number;
  readonly boolean: boolean;
  readonly 'timestamptz(3)': Instant;
}

/** By which event a row was last changed: its place in the log of the row's shard, and when it was written there. Columns of every such table. */
export interface LastChange {
  readonly position: number;
  readonly updated_at: Instant;
}

const lastChange = { position: 'bigint NOT NULL', updated_at: 'timestamptz(3) NOT NULL' } as const satisfies Columns<LastChange>;

export const changedBy = ({ position, recordedAt }: Pick<RecordedEvent<AnyEvent>, 'position' | 'recordedAt'>): LastChange => ({ position, updated_at: recordedAt });

export interface Folded<Event extends AnyEvent, Row> extends Pick<Projection, 'name' | 'version' | 'views'> {
  readonly types: readonly string[];
  /** One of them is `account_id`. */
  readonly columns: Columns<Row>;
  /** The primary key, together with the account and its shard: a row given with the key of another one takes its place. */
  readonly key: readonly (keyof Row & string)[];
  readonly constraints?: readonly string[];
  /** Leave indexes unnamed: two builds stand side by side. */
  readonly indexes?: (table: string) => readonly string[];
  /** What the fold asks of stored rows, where that is less than all columns of all rows of the account. */
  readonly remembered?: { readonly columns?: readonly (keyof Row & string)[]; readonly where?: string };
  /** The rows of an account that its next events make or change, each as a whole. */
  readonly fold: (stored: readonly Row[], events: readonly RecordedEvent<Event>[]) => readonly (Row & LastChange)[];
}

export function folded<Event extends AnyEvent, Row extends { readonly account_id: string }>(declared: Folded<Event, Row>): Projection<Event> {
  const { name, version, views, types, key, constraints = [], indexes, remembered = {}, fold } = declared;
  const columns: Columns<Row & LastChange> = { ...declared.columns, ...lastChange };
  const known = new Set(types);
  const names = Object.keys(columns) as (keyof Row & string)[];
  const read = (remembered.columns ?? Object.keys(declared.columns)).join(', ');
  const where = remembered.where === undefined ? '' : `AND ${remembered.where}`;
  return {
    name,
    version,
    types,
    ...(views && { views }),
    create: (table) => [
      `CREATE TABLE ${table} (${[...names.map((column) => `${column} ${columns[column]}`), 'shard smallint NOT NULL DEFAULT 0', `PRIMARY KEY (${keyOf(key)})`, inItsShard, ...constraints].join(', ')})`,
      ...(indexes?.(table) ?? []),
    ],
    async apply(events, { table, database }) {
      const byAccount = grouped(events.filter(({ type }) => known.has(type)), ({ accountId }) => accountId);
      if (byAccount.size === 0) return;
      const stored = await database.query<Row>(`SELECT ${read} FROM ${table} WHERE ${ofAccounts('$1')} ${where}`, [[...byAccount.keys()]]);
      const before = grouped(stored, ({ account_id: accountId }) => accountId);
      const rows = [...byAccount].flatMap(([accountId, own]) => fold(before.get(accountId) ?? [], own));
      if (rows.length > 0) await write(database, table, columns, key, rows);
    },
  };
}

/** No two of `rows` have the same key. */
async function write<Row>(database: Database, table: string, columns: Columns<Row>, key: readonly string[], rows: readonly Row[]): Promise<void> {
  const names = Object.keys(columns) as (keyof Row & string)[];
  const listed = names.join(', ');
  await database.query(
    `INSERT INTO ${table} (shard, ${listed})
     SELECT ${shardOf('account_id')}, ${names.map((column) => `${column}::${columns[column].replace(' NOT NULL', '')}`).join(', ')}
     FROM unnest(${names.map((_, index) => `$${index + 1}::text[]`).join(', ')}) AS given (${listed})
     ON CONFLICT (${keyOf(key)}) DO UPDATE SET (${listed}) = ROW (${names.map((column) => `excluded.${column}`).join(', ')})`,
    names.map((column) => rows.map((row) => asText(row[column], columns[column]))),
  );
}

const keyOf = (key: readonly string[]): string => ['account_id', 'shard', ...key.filter((column) => column !== 'account_id')].join(', ');

/** As PostgreSQL reads it in the column's type. */
function asText(value: unknown, type: string): string | null {
  if (value === null || value === undefined) return null;
  if (type.includes('[]')) return `{${(value as readonly string[]).map((one) => `"${one.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
  return typeof value === 'string' && !type.startsWith('json') ? value : JSON.stringify(value);
}
