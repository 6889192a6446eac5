// Who has what: one account for a number, however many ask at once; several for a campaign; nobody after the purge.
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MasterKeys, migrations as keyMigrations, PersonalData } from '#personal-data';
import { eventually } from '../../../test/support/eventually.js';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { hold } from '../../../test/support/hold.js';
import { purgeAll } from '../../../test/support/purging.js';
import { type HeldKind, Holders, migrations } from './index.js';

let test: FreshDatabase;
let holders: Holders;
beforeAll(async () => {
  test = await freshDatabase({ migrations: [...keyMigrations, ...migrations] });
  holders = new Holders(test.database, new PersonalData(test.database, new MasterKeys([randomBytes(32)])));
});
afterAll(() => test.drop());

let numbers = 0;
const fresh = (): string => `+1206555${String((numbers += 1)).padStart(4, '0')}`;
const of = (accountId: string, subject = `${accountId}.n`) => ({ accountId, subject });
const giveUp = (how: 'letGo' | 'drop', accountId: string, kinds: readonly HeldKind[], subjects: readonly string[]) =>
  holders[how](subjects.flatMap((subject) => kinds.map((kind) => ({ accountId, kind, subject }))));
const take = (accountId: string, number: string, former: { accountId: string; subject: string } | null = null) => holders.takeNumber(of(accountId), number, former);

describe('a number', () => {
  it('is one account\'s, of twenty that take it at the same time', async () => {
    const number = fresh();
    const got = await Promise.all(Array.from({ length: 20 }, async (_, index) => ((await take(`many-${index}`, number)) ? `many-${index}` : null)));
    const [winner, ...more] = got.filter((name) => name !== null);
    expect(more).toEqual([]);
    expect(await holders.ofNumber(number)).toEqual({ ...of(winner!), stands: true });
  });

  it('that was taken in a transaction which comes to nothing is free for who waited', async () => {
    const number = fresh();
    let undo: (() => void) | undefined;
    const undone = test.database.transaction(async () => {
      expect(await take('undone', number)).toBe(true);
      await new Promise<void>((resolve) => (undo = resolve));
      throw new Error('roll back');
    });
    await eventually('it is taken', () => undo !== undefined);
    const waiting = take('waits', number);
    await eventually('it waits', somebodyWaits);
    undo?.();
    await expect(undone).rejects.toThrow('roll back');
    expect([await waiting, await holders.ofNumber(number)]).toEqual([true, { ...of('waits'), stands: true }]);
  });

  it('is not taken over while it stands, whoever is said to have had it', async () => {
    const number = fresh();
    await take('stands', number);
    for (const former of [null, of('stands'), of('nobody')]) expect(await take('other', number, former)).toBe(false);
    expect(await holders.has(of('stands'), ['number'])).toBe(true);
  });

  it('that was let go of is the account\'s until one takes it over, and only from the one it was looked up with', async () => {
    const number = fresh();
    await take('former', number);
    await giveUp('letGo', 'former', ['number'], ['former.n']);
    expect([await holders.ofNumber(number), await holders.has(of('former'), ['number'])]).toEqual([{ ...of('former'), stands: false }, true]);
    expect([await take('next', number), await take('next', number, of('somebody')), await take('next', number, of('former', 'another'))]).toEqual([false, false, false]);
    const got = await Promise.all(['next', 'late', 'later'].map(async (name) => ((await take(name, number, of('former'))) ? name : null)));
    const [winner, ...more] = got.filter((name) => name !== null);
    expect([more, await holders.has(of('former'), ['number']), await holders.ofNumber(number)]).toEqual([[], false, { ...of(winner!), stands: true }]);
    expect(await holders.takeBack('former', ['former.n'])).toEqual([]);
  });

  it('is taken back by who let go of it, and free once it is dropped', async () => {
    const number = fresh();
    await take('back', number);
    await giveUp('letGo', 'back', ['number'], ['back.n', 'another']);
    expect(await holders.takeBack('back', ['back.n', 'another'])).toEqual(['back.n']);
    expect(await take('other', number, of('back'))).toBe(false);
    await giveUp('drop', 'back', ['number'], ['back.n']);
    expect([await holders.ofNumber(number), await take('other-again', number)]).toEqual([null, true]);
  });

  it('is nobody else\'s to let go of, to take back or to drop', async () => {
    const number = fresh();
    await take('mine', number);
    await giveUp('letGo', 'yours', ['number'], ['mine.n']);
    expect(await holders.takeBack('yours', ['mine.n'])).toEqual([]);
    await giveUp('drop', 'yours', ['number'], ['mine.n']);
    await giveUp('drop', 'mine', ['campaign', 'brand'], ['mine.n']);
    expect(await holders.ofNumber(number)).toEqual({ ...of('mine'), stands: true });
  });
});

