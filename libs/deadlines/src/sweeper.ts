// The sweeper: overdue rows on real time go straight to the consumer, whatever the queue is doing.
import { across, type Database } from '#postgres';
import { clockInDoubt, type ClockWatch } from './clock-watch.js';
import type { AlarmPayload } from './alarms.js';
import type { DeadlineConsumer, Outcome } from './consumer.js';

const batch = 200;

/** For longer than the grace, `$1`. */
const isOverdue = `status = 'pending' AND test_clock_id IS NULL AND wake_at <= statement_timestamp() - $1 * interval '1 ms'`;

/** After these the row is out of the way, so that the next batch differs. */
const outOfTheWay: ReadonlySet<Outcome | 'apart'> = new Set(['apart', 'fired', 'blocked', 'moved', 'stale', 'failed', 'dead']);

export class Sweeper {
  constructor(
    private readonly database: Database,
    private readonly consumer: DeadlineConsumer,
    private readonly clock: ClockWatch,
    private readonly graceMs: number,
  ) {}

  /** Fires all that has been due for longer than the grace, oldest first. A jump of the clock makes everything due at once, so it is noticed here. */
  async sweep(stopping?: AbortSignal): Promise<void> {
    const [seen] = await this.database.query<{ doubted: boolean; due: boolean }>(
      `${across('deadlines on real time')}SELECT ${clockInDoubt} AS doubted,
         EXISTS (SELECT FROM sunset.deadlines WHERE ${isOverdue}) AS due`,
      [this.graceMs],
    );
    if (seen!.doubted) return this.clock.look();
    if (!seen!.due) return;
    let progress: boolean;
    do {
      const rows = await this.database.query<AlarmPayload>(
        `${across('deadlines on real time')}SELECT deadline_id AS "deadlineId", account_id AS "accountId", generation FROM sunset.deadlines
         WHERE ${isOverdue} AND deadline_id <> ALL ($2::uuid[])
         ORDER BY wake_at LIMIT ${batch} FOR UPDATE SKIP LOCKED`,
        [this.graceMs, this.consumer.passedOver],
      );
      const outcomes = await Promise.all(rows.map((row) => this.fire(row)));
      progress = rows.length === batch && outcomes.some((outcome) => outOfTheWay.has(outcome));
    } while (progress && !stopping?.aborted);
  }

  /** What goes apart is not waited for: it would keep the sweeper from all others. */
  private fire(deadline: AlarmPayload): Promise<Outcome | 'apart'> {
    return new Promise((told) => void this.consumer.fire(deadline, () => told('apart')).then(told));
  }
}
