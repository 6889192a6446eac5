// The table of purges: asked for in the transaction that decides, taken up by workers, read by operators.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { clockInDoubt } from '#deadlines';
import { refuse, type Instant, type Refusal } from '#kernel';
import { across, type Database, ofAccount, ofSameAccount, shardOf } from '#postgres';
import { type ClaimedPurge, type Exception, type PurgeRequest, type PurgeStatus, type PurgeStep, purgeSteps, type RecordedPurge } from './purge.js';

export interface PurgeFilter {
  readonly accountId?: string;
  readonly status?: PurgeStatus;
  readonly startedBefore?: Instant;
  /** Stands in the last error, or in what the verification found, in capitals or not. */
  readonly error?: string;
}

/** The last row of a page; the next page begins behind it. */
export interface PurgeCursor {
  readonly startedAt: Instant;
  readonly purgeId: string;
}

/** Another worker has taken the purge up meanwhile. */
export class Fenced extends Error {
  override name = 'Fenced';
}

/** How long a purge stays with a worker that is not heard of. */
export const usualLeaseMs = 15_000;
const lookEveryMs = 50;
/** How long an early erasure waits for carriers. */
const waitDaysMost = 7;
/** How long any purge waits until the person is told: about eight attempts. */
const wordMinutesMost = 15;

const claimedColumns = `p.purge_id AS "purgeId", p.account_id AS "accountId", p.life_id AS "lifeId", p.test_clock_id AS "testClockId", p.basis, p.due_at AS "dueAt", p.begun_at AS "begunAt", p.step, p.claim,
  p.attempts, p.started_at < statement_timestamp() - interval '${waitDaysMost} days' AND NOT ${clockInDoubt} AS "waitedLong",
  p.started_at < statement_timestamp() - interval '${wordMinutesMost} minutes' AND NOT ${clockInDoubt} AS "waitedForWord", p.salt, p.markers, p.exceptions, p.rounds, p.findings_accepted AS "findingsAccepted",
  p.places_accepted AS "placesAccepted"`;

const shown = `p.purge_id AS "purgeId", p.account_id AS "accountId", p.basis, p.due_at AS "dueAt", p.status, p.step, p.findings, p.findings_accepted AS "findingsAccepted",
  coalesce(p.exceptions, '[]') AS exceptions, p.attempts, p.next_attempt_at AS "nextAttemptAt", p.last_error AS "lastError",
  CASE WHEN p.status = 'running' AND p.step = 'releases' THEN p.started_at + interval '${waitDaysMost} days' END AS "waitsUntil", p.started_at AS "startedAt", p.done_at AS "doneAt", coalesce((
    SELECT json_agg(json_build_object('name', s.store, 'deleted', s.deleted, 'finished', s.finished) ORDER BY s.place)
    FROM sunset.purge_stores s WHERE ${ofSameAccount('s', 'p')} AND s.purge_id = p.purge_id
  ), '[]') AS stores`;

/** What hints are given about: purges to be gone on with; see `Hints` of `postgres`. */
export const purgesHint = 'purges';

export class Purges {
  constructor(
    private readonly database: Database,
    private readonly leaseMs = usualLeaseMs,
  ) {}

  /** In the surrounding transaction: the one that writes down that the purge has begun. Asked for again, it stays as it is. */
  async put({ purgeId, accountId, lifeId, testClockId, basis, dueAt, begunAt }: PurgeRequest): Promise<void> {
    await this.database.execute(
      `INSERT INTO sunset.purges (purge_id, shard, account_id, life_id, test_clock_id, basis, due_at, begun_at, step, salt) VALUES ($1, ${shardOf('$2')}, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (purge_id, account_id, shard) DO NOTHING`,
      [purgeId, accountId, lifeId, testClockId, basis, dueAt, begunAt, purgeSteps[0], randomBytes(32)],
    );
    this.database.hint(purgesHint);
  }

