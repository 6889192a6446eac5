// The alarms: one delayed BullMQ job per row, which only says "look at this row now".
import { createHash } from 'node:crypto';
import { epochMs, grouped, type Instant } from '#kernel';
import { askLimitMs, jobOptions, type JobQueue, type JobWorker, type Logger, type QueueBackend, silentLogger, tellSeldom, within } from '#running';
import { telemetryOfJob } from '#tracing';

/** What a job carries: never anything about a person. */
export interface AlarmPayload {
  readonly deadlineId: string;
  readonly accountId: string;
  readonly generation: number;
}

export interface Alarm extends AlarmPayload {
  /** When the row is to be fired; together with `attempts` it makes this alarm another one than the row's last. */
  readonly wakeAt: Instant;
  readonly attempts: number;
  readonly delayMs: number;
  /** The trace that it is a part of, where the row has one. */
  readonly traceparent?: string | null;
}

export interface AlarmSettings {
  /** How many queues the accounts are spread over. */
  readonly queues?: number;
  readonly logger?: Logger;
}

/** The names of the queues that the alarms stand in: of several each its own in braces, by which a Redis cluster puts it on one node, and several on several. */
export const alarmQueues = (count = 1): readonly string[] => (count === 1 ? ['deadlines-0'] : Array.from({ length: count }, (_, index) => `deadlines-{${index}}`));

export class Alarms {
  private readonly names: readonly string[];
  private readonly queues = new Map<string, Promise<JobQueue<AlarmPayload>>>();
  private readonly workers = new Map<string, JobWorker>();
  private readonly onError: (error: unknown) => void;

  constructor(
    private readonly backend: QueueBackend,
    { queues = 1, logger = silentLogger }: AlarmSettings = {},
  ) {
    this.names = alarmQueues(queues);
    this.onError = tellSeldom(logger, 'the alarm queue reports an error');
  }

  /** Whether adding is worth a try now. */
  get available(): boolean {
    return this.backend.available;
  }

  /** Sets alarms; those that are set already stay. Rejects within seconds when the queue is away. */
  async add(alarms: readonly Alarm[]): Promise<void> {
    for (const [name, own] of this.byQueue(alarms)) {
      const jobs = own.map((alarm) => ({
        name: 'alarm',
        data: { deadlineId: alarm.deadlineId, accountId: alarm.accountId, generation: alarm.generation },
        opts: { ...jobOptions, jobId: alarmId(alarm), delay: alarm.delayMs, ...telemetryOfJob(alarm.traceparent) },
      }));
      await this.ask(name, (queue) => queue.addBulk(jobs));
    }
  }

  /** Those of the alarms that the queue knows nothing of. */
  async missing(alarms: readonly Alarm[]): Promise<Alarm[]> {
    const missing: Alarm[] = [];
    for (const [name, own] of this.byQueue(alarms)) {
      const jobs = await this.ask(name, (queue) => Promise.all(own.map((alarm) => queue.getJob(alarmId(alarm)))));
      missing.push(...own.filter((_, index) => !jobs[index]));
    }
    return missing;
  }

  /** Makes sure that every queue has a worker of this process that runs. Rejects within seconds when the queue is away. */
  async attend(concurrency: number, ring: (payload: AlarmPayload) => Promise<unknown>): Promise<void> {
    for (const name of this.names) {
      const worker = this.workers.get(name);
      if (worker?.isRunning()) continue;
      this.workers.delete(name);
      await worker?.close();
      this.workers.set(name, await this.backend.openWorker<AlarmPayload>(name, concurrency, ({ data }) => ring(data), this.onError));
    }
  }

  /** Takes no more jobs and waits for those under way. */
  async leave(): Promise<void> {
    const workers = [...this.workers.values()];
    this.workers.clear();
    await Promise.all(workers.map((worker) => worker.close()));
  }

  async close(): Promise<void> {
    await this.leave();
    const queues = await Promise.allSettled(this.queues.values());
    this.queues.clear();
    for (const queue of queues) {
      if (queue.status === 'fulfilled') await within(askLimitMs, 'closing a queue', queue.value.close()).catch(this.onError);
    }
    await this.backend.close();
  }

  private async ask<T>(name: string, question: (queue: JobQueue<AlarmPayload>) => Promise<T>): Promise<T> {
    return within(askLimitMs, 'asking the queue', this.queue(name).then(question));
  }

  private queue(name: string): Promise<JobQueue<AlarmPayload>> {
    let queue = this.queues.get(name);
    if (!queue) {
      queue = this.backend.openQueue(name, this.onError);
      this.queues.set(name, queue);
      queue.catch(() => this.queues.delete(name));
    }
    return queue;
  }

  private byQueue(alarms: readonly Alarm[]): Map<string, Alarm[]> {
    return grouped(alarms, ({ accountId }) => this.names[queueIndex(accountId, this.names.length)]!);
  }
}

/** Holds no colon and is not bare digits, as BullMQ wants it. */
const alarmId = ({ deadlineId, wakeAt, attempts }: Alarm): string => `${deadlineId}-${epochMs(wakeAt)}-${attempts}`;

const queueIndex = (accountId: string, count: number): number => createHash('sha256').update(accountId).digest().readUInt32BE(0) % count;
