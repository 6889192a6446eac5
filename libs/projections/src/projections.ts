// Keeps projections in step with the log: each event once, whatever is killed; rebuilds them beside the tables in use.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventStore, logHint, nextRecordedAt } from '#event-store';
import type { Instant } from '#kernel';
import { across, type Database } from '#postgres';
import { Loop, type NextTurn, silentLogger } from '#running';
import { Checkpoints, progressOf, type RebuildProgress } from './checkpoints.js';
import { Follower } from './follower.js';
import type { Projection } from './projection.js';
import { createTable, createViews, liveTable } from './tables.js';
import { compareTables, type Difference } from './verify.js';

/** What hints are given about: a rebuild that is asked for; see `Hints` of `postgres`. */
const projectionsHint = 'projections';

/** Events that are read, applied and committed together, unless told otherwise. */
export const usualBatch = 2_000;

export interface ProjectionsSettings {
  /** Events of one transaction. */
  readonly batch?: number;
  /** The wait after a first failure; it doubles up to a minute. */
  readonly retryMs?: number;
}

/** Positions are summed over the shards. */
export interface ProjectionStatus {
  readonly name: string;
  /** Of the table in use. */
  readonly version: number;
  readonly position: number;
  readonly head: number;
  readonly lag: number;
  /** `outdated`: the table is not of this process' version, so this process does not write to it. */
  readonly status: 'live' | 'rebuilding' | 'failing' | 'outdated';
  readonly rebuild: RebuildProgress | null;
  readonly lastError: string | null;
}

interface RunOptions {
  readonly signal: AbortSignal;
  readonly idleMs?: number;
  readonly onError?: (error: unknown, name: string) => void;
  readonly onRecovery?: (name: string) => void;
}

/** What an answer read after this stands for, at least. */
export interface ProjectionPosition {
  readonly position: number;
  readonly shards: readonly { readonly shard: number; readonly position: number }[];
  /** Everything recorded before this instant of the database's clock is in the table. */
  readonly asOf: Instant;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

export class Projections {
  private readonly byName = new Map<string, Projection>();
  private readonly checkpoints: Checkpoints;
  private readonly follower: Follower;
  private readonly batch: number;

  constructor(
    private readonly database: Database,
    private readonly eventStore: EventStore,
    list: readonly Projection[],
    { batch = usualBatch, retryMs = 1000 }: ProjectionsSettings = {},
  ) {
    for (const projection of list) {
      const { name, types = [] } = projection;
      if (!/^[a-z][a-z0-9_]{0,39}$/.test(name)) throw new Error(`not a name for a projection: ${name}`);
      if (this.byName.has(name)) throw new Error(`projection declared twice: ${name}`);
      const unknown = types.find((type) => !eventStore.declares(type));
      if (unknown) throw new Error(`projection ${name} reacts to an event type that is not declared: ${unknown}`);
      this.byName.set(name, projection);
    }
    this.batch = batch;
    this.checkpoints = new Checkpoints(database, eventStore.shards, retryMs);
    this.follower = new Follower(database, eventStore, this.checkpoints, batch);
  }

  get names(): string[] {
    return [...this.byName.keys()];
  }

  /** Creates the tables of new projections, and asks for a rebuild where the version was raised. Any number of processes may call it. */
  async ensureTables(): Promise<void> {
    for (const projection of this.byName.values()) {
      const { name, version } = projection;
      await this.database.transaction(async () => {
        if (await this.checkpoints.insert(name, 'live', version, 'running')) {
          await createTable(this.database, projection, liveTable(name));
          await createViews(this.database, projection, liveTable(name));
        }
        const [live] = await this.checkpoints.find(name, 'live');
        if (live!.version < version) await this.checkpoints.insert(name, 'rebuild', version, 'requested');
      });
    }
  }

  /**
   * One batch for the table in use and, if there is one, for the rebuild beside it. Answers how many events were applied; 0 also when another
   * process is at it, or a failure is not yet old enough to try again. An event that cannot be applied is recorded, not thrown.
   */
  async step(name: string): Promise<number> {
    return this.follower.step(this.find(name));
  }

  /**
   * Steps all projections until `signal` aborts. `onError` hears of what no projection is to blame for, such as a lost connection, or an event that
   * only a newer release can read; once, until `onRecovery` has heard that the projection is followed again.
   */
  async run({ signal, idleMs = 200, onError, onRecovery }: RunOptions): Promise<void> {
    const following = new Map<string, Promise<void>>();
    const failing = new Set<string>();
    const fail = (name: string, error: unknown): void => {
      if (!failing.has(name)) onError?.(error, name);
      failing.add(name);
    };
    const recover = (name: string): void => {
      if (failing.delete(name)) onRecovery?.(name);
    };
    const follow = async (name: string): Promise<void> => {
      for (let applied = 1; applied > 0 && !signal.aborted; ) {
        applied = await this.step(name);
        recover(name);
      }
    };
    const look = async (): Promise<NextTurn> => {
      const wanted = await this.follower.wanted(this.names).catch((error: unknown) => this.names.forEach((name) => fail(name, error)));
      if (!wanted) return undefined;
      for (const name of this.names) {
        if (following.has(name)) continue;
        if (wanted.has(name)) following.set(name, follow(name).catch((error: unknown) => fail(name, error)).finally(() => following.delete(name)));
        else recover(name);
      }
      return following.size === 0 ? 'rest' : undefined;
    };
    const looking = new Loop('projections', idleMs, look, silentLogger, this.database.hints.about(logHint, projectionsHint));
    looking.start();
    if (!signal.aborted) await once(signal, 'abort');
    await looking.stop();
    await Promise.all(following.values());
  }

