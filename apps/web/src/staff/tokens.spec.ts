// What a tab's requests go out with: one token, made new in time, once for all who ask.
import { expect, it } from '@jest/globals';
import { Tokens, type Kept, type Place } from './tokens.js';

const now = 1_000_000_000_000;

function tab(): Place {
  let kept: string | null = null;
  return { read: () => kept, write: (text) => { kept = text; } };
}

/** As an issuer writes it; `null`: it does not say when it ends. */
const token = (name: string, endsInMs: number | null): string =>
  `h.${btoa(JSON.stringify({ sub: name, ...(endsInMs !== null && { exp: (now + endsInMs) / 1_000 }) }))}.s`;

const tokens = (kept?: Kept, place = tab()): Tokens => {
  const one = new Tokens(place, () => now);
  if (kept) one.keep(kept);
  return one;
};

it('is nothing where nobody signed in, and what was kept until it is dropped', async () => {
  const one = tokens();
  expect([one.token, await one.current()]).toEqual([null, '']);
  one.keep({ token: 'a', idToken: 'i' });
  expect([one.token, await one.current()]).toEqual(['a', 'a']);
  expect([one.drop(), one.token]).toEqual([{ token: 'a', idToken: 'i' }, null]);
});

it('is found by a reload, which cannot make it new', async () => {
  const place = tab();
  tokens({ token: token('a', 10_000), renew: () => Promise.resolve({ token: 'b' }) }, place);
  expect(place.read()).not.toContain('renew');
  expect(await tokens(undefined, place).current()).toBe(token('a', 10_000));
});

it('is made new before it ends, once for all who ask', async () => {
  let times = 0;
  const one = tokens({ token: token('a', 29_000), renew: async () => { times += 1; return { token: token('b', 300_000) }; } });
  expect(await Promise.all([one.current(), one.current()])).toEqual([token('b', 300_000), token('b', 300_000)]);
  expect(await one.current()).toBe(token('b', 300_000));
  expect(times).toBe(1);
});

it('is left as it is while it lasts, and where the issuer gives no other', async () => {
  const lasting = token('a', 31_000);
  expect(await tokens({ token: lasting, renew: () => Promise.reject(new Error('not asked for')) }).current()).toBe(lasting);
  const ending = tokens({ token: token('a', -1_000), renew: () => Promise.reject(new Error('no more')) });
  expect([await ending.current(), ending.isOver]).toEqual([token('a', -1_000), true]);
});

it('does not come back to whoever has left meanwhile', async () => {
  let answer: (kept: Kept) => void = () => undefined;
  const one = tokens({ token: token('a', 1_000), renew: () => new Promise((resolve) => { answer = resolve; }) });
  const asked = one.current();
  one.drop();
  answer({ token: 'b' });
  expect([await asked, one.token]).toEqual(['', null]);
});

it.each([['opaque', false], [token('a', null), false], [token('a', 1), false], [token('a', -1), true]])('%s has ended: %s', (text, isOver) => {
  expect(tokens({ token: text }).isOver).toBe(isOver);
});