describe('a campaign', () => {
  const share = (accountId: string, id: string, kind: 'campaign' | 'brand' | 'messaging-service' = 'campaign') => test.database.transaction(() => holders.share(of(accountId, `${accountId}.r`), kind, id));
  const used = (accountId: string) => holders.isUsedElsewhere(of(accountId, `${accountId}.r`), ['messaging-service', 'campaign']);
  const end = (accountId: string) => giveUp('letGo', accountId, ['messaging-service', 'campaign', 'brand'], [`${accountId}.r`]);

  it('is used elsewhere for as long as another account\'s row stands', async () => {
    const id = randomUUID();
    await share('c1', id);
    expect(await used('c1')).toBe(false);
    await share('c2', id);
    expect([await used('c1'), await used('c2')]).toEqual([true, true]);
    await end('c2');
    expect([await used('c1'), await used('c2')]).toEqual([false, true]);
    expect(await share('c3', id)).toMatchObject([of('c2', 'c2.r')]);
    await end('c1');
    await giveUp('drop', 'c3', ['campaign'], ['c3.r']);
    expect([await used('c1'), await used('c2')]).toEqual([false, false]);
  });

  it('is not used by who uses a brand, or another campaign, of the same account', async () => {
    const id = randomUUID();
    await share('d1', id);
    await share('d2', id, 'brand');
    await share('d3', randomUUID());
    expect([await used('d1'), await holders.isUsedElsewhere(of('d2', 'd2.r'), ['brand'])]).toEqual([false, false]);
    expect(await test.database.query(`SELECT DISTINCT hash FROM sunset.holders WHERE account_id IN ('d1', 'd2')`)).toHaveLength(2);
    await test.database.transaction(() => holders.share(of('d1', 'again'), 'campaign', id));
    expect(await used('d1')).toBe(true);
  });

  it('that is just being let go of is waited for', async () => {
    const id = randomUUID();
    await share('e1', id);
    const letGo = await hold(test.database, () => end('e1'));
    const sharing = share('e2', id);
    await eventually('it waits', somebodyWaits);
    await letGo();
    expect(await sharing).toMatchObject([of('e1', 'e1.r')]);
  });

  it('that is just being taken up is let go of afterwards', async () => {
    const id = randomUUID();
    await share('f1', id);
    const shared = await hold(test.database, () => holders.share(of('f2', 'f2.r'), 'campaign', id));
    const letting = end('f1');
    await eventually('it waits', somebodyWaits);
    await shared();
    await letting;
    expect(await used('f1')).toBe(true);
  });
});

it('the purge deletes what is the account\'s, by the batch, and nothing of others', async () => {
  const [mine, theirs] = [fresh(), fresh()];
  for (const kind of ['campaign', 'brand', 'messaging-service'] as const) await holders.share(of('gone', 'r'), kind, randomUUID());
  await take('gone', mine);
  await take('stays', theirs);
  await holders.share(of('stays', 'r'), 'campaign', randomUUID());
  expect(await holders.counts('gone')).toEqual({ holders: 4 });
  expect(await purgeAll(holders, 'gone', 3)).toMatchObject({ counts: { holders: 4 }, digests: [] });
  expect([await holders.counts('gone'), await holders.counts('stays'), await holders.ofNumber(mine)]).toEqual([{ holders: 0 }, { holders: 2 }, null]);
});

it('holds no number and no id in clear, in any form', async () => {
  const number = '+12065550777';
  await take('clear', number);
  await holders.share(of('clear', 'r'), 'campaign', 'marker@example.com');
  const rows = await test.database.query('SELECT *, holders::text AS whole FROM sunset.holders');
  const text = rows.flatMap((row) => Object.values(row).map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value)))).join('\n');
  expect(text).toContain('clear');
  for (const trace of ['2065550777', 'marker', Buffer.from('marker').toString('hex'), Buffer.from(number).toString('hex')]) expect(text).not.toContain(trace);
});

const somebodyWaits = async (): Promise<boolean> =>
  (await test.database.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).length > 0;
