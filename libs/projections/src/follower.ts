// Moves one projection on: a batch for the table in use, a batch for the one built beside it, and the exchange when that has caught up.
import { performance } from 'node:perf_hooks';
import { type EventStore, headOf, WrittenByNewerRelease } from '#event-store';
import { lockNotAvailable, Retry, sqlState, type Database } from '#postgres';
import type { Build, Checkpoint, Checkpoints } from './checkpoints.js';
import { Pages } from './pages.js';
import type { Projection } from './projection.js';
import { createTable, exchangeTables, liveTable, rebuildTable } from './tables.js';

/** Its target counts too: beside a table that failed early, being as far would not mean much. */
const behindBy = ({ shard, position, target }: Checkpoint, live: readonly Checkpoint[]): number =>
  Math.max(target ?? 0, live[shard]?.position ?? 0) - position;

const readerOf = (name: string, build: Build): string => `${name} ${build}`;

/** The database starts the transaction again for these by itself. */
const isTransient = (error: unknown): boolean => error instanceof Retry || ['40001', '40P01'].includes(sqlState(error) ?? '');

/** How long a process that is too old for what comes next leaves the projection to others. */
const stepAsideMs = 10_000;

export class Follower {
  private readonly aside = new Map<string, { readonly until: number; readonly error: WrittenByNewerRelease }>();
  private readonly pages: Pages;

  constructor(
    private readonly database: Database,
    eventStore: EventStore,
    private readonly checkpoints: Checkpoints,
    private readonly batch: number,
  ) {
    this.pages = new Pages(database, eventStore);
  }

