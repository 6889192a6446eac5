// The feeder: rows on real time that are due within the horizon get their alarm in the queue.
import type { Database } from '#postgres';
import { describe, type Logger } from '#running';
import type { Alarm, Alarms } from './alarms.js';
import { clockInDoubt } from './clock-watch.js';
import type { DeadlineObserver } from './observer.js';

const batch = 1_000;

export const alarmColumns = `deadline_id AS "deadlineId", generation, account_id AS "accountId", wake_at AS "wakeAt", attempts,
  ceil(greatest(0, extract(epoch FROM wake_at - statement_timestamp()) * 1000))::float8 AS "delayMs"`;

export class Feeder {
  /**
   * `refeedMs`: a row is looked at again that long before it is due, and that often from then on, so that a queue that
   * lost everything is missed for no longer.
   */
  constructor(
    private readonly database: Database,
    private readonly alarms: Alarms,
    private readonly logger: Logger,
    private readonly observer: DeadlineObserver,
    private readonly refeedMs: number,
  ) {}

  /** Feeds everything that wants it now. */
  async feed(stopping?: AbortSignal): Promise<void> {
    if (!this.alarms.available) return;
    let rows: Alarm[];
    do {
      rows = await this.database.query<Alarm>(
        `UPDATE sunset.deadlines
         SET alarm_at = greatest(statement_timestamp() + $1 * interval '1 ms', wake_at - $1 * interval '1 ms')
         WHERE deadline_id = ANY (ARRAY(
           SELECT deadline_id FROM sunset.deadlines
           WHERE status = 'pending' AND test_clock_id IS NULL AND alarm_at <= statement_timestamp() AND NOT ${clockInDoubt}
           ORDER BY alarm_at LIMIT ${batch} FOR UPDATE SKIP LOCKED
         ))
         RETURNING ${alarmColumns}`,
        [this.refeedMs],
      );
      if (rows.length > 0) await this.hand(rows);
    } while (rows.length === batch && !stopping?.aborted);
  }

  private async hand(rows: readonly Alarm[]): Promise<void> {
    try {
      await this.alarms.add(rows);
      this.observer.fed(rows.length);
    } catch (error) {
      this.logger.warn('alarms could not be set', { count: rows.length, error: describe(error) });
      await this.database.query(`UPDATE sunset.deadlines SET alarm_at = statement_timestamp() WHERE deadline_id = ANY ($1::uuid[])`, [
        rows.map(({ deadlineId }) => deadlineId),
      ]);
      throw error;
    }
  }
}
