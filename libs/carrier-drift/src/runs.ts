// Runs that compare: asked for by an operator or due by the clock of the database, one at a time for each carrier, whoever carries them out.
import { randomUUID } from 'node:crypto';
import type { ListedKind } from '#carriers';
import type { Instant } from '#kernel';
import type { Database } from '#postgres';

export interface DriftRun {
  readonly runId: string;
  readonly carrier: string;
  /** `null`: it was due. */
  readonly askedBy: string | null;
  readonly askedAt: Instant;
  /** `null`: no worker has begun. One that takes over begins anew. */
  readonly beganAt: Instant | null;
  readonly endedAt: Instant | null;
  /** `failed`: the carrier could not be listed, and nothing was compared. */
  readonly outcome: 'compared' | 'failed' | null;
  /** A short word of the carrier port. */
  readonly reason: string | null;
  /** What the carrier has listed, and what accounts have, so far. */
  readonly listed: number;
  readonly compared: number;
}

/** A run that this process carries out. */
export interface TakenRun {
  readonly runId: string;
  readonly carrier: string;
  /** Whoever takes it over has a higher one. */
  readonly attempt: number;
  readonly beganAt: Instant;
}

/** The last row of a page; the next page begins behind it. */
export interface RunCursor {
  readonly askedAt: Instant;
  readonly runId: string;
}

/** Longer than any wait between two requests. */
const leaseMs = 900_000;

const columns = `run_id AS "runId", carrier, asked_by AS "askedBy", asked_at AS "askedAt", began_at AS "beganAt", ended_at AS "endedAt", outcome, reason, listed, compared`;
const ownRun = 'run_id = $1 AND attempt = $2 AND ended_at IS NULL';

export class DriftRuns {
  constructor(private readonly database: Database) {}

  /** The one that is open already, or one more. */
  async ask(carrier: string, askedBy: string): Promise<DriftRun> {
    await this.open(carrier, askedBy);
    const [run] = await this.database.query<DriftRun>(`SELECT ${columns} FROM sunset.carrier_drift_runs WHERE carrier = $1 ORDER BY asked_at DESC LIMIT 1`, [carrier]);
    return run!;
  }

  /** What is to be carried out here, from the beginning. `everyMs`: 0, where only operators ask. `null`: nothing, or another process does. */
  async take(carrier: string, everyMs: number): Promise<TakenRun | null> {
    return this.database.transaction(async () => {
      if (everyMs > 0) {
        const [recent] = await this.database.query(
          `SELECT FROM sunset.carrier_drift_runs WHERE carrier = $1 AND asked_at > clock_timestamp() - $2 * interval '1 ms' AND asked_at <= clock_timestamp() LIMIT 1`, [carrier, everyMs],
        );
        if (!recent) await this.open(carrier, null);
      }
      const [taken] = await this.database.query<TakenRun>(
        `UPDATE sunset.carrier_drift_runs SET attempt = attempt + 1, began_at = clock_timestamp(), lease_until = clock_timestamp() + $2 * interval '1 ms', listed = 0, compared = 0
         WHERE run_id IN (SELECT run_id FROM sunset.carrier_drift_runs WHERE carrier = $1 AND ended_at IS NULL AND (lease_until IS NULL OR lease_until <= clock_timestamp()) FOR UPDATE SKIP LOCKED)
         RETURNING run_id AS "runId", carrier, attempt, began_at AS "beganAt"`,
        [carrier, leaseMs],
      );
      if (taken) await this.forgetListed(carrier);
      return taken ?? null;
    });
  }

  /** In the transaction that notes what came of a request, before anything is noted. `false`: another process has taken it over. */
  async keep({ runId, attempt }: TakenRun, more: { readonly listed?: number; readonly compared?: number } = {}): Promise<boolean> {
    const { affected } = await this.database.execute(
      `UPDATE sunset.carrier_drift_runs SET lease_until = clock_timestamp() + $3 * interval '1 ms', listed = listed + $4, compared = compared + $5 WHERE ${ownRun}`,
      [runId, attempt, leaseMs, more.listed ?? 0, more.compared ?? 0],
    );
    return affected > 0;
  }

  async end({ runId, attempt, carrier }: TakenRun, outcome: 'compared' | 'failed', reason: string | null): Promise<void> {
    await this.database.execute(`UPDATE sunset.carrier_drift_runs SET ended_at = clock_timestamp(), outcome = $3, reason = $4 WHERE ${ownRun}`, [runId, attempt, outcome, reason]);
    await this.forgetListed(carrier);
  }

  /** Lets another process go on at once. */
  async letGo({ runId, attempt }: TakenRun): Promise<void> {
    await this.database.execute(`UPDATE sunset.carrier_drift_runs SET lease_until = NULL WHERE ${ownRun}`, [runId, attempt]);
  }

  async noteListed(carrier: string, kind: ListedKind, hashes: readonly string[]): Promise<void> {
    await this.database.execute(
      `INSERT INTO sunset.carrier_drift_listed (carrier, kind, hash) SELECT $1, $2, decode(hash, 'hex') FROM unnest($3::text[]) AS listed (hash) ON CONFLICT DO NOTHING`, [carrier, kind, hashes],
    );
  }

  /** Those of the hashes that the carrier has listed. */
  async listedOf(carrier: string, kind: ListedKind, hashes: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ hash: string }>(
      `SELECT encode(hash, 'hex') AS hash FROM sunset.carrier_drift_listed WHERE carrier = $1 AND kind = $2 AND hash IN (SELECT decode(hash, 'hex') FROM unnest($3::text[]) AS asked (hash))`,
      [carrier, kind, hashes],
    );
    return new Set(rows.map(({ hash }) => hash));
  }

  /** Latest first. */
  list({ after, limit }: { readonly after?: RunCursor | undefined; readonly limit: number }): Promise<readonly DriftRun[]> {
    return this.database.query<DriftRun>(
      `SELECT ${columns} FROM sunset.carrier_drift_runs
       WHERE $1::timestamptz IS NULL OR asked_at < $1 OR (asked_at = $1 AND run_id > $2::uuid) ORDER BY asked_at DESC, run_id LIMIT $3`,
      [after?.askedAt ?? null, after?.runId ?? null, limit],
    );
  }

  async last(): Promise<DriftRun | null> {
    return (await this.list({ limit: 1 }))[0] ?? null;
  }

  /** How long ago the carrier was last compared with, or first was to be; 0 where nobody has asked for it. */
  async ageSeconds(): Promise<number> {
    const [row] = await this.database.query<{ seconds: number | null }>(
      `SELECT extract(epoch FROM clock_timestamp() - coalesce(max(ended_at) FILTER (WHERE outcome = 'compared'), min(asked_at)))::float8 AS seconds FROM sunset.carrier_drift_runs`,
    );
    return row?.seconds ?? 0;
  }

  private async open(carrier: string, askedBy: string | null): Promise<void> {
    await this.database.execute(
      'INSERT INTO sunset.carrier_drift_runs (run_id, carrier, asked_by) VALUES ($1, $2, $3) ON CONFLICT (carrier) WHERE ended_at IS NULL DO NOTHING', [randomUUID(), carrier, askedBy],
    );
  }

  private async forgetListed(carrier: string): Promise<void> {
    await this.database.execute('DELETE FROM sunset.carrier_drift_listed WHERE carrier = $1', [carrier]);
  }
}
