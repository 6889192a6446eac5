// What stands in the queues, job by job: for whoever has to prove that something is not there.
import { silentLogger, type Logger } from './logger.js';
import type { JobQueue, QueueBackend, QueuedJob } from './queues.js';
import { describe } from './said.js';
import { TimeLimitExceeded, within } from './time-limit.js';

const pageSize = 500;
const usualLimitMs = 60_000;

type Pages = JobQueue<unknown>['getJobs'];

/** The queue cannot be asked just now, which says nothing about what stands in it. */
export class QueueAway extends Error {
  override name = 'QueueAway';
}

export class QueueContents {
  constructor(
    private readonly backend: QueueBackend,
    private readonly names: readonly string[],
    private readonly logger: Logger = silentLogger,
    private readonly limitMs = usualLimitMs,
  ) {}

  /** Removes what has ended, well or not, and mentions one of the texts. Answers how many. Throws {@link QueueAway}; of a queue that is there and too long, `TimeLimitExceeded`. */
  async removeEnded(mentions: readonly string[]): Promise<number> {
    let removed = 0;
    for (const name of this.names) await this.within(name, async (pages) => void (removed += await removeFrom(pages, mentions)));
    return removed;
  }

  /** How many jobs there are, and which of them, by queue and id, say something for which `isFound` is true. Throws as {@link removeEnded} does. */
  async search(isFound: (text: string) => boolean): Promise<{ readonly jobs: number; readonly foundIn: readonly string[] }> {
    let jobs = 0;
    const foundIn = new Set<string>();
    for (const name of this.names) {
      await this.within(name, async (pages) => {
        for await (const job of jobsOf(pages)) {
          jobs += 1;
          if (textsOf(job).some(isFound)) foundIn.add(`${name} job ${job.id ?? 'without an id'}`);
        }
      });
    }
    return { jobs, foundIn: [...foundIn] };
  }

  /** The backend is closed with it. */
  close(): Promise<void> {
    return this.backend.close();
  }

  private async within(name: string, look: (pages: Pages) => Promise<void>): Promise<void> {
    let answers = 0;
    try {
      const queue = await this.backend.openQueue(name, (error) => this.logger.warn('a queue that is looked through reports an error', { error: describe(error) }));
      const pages: Pages = async (...asked) => {
        const jobs = await queue.getJobs(...asked);
        answers += 1;
        return jobs;
      };
      try {
        await within(this.limitMs, 'looking through a queue', look(pages));
      } finally {
        await queue.close();
      }
    } catch (error) {
      if (error instanceof TimeLimitExceeded && answers > 0) throw error;
      throw new QueueAway(`the queue ${name} could not be looked through: ${describe(error)}`, { cause: error });
    }
  }
}

/** What is removed makes the pages behind it shift: it is looked again until nothing was. */
async function removeFrom(pages: Pages, mentions: readonly string[]): Promise<number> {
  let removed = 0;
  for await (const job of jobsOf(pages, ['completed', 'failed'])) {
    if (!mentionsOne(job, mentions)) continue;
    await job.remove();
    removed += 1;
  }
  return removed === 0 ? 0 : removed + (await removeFrom(pages, mentions));
}

async function* jobsOf(pages: Pages, types?: readonly ('completed' | 'failed')[]): AsyncGenerator<QueuedJob, void, void> {
  for (let start = 0; ; start += pageSize) {
    const jobs = await pages(types && [...types], start, start + pageSize - 1);
    // A job that has gone between the look at the list and the look at itself is empty.
    const standing = jobs.filter((job) => job !== undefined && job !== null);
    for (const job of standing) yield job;
    if (jobs.length === 0) return;
  }
}

const mentionsOne = (job: QueuedJob, texts: readonly string[]): boolean => textsOf(job).some((text) => texts.some((one) => text.includes(one)));

/** What a job says; not the names of fields, nor the files of ours through which an error went. */
const textsOf = ({ data, failedReason, stacktrace, returnvalue }: QueuedJob): readonly string[] => [
  ...leavesOf(data), ...leavesOf(returnvalue), failedReason ?? '', ...(stacktrace ?? []).flatMap((stack) => stack.split('\n').filter((line) => !/^\s+at /.test(line))),
];

function leavesOf(value: unknown): readonly string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leavesOf);
  if (value === undefined || value === null) return [];
  return [typeof value === 'string' ? value : JSON.stringify(value)];
}
