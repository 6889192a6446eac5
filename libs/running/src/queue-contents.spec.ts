// What a purge sees of a queue: what jobs say, and whether a queue is away or only long.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { standIn } from '../../../test/support/stand-in.js';
import type { JobQueue, QueueBackend, QueuedJob } from './queues.js';
import { QueueAway, QueueContents } from './queue-contents.js';
import { TimeLimitExceeded } from './time-limit.js';

const job = (said: Partial<QueuedJob>): QueuedJob => ({
  id: '7', name: 'alarm', data: { deadlineId: 'd', generation: 1 }, failedReason: undefined, stacktrace: null, returnvalue: null, remove: async () => undefined, ...said,
});

/** A queue that answers with these pages, one after the other, and then with nothing. */
function queueOf(pages: (() => Promise<QueuedJob[]>)[]): QueueBackend {
  const queue = standIn<JobQueue<unknown>>({ getJobs: () => pages.shift()?.() ?? Promise.resolve([]), close: async () => undefined });
  return { available: true, openQueue: async () => queue, openWorker: () => Promise.reject(new Error('no worker here')), close: async () => undefined };
}

const contentsOf = (pages: (() => Promise<QueuedJob[]>)[], limitMs = 60_000): QueueContents => new QueueContents(queueOf(pages), ['wake'], undefined, limitMs);
const says = (word: string) => (text: string): boolean => text.toLowerCase().includes(word);

describe('a job', () => {
  it.each<[string, Partial<QueuedJob>]>([
    ['in its payload', { data: { list: [{ note: 'Jane' }] } }],
    ['in what it answered', { returnvalue: 'Jane' }],
    ['in why it failed', { failedReason: 'no such person Jane' }],
    ['in what its error said', { stacktrace: ['Error: no such person\nJane\n    at fire (consumer.ts:1)'] }],
  ])('is named where it says something of the person %s', async (_, said) => {
    expect(await contentsOf([async () => [job({}), job({ id: '8', ...said })]]).search(says('jane'))).toEqual({ jobs: 2, foundIn: ['wake job 8'] });
  });

  it('says nothing by the names of its fields, its own name and the files an error went through', async () => {
    const one = job({ stacktrace: ['Error: broken\n    at Generation.fire (/generation/consumer.ts:1)'], name: 'generation' });
    expect(await contentsOf([async () => [one]]).search(says('generation'))).toEqual({ jobs: 1, foundIn: [] });
  });
});

describe('a queue', () => {
  const never = (): Promise<QueuedJob[]> => new Promise(() => undefined);

  it('that answers and takes too long is no queue that is away: looking at it in vain counts', async () => {
    const slow = contentsOf([async () => [job({})], async () => (await sleep(5), [job({})]), never], 100);
    await expect(slow.search(() => false)).rejects.toThrow(TimeLimitExceeded);
  });

  it('that does not answer at all is away', async () => {
    await expect(contentsOf([never], 100).search(() => false)).rejects.toThrow(QueueAway);
    await expect(contentsOf([() => Promise.reject(new Error('ECONNREFUSED'))]).search(() => false)).rejects.toThrow(QueueAway);
  });
});
