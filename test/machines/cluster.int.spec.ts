// `npm run machines -- cluster`: a node of three is killed and replaced while deadlines fall due; everything happens once, and what waited for the node goes on at its successor.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { alarmQueues } from '#deadlines';
import { redisQueues } from '#running';
import { counted, eventually, firings, rig, set, setMany } from '../../libs/deadlines/test/support.js';
import { type RedisCluster, startRedisCluster } from '../support/redis-cluster.js';

jest.setTimeout(360_000);

let cluster: RedisCluster;
beforeAll(async () => { cluster = await startRedisCluster(); });
afterAll(() => cluster.stop());

const f = rig();
const queues = 4;

describe('the queues of a cluster that loses a node', () => {
  it('fire everything once while a node is killed and replaced, and ring on the new one', async () => {
    const { backend, rung } = counted(redisQueues(cluster.url));
    const other = counted(redisQueues(cluster.url));
    const quick = { feedEveryMs: 100, refeedMs: 300, sweepEveryMs: 200, graceMs: 500, queues };
    f.begin(backend, quick);
    f.begin(other.backend, quick);
    await setMany(f, 'before', 20, 500);
    await eventually('all queues ring', () => alarmQueues(queues).every((name) => (rung.get(name) ?? 0) + (other.rung.get(name) ?? 0) > 0));

    await setMany(f, 'meanwhile', 60, 1_000);
    const lost = alarmQueues(queues)[1]!;
    const node = await cluster.nodeOf(`sunset:${lost}:wait`);
    await cluster.kill(node);
    await eventually('what it held fires without it', async () => (await firings(f)).length === 80);
    await cluster.replace(node);

    for (const { rung: heard } of [{ rung }, other]) {
      const before = heard.get(lost) ?? 0;
      let nth = 0;
      await eventually('its successor rings', async () => {
        for (let count = 0; count < 8; count += 1) await set(f, `after-${(nth += 1)}`, 'a', 50);
        return (heard.get(lost) ?? 0) > before;
      }, 120_000);
    }
    await eventually('nothing is pending', async () => (await f.deadlines.list({ status: 'pending' }, { limit: 1 })).data.length === 0);
    const all = await firings(f);
    expect(all.filter(({ now, dueAt }) => now < dueAt)).toEqual([]);
    expect(new Set(all.map(({ accountId }) => accountId)).size).toBe(all.length);
    console.log(`${all.length} deadlines, each fired once, none early; rung by alarm: ${alarmQueues(queues).map((name) => `${name} ${(rung.get(name) ?? 0) + (other.rung.get(name) ?? 0)}`).join(', ')}; killed and replaced: node ${node}, of ${lost}`);
    expect((await f.deadlines.list({ status: 'dead' }, { limit: 1 })).data).toEqual([]);
  });
});
