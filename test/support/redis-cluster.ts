// A Redis cluster for tests: nodes of the distribution's own package, of which one can be killed and another put in its place.
import { Redis as Connection } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../apps/launch/ports.mjs';
import { type Redis, startRedis } from '../../apps/launch/redis.mjs';

const slots = 16_384;

export interface RedisCluster {
  /** `redis+cluster://…` of all nodes there are. */
  readonly url: string;
  /** The number of the node that keeps the key. */
  nodeOf(key: string): Promise<number>;
  /** How many keys each node keeps. */
  sizes(): Promise<readonly number[]>;
  /** Its jobs go with it, and nobody answers for them. */
  kill(index: number): Promise<void>;
  /** An empty node on another port answers for what the killed one did. */
  replace(index: number): Promise<void>;
  stop(): Promise<void>;
}

interface Node {
  readonly server: Redis;
  readonly busPort: number;
  readonly first: number;
  readonly last: number;
  /** As the cluster calls it. */
  readonly id: string;
}

/** Masters alone, each with its share of the slots. */
export async function startRedisCluster(size = 3, password = 'sesame'): Promise<RedisCluster> {
  const ask = async <T>({ server }: Pick<Node, 'server'>, ...command: [string, ...(string | number)[]]): Promise<T> => {
    const connection = new Connection({ host: '127.0.0.1', port: server.port, password });
    return (connection.call(...command) as Promise<T>).finally(() => connection.disconnect());
  };
  const startNode = async (index: number): Promise<Node> => {
    const busPort = await freePort();
    // A master without replicas is missed soon, and the others go on for what is theirs.
    const settings = { 'cluster-enabled': 'yes', 'cluster-port': busPort, 'cluster-node-timeout': 2_000, 'cluster-require-full-coverage': 'no', requirepass: password, masterauth: password };
    const server = await startRedis({ settings });
    const [first, last] = [Math.ceil((slots / size) * index), Math.ceil((slots / size) * (index + 1)) - 1];
    return { server, busPort, first, last, id: await ask<string>({ server }, 'CLUSTER', 'MYID') };
  };
  const join = async (node: Node, others: readonly Node[]): Promise<void> => {
    await ask(node, 'CLUSTER', 'ADDSLOTSRANGE', node.first, node.last);
    for (const other of others) await ask(node, 'CLUSTER', 'MEET', '127.0.0.1', other.server.port, other.busPort);
  };
  const knownByAll = async (): Promise<void> => {
    for (const node of nodes) while (!/cluster_slots_ok:16384[\s\S]*cluster_known_nodes:(\d+)/.test(await ask<string>(node, 'CLUSTER', 'INFO'))) await sleep(50);
  };

  const nodes: Node[] = [];
  try {
    for (let index = 0; index < size; index += 1) nodes.push(await startNode(index));
    // Of two that claim the same, the one with the higher epoch is right.
    for (const [index, node] of nodes.entries()) await ask(node, 'CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    for (const [index, node] of nodes.entries()) await join(node, nodes.slice(0, index));
    await knownByAll();
  } catch (error) {
    await Promise.all(nodes.map(({ server }) => server.stop()));
    throw error;
  }
  return {
    get url() {
      return `redis+cluster://:${password}@${nodes.map(({ server }) => `127.0.0.1:${server.port}`).join(',')}`;
    },
    async nodeOf(key) {
      const slot = await ask<number>(nodes[0]!, 'CLUSTER', 'KEYSLOT', key);
      return nodes.findIndex(({ first, last }) => first <= slot && slot <= last);
    },
    sizes: () => Promise.all(nodes.map((node) => ask<number>(node, 'DBSIZE'))),
    kill: (index) => nodes[index]!.server.kill(),
    async replace(index) {
      const lost = nodes[index]!;
      const others = nodes.filter((node) => node !== lost);
      const node = await startNode(index);
      await ask(node, 'CLUSTER', 'SET-CONFIG-EPOCH', size + 1);
      // What has forgotten it gives its slots to nobody, and hears of it again only from who has not.
      for (const other of others) await ask(other, 'CLUSTER', 'FORGET', lost.id);
      nodes[index] = node;
      await join(node, others);
      await knownByAll();
    },
    async stop() {
      await Promise.all(nodes.map(({ server }) => server.stop()));
    },
  };
}
