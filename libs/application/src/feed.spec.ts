// Whoever waits for the feed looks often, and for little.
import { expect, it } from '@jest/globals';
import type { PassageAsked } from '#event-store';
import { Feed } from './feed.js';

it.each([{ limit: 1_000, further: 100 }, { limit: 20, further: 20 }])('of $limit that are asked for, each further look reads $further at most, and says so', async ({ limit, further }) => {
  const looks: number[] = [];
  const told: (number | undefined)[] = [];
  const store = { passage: async (asked: PassageAsked) => (looks.push(asked.limit), { entries: [], reached: null, more: looks.length < 3 }) };
  const feed = new Feed(store as never, {} as never);
  const gone = new AbortController();
  await feed.read({ after: null, limit }, {
    waitMs: 60_000,
    asker: gone.signal,
    furtherMost: 100,
    look: async (read, said) => {
      told.push(said?.entries);
      const page = await read();
      if (looks.length === 3) gone.abort();
      return page;
    },
  });
  expect([looks, told]).toEqual([[limit, further, further], [undefined, further, further]]);
});
