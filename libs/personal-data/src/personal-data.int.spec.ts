// What the keys promise: one live key an account, nothing readable after forgetting, rotation that changes no event and no hash.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '#postgres';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { MasterKeyError, MasterKeys, migrations, PersonalData } from './index.js';

const olderKey = randomBytes(32);
const newerKey = randomBytes(32);

let test: FreshDatabase;
let database: Database;
let personalData: PersonalData;

beforeAll(async () => {
  test = await freshDatabase({ migrations });
  database = test.database;
  personalData = new PersonalData(database, new MasterKeys([olderKey]));
});
afterAll(() => test.drop());

const wrappedKey = async (keyId: string) => {
  const [row] = await database.query<{ account_id: string; wrapped: Buffer | null; destroyed_at: string | null }>(
    'SELECT account_id, wrapped, destroyed_at FROM sunset.account_keys WHERE key_id = $1',
    [keyId],
  );
  return { keyId, accountId: row!.account_id, wrapped: row!.wrapped, destroyedAt: row!.destroyed_at };
};

describe('sealing', () => {
  it('keeps one live key an account, however many ask at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => personalData.sealingKey('many')));
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1);
    expect(new Set(keys.map(({ secret }) => secret.toString('hex'))).size).toBe(1);
  });

  it('makes the key in the surrounding transaction', async () => {
    await expect(
      database.transaction(async () => {
        await personalData.sealingKey('undone');
        throw new Error('roll back');
      }),
    ).rejects.toThrow('roll back');
    expect(await database.query("SELECT FROM sunset.account_keys WHERE account_id = 'undone'")).toEqual([]);
  });

  it('gives back what was sealed, and keeps neither fields nor data key in clear', async () => {
    const key = await personalData.sealingKey('ada');
    const sealed = personalData.seal(key, { name: 'Ada', tags: [1] }, 'row 1');
    expect(sealed.includes('Ada')).toBe(false);
    const row = await wrappedKey(key.keyId);
    expect(row.wrapped!.includes(key.secret)).toBe(false);
    expect(personalData.unseal(personalData.open(row), sealed, 'row 1')).toEqual({ name: 'Ada', tags: [1] });
  });

  it('refuses another account, another key, another row and a flipped bit', async () => {
    const key = await personalData.sealingKey('ada');
    const sealed = personalData.seal(key, { name: 'Ada' }, 'row 1');
    const flipped = Buffer.from(sealed);
    flipped[flipped.length - 1]! ^= 1;
    expect(() => personalData.unseal({ ...key, accountId: 'eve' }, sealed, 'row 1')).toThrow();
    expect(() => personalData.unseal({ ...key, keyId: 'other' }, sealed, 'row 1')).toThrow();
    expect(() => personalData.unseal(key, sealed, 'row 2')).toThrow();
    expect(() => personalData.unseal(key, flipped, 'row 1')).toThrow();
    const row = await wrappedKey(key.keyId);
    expect(() => personalData.open({ ...row, accountId: 'eve' })).toThrow();
  });
});

describe('forgetting', () => {
  it('destroys the key for good and leaves another account alone', async () => {
    const key = await personalData.sealingKey('gone');
    const other = await personalData.sealingKey('stays');
    const sealed = personalData.seal(key, { name: 'Gone' }, '');
    expect(await personalData.forget('gone')).toBe(key.keyId);
    const row = await wrappedKey(key.keyId);
    expect(row.wrapped).toBeNull();
    expect(row.destroyedAt).not.toBeNull();
    expect(personalData.unseal(personalData.open(row), sealed, '')).toBeNull();
    expect((await wrappedKey(other.keyId)).wrapped).not.toBeNull();
  });

  it('is nothing the second time, and a new life gets a key of its own', async () => {
    const first = await personalData.sealingKey('returning');
    expect(await personalData.forget('returning')).toBe(first.keyId);
    expect(await personalData.forget('returning')).toBeNull();
    const second = await personalData.sealingKey('returning');
    expect(second.keyId).not.toBe(first.keyId);
    expect(second.secret.equals(first.secret)).toBe(false);
  });
});

describe('hashes', () => {
  it('of an account differ from every other account and from its next life', async () => {
    const phone = '+12025550123';
    const hash = (await personalData.accountHash('h-1'))(phone);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect((await personalData.accountHash('h-1'))(phone)).toBe(hash);
    expect((await personalData.accountHash('h-2'))(phone)).not.toBe(hash);
    await personalData.forget('h-1');
    expect((await personalData.accountHash('h-1'))(phone)).not.toBe(hash);
  });

  it('across accounts are the same everywhere, also when two processes start at once', async () => {
    const hashes = await Promise.all(Array.from({ length: 4 }, async () => (await personalData.globalHash())('+12025550123')));
    expect(new Set(hashes).size).toBe(1);
  });
});

