// The rows of `sunset.projections`: read, locked, moved on, and told about failures.
import { headOf } from '#event-store';
import { across, type Database } from '#postgres';
import { explain } from '#running';

/** `live` is the table in use, `rebuild` the one that is built beside it. */
export type Build = 'live' | 'rebuild';

export interface Checkpoint {
  readonly shard: number;
  readonly version: number;
  readonly position: number;
  readonly target: number | null;
  readonly status: 'requested' | 'running';
  readonly attempts: number;
  readonly last_error: string | null;
  readonly started_at: string;
  /** A failure is not yet old enough to try again. */
  readonly waiting: boolean;
}

/** Positions are summed over the shards. */
export interface RebuildProgress {
  readonly version: number;
  readonly status: 'requested' | 'running';
  readonly position: number;
  /** The head when it began. */
  readonly target: number;
  readonly startedAt: string;
  readonly lastError: string | null;
}

export function progressOf(rebuild: readonly Checkpoint[]): RebuildProgress | null {
  const [first] = rebuild;
  return (
    first && {
      version: first.version,
      status: first.status,
      position: rebuild.reduce((total, { position }) => total + position, 0),
      target: rebuild.reduce((total, { target }) => total + (target ?? 0), 0),
      startedAt: first.started_at,
      lastError: first.last_error,
    }
  ) ?? null;
}

const columns = `shard, version, position, target, status, attempts, last_error, started_at,
  coalesce(next_attempt_at > clock_timestamp(), false) AS waiting`;

export class Checkpoints {
  constructor(
    private readonly database: Database,
    private readonly shards: number,
    private readonly retryMs: number,
  ) {}

  async find(name: string, build: Build): Promise<Checkpoint[]> {
    return this.database.query(`SELECT ${columns} FROM sunset.projections WHERE name = $1 AND build = $2 ORDER BY shard`, [name, build]);
  }

  /** Both builds as they are at one moment. */
  async both(name: string): Promise<{ readonly live: Checkpoint[]; readonly rebuild: Checkpoint[] }> {
    const rows = await this.database.query<Checkpoint & { readonly build: Build }>(`SELECT build, ${columns} FROM sunset.projections WHERE name = $1 ORDER BY shard`, [name]);
    return { live: rows.filter(({ build }) => build === 'live'), rebuild: rows.filter(({ build }) => build === 'rebuild') };
  }

  /** Like {@link find}, alone until the commit. Empty when another process has them, unless `wait`. */
  async lock(name: string, build: Build, { wait = false } = {}): Promise<Checkpoint[]> {
    const locked = await this.database.query(
      `${across('followers')}SELECT FROM sunset.projections WHERE name = $1 AND build = $2 AND shard = 0 FOR UPDATE ${wait ? '' : 'SKIP LOCKED'}`,
      [name, build],
    );
    return locked.length === 1 ? this.find(name, build) : [];
  }

  /** Puts a row for each shard; `false` if they were there. A concurrent call for the same waits for this transaction. */
  async insert(name: string, build: Build, version: number, status: Checkpoint['status']): Promise<boolean> {
    const { affected } = await this.database.execute(
      `INSERT INTO sunset.projections (name, build, shard, version, status)
       SELECT $1, $2, shard, $3, $4 FROM generate_series(0, $5::integer - 1) AS shard ON CONFLICT DO NOTHING`,
      [name, build, version, status, this.shards],
    );
    return affected > 0;
  }

  async advance(name: string, build: Build, shard: number, position: number): Promise<void> {
    await this.database.query(
      `UPDATE sunset.projections
       SET position = $4, attempts = 0, next_attempt_at = NULL, last_error = NULL, updated_at = clock_timestamp()
       WHERE name = $1 AND build = $2 AND shard = $3`,
      [name, build, shard, position],
    );
  }

  /** From zero again, with this version. */
  async restart(name: string, version: number): Promise<void> {
    await this.database.query(
      `UPDATE sunset.projections p
       SET version = $2, status = 'running', position = 0, attempts = 0, next_attempt_at = NULL, last_error = NULL,
         target = ${headOf('p.shard')},
         started_at = clock_timestamp(), updated_at = clock_timestamp()
       WHERE name = $1 AND build = 'rebuild'`,
      [name, version],
    );
  }

  /** The rebuilt table is the one in use now. */
  async exchange(name: string): Promise<void> {
    await this.database.query("DELETE FROM sunset.projections WHERE name = $1 AND build = 'live'", [name]);
    await this.database.query(
      "UPDATE sunset.projections SET build = 'live', target = NULL, updated_at = clock_timestamp() WHERE name = $1 AND build = 'rebuild'",
      [name],
    );
  }

  /** Tried again after twice the time of the last failure, a minute at most. */
  async fail(name: string, build: Build, error: unknown): Promise<void> {
    await this.database.query(
      `UPDATE sunset.projections
       SET attempts = attempts + 1, last_error = $3, updated_at = clock_timestamp(),
         next_attempt_at = clock_timestamp() + least(60000, $4 * 2 ^ least(attempts, 20)) * interval '1 millisecond'
       WHERE name = $1 AND build = $2`,
      [name, build, explain(error), this.retryMs],
    );
  }

  async retryNow(name: string): Promise<void> {
    await this.database.query('UPDATE sunset.projections SET next_attempt_at = NULL WHERE name = $1', [name]);
  }
}
