// The tables of projections as they were: made beside those in use, of what is unchanged since by copying rows, and of what is not by folding again what had happened by then.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore, Past } from '#event-store';
import { across, type Database, ofAccounts } from '#postgres';
import { Checkpoints } from './checkpoints.js';
import { usualBatch } from './projections.js';
import type { Projection } from './projection.js';
import { createTable, liveTable } from './tables.js';

/** Accounts that are looked at, copied and folded in one transaction. */
const accountsOfPage = 1_000;

export interface PastProgress {
  readonly accounts: number;
  /** Of these, folded again. */
  readonly folded: number;
}

export interface Making {
  /** Nobody waits for it any more once it aborts; nothing of it stays then. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: PastProgress) => void;
}

/** Where the tables of one past lie. */
export interface MadePast extends PastProgress {
  /** Behind the name of each table. */
  readonly suffix: string;
}

export class PastTables {
  private readonly checkpoints: Checkpoints;

  constructor(
    private readonly database: Database,
    private readonly eventStore: EventStore,
    private readonly list: readonly Projection[],
  ) {
    this.checkpoints = new Checkpoints(database, eventStore.shards, 0);
  }

  /** Everything of the past has to be committed: see `completeUntil` of the log. `views`: what is to stand on the tables. */
  async make(past: Past, views: (projection: Projection, table: string, suffix: string) => readonly string[], { signal, onProgress }: Making): Promise<MadePast> {
    const [{ at }] = (await this.database.query<{ at: string }>('SELECT extract(epoch FROM clock_timestamp())::bigint::text AS at')) as [{ at: string }];
    const suffix = `past_${at}_${randomBytes(4).toString('hex')}`;
    const tables = this.list.map((projection) => ({ projection, table: tableOf(projection, suffix) }));
    try {
      for (const { projection, table } of tables) await this.database.transaction(() => createTable(this.database, projection, table));
      let progress: PastProgress = { accounts: 0, folded: 0 };
      for (let last = ''; ; ) {
        const began = performance.now();
        signal.throwIfAborted();
        const accountIds = await this.eventStore.accountsAfter(last, accountsOfPage);
        if (accountIds.length === 0) break;
        const folded = await this.database.snapshot(() => this.fill(accountIds, past, tables));
        progress = { accounts: progress.accounts + accountIds.length, folded: progress.folded + folded };
        onProgress?.(progress);
        last = accountIds.at(-1)!;
        // It is nobody's command: as long as it works it leaves to everybody else.
        if (accountIds.length === accountsOfPage) await sleep(performance.now() - began, undefined, { signal }).catch(() => undefined);
      }
      for (const { projection, table } of tables) {
        await this.database.query(`ANALYZE ${table}`);
        for (const statement of views(projection, table, suffix)) await this.database.query(statement);
      }
      signal.throwIfAborted();
      return { suffix, ...progress };
    } catch (error) {
      await this.drop(suffix);
      throw error;
    }
  }

  /** With the views on them; whoever is reading them is waited for. */
  async drop(suffix: string): Promise<void> {
    for (const projection of this.list) await this.database.query(`DROP TABLE IF EXISTS ${tableOf(projection, suffix)} CASCADE`);
  }

  /** Drops what processes that are gone have left: pasts that were made so long ago. */
  async sweep(olderThanMs: number): Promise<void> {
    const rows = await this.database.query<{ suffix: string }>(
      `SELECT DISTINCT substring(c.relname FROM '__(past_[0-9]+_[0-9a-f]{8})$') AS suffix FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'sunset' AND c.relkind = 'r' AND substring(c.relname FROM '__past_([0-9]+)_[0-9a-f]{8}$')::bigint < extract(epoch FROM clock_timestamp()) - $1::float8 / 1000`,
      [olderThanMs],
    );
    for (const { suffix } of rows) await this.drop(suffix);
  }

  /** Answers how many were folded again. The rows and how far they have come are of one moment. */
  private async fill(accountIds: readonly string[], past: Past, tables: readonly Beside[]): Promise<number> {
    const standings = await this.eventStore.standings(accountIds, past, await this.positions());
    const began = standings.filter((one) => one.began);
    const unchanged = began.filter(({ wentOn }) => !wentOn).map(({ accountId }) => accountId);
    const changed = began.filter(({ wentOn }) => wentOn).map(({ accountId }) => accountId);
    if (unchanged.length > 0) for (const beside of tables) await this.copy(unchanged, beside);
    if (changed.length > 0) await this.fold(changed, past, tables);
    return changed.length;
  }

  /** Of each shard, how far every table in use has come; 0 where one is of another version, so that nothing is taken from it. */
  private async positions(): Promise<readonly number[]> {
    const positions = Array.from({ length: this.eventStore.shards }, () => Infinity);
    for (const { name, version } of this.list) {
      const live = await this.checkpoints.find(name, 'live');
      for (const shard of positions.keys()) {
        const checkpoint = live.find((one) => one.shard === shard);
        positions[shard] = Math.min(positions[shard]!, checkpoint?.version === version ? checkpoint.position : 0);
      }
    }
    return positions;
  }

  private async copy(accountIds: readonly string[], { projection: { name }, table }: Beside): Promise<void> {
    const [{ columns }] = (await this.database.query<{ columns: string }>(
      `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`, [table],
    )) as [{ columns: string }];
    await this.database.query(`${across('tables of projections')}INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${liveTable(name)} t WHERE ${ofAccounts('$1', 't')}`, [accountIds]);
  }

  private async fold(accountIds: readonly string[], past: Past, tables: readonly Beside[]): Promise<void> {
    let after = { accountId: '', version: 0 };
    for (;;) {
      const events = await this.eventStore.eventsThen(accountIds, past, after, usualBatch);
      for (const { projection, table } of tables) await projection.apply(events, { table, database: this.database });
      if (events.length < usualBatch) return;
      after = events.at(-1)!;
    }
  }
}

/** A projection and its table in a past. */
interface Beside {
  readonly projection: Projection;
  readonly table: string;
}

const tableOf = ({ name }: Projection, suffix: string): string => `${liveTable(name)}__${suffix}`;
