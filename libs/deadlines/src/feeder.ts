// The feeder: rows on real time that are due within the horizon get their alarm in the queue.
import { across, type Database, ofAccount, ofSameAccount } from '#postgres';
import { describe, type Logger, type NextTurn } from '#running';
import type { Alarm, Alarms } from './alarms.js';
import { clockInDoubt } from './clock-watch.js';
import type { DeadlineObserver } from './observer.js';

const batch = 1_000;

/** Of a row of deadlines `d`. */
export const alarmColumns = `d.deadline_id AS "deadlineId", d.generation, d.account_id AS "accountId", d.wake_at AS "wakeAt", d.attempts, d.traceparent,
  ceil(greatest(0, extract(epoch FROM d.wake_at - statement_timestamp()) * 1000))::float8 AS "delayMs"`;

/** Of the rows `$1` and their accounts `$2`. */
export const setAlarmsAnew = `UPDATE sunset.deadlines d SET alarm_at = statement_timestamp() FROM unnest($1::uuid[], $2::text[]) AS missed (deadline_id, account_id)
  WHERE ${ofAccount('missed.account_id', 'd')} AND d.deadline_id = missed.deadline_id AND d.status = 'pending' AND d.test_clock_id IS NULL`;

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

  /** Feeds everything that wants it now. What comes to want it later does so long before it is due. */
  async feed(stopping?: AbortSignal): Promise<NextTurn> {
    if (!this.alarms.available) return;
    let rows: Alarm[];
    do {
      rows = await this.database.query<Alarm>(
        `${across('deadlines on real time')}WITH wanted AS MATERIALIZED (
           SELECT shard, account_id, deadline_id FROM sunset.deadlines
           WHERE status = 'pending' AND test_clock_id IS NULL AND alarm_at <= statement_timestamp() AND NOT ${clockInDoubt}
           ORDER BY alarm_at LIMIT ${batch} FOR UPDATE SKIP LOCKED
         )
         UPDATE sunset.deadlines d
         SET alarm_at = greatest(statement_timestamp() + $1 * interval '1 ms', wake_at - $1 * interval '1 ms')
         FROM wanted WHERE ${ofSameAccount('d', 'wanted')} AND d.deadline_id = wanted.deadline_id
         RETURNING ${alarmColumns}`,
        [this.refeedMs],
      );
      if (rows.length > 0) await this.hand(rows);
    } while (rows.length === batch && !stopping?.aborted);
    return 'rest';
  }

  private async hand(rows: readonly Alarm[]): Promise<void> {
    try {
      await this.alarms.add(rows);
      this.observer.fed(rows.length);
    } catch (error) {
      this.logger.warn('alarms could not be set', { count: rows.length, error: describe(error) });
      await this.database.query(setAlarmsAnew, [rows.map(({ deadlineId }) => deadlineId), rows.map(({ accountId }) => accountId)]);
      throw error;
    }
  }
}
