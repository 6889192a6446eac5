// Whether the database's clock can be believed: it is compared with its own history, and a jump stands until an operator confirms it.
import { randomUUID } from 'node:crypto';
import { lastRecordedAt } from '#event-store';
import { refuse, type Instant, type Refusal } from '#kernel';
import type { Database } from '#postgres';
import type { Logger } from '#running';
import { clockHint } from './hinted.js';

export interface ClockStop {
  readonly stopId: string;
  readonly cause: 'clock-forward' | 'clock-backward';
  /** What the clock said when it was last looked at, and what it said then. */
  readonly lastSeenAt: Instant;
  readonly stoppedAt: Instant;
  readonly confirmedBy: string | null;
  readonly confirmedAt: Instant | null;
  readonly reason: string | null;
}

/** The clock has jumped and nobody has confirmed it: nothing that is due by it is carried out, and nothing is lost by waiting. */
export class ClockInDoubt extends Error {
  override name = 'ClockInDoubt';
  /** Whoever retries neither counts this nor gives up. */
  readonly unavailable = true;
}

/** How far the clock may be from where it was last seen. Nobody looking for a day and a clock set forward by one look the same. */
const aheadMost = `interval '24 hours'`;
const backMost = `interval '60 seconds'`;

/**
 * True while a jump stands, noted already or not. To be asked in the statement that acts on what is due, or after the one that read the time:
 * what jumps later has made nothing due yet.
 */
export const clockInDoubt = `(EXISTS (SELECT FROM sunset.clock_stops WHERE confirmed_at IS NULL)
  OR EXISTS (SELECT FROM sunset.clock_watch WHERE statement_timestamp() NOT BETWEEN seen_at - ${backMost} AND seen_at + ${aheadMost}))`;

/** Due by a clock that is in doubt: it waits for an operator as what is blocked does, and is shown so, while the row stays as it is. */
export const waitsForClock = `(status = 'pending' AND test_clock_id IS NULL AND due_at <= statement_timestamp() AND ${clockInDoubt})`;

const columns = `stop_id AS "stopId", cause, last_seen_at AS "lastSeenAt", stopped_at AS "stoppedAt", confirmed_by AS "confirmedBy",
  confirmed_at AS "confirmedAt", reason`;

export class ClockWatch {
  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  /**
   * Looks at the clock, and at when it was last looked at; the first time, at the log. Notes a jump. Holds the watch until the end of the
   * transaction.
   */
  async look(): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.execute(
        `INSERT INTO sunset.clock_watch (seen_at)
         SELECT coalesce((SELECT max(${lastRecordedAt('s.shard')}) FROM generate_series(0, ${this.database.shards - 1}) AS s (shard)), clock_timestamp())
         WHERE NOT EXISTS (SELECT FROM sunset.clock_watch) ON CONFLICT DO NOTHING`,
      );
      await this.database.query('SELECT FROM sunset.clock_watch FOR UPDATE');
      const [seen] = await this.database.query<Seen>(
        `SELECT seen_at AS "lastSeenAt", statement_timestamp() AS now,
           CASE WHEN statement_timestamp() > seen_at + ${aheadMost} THEN 'clock-forward' WHEN statement_timestamp() < seen_at - ${backMost} THEN 'clock-backward' END AS cause
         FROM sunset.clock_watch`,
      );
      const { cause, lastSeenAt, now } = seen!;
      if (cause) await this.stop(cause, lastSeenAt, now);
      await this.database.execute('UPDATE sunset.clock_watch SET seen_at = $1', [now]);
    });
  }

  /** In the surrounding transaction, and holding the watch until its end: for what is rare and cannot be undone. */
  async believes(): Promise<boolean> {
    await this.look();
    return !(await isInDoubt(this.database));
  }

  /** Latest first. */
  async stops(): Promise<ClockStop[]> {
    return this.database.query<ClockStop>(`SELECT ${columns} FROM sunset.clock_stops ORDER BY stopped_at DESC, stop_id LIMIT 1000`);
  }

  /** An operator says that the clock is right. `null`: there is no stop of that id. */
  async confirm(stopId: string, reason: string, actorId: string): Promise<ClockStop | Refusal<'stop_confirmed'> | null> {
    const [confirmed] = await this.database.query<ClockStop>(
      `UPDATE sunset.clock_stops SET confirmed_by = $2, confirmed_at = clock_timestamp(), reason = $3 WHERE stop_id = $1 AND confirmed_at IS NULL RETURNING ${columns}`,
      [stopId, actorId, reason],
    );
    if (confirmed) {
      this.database.hint(clockHint);
      return confirmed;
    }
    const [known] = await this.database.query('SELECT FROM sunset.clock_stops WHERE stop_id = $1', [stopId]);
    return known ? refuse('stop_confirmed') : null;
  }

  /** Puts `instead` where an operator said why the clock was right. `null`: there is no stop of that id. */
  async redact(stopId: string, instead: string): Promise<ClockStop | Refusal<'nothing_to_redact'> | null> {
    const [redacted] = await this.database.query<ClockStop>(`UPDATE sunset.clock_stops SET reason = $2 WHERE stop_id = $1 AND reason IS NOT NULL RETURNING ${columns}`, [stopId, instead]);
    if (redacted) return redacted;
    const [known] = await this.database.query('SELECT FROM sunset.clock_stops WHERE stop_id = $1', [stopId]);
    return known ? refuse('nothing_to_redact') : null;
  }

  private async stop(cause: ClockStop['cause'], lastSeenAt: Instant, now: Instant): Promise<void> {
    await this.database.execute('INSERT INTO sunset.clock_stops (stop_id, cause, last_seen_at, stopped_at) VALUES ($1, $2, $3, $4)', [
      randomUUID(), cause, lastSeenAt, now,
    ]);
    this.logger.error(
      'the clock of the database has jumped against its own history: on real time nothing that is due is carried out, no carrier is asked, no purge begins and nothing kept for years expires until an operator confirms it',
      { cause, lastSeenAt, now },
    );
  }
}

export async function isInDoubt(database: Database): Promise<boolean> {
  const [row] = await database.query<{ doubted: boolean }>(`SELECT ${clockInDoubt} AS doubted`);
  return row!.doubted;
}

interface Seen {
  readonly lastSeenAt: Instant;
  readonly now: Instant;
  readonly cause: ClockStop['cause'] | null;
}
