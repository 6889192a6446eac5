// What staff read: written whole and once, never changed, and what is missing or other shows.
import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anotherDatabase, freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { migrations, type StaffRead, StaffReads } from './index.js';

const key = async () => (value: string) => createHmac('sha256', 'a key').update(value).digest('hex');
const read = (accountId: string | null, actorId = 'ada'): StaffRead => ({ actorRole: 'operator', actorId, route: 'GET /v1/accounts/:accountId', accountId, requestId: randomUUID() });

let fresh: FreshDatabase;
let reads: StaffReads;
beforeAll(async () => {
  fresh = await freshDatabase({ migrations });
  reads = new StaffReads(fresh.database, key);
});
afterAll(() => fresh.drop());

const all = () => reads.list({}, { after: 0, limit: 1_000 });

/** As somebody does it who owns the table. */
const tampered = (statement: string) => fresh.database.transaction(async () => {
  await fresh.database.query('ALTER TABLE sunset.staff_reads DISABLE TRIGGER staff_reads_refuse_change');
  await fresh.database.query(statement);
  await fresh.database.query('ALTER TABLE sunset.staff_reads ENABLE ALWAYS TRIGGER staff_reads_refuse_change');
});

describe('what staff read', () => {
  it('is nothing, and whole, before anybody did', async () => {
    expect([await reads.verify(), await reads.last(), await all()]).toEqual([{ intact: true, records: 0, hash: null, brokenAt: null }, 0, []]);
  });

  it('is written once each, in one chain, by several processes at once', async () => {
    const other = await anotherDatabase(fresh.url);
    const elsewhere = new StaffReads(other.database, key);
    await Promise.all(Array.from({ length: 60 }, (_, index) => (index % 2 ? reads : elsewhere).record([read(`a-${index}`), ...(index % 3 ? [] : [read(null, 'bea')])])));
    await other.close();
    const rows = await all();
    expect(rows.map(({ position }) => position)).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
    expect(new Set(rows.map(({ accountId }) => accountId)).size).toBe(61);
    expect(await reads.verify()).toEqual({ intact: true, records: 80, hash: rows.at(-1)!.hash, brokenAt: null });
    expect((await reads.list({ accountId: 'a-7' }, { after: 0, limit: 10 })).map(({ accountId, actorId }) => [accountId, actorId])).toEqual([['a-7', 'ada']]);
    expect(await reads.list({ actorId: 'bea' }, { after: 0, limit: 100 })).toHaveLength(20);
  });

  it('stays though the request rolls back', async () => {
    const before = await reads.last();
    await expect(fresh.database.transaction(async () => {
      await reads.record([read('stays')]);
      throw new Error('rolls back');
    })).rejects.toThrow('rolls back');
    expect(await reads.last()).toBe(before + 1);
  });

  it('is told to have failed where it could not be written, and the next one is written', async () => {
    await expect(reads.record([{ ...read('bad'), requestId: 'no id' }])).rejects.toThrow();
    await reads.record([read('good')]);
    expect(await reads.verify()).toMatchObject({ intact: true });
  });

  it.each(['UPDATE sunset.staff_reads SET actor_id = \'nobody\'', 'DELETE FROM sunset.staff_reads', 'TRUNCATE sunset.staff_reads'])('is refused a change: %s', async (statement) => {
    await expect(fresh.database.query(statement)).rejects.toThrow('sunset.staff_reads is append-only');
  });

  it('shows what was changed, taken out, put in or cut off', async () => {
    const whole = await all();
    await tampered(`UPDATE sunset.staff_reads SET actor_id = 'nobody' WHERE position = 40`);
    expect(await reads.verify()).toEqual({ intact: false, records: 39, hash: whole[38]!.hash, brokenAt: 40 });
    await tampered(`UPDATE sunset.staff_reads SET actor_id = '${whole[39]!.actorId}' WHERE position = 40`);
    expect(await reads.verify()).toMatchObject({ intact: true, records: whole.length });
    await tampered('DELETE FROM sunset.staff_reads WHERE position = 20');
    expect(await reads.verify()).toMatchObject({ intact: false, brokenAt: 20 });
    await tampered('UPDATE sunset.staff_reads SET position = -position WHERE position > 20; UPDATE sunset.staff_reads SET position = -position - 1 WHERE position < 0');
    expect(await reads.verify()).toMatchObject({ intact: false, brokenAt: 20 });
    await tampered('DELETE FROM sunset.staff_reads WHERE position >= 20');
    expect(await reads.verify()).toEqual({ intact: true, records: 19, hash: whole[18]!.hash, brokenAt: null });
    await fresh.database.query(`INSERT INTO sunset.staff_reads SELECT 20, read_at, actor_role, actor_id, route, account_id, request_id, hash FROM sunset.staff_reads WHERE position = 19`);
    expect(await reads.verify()).toMatchObject({ intact: false, brokenAt: 20 });
  });
});
