// The layout: said at the first start, the same at every later one; and the shard of an account, which the database and the program know alike.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrations } from '#personal-data';
import { connect, layoutIn, LayoutDiffers, ofAccount } from '#postgres';
import { freshDatabase, type FreshDatabase } from '../support/database.js';

const ids = ['a', 'account-1', 'Zoë', '日本', '', "o'clock\\", ...Array.from({ length: 200 }, (_, n) => `acct_${n}`)];

describe.each([{ shards: 1, partitions: 1 }, { shards: 8, partitions: 4 }])('$shards shards in $partitions partitions', (layout) => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await freshDatabase({ migrations, layout });
  });
  afterAll(() => fresh.drop());

  it('are known to whoever connects, and hold every account in the same one', async () => {
    const dataSource = await connect({ url: fresh.url, layout: {} });
    await dataSource.destroy();
    const rows = await fresh.database.query<{ id: string; shard: number }>('SELECT id, sunset.shard_of(id) AS shard FROM unnest($1::text[]) AS given (id)', [ids]);
    expect(rows.map(({ shard }) => shard)).toEqual(ids.map((id) => fresh.database.shardOf(id)));
    expect(new Set(rows.map(({ shard }) => shard)).size).toBe(layout.shards);
    const [row] = await fresh.database.query<{ shards: number[] }>('SELECT sunset.shards_of($1) AS shards', [ids]);
    expect(new Set(row!.shards)).toEqual(new Set(rows.map(({ shard }) => shard)));
  });

  it('are what every later start must say, or nothing', async () => {
    await expect(connect({ url: fresh.url, layout: { shards: 3 } })).rejects.toThrow(LayoutDiffers);
    await expect(connect({ url: fresh.url, layout: { shards: 3 } })).rejects.toThrow(`the database was made with LOG_SHARDS=${layout.shards}, and LOG_SHARDS=3 is configured`);
    await expect(connect({ url: fresh.url, layout: { partitions: 5 } })).rejects.toThrow(`DB_PARTITIONS=${layout.partitions}, and DB_PARTITIONS=5 is configured`);
    await (await connect({ url: fresh.url, layout })).destroy();
  });

  it('take a row of an account in its own shard alone', async () => {
    const shard = fresh.database.shardOf('a');
    const put = (into: number) => fresh.database.query(`INSERT INTO sunset.account_keys (key_id, shard, account_id, wrapped) VALUES (gen_random_uuid(), $1, 'a', '\\x00')`, [into]);
    await put(shard);
    await expect(put(shard + 1)).rejects.toThrow('account_keys_shard');
    expect(await fresh.database.query(`SELECT FROM sunset.account_keys WHERE ${ofAccount('$1')}`, ['a'])).toHaveLength(1);
  });
});

it('more partitions than shards are refused at the first start', async () => {
  await expect(freshDatabase({ migrations, layout: { shards: 2, partitions: 3 } })).rejects.toThrow('DB_PARTITIONS=3 is more than LOG_SHARDS=2');
});

it.each([['LOG_SHARDS', '0'], ['LOG_SHARDS', 'many'], ['DB_PARTITIONS', '1.5'], ['DB_PARTITIONS', '40000']])('%s=%s is no number of them', (name, word) => {
  expect(() => layoutIn({ [name]: word })).toThrow(`${name} is no number from 1 to 32767: ${word}`);
});
