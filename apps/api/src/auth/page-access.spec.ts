// Whoever sends cookies of no session costs the database one look, however many they are.
import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { expect, it } from '@jest/globals';
import type { PageSession, PageSessions } from '#page-sessions';
import { instant } from '#kernel';
import { PageAccess } from './page-access.js';

const good = 'g'.repeat(43);
const cookieOf = (nth: number): string => `sunset_page=${String(nth).padStart(43, 'x')}`;
const request = (cookie: string, ip: string): FastifyRequest => ({ method: 'GET', ip, headers: { cookie } }) as FastifyRequest;

it('a customer on their page is served with the next look, and many others with it', async () => {
  const looked: string[][] = [];
  const ends: (() => void)[] = [];
  const findAll = async (tokens: readonly string[]): Promise<readonly (PageSession | null)[]> => {
    looked.push([...tokens]);
    await new Promise<void>((end) => void ends.push(end));
    return tokens.map((token) => (token === good ? { accountId: 'ada', expiresAt: instant('2026-05-01T07:00:00Z') } : null));
  };
  const access = new PageAccess({ findAll } as PageSessions, { publicUrl: undefined, sandbox: true });
  const strangers = Array.from({ length: 1_000 }, (_, nth) => access.subjectOf(request(cookieOf(nth), '10.0.0.1')));
  const customer = access.subjectOf(request(`sunset_page=${good}`, '10.0.0.2'));
  await turn();
  expect(looked.map(({ length }) => length)).toEqual([1]);
  ends[0]!();
  await turn();
  expect([looked.length, looked[1]!.includes(good)]).toEqual([2, true]);
  ends[1]!();
  expect(await customer).toMatchObject({ role: 'customer', accountId: 'ada', onPage: true });
  for (let nth = 2; nth < 10; nth += 1) {
    await turn();
    ends[nth]?.();
  }
  expect([...new Set(await Promise.all(strangers)), looked.length]).toEqual([null, 5]);
});
