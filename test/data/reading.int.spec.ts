// Reading an account's data: the service's own records, then the platform's; all of it that a purge deletes; who reads is written down; and from P on nothing more comes, not even to who has begun.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DATA_STORES, DataReading, HOLDINGS, holdingsOf, StoreData, type Holding } from '#application';
import { Directory } from '#directory';
import { Holders } from '#holders';
import { ImportedAccounts } from '#imports';
import { KeptAnswers } from '#kept-answers';
import { instant, type Actor } from '#kernel';
import { totalOf } from '#purge';
import { categories, DataAccesses, PlatformTables, RetainedData, type Category } from '#retained-data';
import { ScheduledMessages } from '#scheduled-messages';
import { DeliveryRows } from '#webhooks';
import { byCustomer } from '../../apps/worker/test/core.js';
import { byPlatform, refusal, type OneAccount } from '../money/core.js';
import { rig, type Rig } from '../purge/rig.js';
import { cancel, subscribe } from '../stories/commands.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';

const here = new AbortController().signal;
const ada: Actor = { role: 'customer', id: 'ada' };
const start = instant('2026-01-01T00:00:00Z');
const E = instant('2026-02-01T00:00:00Z');
const P = instant('2027-02-01T00:00:00Z');
const beforeP = instant('2027-01-31T23:59:59.999Z');

let made: Rig;
let platform: FreshDatabase;
let tables: PlatformTables;
let reading: DataReading;
let accesses: DataAccesses;
let holdings: readonly Holding[];

beforeAll(async () => {
  [made, platform] = await Promise.all([rig(), freshDatabase({ poolSize: 2 })]);
  await platform.database.query('CREATE TABLE people (owner text, n int, pad text)');
  tables = new PlatformTables([{ url: platform.url, table: ['people'], accountColumn: 'owner', category: 'contacts' }], async () => undefined);
  accesses = made.context.get(DataAccesses);
  holdings = holdingsOf({
    retainedData: made.context.get(RetainedData), messages: made.context.get(ScheduledMessages), accesses, holders: made.context.get(Holders), directory: made.context.get(Directory), imported: made.context.get(ImportedAccounts), answers: new KeptAnswers(made.database), deliveries: new DeliveryRows(made.database), platform: tables,
  });
  reading = new DataReading(made.memberships, holdings, accesses);
});
afterAll(async () => {
  await tables.close();
  await Promise.all([made.close(), platform.drop()]);
});

/** Has cancelled, and has a record of its own and `rows` of the platform's. */
async function leaving(accountId: string, rows: number): Promise<OneAccount> {
  const account = await made.account(accountId, start);
  await account.ask(subscribe('messaging-monthly'));
  await made.commands.execute(new StoreData(accountId, 'contacts', '{"id":"own"}'));
  await account.ask(cancel());
  await platform.database.query("INSERT INTO people SELECT $1, i, repeat('x', 100000) FROM generate_series(1, $2::int) AS i", [accountId, rows]);
  return account;
}

async function text(accountId: string, category: Category = 'contacts'): Promise<string> {
  let whole = '';
  for await (const chunk of await reading.category(accountId, category, ada, here)) whole += chunk;
  return whole;
}

const ids = (whole: string): unknown[] =>
  whole.trimEnd().split('\n').map((line) => JSON.parse(line) as { id?: string; n?: number }).map(({ id, n }) => id ?? n);

