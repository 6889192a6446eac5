// Opt-outs: taken from contacts, taken back by the contact alone, found however they are written, and after the purge a hash and a day.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { instant } from '#kernel';
import { MasterKeys, migrations as keyMigrations, PersonalData } from '#personal-data';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { type Contact, deleteExpiredOptOuts, migrations, OptOuts } from './index.js';

let test: FreshDatabase;
let personalData: PersonalData;
let optOuts: OptOuts;
beforeAll(async () => {
  test = await freshDatabase({ migrations: [...keyMigrations, ...migrations] });
  personalData = new PersonalData(test.database, new MasterKeys([randomBytes(32)]));
  optOuts = new OptOuts(test.database, personalData);
});
afterAll(() => test.drop());

const out = (id: string, more: object): Contact => ({ id, optedOut: true, ...more });
const isOut = async (...values: string[]) => (await optOuts.lookup(values)).map(({ optedOut }) => optedOut);
const rows = () => test.database.query('SELECT * FROM sunset.opt_outs ORDER BY hash');
/** Of the table, by the transaction so far. */
const rowsRead = async (): Promise<number> => {
  const [row] = await test.database.query<{ read: number }>(
    "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) AS read FROM pg_stat_xact_user_tables WHERE relid = 'sunset.opt_outs'::regclass",
  );
  return row!.read;
};
const farDay = instant('2099-01-01T07:00:00Z');

describe('while the account lives', () => {
  it('what a contact has opted out with is found, however it is written, and nothing else', async () => {
    await optOuts.keep('ada', [
      out('1', { phone: '+1 206 555 0101', email: 'One@Example.com' }),
      out('2', { e164: '+12065550102' }),
      out('3', { phone: 12065550103, mail: 'three@example.com' }),
      { id: '4', phone: '+12065550104' },
    ]);
    expect(await isOut('tel:+1-206-555-0101', ' one@example.COM', '+12065550102', '(206) 555-0103', 'three@example.com', '+12065550104', '+12065550109', 'nonsense')).toEqual(
      [true, true, true, true, false, false, false, false],
    );
    expect((await optOuts.lookup(['+12065550101', '020 7946 0958'])).map(({ understood }) => understood)).toEqual([true, false]);
    expect([await optOuts.count('ada'), await optOuts.count('bob'), await isOut()]).toEqual([4, 0, []]);
  });

  it('a contact that is stored again without the flag takes back its own word, not another\'s', async () => {
    const phone = '+12065550201';
    await optOuts.keep('back', [out('1', { phone }), out('2', { phone })]);
    await optOuts.keep('back', [{ id: '1', phone }]);
    expect(await isOut(phone)).toEqual([true]);
    await optOuts.keep('other', [{ id: '2', phone }]);
    expect(await isOut(phone)).toEqual([true]);
    await optOuts.keep('back', [{ id: '2' }]);
    expect(await isOut(phone)).toEqual([false]);
  });

  it('of an id that comes twice the last counts; a new address is added, a repeat changes nothing', async () => {
    await optOuts.keep('twice', [out('1', { phone: '+12065550301' }), { id: '1', phone: '+12065550301' }, { id: '2' }, out('2', { phone: '+12065550302' })]);
    await optOuts.keep('twice', [out('2', { phone: '+12065550303' })]);
    await optOuts.keep('twice', [out('2', { phone: '+12065550303' })]);
    expect(await isOut('+12065550301', '+12065550302', '+12065550303')).toEqual([false, true, true]);
  });

  it('is undone with the surrounding transaction', async () => {
    const undone = test.database.transaction(async () => {
      await optOuts.keep('undone', [out('1', { phone: '+12065550401' })]);
      throw new Error('roll back');
    });
    await expect(undone).rejects.toThrow('roll back');
    expect(await isOut('+12065550401')).toEqual([false]);
  });
});

