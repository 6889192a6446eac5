// A link that works once, a session that ends by itself, and nothing stored that opens either.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { deleteExpiredPageSessions, migrations, PageSessions } from './index.js';

let test: FreshDatabase;
let sessions: PageSessions;
beforeAll(async () => {
  test = await freshDatabase({ migrations });
  sessions = new PageSessions(test.database);
});
afterAll(() => test.drop());

/** As if so many minutes had passed. */
const wait = (minutes: number): Promise<unknown> => test.database.execute(`UPDATE sunset.page_sessions SET expires_at = expires_at - $1 * interval '1 minute'`, [minutes]);
const minutesFromNow = (instant: string): number => (Date.parse(instant) - Date.now()) / 60_000;

it('a link opens one session, of its account', async () => {
  const link = await sessions.invite('ada');
  expect(minutesFromNow(link.expiresAt)).toBeGreaterThan(3);
  expect(minutesFromNow(link.expiresAt)).toBeLessThanOrEqual(5);
  const session = await sessions.open(link.token);
  expect(minutesFromNow(session!.expiresAt)).toBeGreaterThan(28);
  expect(minutesFromNow(session!.expiresAt)).toBeLessThanOrEqual(30);
  expect(await sessions.find(session!.token)).toEqual({ accountId: 'ada', expiresAt: session!.expiresAt });
  expect(await sessions.open(link.token)).toBeNull();
  expect(await sessions.find(link.token)).toBeNull();
  expect(await sessions.findAll(['', session!.token, link.token, session!.token])).toEqual([null, expect.objectContaining({ accountId: 'ada' }), null, expect.objectContaining({ accountId: 'ada' })]);
});

it('a link that two open at the same instant opens one', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { token } = await sessions.invite('ada');
    const opened = await Promise.all([1, 2, 3, 4].map(() => sessions.open(token)));
    expect(opened.filter((session) => session !== null)).toHaveLength(1);
  }
});

it('after five minutes a link opens nothing, and after thirty a session has ended', async () => {
  const [late, early] = [await sessions.invite('ada'), await sessions.invite('bob')];
  const session = await sessions.open(early.token);
  await wait(5);
  expect(await sessions.open(late.token)).toBeNull();
  expect(await sessions.find(session!.token)).toMatchObject({ accountId: 'bob' });
  await wait(25);
  expect(await sessions.find(session!.token)).toBeNull();
});

it('a session that its customer ends has ended', async () => {
  const session = await sessions.open((await sessions.invite('ada')).token);
  await sessions.end(session!.token);
  expect(await sessions.find(session!.token)).toBeNull();
});

it('what is stored opens nothing', async () => {
  const session = await sessions.open((await sessions.invite('eve')).token);
  const unopened = await sessions.invite('eve');
  const rows = await test.database.query<{ link: Buffer; session: Buffer | null }>(`SELECT link_hash AS link, session_hash AS session FROM sunset.page_sessions WHERE account_id = 'eve'`);
  const stored = rows.flatMap(({ link, session: opened }) => (opened ? [link, opened] : [link]));
  expect(stored).toHaveLength(3);
  for (const bytes of stored) {
    // The last is what a token becomes if its characters are stored as they are.
    for (const said of [bytes.toString('hex'), bytes.toString('base64url'), bytes.toString()]) expect([await sessions.open(said), await sessions.find(said)]).toEqual([null, null]);
  }
  expect(await sessions.find(session!.token)).toMatchObject({ accountId: 'eve' });
  expect(await sessions.open(unopened.token)).not.toBeNull();
});

it('what has ended is deleted in batches, and nothing else', async () => {
  await wait(60);
  const session = await sessions.open((await sessions.invite('kim')).token);
  const ended = await test.database.query('SELECT FROM sunset.page_sessions WHERE expires_at < clock_timestamp()');
  expect(ended.length).toBeGreaterThan(4);
  expect(await deleteExpiredPageSessions(test.database, 4)).toBe(4);
  expect(await deleteExpiredPageSessions(test.database, 1_000)).toBe(ended.length - 4);
  expect(await sessions.find(session!.token)).toMatchObject({ accountId: 'kim' });
});