describe('an account\'s data', () => {
  it('are readable from before the end to the last moment before P, and then told to be gone', async () => {
    const account = await leaving('whole', 2);
    for (const now of [start, E, beforeP]) {
      await account.tick(now);
      expect(ids(await text('whole'))).toEqual(['own', 1, 2]);
    }
    expect(await text('whole', 'reports')).toBe('');
    await account.tick(P);
    expect(await refusal(text('whole'))).toMatchObject({ refused: 'account_purged' });
    expect(await refusal(text('nobody'))).toMatchObject({ refused: 'not_found' });
  });

  it('are read by somebody: each reading is noted at the account\'s time, an export once; a refused one is not', async () => {
    const account = await leaving('noted', 0);
    await text('noted');
    await account.tick(E);
    const { files } = await reading.everything('noted', byPlatform, here);
    const exported: [string, string][] = [];
    for (const { name, lines } of files.slice(0, categories.length)) for await (const chunk of lines()) exported.push([name, chunk]);
    expect(exported).toEqual([['contacts.ndjson', '{"id":"own"}\n']]);
    const noted = await accesses.list('noted', { limit: 10 });
    expect(noted.map(({ category, actor, readAt }) => [category, actor.role, actor.id, readAt])).toEqual([
      ['export', 'service', 'platform', E],
      ['contacts', 'customer', 'ada', start],
    ]);
    await account.tick(P);
    await refusal(text('noted'));
    expect(await accesses.counts('noted')).toEqual({ dataAccesses: 2 });
    await account.bringUpToDate();
    await made.engine().runOne();
    expect(await accesses.counts('noted')).toEqual({ dataAccesses: 0 });
  });

  it('are exported as they are erased: each category that a store counts is in a file, or says why in none', async () => {
    const account = await leaving('everything', 1);
    await account.ask({ type: 'ApplyTenDlc', registrationId: 'r', brandName: 'Zq Brand' });
    for (const category of categories) await made.commands.execute(new StoreData('everything', category, '{"id":"one"}'));
    await made.context.get(ScheduledMessages).schedule('everything', [{ messageId: 'm', channel: 'sms', planKind: 'messaging', sendAt: E, price: { amount: 3, currency: 'USD' } }]);
    const texts = new Map<string, string>();
    for (const { name, lines } of (await reading.everything('everything', byPlatform, here)).files) {
      let whole = '';
      for await (const chunk of lines()) whole += chunk;
      texts.set(name, whole);
    }
    for (const { store, archived } of holdings) {
      const counts = await store.counts('everything');
      expect([store.name, Object.keys(archived).toSorted()]).toEqual([store.name, Object.keys(counts).toSorted()]);
      if (totalOf(counts) === 0) continue;
      for (const held of Object.values(archived)) expect([store.name, 'file' in held ? texts.get(held.file) : held.withheld]).toEqual([store.name, expect.stringMatching(/./)]);
    }
    expect([...texts.keys()]).toEqual([...categories.map((category) => `${category}.ndjson`), 'scheduled-messages.ndjson', 'data-access.ndjson', 'personal.ndjson']);
    expect(texts.get('scheduled-messages.ndjson')).toBe(
      `{"messageId":"m","channel":"sms","planKind":"messaging","sendAt":"${E}","price":{"amount":3,"currency":"USD"},"status":"scheduled","credited":false,"creditId":null,"settledAt":null}\n`,
    );
    expect(texts.get('personal.ndjson')).toContain('"fields":{"brandName":"Zq Brand"}');
    expect(texts.get('data-access.ndjson')).toBe(`{"category":"export","role":"service","readAt":"${start}"}\n`);
    expect(made.context.get<readonly unknown[]>(DATA_STORES)).toEqual(made.context.get<readonly Holding[]>(HOLDINGS).map(({ store }) => store));
  });

  it('come no further from P on to who has begun to read, though nothing is deleted yet', async () => {
    const account = await leaving('overtaken', 60);
    const reader = await reading.category('overtaken', 'contacts', ada, here);
    const begun = [await reader.next(), await reader.next()].map(({ value }) => value ?? '').join('');
    expect(ids(begun).length).toBeLessThan(60);
    await account.tick(P);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it('come no further to who has begun before the account started again', async () => {
    const account = await leaving('again', 60);
    const reader = await reading.category('again', 'contacts', ada, here);
    const { account: whole } = await reading.everything('again', byPlatform, here);
    expect((await whole()).state.accountId).toBe('again');
    await reader.next();
    await account.tick(P);
    await account.bringUpToDate();
    while (await made.engine().runOne());
    await made.memberships.handle('again', subscribe('messaging-monthly', { as: 'again' }), byCustomer);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(await refusal(whole())).toMatchObject({ refused: 'account_purged', detail: { purgedAt: P } });
  });
});
