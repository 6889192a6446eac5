// The reconciler: looks in the queue for the alarms the table says were set, and has those that are missing set again.
import { across, type Database } from '#postgres';
import type { Logger } from '#running';
import type { Alarm, Alarms } from './alarms.js';
import { Deadlines } from './deadlines.js';
import { alarmColumns } from './feeder.js';
import type { DeadlineObserver } from './observer.js';

const nearest = 500;

export class Reconciler {
  constructor(
    private readonly database: Database,
    private readonly alarms: Alarms,
    private readonly logger: Logger,
    private readonly observer: DeadlineObserver,
    private readonly horizonMs: number,
  ) {}

  /** Looks for the nearest ones; if most of them are gone the queue was emptied, and everything within the horizon is fed again. */
  async reconcile(): Promise<void> {
    if (!this.alarms.available) return;
    const expected = await this.database.query<Alarm>(
      `${across('deadlines on real time')}SELECT ${alarmColumns} FROM sunset.deadlines d
       WHERE status = 'pending' AND test_clock_id IS NULL AND alarm_at > statement_timestamp()
         AND wake_at > statement_timestamp() AND wake_at <= statement_timestamp() + $1 * interval '1 ms'
       ORDER BY wake_at LIMIT ${nearest}`,
      [this.horizonMs],
    );
    const missing = expected.length === 0 ? [] : await this.alarms.missing(expected);
    this.observer.reconciled({ expected: expected.length, missing: missing.length });
    if (missing.length === 0) return;
    const emptied = missing.length * 2 > expected.length;
    this.logger.warn('alarms were missing from the queue', { expected: expected.length, missing: missing.length, emptied });
    if (!emptied) return new Deadlines(this.database).feedAgain(missing);
    await this.database.query(
      `${across('deadlines on real time')}UPDATE sunset.deadlines SET alarm_at = statement_timestamp()
       WHERE status = 'pending' AND test_clock_id IS NULL AND alarm_at > statement_timestamp() AND wake_at <= statement_timestamp() + $1 * interval '1 ms'`,
      [this.horizonMs],
    );
  }
}
