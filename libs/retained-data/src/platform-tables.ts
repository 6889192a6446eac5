// The platform's own tables as places that hold an account's data: read beside the service's records, and emptied with them.
import { setMaxListeners } from 'node:events';
import pg from 'pg';
import { noticingSilence, Turns, valueTypes } from '#postgres';
import type { Category } from './category.js';
import type { OptOutColumns, PlatformTable } from './platform-file.js';
import type { PurgedBatch } from './purged-batch.js';

/** To each database: for counting and deleting, and apart from them for those who download, whose pace is their own. */
const connectionsMax = 4;
const downloadsMax = 4;
/** Half of the proxies on the way give an answer up that says nothing for a minute. */
const turnWaitMs = 55_000;
const connectTimeoutMs = 10_000;
/** A reader who stopped reading holds a snapshot of the platform's database, and with it its vacuum, no longer than this. */
const idleMs = 120_000;
/** The tables are not ours: a million rows may have to be read to find an account's. */
const answerLimitMs = 3_600_000;
/** The server gives up first, so that nothing runs on there that nobody waits for. */
const graceMs = 30_000;
/** How long the server is asked to cancel; a connection that is still at work then is cut. */
const cancelLimitMs = 2_000;
const chunkBytes = 1024 * 1024;
const rowsMax = 1_000;
/** How many rows are asked for before their size is known. */
const rowsFirst = 20;

/** Keeps addresses, as they are written, that nobody may write to or call; lasting once it resolves. Kept again, they stay as they are. */
export type KeepOptOuts = (addresses: readonly string[]) => Promise<void>;

export class PlatformTables {
  /** One for each table, in the order of the file. */
  readonly stores: readonly PlatformStore[];
  private readonly databases = new Map<string, PlatformDatabase>();
  private readonly closing = new AbortController();

  /** Opens nothing until something is asked. */
  constructor(tables: readonly PlatformTable[], keepOptOuts: KeepOptOuts) {
    // Every connection that is at work listens, to all databases together.
    setMaxListeners(0, this.closing.signal);
    const named = new Map<string, number>();
    this.stores = tables.map((table) => {
      const name = table.table.join('.');
      const before = named.get(name) ?? 0;
      named.set(name, before + 1);
      return new PlatformStore(this.databaseOf(table.url), this.closing.signal, keepOptOuts, table, before === 0 ? `platform table ${name}` : `platform table ${name} (${before + 1})`);
    });
  }

  /** NDJSON, one table after the other, in chunks of about a mebibyte; the consumer sets the pace. */
  async *read(accountId: string, category: Category, gone?: AbortSignal): AsyncGenerator<string, void, void> {
    for (const store of this.stores) if (store.category === category) yield* store.read(accountId, gone);
  }

  /** Contacts that have opted out, as far as the file says how to tell. */
  async optedOut(accountId: string): Promise<number> {
    let count = 0;
    for (const store of this.stores) count += await store.optedOut(accountId);
    return count;
  }

  /** Cancels in their servers what is under way there, which then fails; nothing new begins. May be called again. */
  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort(new Error('the platform\'s tables are closed'));
    await Promise.all([...this.databases.values()].flatMap(({ pool, downloads }) => [pool.end(), downloads.end()]));
  }

  private databaseOf(url: string): PlatformDatabase {
    const known = this.databases.get(url);
    if (known) return known;
    const database = { pool: poolOf(url, connectionsMax), downloads: poolOf(url, downloadsMax), downloadTurns: new Turns(downloadsMax, { mostOf: 1 }) };
    this.databases.set(url, database);
    return database;
  }
}

/** Readers wait for a turn before they ask their pool, so that its time limit is for connecting alone. */
interface PlatformDatabase {
  readonly pool: pg.Pool;
  readonly downloads: pg.Pool;
  readonly downloadTurns: Turns;
}

function poolOf(connectionString: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    application_name: 'sunset-platform-data',
    connectionTimeoutMillis: connectTimeoutMs,
    idle_in_transaction_session_timeout: idleMs,
    statement_timeout: answerLimitMs,
    types: valueTypes,
    ...noticingSilence(answerLimitMs + graceMs),
    allowExitOnIdle: true,
  });
  // An idle connection that breaks is replaced by the next that is asked for.
  pool.on('error', () => undefined);
  return pool;
}

export class PlatformStore {
  readonly transactional = false;
  readonly category: Category;
  private readonly table: string;
  private readonly account: string;
  private readonly optOut: OptOutColumns | null;
  private readonly pool: pg.Pool;

  constructor(
    private readonly database: PlatformDatabase,
    private readonly closing: AbortSignal,
    private readonly keepOptOuts: KeepOptOuts,
    { table, accountColumn, category, optOut }: PlatformTable,
    readonly name: string,
  ) {
    this.pool = database.pool;
    this.table = table.map(quoted).join('.');
    this.account = quoted(accountColumn);
    this.category = category;
    this.optOut = optOut ? { column: quoted(optOut.column), addressColumns: optOut.addressColumns.map(quoted) } : null;
  }

  async counts(accountId: string): Promise<Readonly<Record<string, number>>> {
    const { rows } = await this.query<{ count: number | string }>(`SELECT count(*) AS count FROM ${this.table} WHERE ${this.account} = $1`, [accountId]);
    return { [this.category]: Number(rows[0]!.count) };
  }

  async optedOut(accountId: string): Promise<number> {
    if (!this.optOut) return 0;
    const { rows } = await this.query<{ count: number | string }>(
      `SELECT count(*) AS count FROM ${this.table} WHERE ${this.account} = $1 AND ${this.optOut.column} AND coalesce(${this.texts(this.optOut)}) IS NOT NULL`,
      [accountId],
    );
    return Number(rows[0]!.count);
  }

