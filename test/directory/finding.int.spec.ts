// Finding accounts: by what an operator knows of them, as they are at this moment, and by nothing of a person once that is to be forgotten.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChangeAccount, FoundAccounts, type AccountsWanted } from '#application';
import { Directory, type FoundPlace } from '#directory';
import type { Command } from '#domain';
import { byPlatform, type OneAccount } from '../money/core.js';
import { letItBegin, rig, type Rig } from '../purge/rig.js';
import { buyNumber, cancel, changePlan, e164Of, erase, open, removeNumber, resume, subscribe } from '../stories/commands.js';
import { moment } from '../stories/life.js';

const start = moment('2026-03-30T00:00Z');
const E = moment('2026-04-30T00:00Z');
const D14 = moment('2026-05-14T00:00Z');
const P = moment('2027-04-30T00:00Z');
const afterE = moment('2026-04-30T00:00:00.001Z');

let r: Rig;
let accounts: FoundAccounts;
beforeAll(async () => {
  r = await rig();
  accounts = r.context.get(FoundAccounts);
}, 120_000);
afterAll(() => r.close());

const find = async (wanted: AccountsWanted, limit = 100) => (await accounts.find(wanted, { limit })).flatMap(({ account }) => account ?? []);
const ids = async (wanted: AccountsWanted): Promise<readonly string[]> => (await find(wanted)).map(({ accountId }) => accountId);
const change = (accountId: string, changes: ChangeAccount['changes']) => r.commands.execute(new ChangeAccount(accountId, byPlatform, changes));

async function opened(accountId: string, email = `${accountId}@example.com`, ...commands: readonly Command[]): Promise<OneAccount> {
  const account = await r.account(accountId, start, open({ name: `The owner of ${accountId}`, email }));
  await account.ask(...commands);
  return account;
}

/** The number that the account has under that id. */
const numberOf = (accountId: string, id: string): string => e164Of(`${accountId} ${id}`);

describe('an account', () => {
  it('is found by its e-mail address however that is written, with all who have it, and shown with what tells them apart', async () => {
    await opened('ann-1', 'Ann.Müller@Bücher.example', subscribe('messaging-monthly'), cancel());
    await opened('ann-2', 'ann.müller@xn--bcher-kva.example');
    await opened('ann-3', 'ann.muller@bücher.example');
    for (const email of ['ann.müller@bücher.example', ' ANN.MÜLLER@BÜCHER.example', 'ann.mu\u0308ller@XN--BCHER-KVA.example']) expect(await ids({ email })).toEqual(['ann-1', 'ann-2']);
    const [first, second] = await find({ email: 'ann.müller@bücher.example' });
    expect(first).toMatchObject({
      name: 'The owner of ann-1', email: 'Ann.Müller@Bücher.example', standing: 'cancelling', openedAt: start,
      subscriptions: [{ planId: 'messaging-monthly', status: 'active', currentPeriod: { start, end: E }, cancellation: { effectiveAt: E } }],
    });
    expect(second).toMatchObject({ standing: 'none', subscriptions: [] });
    expect(await ids({ email: 'ann.müller@bücher.example', standing: 'none' })).toEqual(['ann-2']);
    expect(await ids({ email: 'nobody@example.com' })).toEqual([]);
  });

  it('is found by its new address as soon as it is changed, and not by the old one', async () => {
    await opened('moving', 'before@example.com');
    await change('moving', { email: 'After@example.com' });
    expect([await ids({ email: 'before@example.com' }), await ids({ email: 'after@EXAMPLE.com' })]).toEqual([[], ['moving']]);
    await change('moving', { name: 'Somebody' });
    expect(await find({ email: 'after@example.com' })).toMatchObject([{ accountId: 'moving', name: 'Somebody', email: 'After@example.com' }]);
  });

  it('is found by its address also where it has changed very often since that was told', async () => {
    await opened('restless', 'restless@example.com');
    for (let time = 0; time < 21; time += 1) await change('restless', { locale: time % 2 === 0 ? 'es' : 'en' });
    expect(await find({ email: 'restless@example.com' })).toMatchObject([{ accountId: 'restless', email: 'restless@example.com' }]);
  });

  it('is found by a number while it has it, and no longer', async () => {
    const account = await opened('numbered', undefined, subscribe('calling-monthly', { as: 'calling' }), buyNumber('one'), buyNumber('two'));
    expect(await ids({ e164: numberOf('numbered', 'one') })).toEqual(['numbered']);
    expect(await ids({ e164: numberOf('numbered', 'one'), standing: 'lapsed' })).toEqual([]);
    await account.ask(removeNumber('one'), cancel('calling'));
    expect([await ids({ e164: numberOf('numbered', 'one') }), await ids({ e164: numberOf('numbered', 'two') })]).toEqual([[], ['numbered']]);
    await account.tick(D14);
    await account.bringUpToDate();
    expect(await ids({ e164: numberOf('numbered', 'two') })).toEqual(['numbered']);
    expect(await ids({ e164: '+12065550000' })).toEqual([]);
  });
});

