// The queue's part: BullMQ jobs that say "something of this carrier is due now". They carry nothing else, and may be lost, doubled, early or late.
import { clockInDoubt } from '#deadlines';
import { across, type Database } from '#postgres';
import { askLimitMs, jobOptions, type JobQueue, type JobWorker, type Logger, type NextTurn, type QueueBackend, tellSeldom, within } from '#running';
import { kindsAsked, kindsOf, type Lane } from './lanes.js';
import { holdingKind } from './pauses.js';
import type { Pump } from './pump.js';

interface WakeUp {
  readonly carrier: string;
  readonly lane: Lane['name'];
}

/** The name of the queue that the wake-ups stand in. */
export const wakeUpQueue = 'effects';
/** Further than the feeder rests. */
const horizonMs = 5_000;
const wakeUpsMost = 500;

export class WakeUps {
  private queue: Promise<JobQueue<WakeUp>> | undefined;
  private worker: JobWorker | undefined;
  private readonly onError: (error: unknown) => void;

  constructor(
    private readonly database: Database,
    private readonly backend: QueueBackend,
    private readonly pumps: readonly Pump[],
    logger: Logger,
  ) {
    this.onError = tellSeldom(logger, 'the queue of the effects reports an error');
  }

  get available(): boolean {
    return this.backend.available;
  }

  /**
   * Sets what is due, or will be within seconds. The id of a job is its lane and tenth of a second, one and the same for all that is due
   * already, so that any number of processes may do this however often, and any number of rows makes few jobs.
   */
  async feed(): Promise<NextTurn> {
    if (!this.backend.available) return undefined;
    const lanes = this.pumps.flatMap(({ lane }) => (lane.onTestClocksOnly ? [] : [lane]));
    const rows = await this.database.query<{ lane: number; tenth: number | null; delayMs: number }>(
      `${across('effects of a carrier')}SELECT lane, CASE WHEN at > statement_timestamp() THEN ceil(extract(epoch FROM at) * 10) END::float8 AS tenth,
         ceil(greatest(0, extract(epoch FROM max(at) - statement_timestamp()) * 1000))::float8 AS "delayMs"
       FROM (
         SELECT of.lane, e.next_attempt_at AS at
         FROM ${kindsAsked} CROSS JOIN LATERAL (
           SELECT next_attempt_at FROM sunset.effects
           WHERE carrier = of.carrier AND kind = of.kind AND status IN ('pending', 'waiting') AND test_clock_id IS NULL
             AND next_attempt_at <= statement_timestamp() + ${horizonMs} * interval '1 ms'
           ORDER BY next_attempt_at LIMIT ${wakeUpsMost}
         ) e
         WHERE NOT EXISTS (${holdingKind('of.kind', 'of.carrier')}) AND NOT ${clockInDoubt}
       ) soon GROUP BY 1, 2 ORDER BY 1, 2`,
      kindsOf(lanes),
    );
    if (rows.length === 0) return 'rest';
    const jobs = rows.map(({ lane, tenth, delayMs }) => {
      const payload: WakeUp = { carrier: lanes[lane]!.carrier.name, lane: lanes[lane]!.name };
      return { name: 'wake-up', data: payload, opts: { ...jobOptions, jobId: `${payload.carrier}-${payload.lane}-${tenth ?? 'due'}`, delay: delayMs } };
    });
    await within(askLimitMs, 'asking the queue', this.opened().then((queue) => queue.addBulk(jobs)));
    return undefined;
  }

  /** Makes sure that a worker of this process runs. Rejects within seconds when the queue is away. */
  async attend(): Promise<void> {
    if (this.worker?.isRunning()) return;
    const stopped = this.worker;
    this.worker = undefined;
    await stopped?.close();
    this.worker = await this.backend.openWorker<WakeUp>(wakeUpQueue, this.pumps.length * 2, ({ data }) => this.wake(data), this.onError);
  }

  /** Takes no more jobs and waits for those under way. */
  async leave(): Promise<void> {
    await this.worker?.close();
    this.worker = undefined;
  }

  async close(): Promise<void> {
    await this.leave();
    const queue = await this.queue?.catch(() => undefined);
    if (queue) await within(askLimitMs, 'closing a queue', queue.close()).catch(this.onError);
    await this.backend.close();
  }

  /** The job is over at once: if it waited for the draining, every further one would queue behind it. */
  private async wake({ carrier, lane }: WakeUp): Promise<void> {
    void this.pumps.find((pump) => pump.lane.carrier.name === carrier && pump.lane.name === lane)?.drain();
  }

  private opened(): Promise<JobQueue<WakeUp>> {
    if (!this.queue) {
      const queue = this.backend.openQueue<WakeUp>(wakeUpQueue, this.onError);
      this.queue = queue;
      queue.catch(() => {
        this.queue = undefined;
      });
    }
    return this.queue;
  }
}
