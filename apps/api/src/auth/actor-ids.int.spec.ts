// What a customer is called: always the same while the account's key stands, and nothing that leads to the person afterwards.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MasterKeys, migrations, PersonalData } from '#personal-data';
import { freshDatabase, type FreshDatabase } from '../../../../test/support/database.js';
import { KeyedActorIds } from './actor-ids.js';

let fresh: FreshDatabase;
let personalData: PersonalData;
let ids: KeyedActorIds;
beforeAll(async () => {
  fresh = await freshDatabase({ migrations });
  personalData = new PersonalData(fresh.database, new MasterKeys([randomBytes(32)]));
  ids = new KeyedActorIds(personalData);
});
afterAll(() => fresh.drop());

const customer = (accountId: string, subject = 'ann@example.org') => ids.of({ role: 'customer', subject, accountId });

it('a customer is a hash of the account\'s own, another in each account and for each person', async () => {
  for (const accountId of ['acme', 'other']) await personalData.sealingKey(accountId);
  const id = await customer('acme');
  expect(id).toMatch(/^[0-9a-f]{64}$/);
  expect(await customer('acme')).toBe(id);
  expect(new Set([id, await customer('other'), await customer('acme', 'bob@example.org')]).size).toBe(3);
});

it('staff and machines keep their names', async () => {
  for (const role of ['service', 'operator', 'analyst'] as const) expect(await ids.of({ role, subject: 'olga@company.example' })).toBe('olga@company.example');
});

it('after the purge nobody can compute it again, and no key is made by asking', async () => {
  await personalData.sealingKey('gone');
  const before = await customer('gone');
  await personalData.forget('gone');
  expect([await customer('gone'), await customer('unknown')]).toEqual(['gone', 'unknown']);
  expect([await personalData.liveKey('gone'), await personalData.liveKey('unknown')]).toEqual([null, null]);
  await personalData.sealingKey('gone');
  expect([before, 'gone']).not.toContain(await customer('gone'));
});