  /** Resolves once the purge no longer runs, or `withinMs` have passed. */
  async ended(purgeId: string, withinMs: number): Promise<void> {
    const until = performance.now() + withinMs;
    while (performance.now() < until && (await this.get(purgeId))?.status === 'running') await sleep(lookEveryMs);
  }

  /** Latest first, `limit` at most. */
  async list({ accountId, status, startedBefore, error }: PurgeFilter, { after, limit }: { readonly after?: PurgeCursor; readonly limit: number }): Promise<RecordedPurge[]> {
    return this.database.query<RecordedPurge>(
      `${accountId === undefined ? across('lists of operators') : ''}SELECT ${shown} FROM sunset.purges p
       WHERE ${accountId === undefined ? '$1::text IS NULL' : ofAccount('$1', 'p')} AND ($2::text IS NULL OR p.status = $2)
         AND ($3::timestamptz IS NULL OR (p.started_at, p.purge_id) < ($3, $4))
         AND ($6::timestamptz IS NULL OR p.started_at < $6) AND ($7::text IS NULL OR strpos(lower(concat_ws(' ', p.last_error, p.findings)), lower($7)) > 0)
       ORDER BY p.started_at DESC, p.purge_id DESC LIMIT $5`,
      [accountId ?? null, status ?? null, after?.startedAt ?? null, after?.purgeId ?? null, limit, startedBefore ?? null, error ?? null],
    );
  }

  async get(purgeId: string): Promise<RecordedPurge | null> {
    const [purge] = await this.database.query<RecordedPurge>(`${across('a row by its id')}SELECT ${shown} FROM sunset.purges p WHERE p.purge_id = $1`, [purgeId]);
    return purge ?? null;
  }

  /**
   * Lets a failed one go on; after the verification from the deletion of the stores. `acceptFindings`: why what the verification found may stay
   * where it was found, and nowhere else. `null`: there is none of that id.
   */
  async retry(purgeId: string, acceptFindings: string | null): Promise<RecordedPurge | Refusal<'purge_not_failed' | 'nothing_found'> | null> {
    return this.database.transaction(async () => {
      const [purge] = await this.database.query<Pick<RecordedPurge, 'accountId' | 'status' | 'step' | 'findings'>>(
        `${across('a row by its id')}SELECT account_id AS "accountId", status, step, findings FROM sunset.purges WHERE purge_id = $1 FOR UPDATE`, [purgeId],
      );
      if (!purge) return null;
      if (purge.status !== 'failed') return refuse('purge_not_failed', { purgeStatus: purge.status });
      const verified = purge.step === 'verification';
      if (acceptFindings !== null && !(verified && purge.findings.length > 0)) return refuse('nothing_found', { step: purge.step });
      await this.database.execute(
        `UPDATE sunset.purges SET status = 'running', attempts = 0, rounds = 0, next_attempt_at = NULL, lease_until = NULL,
           findings_accepted = coalesce($2, findings_accepted), places_accepted = CASE WHEN $2::text IS NULL THEN places_accepted ELSE findings END
         WHERE ${ofAccount('$3')} AND purge_id = $1`,
        [purgeId, acceptFindings, purge.accountId],
      );
      if (verified) await this.reopenStores({ purgeId, accountId: purge.accountId });
      this.database.hint(purgesHint);
      return this.get(purgeId);
    });
  }

  /** Puts `instead` where an operator said why findings may stay. `null`: there is no such purge. */
  async redact(purgeId: string, instead: string): Promise<RecordedPurge | Refusal<'nothing_to_redact'> | null> {
    const { affected } = await this.database.execute(`${across('a row by its id')}UPDATE sunset.purges SET findings_accepted = $2 WHERE purge_id = $1 AND findings_accepted IS NOT NULL`, [purgeId, instead]);
    const purge = await this.get(purgeId);
    return purge && (affected > 0 ? purge : refuse('nothing_to_redact'));
  }

