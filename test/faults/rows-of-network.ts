// The network between the service, its stores and its customers is cut, half-open, slow, and tears what it carries to pieces.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Proxy, Way } from './proxy.js';
import type { Row } from './row.js';
import type { Stack } from './stack.js';

const between: Readonly<Record<string, (stack: Stack) => readonly Proxy[]>> = {
  'service and PostgreSQL': ({ members }) => members.map(({ database }) => database),
  'service and Redis': ({ members }) => members.map(({ redis }) => redis),
  'customers and API': ({ front }) => [front],
};

const how: Readonly<Record<string, { readonly way: Way; readonly forMs: number }>> = {
  'half-open': { way: 'silent', forMs: 5_000 },
  slow: { way: 'slow', forMs: 6_000 },
  'sliced byte by byte': { way: 'sliced', forMs: 5_000 },
};

const during = async (proxies: readonly Proxy[], way: Exclude<Way, 'open'>, forMs: number): Promise<number> => {
  const met = (): number => proxies.reduce((sum, proxy) => sum + proxy.met[way], 0);
  const before = met();
  for (const proxy of proxies) proxy.way = way;
  await sleep(forMs);
  for (const proxy of proxies) proxy.way = 'open';
  return met() - before;
};

export const ofNetwork: readonly Row[] = Object.entries(between).flatMap(([name, proxiesOf]) => [
  {
    name: `network between ${name}: cut`,
    async inject({ stack, chance, met }) {
      const proxies = proxiesOf(stack);
      for (let done = 0; done < 10; done += 1) {
        await sleep(200 + chance.below(500));
        met(proxies.reduce((sum, proxy) => sum + proxy.cut(), 0));
      }
      met(await during(proxies, 'refused', 1_500));
    },
  },
  ...Object.entries(how).map(([kind, { way, forMs }]): Row => ({
    name: `network between ${name}: ${kind}`,
    async inject({ stack, met }) {
      await sleep(500);
      met(await during(proxiesOf(stack), way as Exclude<Way, 'open'>, forMs));
    },
  })),
] satisfies Row[]);