  async status(): Promise<ProjectionStatus[]> {
    const heads = await this.heads();
    const head = sum(heads);
    return Promise.all([...this.byName.values()].map((projection) => this.statusOf(projection, head)));
  }

  /** Ask before reading the table: the rows then are of this position or a later one. */
  async position(name: string): Promise<ProjectionPosition> {
    this.find(name);
    // Asked first: what is committed by then is seen by the statement after it.
    const completeUntil = await this.eventStore.completeUntil();
    const rows = await this.database.query<{ shard: number; position: number; as_of: Instant }>(
      `SELECT shard, position, least($2::timestamptz, ${nextRecordedAt('p.shard', 'p.position')}) AS as_of
       FROM sunset.projections p WHERE name = $1 AND build = 'live' ORDER BY shard`,
      [name, completeUntil],
    );
    if (rows.length === 0) throw new Error(`projection without a table: ${name}`);
    return {
      position: sum(rows.map(({ position }) => position)),
      shards: rows.map(({ shard, position }) => ({ shard, position })),
      asOf: rows.map(({ as_of }) => as_of).reduce((a, b) => (a < b ? a : b)),
    };
  }

  /** Asks for a rebuild, which whoever steps the projection carries out. One that is under way goes on. */
  async requestRebuild(name: string): Promise<void> {
    const { version } = this.find(name);
    await this.checkpoints.insert(name, 'rebuild', version, 'requested');
    await this.checkpoints.retryNow(name);
    this.database.hint(projectionsHint);
  }

  /** Rebuilds now, together with whoever else steps this projection; ends after the exchange. Throws what an event could not be applied for. */
  async rebuild(name: string, { onProgress }: { onProgress?: (progress: RebuildProgress) => void } = {}): Promise<void> {
    await this.requestRebuild(name);
    for (;;) {
      const applied = await this.step(name);
      const progress = progressOf(await this.checkpoints.find(name, 'rebuild'));
      if (!progress) return;
      if (progress.lastError !== null) throw new Error(`rebuild of ${name} stopped: ${progress.lastError}`);
      onProgress?.(progress);
      if (applied === 0) await sleep(50);
    }
  }

  /** Of the table in use. */
  async rows(name: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(`${across('tables of projections')}SELECT count(*) AS count FROM ${liveTable(this.find(name).name)}`);
    return row!.count;
  }

  /** Builds the table a second time and compares row for row, in one transaction of which nothing stays. At most 100 differences are listed. */
  async verify(name: string): Promise<Difference> {
    const projection = this.find(name);
    const table = `sunset.${name}__verify_${randomBytes(4).toString('hex')}`;
    return this.database.transaction(async () => {
      await createTable(this.database, projection, table);
      const positions = this.shardNumbers().map(() => 0);
      const catchUp = async (limits: readonly number[]): Promise<void> => {
        for (const shard of this.shardNumbers()) {
          while (positions[shard]! < limits[shard]!) {
            const limit = Math.min(this.batch, limits[shard]! - positions[shard]!);
            const events = await this.eventStore.read({ shard, after: positions[shard]!, limit });
            await projection.apply(events, { table, database: this.database });
            positions[shard] = events.at(-1)!.position;
          }
        }
      };
      await catchUp((await this.checkpoints.find(name, 'live')).map(({ position }) => position));
      const live = await this.checkpoints.lock(name, 'live', { wait: true });
      if (live[0]?.version !== projection.version) throw new Error(`${liveTable(name)} is not of version ${projection.version}: nothing to compare`);
      await catchUp(live.map(({ position }) => position));
      const difference = await compareTables(this.database, liveTable(name), table);
      await this.database.query(`DROP TABLE ${table}`);
      return difference;
    });
  }

  private async statusOf(projection: Projection, head: number): Promise<ProjectionStatus> {
    const { name } = projection;
    const both = await this.checkpoints.both(name);
    const { live } = both;
    const rebuild = progressOf(both.rebuild);
    const position = sum(live.map((row) => row.position));
    const version = live[0]?.version ?? 0;
    const lastError = live[0]?.last_error ?? rebuild?.lastError ?? null;
    const status = lastError !== null ? 'failing' : rebuild ? 'rebuilding' : version !== projection.version ? 'outdated' : 'live';
    return { name, version, position, head: Math.max(head, position), lag: Math.max(0, head - position), status, rebuild, lastError };
  }

  private async heads(): Promise<number[]> {
    return Promise.all(this.shardNumbers().map((shard) => this.eventStore.head(shard)));
  }

  private shardNumbers(): number[] {
    return Array.from({ length: this.eventStore.shards }, (_, shard) => shard);
  }

  private find(name: string): Projection {
    const projection = this.byName.get(name);
    if (!projection) throw new Error(`no such projection: ${name}`);
    return projection;
  }
}