describe('rotation', () => {
  it('rewraps every key; sealed fields and hashes stay, and the older master key is no longer needed', async () => {
    const key = await personalData.sealingKey('rotated');
    const sealed = personalData.seal(key, { name: 'Stays' }, 'row');
    const accountHash = (await personalData.accountHash('rotated'))('value');
    const globalHash = (await personalData.globalHash())('value');
    const [{ live }] = (await database.query<{ live: number }>('SELECT count(*) AS live FROM sunset.account_keys WHERE wrapped IS NOT NULL')) as [{ live: number }];

    const keys = new MasterKeys([newerKey, olderKey]);
    const [newerId, olderId] = keys.ids as [string, string];
    const rotating = new PersonalData(database, keys);
    expect(await rotating.wrappedBy()).toEqual(new Map([[olderId, live + 1]]));
    const told: number[] = [];
    expect(await rotating.rewrap((count) => told.push(count))).toBe(live + 1);
    expect(told).toEqual([live + 1]);
    expect(await rotating.rewrap()).toBe(0);
    expect(await rotating.wrappedBy()).toEqual(new Map([[newerId, live + 1]]));

    const after = new PersonalData(database, new MasterKeys([newerKey]));
    expect(after.unseal(after.open(await wrappedKey(key.keyId)), sealed, 'row')).toEqual({ name: 'Stays' });
    expect((await after.accountHash('rotated'))('value')).toBe(accountHash);
    expect((await after.globalHash())('value')).toBe(globalHash);
    await expect(personalData.sealingKey('rotated')).rejects.toThrow(MasterKeyError);
    await expect(personalData.probe()).rejects.toMatchObject({ name: 'MasterKeyMissing', keyId: newerId, unavailable: true });
    await expect(after.probe()).resolves.toBeUndefined();
  });

  it('is looked at key by key: one that a single account was sealed with is missed, too', async () => {
    const [first, second] = [new MasterKeys([newerKey]), new MasterKeys([randomBytes(32), newerKey])];
    await new PersonalData(database, second).sealingKey('by-the-second');
    await expect(new PersonalData(database, second).probe()).resolves.toBeUndefined();
    await expect(new PersonalData(database, first).probe()).rejects.toMatchObject({ name: 'MasterKeyMissing', keyId: second.ids[0] });
  });
});

describe('the start', () => {
  let started: FreshDatabase;

  beforeAll(async () => {
    started = await freshDatabase({ migrations });
  });
  afterAll(() => started.drop());

  const begin = (...keys: readonly Buffer[]) => new PersonalData(started.database, new MasterKeys(keys)).begin();
  const idOf = (key: Buffer): string => new MasterKeys([key]).ids[0]!;

  it('binds an empty database to the key that came first, whoever else comes at the same time', async () => {
    const outcomes = await Promise.allSettled([olderKey, newerKey].map((key) => begin(key)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await started.database.execute('DELETE FROM sunset.lookup_secret');
    await begin(olderKey);
    await expect(begin(newerKey)).rejects.toThrow(`of the master keys that wrap what is in the database ${idOf(olderKey)} is not configured, only ${idOf(newerKey)}`);
  });

  it('takes a new key in front of the known one, and asks for every key that wraps anything, by its id', async () => {
    await new PersonalData(started.database, new MasterKeys([newerKey, olderKey])).sealingKey('by-the-newer');
    await begin(newerKey, olderKey);
    await begin(olderKey, newerKey);
    await expect(begin(olderKey)).rejects.toThrow(`${idOf(newerKey)} is not configured`);
    await expect(begin(newerKey)).rejects.toThrow(`${idOf(olderKey)} is not configured`);
    await expect(begin(randomBytes(32))).rejects.toThrow(`${[idOf(olderKey), idOf(newerKey)].sort().join(', ')} are not configured`);
  });

  it('says which key opens nothing of what carries its name, and does not stumble over a single row', async () => {
    const sealing = new PersonalData(started.database, new MasterKeys([newerKey, olderKey]));
    await sealing.sealingKey('whole');
    await started.database.execute(`UPDATE sunset.account_keys SET wrapped = wrapped || '\\x00'::bytea WHERE account_id = 'by-the-newer'`);
    await begin(newerKey, olderKey);
    await expect(sealing.probe()).resolves.toBeUndefined();
    await started.database.execute(`UPDATE sunset.account_keys SET wrapped = wrapped || '\\x00'::bytea WHERE account_id = 'whole'`);
    await expect(begin(newerKey, olderKey)).rejects.toThrow(`the master key ${idOf(newerKey)} does not open what carries its id`);
  });
});