  /**
   * Deletes at most about `limit` rows for good, whatever becomes of a surrounding transaction. Every batch takes the first that are left, so
   * the cursor says only that there may be more. Addresses that have opted out are kept before the deletion is: when both are interrupted, the rows are
   * still there.
   */
  async purgeBatch(accountId: string, _cursor: string | null, limit: number): Promise<PurgedBatch> {
    // The account is asked for twice: partitions use the same ctids, and a freed one may be somebody else's row by now.
    const deletion = `DELETE FROM ${this.table} WHERE ${this.account} = $1 AND ctid = ANY(ARRAY(SELECT ctid FROM ${this.table} WHERE ${this.account} = $1 LIMIT $2))`;
    const deleted = this.optOut
      ? await this.deleteKeeping(`${deletion} RETURNING CASE WHEN ${this.optOut.column} THEN ARRAY[${this.texts(this.optOut)}] END AS addresses`, [accountId, limit])
      : (await this.query(deletion, [accountId, limit])).rowCount ?? 0;
    return { counts: { [this.category]: deleted }, digests: [], next: deleted === 0 ? null : 'more' };
  }

  private async deleteKeeping(deletion: string, parameters: readonly unknown[]): Promise<number> {
    return this.connected(async (client) => {
      await client.query('BEGIN');
      const { rows } = await client.query<{ addresses: readonly (string | null)[] | null }>(deletion, [...parameters]);
      const addresses = rows.flatMap((row) => row.addresses ?? []).filter((address) => address !== null);
      if (addresses.length > 0) await this.keepOptOuts(addresses);
      await client.query('COMMIT');
      return rows.length;
    });
  }

  private texts({ addressColumns }: OptOutColumns): string {
    return addressColumns.map((column) => `${column}::text`).join(', ');
  }

  private query<Row extends pg.QueryResultRow>(sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult<Row>> {
    return this.connected((client) => client.query<Row>(sql, [...parameters]));
  }

  /** What ends badly gives the connection up, and the database undoes what was under way. */
  private async connected<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const { client, letGo } = await this.connect(this.pool);
    // Between two statements nobody waits for an answer: without a listener the process would end. The next statement fails.
    const onError = (): void => undefined;
    client.on('error', onError);
    let done = false;
    try {
      const result = await work(client);
      done = true;
      return result;
    } finally {
      client.off('error', onError);
      letGo();
      client.release(!done);
    }
  }

  /** A connection whose statement is cancelled in the server, and which is cut then, when the tables are closed or whoever asked has gone. `letGo` before its release. */
  private async connect(pool: pg.Pool, gone?: AbortSignal): Promise<{ readonly client: pg.PoolClient; readonly letGo: () => void }> {
    const signals = [this.closing, ...(gone ? [gone] : [])];
    for (const signal of signals) signal.throwIfAborted();
    const client = await pool.connect();
    const cancel = (): void => void this.cancel(client);
    if (signals.some((signal) => signal.aborted)) cancel();
    else for (const signal of signals) signal.addEventListener('abort', cancel);
    return {
      client,
      letGo: () => {
        for (const signal of signals) signal.removeEventListener('abort', cancel);
      },
    };
  }

  /** Over another connection, since this one waits for an answer. */
  private async cancel(client: pg.PoolClient): Promise<void> {
    const own = client as pg.PoolClient & Pick<pg.Client, 'end'> & { readonly processID: number };
    const other = new pg.Client({ ...this.pool.options, connectionTimeoutMillis: cancelLimitMs, query_timeout: cancelLimitMs });
    other.on('error', () => undefined);
    try {
      await other.connect();
      await other.query('SELECT pg_cancel_backend($1)', [own.processID]);
    } catch {
      // A server that does not answer is left to its own limit.
    }
    await Promise.all([other.end(), own.end()].map((ended) => ended.catch(() => undefined)));
  }

  /** One row a line, as PostgreSQL writes it as JSON, through a cursor: what one snapshot held when reading began. What the server is at is cancelled when `gone` aborts. */
  async *read(accountId: string, gone?: AbortSignal): AsyncGenerator<string, void, void> {
    const giveTurn = await this.database.downloadTurns.take({ of: accountId, waitMs: turnWaitMs, signal: gone });
    try {
      yield* this.rows(accountId, gone);
    } finally {
      giveTurn();
    }
  }

  private async *rows(accountId: string, gone: AbortSignal | undefined): AsyncGenerator<string, void, void> {
    const { client, letGo } = await this.connect(this.database.downloads, gone);
    let broken: Error | undefined;
    // Between two statements nobody waits for an answer: without a listener the process would end.
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    let done = false;
    try {
      await client.query('BEGIN READ ONLY');
      // A column of type json comes as it was written, line breaks between its tokens included; inside texts they are escaped.
      await client.query(
        `DECLARE platform_rows NO SCROLL CURSOR FOR SELECT translate(row_to_json(r)::text, E'\\n\\r', '  ') AS line FROM ${this.table} AS r WHERE ${this.account} = $1`,
        [accountId],
      );
      for (let wanted = rowsFirst; ; ) {
        if (broken) throw broken;
        const { rows } = await client.query<{ line: string }>(`FETCH ${wanted} FROM platform_rows`);
        if (rows.length === 0) break;
        const chunk = rows.map(({ line }) => `${line}\n`).join('');
        wanted = Math.max(1, Math.min(rowsMax, Math.floor((chunkBytes * rows.length) / chunk.length)));
        yield chunk;
      }
      await client.query('COMMIT');
      done = true;
    } finally {
      client.off('error', onError);
      letGo();
      // A reader who left early leaves a transaction behind, or an answer that nobody waits for.
      client.release(!done);
    }
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