  /** What is not done, by status; the age of the oldest in milliseconds. */
  async open(): Promise<{ readonly status: PurgeStatus; readonly count: number; readonly oldestMs: number }[]> {
    return this.database.query(
      `${across('what waits in all')}SELECT status, count(*) AS count, (extract(epoch FROM statement_timestamp() - min(started_at)) * 1000)::float8 AS "oldestMs"
       FROM sunset.purges WHERE status <> 'done' GROUP BY status ORDER BY status`,
    );
  }

  /** Those that wait for the outside world; the age of the oldest in milliseconds, `null` where none does. */
  async waiting(): Promise<{ readonly count: number; readonly oldestMs: number | null }> {
    const [row] = await this.database.query<{ count: number; oldestMs: number | null }>(
      `${across('what waits in all')}SELECT count(*) AS count, (extract(epoch FROM statement_timestamp() - min(started_at)) * 1000)::float8 AS "oldestMs"
       FROM sunset.purges WHERE status = 'running' AND step = 'releases' AND next_attempt_at IS NOT NULL`,
    );
    return row!;
  }

  /** Those of the ids whose purge is done. */
  async doneAmong(purgeIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ purge_id: string }>(`${across('a row by its id')}SELECT purge_id FROM sunset.purges WHERE status = 'done' AND purge_id = ANY ($1)`, [purgeIds]);
    return new Set(rows.map(({ purge_id: id }) => id));
  }

  /** Whether one is under way that may be gone on with within that time, be it by who has it now. */
  async someWithin(ms: number): Promise<boolean> {
    const [row] = await this.database.query<{ some: boolean }>(
      `${across('the next one to be taken up')}SELECT EXISTS (
         SELECT FROM sunset.purges WHERE status = 'running' AND (next_attempt_at IS NULL OR next_attempt_at <= statement_timestamp() + $1 * interval '1 ms')
       ) AS some`,
      [ms],
    );
    return row!.some;
  }

  /** Takes one up that nobody works on; `null`: there is none. */
  async claim(): Promise<ClaimedPurge | null> {
    const [claimed] = await this.database.query<ClaimedPurge>(
      `${across('the next one to be taken up')}UPDATE sunset.purges p SET claim = p.claim + 1, lease_until = statement_timestamp() + ${this.leaseMs} * interval '1 ms'
       WHERE (p.purge_id, p.account_id, p.shard) = (
         SELECT purge_id, account_id, shard FROM sunset.purges WHERE status = 'running'
           AND (lease_until IS NULL OR lease_until < statement_timestamp()) AND (next_attempt_at IS NULL OR next_attempt_at <= statement_timestamp())
         ORDER BY started_at LIMIT 1 FOR UPDATE SKIP LOCKED
       )
       RETURNING ${claimedColumns}`,
    );
    return claimed ?? null;
  }

  /** As it stands now; `null`: it is somebody else's, or done. */
  async reload({ purgeId, accountId, claim }: ClaimedPurge): Promise<ClaimedPurge | null> {
    const [row] = await this.database.query<ClaimedPurge>(
      `SELECT ${claimedColumns} FROM sunset.purges p WHERE ${ofAccount('$3', 'p')} AND p.purge_id = $1 AND p.claim = $2 AND p.status = 'running'`,
      [purgeId, claim, accountId],
    );
    return row ?? null;
  }

  /** While a step takes long. A lease that another worker has taken over stays lost; one that a transaction holds needs no renewal. */
  async renew({ purgeId, accountId, claim }: ClaimedPurge): Promise<void> {
    await this.database.execute(
      `UPDATE sunset.purges SET lease_until = statement_timestamp() + ${this.leaseMs} * interval '1 ms' WHERE ${ofAccount('$3')} AND purge_id = (
         SELECT purge_id FROM sunset.purges WHERE ${ofAccount('$3')} AND purge_id = $1 AND claim = $2 AND status = 'running' FOR UPDATE SKIP LOCKED
       )`,
      [purgeId, claim, accountId],
    );
  }

  /** `work` in a transaction that commits only if the purge is still this worker's. Renews the lease. Throws {@link Fenced}. */
  async fenced<T>({ purgeId, accountId, claim }: ClaimedPurge, work: () => Promise<T>): Promise<T> {
    return this.database.transaction(async () => {
      const { affected } = await this.database.execute(
        `UPDATE sunset.purges SET lease_until = statement_timestamp() + ${this.leaseMs} * interval '1 ms' WHERE ${ofAccount('$3')} AND purge_id = $1 AND claim = $2 AND status = 'running'`,
        [purgeId, claim, accountId],
      );
      if (affected === 0) throw new Fenced(`${purgeId} was taken over`);
      return work();
    });
  }

  async keepMarkers({ purgeId, accountId }: ClaimedPurge, sealed: Buffer): Promise<void> {
    await this.database.execute(`UPDATE sunset.purges SET markers = $2 WHERE ${ofAccount('$3')} AND purge_id = $1`, [purgeId, sealed, accountId]);
  }

  async keepExceptions({ purgeId, accountId }: ClaimedPurge, exceptions: readonly Exception[]): Promise<void> {
    await this.database.execute(`UPDATE sunset.purges SET exceptions = $2 WHERE ${ofAccount('$3')} AND purge_id = $1`, [purgeId, JSON.stringify(exceptions), accountId]);
  }

  async advance({ purgeId, accountId }: ClaimedPurge, step: PurgeStep): Promise<void> {
    await this.database.execute(`UPDATE sunset.purges SET step = $2, attempts = 0, last_error = NULL WHERE ${ofAccount('$3')} AND purge_id = $1`, [purgeId, step, accountId]);
  }

  /** Back to the deletion: something came in meanwhile. */
  async beginRound({ purgeId, accountId }: ClaimedPurge): Promise<void> {
    await this.database.execute(`UPDATE sunset.purges SET rounds = rounds + 1 WHERE ${ofAccount('$2')} AND purge_id = $1`, [purgeId, accountId]);
    await this.reopenStores({ purgeId, accountId });
  }

  private async reopenStores({ purgeId, accountId }: Pick<ClaimedPurge, 'purgeId' | 'accountId'>): Promise<void> {
    await this.database.execute(`UPDATE sunset.purge_stores SET finished = false WHERE ${ofAccount('$2')} AND purge_id = $1`, [purgeId, accountId]);
    await this.database.execute(`UPDATE sunset.purges SET step = 'stores' WHERE ${ofAccount('$2')} AND purge_id = $1`, [purgeId, accountId]);
  }

  async finish({ purgeId, accountId }: ClaimedPurge): Promise<void> {
    await this.database.execute(
      `UPDATE sunset.purges SET status = 'done', done_at = clock_timestamp(), markers = NULL, lease_until = NULL, next_attempt_at = NULL, last_error = NULL WHERE ${ofAccount('$2')} AND purge_id = $1`,
      [purgeId, accountId],
    );
  }

  /** `afterMs`: `null` gives it up until an operator retries it. */
  async release({ purgeId, accountId, claim }: ClaimedPurge, { error, afterMs, counts = true }: { readonly error: string | null; readonly afterMs: number | null; readonly counts?: boolean }): Promise<void> {
    await this.database.execute(
      `UPDATE sunset.purges SET lease_until = NULL, last_error = coalesce($3, last_error), attempts = attempts + $5::int,
         status = CASE WHEN $4::float8 IS NULL THEN 'failed' ELSE status END, next_attempt_at = statement_timestamp() + $4 * interval '1 ms'
       WHERE ${ofAccount('$6')} AND purge_id = $1 AND claim = $2 AND status = 'running'`,
      [purgeId, claim, error, afterMs, counts ? 1 : 0, accountId],
    );
  }

  async tellFindings({ purgeId, accountId }: ClaimedPurge, findings: readonly string[]): Promise<void> {
    await this.database.execute(`UPDATE sunset.purges SET findings = $2 WHERE ${ofAccount('$3')} AND purge_id = $1`, [purgeId, JSON.stringify(findings), accountId]);
  }
}