describe('accounts', () => {
  const ofMine = async (wanted: AccountsWanted) => (await ids(wanted)).filter((id) => id.startsWith('of-'));

  beforeAll(async () => {
    await opened('of-1', undefined);
    await opened('of-2', undefined, subscribe('messaging-annual'));
    await opened('of-3', undefined, subscribe('messaging-annual'), subscribe('calling-annual'), cancel('messaging'));
    await opened('of-4', undefined, subscribe('messaging-annual'), subscribe('calling-annual'), cancel('messaging'), cancel('calling'));
    const left = await opened('of-5', undefined, subscribe('messaging-monthly'), subscribe('calling-annual'), cancel('messaging'));
    await left.tick(E);
    await left.ask(cancel('calling'));
    await left.tick(moment('2027-03-30T00:00Z'));
    await left.bringUpToDate();
  }, 60_000);

  it('are found by their standing, by their plan, and by both', async () => {
    expect(await ofMine({ standing: 'none' })).toEqual(['of-1']);
    expect(await ofMine({ standing: 'active' })).toEqual(['of-2', 'of-3']);
    expect(await ofMine({ standing: 'cancelling' })).toEqual(['of-4']);
    expect(await ofMine({ standing: 'lapsed' })).toEqual(['of-5']);
    expect(await ofMine({ planId: 'messaging-annual' })).toEqual(['of-2', 'of-3', 'of-4']);
    expect(await ofMine({ planId: 'messaging-annual', standing: 'active' })).toEqual(['of-2', 'of-3']);
    // Of whom no plan is left the last one counts.
    expect([await ofMine({ planId: 'calling-annual', standing: 'lapsed' }), await ofMine({ planId: 'messaging-monthly' })]).toEqual([['of-5'], []]);
  });

  it('are found by when a plan of theirs ends, soonest first, each once; what renews ends not', async () => {
    const soon = await opened('of-6', undefined, subscribe('messaging-monthly'), subscribe('calling-annual'), cancel('calling'), cancel('messaging'));
    const end = moment('2027-03-30T00:00Z');
    expect(await ofMine({ endsBefore: moment('2027-03-30T00:00:00.001Z') })).toEqual(['of-6', 'of-3', 'of-4']);
    expect(await ofMine({ endsBefore: end })).toEqual(['of-6']);
    expect(await ofMine({ endsBefore: E })).toEqual([]);
    // Of plan and end both are of one plan.
    expect(await ofMine({ endsBefore: end, planId: 'calling-annual' })).toEqual([]);
    expect(await ofMine({ endsBefore: moment('2027-03-30T00:00:00.001Z'), planId: 'calling-annual' })).toEqual(['of-4', 'of-6']);
    expect(await ofMine({ endsBefore: moment('2027-03-30T00:00:00.001Z'), standing: 'active' })).toEqual(['of-3']);
    expect(await ofMine({ endsBefore: afterE, planId: 'messaging-monthly', standing: 'cancelling', email: 'of-6@example.com' })).toEqual(['of-6']);
    await soon.ask(resume('messaging'), resume('calling'));
    expect([await ofMine({ endsBefore: moment('2030-01-01T00:00Z'), planId: 'messaging-monthly' }), await ofMine({ planId: 'messaging-monthly' })]).toEqual([[], ['of-6']]);
  });

  it.each<readonly [string, AccountsWanted]>([
    ['all', {}], ['of a standing', { standing: 'active' }], ['of a plan', { planId: 'messaging-annual' }], ['that end', { endsBefore: moment('2030-01-01T00:00Z') }],
  ])('come page by page, each once and in the same order: %s', async (_, wanted) => {
    const whole = (await accounts.find(wanted, { limit: 1000 })).map(({ place }) => place);
    expect(whole.length).toBeGreaterThanOrEqual(2);
    for (const limit of [1, 2]) {
      const paged: FoundPlace[] = [];
      for (let after: FoundPlace | undefined; paged.length === 0 || after; ) {
        const page = await accounts.find(wanted, { after, limit });
        paged.push(...page.map(({ place }) => place));
        after = page.at(-1)?.place;
      }
      expect(paged).toEqual(whole);
    }
  });

  it('are found as time has made them, whether or not a worker ran', async () => {
    const late = await opened('of-7', undefined, subscribe('messaging-monthly'), cancel());
    expect(await ofMine({ standing: 'cancelling', planId: 'messaging-monthly' })).toEqual(['of-7']);
    await late.tick(afterE);
    expect([await ofMine({ standing: 'cancelling', planId: 'messaging-monthly' }), await ofMine({ endsBefore: afterE })]).toEqual([[], []]);
    expect(await find({ email: 'of-7@example.com' })).toMatchObject([{ standing: 'lapsed', subscriptions: [{ status: 'ended', endedAt: E }] }]);
    await late.bringUpToDate();
    expect(await ofMine({ standing: 'lapsed', planId: 'messaging-monthly' })).toEqual(['of-7']);
  });

  it('are found on the plan that they changed to, once its period begins', async () => {
    const changing = await opened('of-8', undefined, subscribe('calling-monthly'), changePlan('calling-annual', 'calling'));
    expect(await ofMine({ planId: 'calling-monthly' })).toEqual(['of-8']);
    await changing.tick(E);
    await changing.bringUpToDate();
    expect([await ofMine({ planId: 'calling-monthly' }), (await ofMine({ planId: 'calling-annual' })).includes('of-8')]).toEqual([[], true]);
  });
});

