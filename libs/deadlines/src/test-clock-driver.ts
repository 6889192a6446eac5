// Moves test clocks from due date to due date, and rings for what is due on them through the same queue and consumer as real time.
import { earlier, type Instant } from '#kernel';
import { across, type Database, type Hinted, ofSameAccount } from '#postgres';
import { describe, type Logger, type NextTurn, Pace } from '#running';
import type { Alarm, Alarms } from './alarms.js';
import type { DeadlineConsumer } from './consumer.js';
import { deadlinesHint, testClocksHint } from './hinted.js';
import type { DeadlineObserver } from './observer.js';

/** Other work that waits for the clock. What it has to do at an instant belongs to it: until then the clock does not move on. */
export interface TestClockAgenda {
  /** Whether something that is due by the clock's present is still to be done, or under way. */
  isBusy(testClockId: string): Promise<boolean>;
  /** When it next has something to do after the clock's present, at `by` at the latest; `null`: nothing. */
  nextDue(testClockId: string, by: Instant): Promise<Instant | null>;
}

export const emptyAgenda: TestClockAgenda = { isBusy: async () => false, nextDue: async () => null };

export const jointAgenda = (...agendas: readonly TestClockAgenda[]): TestClockAgenda => ({
  async isBusy(testClockId) {
    for (const agenda of agendas) if (await agenda.isBusy(testClockId)) return true;
    return false;
  },
  async nextDue(testClockId, by) {
    const instants = await Promise.all(agendas.map((agenda) => agenda.nextDue(testClockId, by)));
    return instants.reduce<Instant | null>((first, at) => (first !== null && at !== null ? earlier(first, at) : (first ?? at)), null);
  },
});

interface Due extends Alarm {
  readonly rung: boolean;
}

interface Step {
  readonly moved: boolean;
  /** What is due by then and has not been carried out is to be rung for. */
  readonly dueBy: Instant | null;
}

const advancingEvery = { firstMs: 10, longestMs: 80 } as const;
const clocksAtOnce = 20;
const standingEveryMs = 1_000;

/** What a driver is to look after. */
export const driverHints = (database: Database): Hinted => database.hints.about(testClocksHint, deadlinesHint);

export class TestClockDriver {
  private standingSeenAt = -Infinity;
  private readonly pace = new Pace(advancingEvery);

  /** `graceMs`: how long an alarm has to bring its row to the consumer before that is done without the queue. */
  constructor(
    private readonly database: Database,
    private readonly consumer: Pick<DeadlineConsumer, 'fire'>,
    private readonly alarms: Alarms | null,
    private readonly logger: Logger,
    private readonly observer: DeadlineObserver,
    private readonly graceMs: number,
    private readonly agenda: TestClockAgenda,
  ) {}

  /** Takes every advancing clock as far as it goes without waiting; now and then it rings on those that stand. */
  async drive(): Promise<NextTurn> {
    const clocks = await this.database.query<{ id: string }>(
      `SELECT test_clock_id AS id FROM sunset.test_clocks WHERE status = 'advancing' ORDER BY random() LIMIT $1`, [clocksAtOnce],
    );
    const moved = await Promise.all(clocks.map(({ id }) => this.driveOne(id)));
    const stood = await this.lookAtStanding();
    // Where there are more than were looked at, others may have moved.
    const pauseMs = this.pace.after(moved.includes(true) || clocks.length === 0 || clocks.length === clocksAtOnce);
    if (clocks.length > 0) return pauseMs;
    return stood === 'nothing due' ? 'rest' : undefined;
  }

  /** Whether it went on, or something on it was rung for. */
  private async driveOne(id: string): Promise<boolean> {
    for (let went = false; ; went = true) {
      const { moved, dueBy } = await this.database.snapshot(() => this.step(id));
      const due = dueBy === null ? [] : await this.takeDue(id, dueBy);
      await this.ring(due);
      if (!moved) return went || due.length > 0;
    }
  }

