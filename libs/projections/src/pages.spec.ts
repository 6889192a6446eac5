// Pages are fetched ahead of whoever reads on, once each, and kept for nobody else.
import { beforeEach, expect, it } from '@jest/globals';
import type { EventStore } from '#event-store';
import type { Database } from '#postgres';
import { standIn } from '../../../test/support/stand-in.js';
import { Pages } from './pages.js';

type Recorded = Awaited<ReturnType<EventStore['read']>>[number];

const head = 25;
const limit = 10;

let asked: string[];
let failing: boolean;
let pages: Pages;
beforeEach(() => {
  asked = [];
  failing = false;
  const store = {
    read: async ({ shard, after, limit: most }: { shard: number; after: number; limit: number }) => {
      asked.push(`${shard}/${after}`);
      if (failing) throw new Error('away');
      return Array.from({ length: Math.min(most, head - after) }, (_, index) => standIn<Recorded>({ position: after + index + 1 }));
    },
  };
  pages = new Pages(standIn<Database>({ apart: async (work) => work() }), standIn<EventStore>(store));
});

const read = async (after: number, { reader = 'x live', shard = 0, most = limit } = {}) =>
  (await pages.read(reader, { shard, after, limit: most })).map(({ position }) => position);

it('fetches the page behind a full one, and none behind the last', async () => {
  expect(await read(0)).toHaveLength(10);
  expect(asked).toEqual(['0/0', '0/10']);
  expect((await read(10))[0]).toBe(11);
  expect(await read(20)).toEqual([21, 22, 23, 24, 25]);
  expect(asked).toEqual(['0/0', '0/10', '0/20']);
});

it('has for another reader, another shard, another place and another length nothing but what they ask for', async () => {
  await read(0);
  expect((await read(10, { reader: 'x rebuild' }))[0]).toBe(11);
  expect((await read(10, { shard: 1 }))[0]).toBe(11);
  expect((await read(5))[0]).toBe(6);
  expect(await read(15, { most: 3 })).toEqual([16, 17, 18]);
  expect(asked).toEqual(['0/0', '0/10', '0/10', '0/20', '1/10', '1/20', '0/5', '0/15', '0/15', '0/18']);
});

it('forgets what nobody comes for', async () => {
  await read(0);
  await read(0, { reader: 'x live too' });
  pages.forget('x live');
  await read(10);
  await read(10, { reader: 'x live too' });
  expect(asked).toEqual(['0/0', '0/10', '0/0', '0/10', '0/10', '0/20', '0/20']);
});

it('tells whoever comes for a page that it could not be fetched, and nobody else', async () => {
  const events = pages.read('x live', { shard: 0, after: 0, limit });
  failing = true;
  expect(await events).toHaveLength(10);
  await new Promise(setImmediate);
  await expect(read(10)).rejects.toThrow('away');
  failing = false;
  expect((await read(10))[0]).toBe(11);
});