describe('who is forgotten', () => {
  const hashes = async (accountId: string): Promise<number> =>
    (await r.database.query(`SELECT FROM sunset.directory_accounts WHERE account_id = $1 AND email_hash IS NOT NULL UNION ALL SELECT FROM sunset.holders WHERE account_id = $1`, [accountId])).length;

  it('is found by address and number until the purge is due, and by neither from then on, before and after it is carried out', async () => {
    const account = await r.lapsed('year', 'Year');
    const [email, e164] = ['year@example.com', numberOf('year', 'year.n')];
    await account.tick(moment('2027-04-29T23:59:59.999Z'));
    expect([await ids({ email }), await ids({ e164 })]).toEqual([['year'], ['year']]);
    await account.tick(P);
    expect([await ids({ email }), await ids({ e164 })]).toEqual([[], []]);
    await letItBegin(account);
    expect([await ids({ email }), await ids({ e164 }), await hashes('year')]).toEqual([[], [], 2]);
    expect(await find({ standing: 'purged' })).toMatchObject([{ accountId: 'year', name: null, email: null, subscriptions: [] }]);
    expect(await r.engine().runOne()).toBe(true);
    expect([await ids({ email }), await ids({ e164 }), await hashes('year')]).toEqual([[], [], 0]);
    expect(await find({ standing: 'purged' })).toMatchObject([{ accountId: 'year', name: null, email: null, openedAt: start, subscriptions: [] }]);
  });

  it('is found by what is told in a new life, once that has begun, and that goes with its erasure', async () => {
    const account = await r.lapsed('again', 'Again');
    await letItBegin(account);
    await r.engine().runOne();
    await change('again', { email: 'new@example.com', name: 'New' });
    expect(await ids({ email: 'new@example.com' })).toEqual([]);
    await r.memberships.handle('again', subscribe('messaging-monthly', { as: 'second' }), byPlatform);
    expect(await find({ email: 'new@example.com' })).toMatchObject([{ accountId: 'again', name: 'New', standing: 'active' }]);
    expect(await ids({ email: 'again@example.com' })).toEqual([]);
    await account.ask(cancel('second'));
    await account.tick(moment('2027-06-30T00:00Z'));
    await account.ask(erase());
    expect(await ids({ email: 'new@example.com' })).toEqual([]);
    await r.engine().runOne();
    expect([await hashes('again'), await ids({ email: 'new@example.com' })]).toEqual([0, []]);
  });
});

describe('accounts from before the directory', () => {
  it('are listed one page after the other, with what is known of them, and only once', async () => {
    const before = await r.database.query('SELECT account_id, standing, email_hash FROM sunset.directory_accounts ORDER BY 1');
    const plans = await r.database.query('SELECT * FROM sunset.directory_plans ORDER BY account_id, plan_id');
    await r.database.query('TRUNCATE sunset.directory_accounts, sunset.directory_plans');
    await r.database.query(`INSERT INTO sunset.directory_listing (keys_version, listed_until) VALUES (1, 'moving')`);
    expect([await accounts.listEarlier(), await accounts.listEarlier(), await accounts.listEarlier()]).toEqual(['listed', 'listed', 'done']);
    expect(await ids({ email: 'after@example.com' })).toEqual([]);
    await r.database.query('DELETE FROM sunset.directory_listing');
    expect([await accounts.listEarlier(), await accounts.listEarlier(), await accounts.listEarlier()]).toEqual(['listed', 'listed', 'done']);
    expect(await r.database.query('SELECT account_id, standing, email_hash FROM sunset.directory_accounts ORDER BY 1')).toEqual(before);
    expect(await r.database.query('SELECT * FROM sunset.directory_plans ORDER BY account_id, plan_id')).toEqual(plans);
  });

  it('wait for whoever is changing them, and for nobody else', async () => {
    await r.database.query('DELETE FROM sunset.directory_listing');
    await r.memberships.alongside('ann-1', async () => {
      // The first one of all is `again`.
      expect(await r.database.apart(() => accounts.listEarlier())).toBe('listed');
      expect(await r.database.apart(() => accounts.listEarlier())).toBe('busy');
    });
    await r.database.transaction(async () => {
      await r.context.get(Directory).listed();
      expect(await r.database.apart(() => accounts.listEarlier())).toBe('busy');
    });
    await r.memberships.alongside('ann-3', async () => {
      expect(await r.database.apart(() => accounts.listEarlier())).toBe('listed');
      expect(await r.database.query('SELECT listed_until FROM sunset.directory_listing')).toEqual([{ listed_until: 'ann-2' }]);
    });
  });
});
