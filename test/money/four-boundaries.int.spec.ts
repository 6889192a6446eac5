// The example of four number fees through the whole core: announced, charged, avoided, and short, as the ledger tells it (R15, R16, A8, A9).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { autoRecharge, buyNumber, cancel, open, removeNumber, subscribe, topUp } from '../stories/commands.js';
import { moment } from '../stories/life.js';
import { core, type Core, type OneAccount } from './core.js';

let made: Core;
beforeAll(async () => {
  made = await core();
}, 120_000);
afterAll(() => made.close());

describe('the four boundaries: an annual plan to Apr 30, billing day 15, four numbers at $2.00, cancelled on Jan 10', () => {
  const start = moment('2025-04-30T00:00Z');
  const asked = moment('2026-01-10T00:00Z');
  const E = moment('2026-04-30T00:00Z');
  const numbers = ['n-1', 'n-2', 'n-3', 'n-4'];

  const movements = async (accountId: string, funds: number, between: (account: OneAccount) => Promise<unknown> = () => Promise.resolve()) => {
    const account = await made.account(accountId, start, open({ numberBillingAnchorDay: 15 }));
    await account.ask(subscribe('messaging-annual', { as: `${accountId}.messaging` }));
    await account.tick(asked);
    const pending = await account.ask(topUp(funds), autoRecharge(1000, 5000), ...numbers.map((id) => buyNumber(id)), cancel(`${accountId}.messaging`));
    const { numberFees, effectiveAt } = await made.previews.of(pending, pending.state.subscriptions[0]!, 'en');
    expect([effectiveAt, numberFees.avoidableUntil]).toEqual([E, moment('2026-01-15T00:00Z')]);
    expect(numberFees.upcoming.map(({ at, count, amount }) => [at.slice(5, 10), count, amount.amount])).toEqual(['01-15', '02-15', '03-15', '04-15'].map((day) => [day, 4, 800]));
    await between(account);
    await account.tick(E);
    const ended = await account.bringUpToDate();
    const lines = await made.ledgers.of(ended);
    return { lines: lines.filter(({ effectiveAt: at }) => at > asked).map(({ effectiveAt: at, kind, source, amount }) => [at.slice(5, 10), kind, source, amount.amount]), left: ended.state.wallet.balance };
  };
  const fee = (day: string, amount: number) => [day, 'number_fee', 'wallet', amount];
  const short = (day: string, amount: number) => [day, 'number_fee_shortfall', 'wallet', amount];

  it('are four fees of $8.00', async () => {
    expect(await movements('four', 10_000)).toEqual({ lines: ['01-15', '02-15', '03-15', '04-15'].map((day) => fee(day, -800)), left: 6_800 });
  });

  it('are $2.00 each once three numbers are removed on Feb 14', async () => {
    const removing = async (account: OneAccount) => {
      await account.tick(moment('2026-02-14T00:00Z'));
      await account.ask(...numbers.slice(1).map((id) => removeNumber(id)));
    };
    expect(await movements('three-removed', 10_000, removing)).toEqual({ lines: [fee('01-15', -800), ...['02-15', '03-15', '04-15'].map((day) => fee(day, -200))], left: 8_600 });
  });

  it('are $5.00 and a shortfall of $3.00 from a wallet of $5.00, and never the card', async () => {
    const rest = ['02-15', '03-15', '04-15'].flatMap((day) => [fee(day, 0), short(day, 800)]);
    expect(await movements('short', 500)).toEqual({ lines: [fee('01-15', -500), short('01-15', 300), ...rest], left: 0 });
  });
});