  /** Those of the projections that have something to apply, or are rebuilt. */
  async wanted(names: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ name: string }>(
      `SELECT name FROM sunset.projections p WHERE name = ANY ($1) GROUP BY name HAVING bool_or(build = 'rebuild' OR position < ${headOf('p.shard')})`,
      [names],
    );
    return new Set(rows.map(({ name }) => name));
  }

  /**
   * How many events were applied, plus one for every beginning and exchange; 0 means that waiting is in order. Throws `WrittenByNewerRelease` while
   * it stands aside: the checkpoint, which it shares with processes that can read what comes next, is as they left it.
   */
  async step(projection: Projection): Promise<number> {
    const { name } = projection;
    const aside = this.aside.get(name);
    if (aside && aside.until > performance.now()) throw aside.error;
    const rows = await this.database.query<{ build: Build; behind: boolean }>(
      `SELECT build, bool_or(position < ${headOf('p.shard')}) AS behind
       FROM sunset.projections p WHERE name = $1 GROUP BY build`,
      [name],
    );
    const wanted = { live: rows.some(({ build, behind }) => build === 'live' && behind), rebuild: rows.some(({ build }) => build === 'rebuild') };
    for (const build of ['live', 'rebuild'] as const) if (!wanted[build]) this.pages.forget(readerOf(name, build));
    const live = wanted.live ? await this.guarded(projection, 'live') : 0;
    if (!wanted.rebuild) return live;
    const rebuilt = await this.guarded(projection, 'rebuild');
    return live + rebuilt + (await this.exchange(projection));
  }

  /** A batch; if that fails its events one by one, so that all before the failing one are in and the error names it. */
  private async guarded(projection: Projection, build: Build): Promise<number> {
    const reader = readerOf(projection.name, build);
    try {
      const applied = await this.advance(projection, build, this.batch);
      if (applied === 0) this.pages.forget(reader);
      return applied;
    } catch {
      this.pages.forget(reader);
      let applied = 0;
      try {
        for (let n = 1; n > 0 && applied < this.batch; applied += n) n = await this.advance(projection, build, 1);
      } catch (error) {
        if (error instanceof WrittenByNewerRelease) return this.stepAside(projection, applied, error);
        await this.checkpoints.fail(projection.name, build, error);
      }
      return applied;
    }
  }

  private stepAside({ name }: Projection, applied: number, error: WrittenByNewerRelease): number {
    if (applied > 0) return applied;
    this.aside.set(name, { until: performance.now() + stepAsideMs, error });
    throw error;
  }

  private async advance(projection: Projection, build: Build, limit: number): Promise<number> {
    const { name, version } = projection;
    return this.database.transaction(async () => {
      const checkpoints = await this.checkpoints.lock(name, build);
      const [first] = checkpoints;
      if (!first || checkpoints.some(({ waiting }) => waiting)) return 0;
      const fresh = first.status === 'requested' && first.version === version;
      if (build === 'rebuild' && (fresh || first.version < version)) return this.begin(projection);
      if (first.version !== version) return 0;
      let applied = 0;
      for (const { shard, position } of checkpoints) applied += await this.apply(projection, build, shard, position, limit);
      return applied;
    });
  }

  private async apply(projection: Projection, build: Build, shard: number, after: number, limit: number): Promise<number> {
    const events = await this.pages.read(readerOf(projection.name, build), { shard, after, limit });
    const last = events.at(-1);
    if (!last) return 0;
    const table = (build === 'live' ? liveTable : rebuildTable)(projection.name);
    try {
      await projection.apply(events, { table, database: this.database });
    } catch (error) {
      if (events.length > 1 || isTransient(error)) throw error;
      throw new Error(`${last.type} at ${shard}/${last.position}: ${(error as Error).message}`, { cause: error });
    }
    await this.checkpoints.advance(projection.name, build, shard, last.position);
    return events.length;
  }

  private async begin(projection: Projection): Promise<number> {
    await this.database.query(`DROP TABLE IF EXISTS ${rebuildTable(projection.name)}`);
    await createTable(this.database, projection, rebuildTable(projection.name));
    await this.checkpoints.restart(projection.name, projection.version);
    return 1;
  }

  /**
   * Takes the rebuilt table into use once a last batch brings it as far as the one in use, which stands still meanwhile; 1 if it did. Readers who
   * had to wait take their snapshot afterwards, and so find every row; those in REPEATABLE READ do not.
   */
  private async exchange(projection: Projection): Promise<number> {
    const { name } = projection;
    const { live: standing, rebuild } = await this.checkpoints.both(name);
    if (!this.exchangeable(projection, standing, rebuild)) return 0;
    const last: { batchApplied: boolean } = { batchApplied: false };
    try {
      return await this.database.transaction(async () => {
        last.batchApplied = false;
        await this.database.query("SET LOCAL lock_timeout = '1s'");
        const live = await this.checkpoints.lock(name, 'live', { wait: true });
        const rebuilt = await this.checkpoints.lock(name, 'rebuild', { wait: true });
        if (!this.exchangeable(projection, live, rebuilt)) return 0;
        for (const checkpoint of rebuilt) {
          const behind = behindBy(checkpoint, live);
          if (behind > 0) await this.apply(projection, 'rebuild', checkpoint.shard, checkpoint.position, behind);
        }
        last.batchApplied = true;
        await exchangeTables(this.database, projection);
        await this.checkpoints.exchange(name);
        this.pages.forget(readerOf(name, 'rebuild'));
        return 1;
      });
    } catch (error) {
      if (sqlState(error) === lockNotAvailable) return 0;
      if (!last.batchApplied) return this.guarded(projection, 'rebuild');
      await this.checkpoints.fail(name, 'rebuild', error);
      return 0;
    }
  }

  private exchangeable({ version }: Projection, live: readonly Checkpoint[], rebuilt: readonly Checkpoint[]): boolean {
    const ready = (checkpoint: Checkpoint): boolean =>
      checkpoint.status === 'running' && checkpoint.version === version && !checkpoint.waiting && behindBy(checkpoint, live) <= this.batch;
    return rebuilt.length > 0 && rebuilt.every(ready);
  }
}