  /**
   * One step under the clock's row lock, so that only one worker at a time moves it. Everything is seen as it was at one moment: a row that dies, or an
   * effect that ends and brings another row about, between two looks would otherwise be missed by both.
   */
  private async step(id: string): Promise<Step> {
    const waiting: Step = { moved: false, dueBy: null };
    const [clock] = await this.database.query<{ now: Instant; target: Instant }>(
      `SELECT now, target FROM sunset.test_clocks WHERE test_clock_id = $1 AND status = 'advancing' FOR NO KEY UPDATE SKIP LOCKED`,
      [id],
    );
    if (!clock) return waiting;
    const [dead] = await this.database.query<{ kind: string; accountId: string; lastError: string | null }>(
      `${across('a test clock')}SELECT kind, account_id AS "accountId", last_error AS "lastError" FROM sunset.deadlines
       WHERE test_clock_id = $1 AND status = 'dead' AND due_at <= $2 ORDER BY due_at LIMIT 1`,
      [id, clock.now],
    );
    if (dead) {
      await this.database.query(`UPDATE sunset.test_clocks SET status = 'failed', last_error = $2 WHERE test_clock_id = $1`, [
        id,
        `${dead.kind} of account ${dead.accountId} is dead: ${dead.lastError ?? 'no reason known'}`,
      ]);
      return waiting;
    }
    const [next] = await this.database.query<{ dueAt: Instant | null }>(
      `${across('a test clock')}SELECT min(due_at) AS "dueAt" FROM sunset.deadlines WHERE test_clock_id = $1 AND status = 'pending' AND due_at <= $2`,
      [id, clock.target],
    );
    const dueAt = next?.dueAt ?? null;
    if (dueAt !== null && dueAt <= clock.now) return { moved: false, dueBy: dueAt };
    if (await this.agenda.isBusy(id)) return waiting;
    const otherwise = await this.agenda.nextDue(id, clock.target);
    const stop = dueAt !== null && otherwise !== null ? earlier(dueAt, otherwise) : (dueAt ?? otherwise);
    if (stop === null) {
      await this.database.query(`UPDATE sunset.test_clocks SET now = target, target = NULL, status = 'ready' WHERE test_clock_id = $1`, [id]);
      return waiting;
    }
    await this.database.query('UPDATE sunset.test_clocks SET now = $2 WHERE test_clock_id = $1', [id, stop]);
    return { moved: true, dueBy: null };
  }

  /** Rows become due on a clock that stands when they are set late, or retried. */
  private async lookAtStanding(): Promise<'not yet' | 'due' | 'nothing due'> {
    if (performance.now() - this.standingSeenAt < standingEveryMs) return 'not yet';
    this.standingSeenAt = performance.now();
    const clocks = await this.database.query<{ id: string; now: Instant }>(
      `${across('a test clock')}SELECT c.test_clock_id AS id, c.now FROM sunset.test_clocks c
       WHERE c.status <> 'advancing' AND EXISTS (
         SELECT FROM sunset.deadlines d WHERE d.test_clock_id = c.test_clock_id AND d.status = 'pending' AND d.due_at <= c.now
       ) LIMIT ${clocksAtOnce}`,
    );
    for (const { id, now } of clocks) await this.ring(await this.takeDue(id, now));
    return clocks.length > 0 ? 'due' : 'nothing due';
  }

  /** Of what is due by then, those whose alarm has not just been set. */
  private async takeDue(id: string, by: Instant): Promise<Due[]> {
    return this.database.query<Due>(
      `${across('a test clock')}WITH due AS (
         SELECT deadline_id, shard, account_id, alarm_at > updated_at AS rung FROM sunset.deadlines
         WHERE test_clock_id = $1 AND status = 'pending' AND due_at <= $2 AND alarm_at <= statement_timestamp()
           AND (next_attempt_at IS NULL OR next_attempt_at <= statement_timestamp())
         ORDER BY due_at LIMIT 500 FOR UPDATE SKIP LOCKED
       )
       UPDATE sunset.deadlines d SET alarm_at = statement_timestamp() + $3 * interval '1 ms'
       FROM due WHERE ${ofSameAccount('d', 'due')} AND d.deadline_id = due.deadline_id
       RETURNING d.deadline_id AS "deadlineId", d.generation, d.account_id AS "accountId", d.due_at AS "wakeAt", d.attempts, d.traceparent,
         0 AS "delayMs", due.rung`,
      [id, by, this.graceMs],
    );
  }

  /** Through the queue; without it when there is none, when it is away, or when it rang before and nothing came of it. */
  private async ring(due: readonly Due[]): Promise<void> {
    if (due.length === 0) return;
    const direct = due.filter(({ rung }) => rung);
    const queued = due.filter(({ rung }) => !rung);
    if (queued.length > 0 && !(await this.queue(queued))) direct.push(...queued);
    await Promise.all(direct.map((deadline) => this.consumer.fire(deadline)));
  }

  private async queue(alarms: readonly Alarm[]): Promise<boolean> {
    if (!this.alarms?.available) return false;
    try {
      await this.alarms.add(alarms);
      this.observer.fed(alarms.length);
      return true;
    } catch (error) {
      this.logger.warn('alarms could not be set', { count: alarms.length, error: describe(error) });
      return false;
    }
  }
}
