// Keeps the irreversible from beginning when the clock cannot be believed, or when too much of it begins at once.
import { randomUUID } from 'node:crypto';
import type { Logger } from '#deadlines';
import { refuse, type Instant, type Refusal } from '#kernel';
import type { Database } from '#postgres';

export interface PurgeLimits {
  /** Purges that may begin within an hour. */
  readonly perHour: number;
  /** How long nobody may have looked at the clock before what it says has to be confirmed. */
  readonly unwatchedMs: number;
  /** How far the clock may go back. */
  readonly backMs: number;
}

export const usualPurgeLimits: PurgeLimits = { perHour: 100, unwatchedMs: 24 * 3_600_000, backMs: 60_000 };

export interface PurgeStop {
  readonly stopId: string;
  readonly cause: 'clock-forward' | 'clock-backward';
  /** What the clock said when it was last looked at, and what it said then. */
  readonly lastSeenAt: Instant;
  readonly stoppedAt: Instant;
  readonly confirmedBy: string | null;
  readonly confirmedAt: Instant | null;
  readonly reason: string | null;
}

const stop = `stop_id AS "stopId", cause, last_seen_at AS "lastSeenAt", stopped_at AS "stoppedAt", confirmed_by AS "confirmedBy",
  confirmed_at AS "confirmedAt", reason`;

export class PurgeGuard {
  constructor(
    private readonly database: Database,
    private readonly limits: PurgeLimits,
    private readonly logger: Logger,
  ) {}

  /**
   * In the transaction that would begin the purge of an account on real time: whether it may. One that may not is remembered, in the same
   * transaction, and let go by {@link waiting}. Purges begin one after the other.
   */
  async allows(accountId: string): Promise<boolean> {
    const cause = await this.objection();
    if (cause === null) return true;
    await this.database.execute(
      'INSERT INTO sunset.purges_waiting (account_id, cause) VALUES ($1, $2) ON CONFLICT (account_id) DO UPDATE SET cause = excluded.cause',
      [accountId, cause],
    );
    return false;
  }

  /** In the transaction that would begin a purge on real time: what speaks against it. Holds the watch, so that nobody else begins one meanwhile. */
  async objection(): Promise<'clock' | 'cap' | null> {
    if (!(await this.believesClock())) return 'clock';
    return (await this.roomLeft()) < 1 ? 'cap' : null;
  }

  /** In the surrounding transaction, for whatever cannot be undone and goes by the database's clock. Holds the watch as {@link watch} does. */
  async believesClock(): Promise<boolean> {
    await this.watch();
    return !(await this.stopped());
  }

  /** Purges that may still begin within this hour. */
  async roomLeft(): Promise<number> {
    const [row] = await this.database.query<{ begun: number }>(
      `SELECT count(*) AS begun FROM sunset.purges WHERE test_clock_id IS NULL AND started_at > clock_timestamp() - interval '1 hour'`,
    );
    return this.limits.perHour - row!.begun;
  }

  /** Looks at the database's clock, and at when it was last looked at; the first time, at the log. Holds the watch until the end of the transaction. */
  async watch(): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.execute(
        `INSERT INTO sunset.clock_watch (seen_at)
         SELECT coalesce((SELECT recorded_at FROM sunset.events WHERE shard = 0 ORDER BY position DESC LIMIT 1), clock_timestamp())
         WHERE NOT EXISTS (SELECT FROM sunset.clock_watch) ON CONFLICT DO NOTHING`,
      );
      const [seen] = await this.database.query<Seen>(
        `SELECT seen_at AS "lastSeenAt", clock_timestamp() AS now, (extract(epoch FROM clock_timestamp() - seen_at) * 1000)::float8 AS "aheadMs"
         FROM sunset.clock_watch FOR UPDATE`,
      );
      const cause = this.judge(seen!);
      if (cause) await this.stop(cause, seen!);
      await this.database.execute('UPDATE sunset.clock_watch SET seen_at = $1', [seen!.now]);
    });
  }

  /** Latest first. */
  async stops(): Promise<PurgeStop[]> {
    return this.database.query<PurgeStop>(`SELECT ${stop} FROM sunset.purge_stops ORDER BY stopped_at DESC, stop_id LIMIT 1000`);
  }

  /** An operator says that the clock is right. `null`: there is no stop of that id. */
  async confirm(stopId: string, reason: string, actorId: string): Promise<PurgeStop | Refusal<'stop_confirmed'> | null> {
    const [confirmed] = await this.database.query<PurgeStop>(
      `UPDATE sunset.purge_stops SET confirmed_by = $2, confirmed_at = clock_timestamp(), reason = $3 WHERE stop_id = $1 AND confirmed_at IS NULL RETURNING ${stop}`,
      [stopId, actorId, reason],
    );
    if (confirmed) return confirmed;
    const [known] = await this.database.query(`SELECT FROM sunset.purge_stops WHERE stop_id = $1`, [stopId]);
    return known ? refuse('stop_confirmed') : null;
  }

  /** Puts `instead` where an operator said why the clock was right. `null`: there is no stop of that id. */
  async redact(stopId: string, instead: string): Promise<PurgeStop | Refusal<'nothing_to_redact'> | null> {
    const [redacted] = await this.database.query<PurgeStop>(`UPDATE sunset.purge_stops SET reason = $2 WHERE stop_id = $1 AND reason IS NOT NULL RETURNING ${stop}`, [stopId, instead]);
    if (redacted) return redacted;
    const [known] = await this.database.query('SELECT FROM sunset.purge_stops WHERE stop_id = $1', [stopId]);
    return known ? refuse('nothing_to_redact') : null;
  }

  /** The accounts that may be tried again now, the longest waiting first; in the surrounding transaction they wait no more. */
  async takeWaiting(): Promise<readonly string[]> {
    if (await this.stopped()) return [];
    const room = await this.roomLeft();
    if (room < 1) return [];
    const rows = await this.database.query<{ account_id: string }>(
      `DELETE FROM sunset.purges_waiting WHERE account_id IN (SELECT account_id FROM sunset.purges_waiting ORDER BY since LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING account_id`,
      [room],
    );
    return rows.map(({ account_id: accountId }) => accountId);
  }

  private async stopped(): Promise<boolean> {
    const [row] = await this.database.query<{ stopped: boolean }>('SELECT EXISTS (SELECT FROM sunset.purge_stops WHERE confirmed_at IS NULL) AS stopped');
    return row!.stopped;
  }

  private judge({ aheadMs }: Seen): PurgeStop['cause'] | null {
    if (aheadMs > this.limits.unwatchedMs) return 'clock-forward';
    return aheadMs < -this.limits.backMs ? 'clock-backward' : null;
  }

  private async stop(cause: PurgeStop['cause'], { lastSeenAt, now }: Seen): Promise<void> {
    await this.database.execute('INSERT INTO sunset.purge_stops (stop_id, cause, last_seen_at, stopped_at) VALUES ($1, $2, $3, $4)', [
      randomUUID(), cause, lastSeenAt, now,
    ]);
    this.logger.error('the clock of the database has jumped against its own history: no purge begins, and nothing kept beyond one expires, until an operator confirms it', { cause, lastSeenAt, now });
  }
}

interface Seen {
  readonly lastSeenAt: Instant;
  readonly now: Instant;
  readonly aheadMs: number;
}