describe('after the purge', () => {
  it('opt-outs are found without the account\'s key, and nothing leads to the account', async () => {
    const contacts = Array.from({ length: 25 }, (_, index) => out(`c${index}`, { phone: `+120655505${10 + index}` }));
    await optOuts.keep('gone', [...contacts, out('same', { phone: '+12065550510' })]);
    const before = JSON.stringify(await rows());
    const until = instant('2099-01-01T07:00:00.123Z');
    expect([(await optOuts.outlive('gone', until)).count, (await optOuts.outlive('gone', until)).count]).toEqual([25, 0]);
    await personalData.forget('gone');
    expect(await isOut('+12065550510', '+12065550534', '+12065550535')).toEqual([true, true, false]);
    expect(await optOuts.count('gone')).toBe(0);
    expect(before).toContain('gone');
    const left = (await test.database.query('SELECT * FROM sunset.opt_outs WHERE expires_at IS NOT NULL')).map(({ hash: _, ...rest }) => rest);
    expect(left).toEqual(Array(25).fill({ account_id: null, contact_hash: null, recorded_at: null, expires_at: '2099-01-02T00:00:00.000Z' }));
  });

  it('as many as there are, each row is looked at a few times and no more', async () => {
    const many = 20_000;
    await test.database.query(
      `INSERT INTO sunset.opt_outs (hash, account_id, contact_hash, recorded_at)
       SELECT sha256(n::text::bytea), 'many', sha256(('contact ' || n)::bytea), now() FROM generate_series(1, $1::int) AS n`,
      [many],
    );
    await test.database.query('ANALYZE sunset.opt_outs');
    const [count, read] = await test.database.transaction(async () => [(await optOuts.outlive('many', farDay)).count, await rowsRead()]);
    expect(count).toBe(many);
    // Once at least, since every row is changed: a figure of nothing would say that nothing was counted.
    expect(read).toBeGreaterThanOrEqual(many);
    expect(read).toBeLessThan(3 * many);
    await test.database.query('DELETE FROM sunset.opt_outs WHERE hash IN (SELECT sha256(n::text::bytea) FROM generate_series(1, $1::int) AS n)', [many]);
  });

  it('an address given by two accounts stays until the later day, and while one of them lives', async () => {
    const phone = '+12065550601';
    for (const accountId of ['first', 'second', 'third']) await optOuts.keep(accountId, [out('1', { phone })]);
    await optOuts.outlive('first', farDay);
    expect(await optOuts.outlive('second', instant('2020-01-01T00:00:00Z'))).toEqual({ count: 1, expiresAt: '2020-01-01T00:00:00.000Z' });
    const left = await test.database.query("SELECT account_id, expires_at FROM sunset.opt_outs WHERE account_id = 'third' OR expires_at = '2099-01-02' AND hash IN (SELECT hash FROM sunset.opt_outs WHERE account_id = 'third') ORDER BY account_id");
    expect(left).toEqual([{ account_id: 'third', expires_at: null }, { account_id: null, expires_at: '2099-01-02T00:00:00.000Z' }]);
    await optOuts.keep('third', [{ id: '1' }]);
    expect(await isOut(phone)).toEqual([true]);
  });

  it('addresses that were never the service\'s own are kept likewise, once, until the later day', async () => {
    const [phone, email] = ['+12065550701', 'seven@example.com'];
    await optOuts.keepLoose([phone, 'tel:+1-206-555-0701', 'nonsense', ' Seven@Example.com'], farDay);
    await optOuts.keepLoose([phone], instant('2098-01-01T00:00:00Z'));
    expect(await isOut(phone, email, '+12065550709')).toEqual([true, true, false]);
    const left = await test.database.query("SELECT account_id, expires_at FROM sunset.opt_outs WHERE expires_at = '2099-01-02'");
    expect(left.slice(-2)).toEqual(Array(2).fill({ account_id: null, expires_at: '2099-01-02T00:00:00.000Z' }));
    const before = (await rows()).length;
    await optOuts.keepLoose([phone, email], farDay);
    expect(await rows()).toHaveLength(before);
  });

  it('and last, whatever becomes of the transaction that surrounds their keeping', async () => {
    const undone = test.database.transaction(async () => {
      await optOuts.keepLoose(['+12065550711'], farDay);
      throw new Error('killed');
    });
    await expect(undone).rejects.toThrow('killed');
    expect(await isOut('+12065550711')).toEqual([true]);
  });

  it('they are no longer found when their time is over, and then deleted, a batch at a time', async () => {
    const contacts = Array.from({ length: 5 }, (_, index) => out(`c${index}`, { email: `over-${index}@example.com` }));
    await optOuts.keep('over', contacts);
    await optOuts.keep('stays', contacts.slice(0, 1));
    await optOuts.outlive('over', instant('2020-01-01T00:00:00Z'));
    expect(await isOut('over-0@example.com', 'over-1@example.com')).toEqual([true, false]);
    expect([await deleteExpiredOptOuts(test.database, 3), await deleteExpiredOptOuts(test.database, 3), await deleteExpiredOptOuts(test.database, 3)]).toEqual([3, 2, 0]);
    expect(await isOut('over-0@example.com')).toEqual([true]);
  });
});

it('holds no address in clear, in any column, before and after', async () => {
  await optOuts.keep('clear', [out('+12065550777', { phone: '+12065550777', email: 'marker@example.com' })]);
  await optOuts.outlive('clear', farDay);
  const found = await test.database.query('SELECT * FROM sunset.opt_outs');
  expect(found.length).toBeGreaterThan(0);
  const text = found.flatMap((row) => Object.values(row).map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value)))).join('\n');
  for (const trace of ['2065550777', 'marker']) expect(text).not.toContain(trace);
});
