// Who read what: in order, page by page, and gone with the account.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { instant } from '#kernel';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { purgeAll } from '../../../test/support/purging.js';
import { accessKinds, DataAccesses, migrations } from './index.js';

let test: FreshDatabase;
let accesses: DataAccesses;
beforeAll(async () => {
  test = await freshDatabase({ migrations });
  accesses = new DataAccesses(test.database);
});
afterAll(() => test.drop());

const readAt = instant('2031-01-01T00:00:00Z');
const note = async (accountId: string) => {
  for (const category of accessKinds) await accesses.record(accountId, { category, actor: { role: 'customer', id: `${accountId} of ${category}` }, readAt });
};

it('tells who, what and when, the newest first, page by page', async () => {
  await note('ada');
  await note('bob');
  const first = await accesses.list('ada', { limit: 3 });
  const rest = await accesses.list('ada', { limit: 3, before: first.at(-1)!.position });
  expect([...first, ...rest].map(({ category, actor }) => [category, actor])).toEqual(
    accessKinds.toReversed().map((category) => [category, { role: 'customer', id: `ada of ${category}` }]),
  );
  expect([first[0]!.readAt, first[0]!.recordedAt < readAt]).toEqual([readAt, true]);
  expect(await accesses.list('nobody', { limit: 3 })).toEqual([]);
});

it('stands for what the same customer reads of the same within an hour, of the account\'s time and of the real one', async () => {
  const read = (category: (typeof accessKinds)[number], id: string, at: string) => accesses.record('eve', { category, actor: { role: 'customer', id }, readAt: instant(at) });
  const noted = async () => (await accesses.counts('eve')).dataAccesses;
  for (let times = 0; times < 3; times += 1) await read('contacts', 'eve', '2031-01-01T00:00:00Z');
  await read('contacts', 'eve', '2031-01-01T00:59:59Z');
  expect(await noted()).toBe(1);
  await read('reports', 'eve', '2031-01-01T00:00:00Z');
  await read('contacts', 'somebody else', '2031-01-01T00:00:00Z');
  expect(await noted()).toBe(3);
  await read('contacts', 'eve', '2031-01-01T01:00:00Z');
  expect(await noted()).toBe(4);
  await test.database.query(`UPDATE sunset.data_access SET recorded_at = recorded_at - interval '1 hour' WHERE account_id = 'eve'`);
  await read('contacts', 'eve', '2031-01-01T01:00:00Z');
  expect(await noted()).toBe(5);
  expect((await accesses.list('eve', { limit: 9 })).map(({ readAt: at }) => at)).toContain('2031-01-01T00:00:00.000Z');
});

it('is one for each reading of staff and of the platform', async () => {
  for (const role of ['operator', 'service'] as const) {
    for (let times = 0; times < 2; times += 1) await accesses.record('fay', { category: 'contacts', actor: { role, id: 'x' }, readAt: instant('2031-01-01T00:00:00Z') });
  }
  expect((await accesses.counts('fay')).dataAccesses).toBe(4);
});

it('is deleted by the batch, and nothing of others', async () => {
  await note('gone');
  await note('stays');
  expect(await accesses.counts('gone')).toEqual({ dataAccesses: 5 });
  expect(await purgeAll(accesses, 'gone', 2)).toEqual({ counts: { dataAccesses: 5 }, digests: [], batches: [2, 2, 1] });
  expect([await accesses.counts('gone'), await accesses.counts('stays')]).toEqual([{ dataAccesses: 0 }, { dataAccesses: 5 }]);
});
