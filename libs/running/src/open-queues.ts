// Queues that are looked into again and again, and made to lose everything: for the sandbox, whose users want to see that nothing depends on them.
import { silentLogger, type Logger } from './logger.js';
import { askLimitMs, type JobQueue, type QueueBackend, type QueuedJob, tellSeldom } from './queues.js';
import { within } from './time-limit.js';

export interface StandingJob {
  readonly queue: string;
  readonly jobId: string;
  readonly data: unknown;
}

export class OpenQueues {
  private readonly opened = new Map<string, Promise<JobQueue<unknown>>>();
  private readonly onError: (error: unknown) => void;

  constructor(
    private readonly backend: QueueBackend,
    private readonly names: readonly string[],
    logger: Logger = silentLogger,
  ) {
    this.onError = tellSeldom(logger, 'a queue that is looked into reports an error');
  }

  /** At most so many of each queue. Rejects within seconds when the queue is away. */
  async jobs(most: number): Promise<readonly StandingJob[]> {
    const found = await this.ofEach(async (queue, name) => (await queue.getJobs(undefined, 0, most - 1)).filter(isThere).map(({ id = '', data }) => ({ queue: name, jobId: id, data })));
    return found.flat();
  }

  /** They hand nothing out until {@link handOut}, and have lost what they held. Answers how many jobs that were, up to a thousand of each. Rejects as {@link jobs} does. */
  async lose(): Promise<number> {
    const lost = await this.ofEach(async (queue) => {
      await queue.pause();
      const standing = (await queue.getJobs(['waiting', 'delayed'], 0, 999)).filter(isThere).length;
      if (standing > 0) await queue.drain(true);
      return standing;
    });
    return lost.reduce((sum, count) => sum + count, 0);
  }

  /** Whatever made them lose things. Rejects as {@link jobs} does. */
  async handOut(): Promise<void> {
    await this.ofEach((queue) => queue.resume());
  }

  /** The backend is closed with them. */
  async close(): Promise<void> {
    const queues = await Promise.allSettled(this.opened.values());
    this.opened.clear();
    for (const queue of queues) if (queue.status === 'fulfilled') await within(askLimitMs, 'closing a queue', queue.value.close()).catch(this.onError);
    await this.backend.close();
  }

  private ofEach<T>(ask: (queue: JobQueue<unknown>, name: string) => Promise<T>): Promise<T[]> {
    return Promise.all(this.names.map((name) => within(askLimitMs, 'asking the queue', this.queue(name).then((queue) => ask(queue, name)))));
  }

  private queue(name: string): Promise<JobQueue<unknown>> {
    const known = this.opened.get(name);
    if (known) return known;
    const queue = this.backend.openQueue<unknown>(name, this.onError);
    this.opened.set(name, queue);
    queue.catch(() => this.opened.delete(name));
    return queue;
  }
}

const isThere = (job: QueuedJob | null | undefined): job is QueuedJob => job !== undefined && job !== null;
