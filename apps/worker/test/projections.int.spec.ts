// Every projection rebuilt from zero equals the live one, row for row; and none of them knows a person.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { nothingUnsent, openSubscriptions, standingOf } from '#domain';
import type { Projections } from '#projections';
import { accepted, byCustomer, catchUp, core, type Core } from './core.js';
import { live } from './lives.js';

jest.setTimeout(120_000);

let made: Core;
let live7: Projections;
const seed = Number(process.env['SEED'] ?? 20_261_123);

beforeAll(async () => {
  made = await core();
  live7 = made.projections(7);
  await live7.ensureTables();
  for (let n = 0; n < 24; n += 6) {
    await Promise.all([0, 1, 2, 3, 4, 5].map((m) => live(made, `a${n + m}`, seed + n + m, 24)));
    await catchUp(live7);
  }
}, 240_000);
afterAll(() => made.close());

describe(`two dozen lives of seed ${seed}`, () => {
  it('come by everything that analysts distinguish', async () => {
    const of = async (sql: string) => (await made.database.query<{ one: string }>(sql)).map(({ one }) => one);
    expect(await of('SELECT DISTINCT outcome AS one FROM analytics.cancellations ORDER BY 1')).toEqual(expect.arrayContaining(['abandoned', 'ended', 'pending', 'resumed', 'returned']));
    expect(await of('SELECT DISTINCT standing AS one FROM analytics.memberships ORDER BY 1')).toEqual(expect.arrayContaining(['active', 'cancelling', 'lapsed', 'purged']));
    expect(await of('SELECT DISTINCT kind AS one FROM analytics.ledger ORDER BY 1')).toEqual(expect.arrayContaining(['auto_recharge', 'card_charge', 'number_fee', 'top_up']));
    expect(await of('SELECT DISTINCT status AS one FROM analytics.upcoming ORDER BY 1')).toEqual(expect.arrayContaining(['pending', 'planned']));
  });

  it.each(['memberships', 'cancellations', 'ledger_lines'])('%s verified in other batches shows no difference', async (name) => {
    const { rows, missing, unexpected } = await made.projections(500).verify(name);
    expect(rows).toBeGreaterThanOrEqual(24);
    expect({ missing, unexpected }).toEqual({ missing: { count: 0, rows: [] }, unexpected: { count: 0, rows: [] } });
  });

  it.each(['memberships', 'cancellations', 'ledger_lines'])('%s rebuilt and taken into use has the same rows, and the same views', async (name) => {
    const rows = () => made.database.query(`SELECT to_jsonb(t) AS row FROM sunset.${name} t ORDER BY 1`);
    const before = await rows();
    await made.projections(113).rebuild(name);
    expect(await rows()).toEqual(before);
  });

  it('a row that was changed by hand is found, and a rebuild mends it', async () => {
    await made.database.query(`UPDATE sunset.memberships SET wallet_balance = wallet_balance + 1 WHERE account_id = 'a3'`);
    await made.database.query(`DELETE FROM sunset.ledger_lines WHERE account_id = 'a3'`);
    expect(await live7.verify('memberships')).toMatchObject({ missing: { count: 1 }, unexpected: { count: 1 } });
    expect((await live7.verify('ledger_lines')).missing.count).toBeGreaterThan(0);
    await live7.rebuild('memberships');
    await live7.rebuild('ledger_lines');
    expect(await live7.verify('memberships')).toMatchObject({ missing: { count: 0 }, unexpected: { count: 0 } });
    expect(await live7.verify('ledger_lines')).toMatchObject({ missing: { count: 0 }, unexpected: { count: 0 } });
  });

  it('agree with the accounts themselves', async () => {
    const states = await Promise.all(Array.from({ length: 24 }, async (_, n) => {
      await made.memberships.bringUpToDate(`a${n}`, byCustomer);
      return (await made.memberships.read(`a${n}`, { evenPurged: true })).state;
    }));
    await catchUp(live7);
    const told = await made.database.query<{ account_id: string }>(
      `SELECT account_id, standing, wallet_balance, open_plans,
         coalesce((SELECT sum(amount) FROM analytics.ledger l WHERE l.account_id = m.account_id AND l.moves_wallet), 0)::bigint AS ledger
       FROM analytics.memberships m`,
    );
    for (const state of states) {
      expect(told.find((row) => row.account_id === state.accountId)).toMatchObject({
        standing: standingOf(state),
        wallet_balance: state.wallet.balance,
        open_plans: openSubscriptions(state).map(({ term }) => term.planId).sort(),
        ...(state.life === 1 && !state.purge && { ledger: state.wallet.balance }),
      });
    }
  });

  it('somebody who starts anew after the purge has not returned: nobody knows them any more', async () => {
    const clock = await made.open('anew', '2026-01-01T00:00:00Z');
    const subscribe = (subscriptionId: string) => made.tell('anew', { type: 'Subscribe', subscriptionId, planId: 'messaging-monthly', trialDays: null });
    await subscribe('n1');
    const reason = { code: 'unused' };
    await made.tell('anew', { type: 'RequestCancellation', subscriptionId: 'n1', reason, acceptedDisclosures: accepted, acknowledgedConsequences: true, language: 'en', textHash: 't', unsent: nothingUnsent });
    await made.move('anew', clock, '2027-06-01T00:00:00Z');
    await subscribe('n2');
    await catchUp(live7);
    expect(await made.database.query(`SELECT outcome, returned_at, purged_at FROM analytics.cancellations WHERE account_id = 'anew'`)).toEqual([
      { outcome: 'ended', returned_at: null, purged_at: '2027-06-01T00:00:00.000Z' },
    ]);
    expect(await made.database.query(`SELECT standing, life, open_plans FROM analytics.memberships WHERE account_id = 'anew'`)).toEqual([
      { standing: 'active', life: 2, open_plans: ['messaging-monthly'] },
    ]);
  });

  it('no projection holds a name, an address, a phone number or its hash, a comment or a brand', async () => {
    for (const name of ['memberships', 'cancellations', 'ledger_lines']) {
      const [{ text }] = (await made.database.query<{ text: string }>(`SELECT coalesce(string_agg(to_jsonb(t)::text, ' '), '') AS text FROM sunset.${name} t`)) as [{ text: string }];
      expect(text.length).toBeGreaterThan(1000);
      expect(text).not.toMatch(/zq|\+1202555/i);
      expect(text).not.toMatch(/"e164Hash": *"[^"]/);
    }
  });
});
