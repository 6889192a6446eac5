// The alarms in a Redis cluster: several queues on several nodes. `npm run machines -- cluster` kills and replaces one of them.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { redisQueues } from '#running';
import { type RedisCluster, startRedisCluster } from '../../../test/support/redis-cluster.js';
import { alarmQueues } from '../src/index.js';
import { counted, eventually, firings, rig, setMany } from './support.js';

jest.setTimeout(360_000);

let cluster: RedisCluster;
beforeAll(async () => { cluster = await startRedisCluster(); });
afterAll(() => cluster.stop());

const f = rig();
const queues = 4;

describe('the queues of a cluster', () => {
  it('ring for every account, once and never early, from every node', async () => {
    const { backend, rung } = counted(redisQueues(cluster.url));
    await setMany(f, 'account', 40, 1_500);
    f.begin(backend, { feedEveryMs: 100, sweepEveryMs: 3_600_000, graceMs: 3_600_000, queues });
    await eventually('all fired', async () => (await firings(f)).length === 40);
    const all = await firings(f);
    expect([new Set(all.map(({ accountId }) => accountId)).size, all.filter(({ now, dueAt }) => now < dueAt)]).toEqual([40, []]);
    expect((await cluster.sizes()).map((size) => size > 0)).toEqual([true, true, true]);
    expect([...rung.keys()].toSorted()).toEqual(alarmQueues(queues));
  });
});
