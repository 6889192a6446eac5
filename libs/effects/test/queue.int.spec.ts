// With a queue: its wake-ups bring effects to a worker on time, and without it nothing is lost.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { plusMs } from '#kernel';
import { postgresQueues, type QueueBackend, redisQueues } from '#running';
import { Pauses } from '../src/index.js';
import { ownRedis, startRedis } from '../../../test/support/redis.js';
import { accounts, ask, engine, eventually, operator, rig, ScriptedCarrier, subjects, told } from './support.js';

jest.setTimeout(180_000);

let redis: Awaited<ReturnType<typeof ownRedis>>;
beforeAll(async () => {
  redis = await ownRedis();
});
afterAll(() => redis.kill());

const f = rig();

describe.each([
  ['Redis', () => redisQueues(redis.url, { prefix: `{${f.url.slice(-20)}}` })],
  ['PostgreSQL', () => postgresQueues(f.directUrl)],
])('wake-ups in %s', (_, queue) => {
  it('bring what is due to a worker without the sweeper, first attempts and further ones', async () => {
    const carrier = new ScriptedCarrier((_subject, attempt) => (attempt < 3 ? { outcome: 'retry-later', afterMs: 400, reason: 'rate-limited' } : { outcome: 'released' }));
    f.begin(carrier, { sweepEveryMs: 3_600_000 }, { queue: queue() });
    await ask(f, 'a', subjects(20));
    const dueAt = plusMs(await f.clock.now(null), 2_500);
    await f.effects.put('b', null, [{ kind: 'end-campaign', subject: 'c', generation: 1, dueAt }]);
    await eventually('all done', async () => (await told(f)).length === 21);
    const campaign = (await told(f)).find(({ accountId }) => accountId === 'b')!;
    expect(campaign.at >= dueAt).toBe(true);
  });
});

it('does without a queue that went away, takes it up again, and stops also without it', async () => {
  const first = await ownRedis();
  const carrier = new ScriptedCarrier();
  const started = engine(f.database, carrier, accounts(f.database), { graceMs: 300 }, redisQueues(first.url));
  started.start();
  await ask(f, 'a', ['n']);
  await eventually('the first is done', async () => (await told(f)).length === 1);
  await first.kill();
  await ask(f, 'a', ['m']);
  await eventually('done without the queue', async () => (await told(f)).length === 2);
  const second = await startRedis({ port: first.port });
  const client = new Redis(second.url);
  await eventually('its worker waits for jobs again', async () => (await client.info('commandstats')).includes('bzpopmin'));
  client.disconnect();
  await second.kill();
  await started.stop();
});

/** A queue that only notes what is added, and whose worker works when told. */
function noting() {
  const added: (string | undefined)[] = [];
  const worker: { wake?: (data: unknown) => Promise<unknown> } = {};
  const backend: QueueBackend = {
    available: true,
    openQueue: async () => ({
      addBulk: async (jobs) => added.push(...jobs.map(({ opts }) => opts.jobId)), getJob: async () => undefined, getJobs: async () => [],
      pause: async () => undefined, resume: async () => undefined, drain: async () => undefined, close: async () => undefined,
    }),
    openWorker: async (_name, _concurrency, work) => {
      worker.wake = async (data) => {
        await work({ data } as Parameters<typeof work>[0]);
      };
      return { isRunning: () => true, close: async () => undefined };
    },
    close: async () => undefined,
  };
  return { added, worker, backend };
}

/** The sweeper, which needs no waking, leaves everything to the queue. */
const byTheQueue = { graceMs: 600_000 };

describe('wake-ups', () => {
  it('for what is due already are one job, however often they are set', async () => {
    const { added, backend } = noting();
    await ask(f, 'a', subjects(5));
    f.begin(new ScriptedCarrier(), byTheQueue, { queue: backend });
    await eventually('set several times', () => added.length >= 4);
    expect(new Set(added)).toEqual(new Set(['scripted-numbers-due']));
  });

  it('do not wait for a lane that drains slowly', async () => {
    const { worker, backend } = noting();
    const carrier = new ScriptedCarrier();
    carrier.requestsPerSecond = 4;
    await ask(f, 'a', subjects(20));
    f.begin(carrier, byTheQueue, { queue: backend });
    await eventually('attended', () => worker.wake !== undefined);
    await worker.wake!({ carrier: 'scripted', lane: 'numbers' });
    await worker.wake!({ carrier: 'scripted', lane: 'numbers' });
    expect((await told(f)).length).toBeLessThan(20);
    await eventually('all done', async () => (await told(f)).length === 20);
  });
});

it('wakes nobody for what is held', async () => {
  await new Pauses(f.database).pause({}, 'everything', operator.actor);
  const { added, backend } = noting();
  f.begin(new ScriptedCarrier(), byTheQueue, { queue: backend });
  await ask(f, 'a', subjects(5));
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(added).toEqual([]);
  const [pause] = await new Pauses(f.database).inForce();
  await new Pauses(f.database).resume(pause!.pauseId, 'go', operator.actor);
  await eventually('woken', () => added.length > 0);
});
