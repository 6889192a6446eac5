// What stands in the queues, job by job: for whoever has to prove that something is not there.
import type { AlarmBackend, AlarmQueue, QueuedJob } from './alarm-backends.js';
import { silentLogger, type Logger } from './observer.js';
import { describe } from './failure.js';
import { within } from './time-limit.js';

const pageSize = 500;
const limitMs = 60_000;

/** The queue cannot be asked just now, which says nothing about what stands in it. */
export class QueueAway extends Error {
  override name = 'QueueAway';
}

export class QueueContents {
  constructor(
    private readonly backend: AlarmBackend,
    private readonly names: readonly string[],
    private readonly logger: Logger = silentLogger,
  ) {}

  /** Removes what has ended, well or not, and mentions one of the texts. Answers how many. Throws {@link QueueAway}. */
  async removeEnded(mentions: readonly string[]): Promise<number> {
    let removed = 0;
    for (const name of this.names) await this.within(name, async (queue) => void (removed += await removeFrom(queue, mentions)));
    return removed;
  }

  /** How many jobs there are, and in which queues one contains one of the texts. Throws {@link QueueAway}. */
  async search(texts: readonly string[]): Promise<{ readonly jobs: number; readonly foundIn: readonly string[] }> {
    let jobs = 0;
    const foundIn: string[] = [];
    for (const name of this.names) {
      await this.within(name, async (queue) => {
        const found: QueuedJob[] = [];
        for await (const job of jobsOf(queue)) {
          jobs += 1;
          if (mentionsOne(job, texts)) found.push(job);
        }
        if (found.length > 0) foundIn.push(name);
      });
    }
    return { jobs, foundIn };
  }

  /** The backend is closed with it. */
  close(): Promise<void> {
    return this.backend.close();
  }

  private async within(name: string, look: (queue: AlarmQueue) => Promise<void>): Promise<void> {
    try {
      const queue = await this.backend.openQueue(name, (error) => this.logger.warn('a queue that is looked through reports an error', { error: describe(error) }));
      await within(limitMs, 'looking through a queue', look(queue)).finally(() => queue.close());
    } catch (error) {
      throw new QueueAway(`the queue ${name} could not be looked through: ${describe(error)}`, { cause: error });
    }
  }
}

/** What is removed makes the pages behind it shift: it is looked again until nothing was. */
async function removeFrom(queue: AlarmQueue, mentions: readonly string[]): Promise<number> {
  let removed = 0;
  for await (const job of jobsOf(queue, ['completed', 'failed'])) {
    if (!mentionsOne(job, mentions)) continue;
    await job.remove();
    removed += 1;
  }
  return removed === 0 ? 0 : removed + (await removeFrom(queue, mentions));
}

async function* jobsOf(queue: AlarmQueue, types?: readonly ('completed' | 'failed')[]): AsyncGenerator<QueuedJob, void, void> {
  for (let start = 0; ; start += pageSize) {
    const jobs = await queue.getJobs(types && [...types], start, start + pageSize - 1);
    // A job that has gone between the look at the list and the look at itself is empty.
    const standing = jobs.filter((job) => job !== undefined && job !== null);
    for (const job of standing) yield job;
    if (jobs.length === 0) return;
  }
}

const mentionsOne = ({ name, data, failedReason, stacktrace, returnvalue }: QueuedJob, texts: readonly string[]): boolean => {
  const text = JSON.stringify([name, data, failedReason, stacktrace, returnvalue]);
  return texts.some((one) => text.includes(one));
};
