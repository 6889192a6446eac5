// The ledger through the whole core: the account's own, the analysts' and the rebuilt one say what the events say, at every position.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { evolve, isPending, noMembership, openCharges, openSubscriptions, type Command } from '#domain';
import { epochMs, plusMs, Refused, type Instant } from '#kernel';
import type { Projections } from '#projections';
import { ledgerEntry, movesWallet, type LedgerEntry } from '#read-models';
import { catchUp } from '../../apps/worker/test/core.js';
import { ask, moveOn } from '../simulation/choices.js';
import { Random } from '../simulation/random.js';
import { autoRecharge, buyNumber, cancel, collected, failed, open, subscribe, topUp, usd } from '../stories/commands.js';
import { moment } from '../stories/life.js';
import { core, type Core, type OneAccount } from './core.js';
import { seed } from './random-account.js';

let made: Core;
let live: Projections;
/** However many lives the simulation lives: each of these goes through the database. */
const lives = 16;
const dayMs = 86_400_000;

beforeAll(async () => {
  made = await core();
  live = made.projections(7);
  await live.ensureTables();
}, 120_000);
afterAll(() => made.close());

const ids = Array.from({ length: lives }, (_, index) => `life-${seed + index}`);

/** A life through the use cases, prepaid messages included; what is refused is passed over. */
async function liveThrough(accountId: string, random: Random): Promise<OneAccount> {
  let now: Instant = moment('2026-01-31T08:15Z', random.below(300) * dayMs);
  const account = await made.account(accountId, now, open({ timeZone: random.pick(['UTC', 'America/Los_Angeles', 'Australia/Lord_Howe']), numberBillingAnchorDay: random.pick([null, 1, 15, 31]) }));
  await account.ask(
    topUp(random.pick([1, 500, 5000])),
    autoRecharge(300, 1000, random.chance(0.5)),
    subscribe(random.pick(['messaging-monthly', 'messaging-annual']), { as: `${accountId}.first` }),
    buyNumber('first'),
    buyNumber('second', random.pick(['ported', 'verified'])),
  );
  for (let step = 0; step < 14; step += 1) {
    const { state } = await made.memberships.read(accountId, { evenPurged: true });
    now = moveOn(random, state, now);
    await account.tick(now);
    if (random.chance(0.5)) await account.bringUpToDate();
    const current = (await made.memberships.read(accountId, { evenPurged: true })).state;
    const command = ask(random, current, now, step);
    await account.ask(own(accountId, command)).catch(passOverRefusals);
    for (const { chargeId } of openCharges(current)) if (random.chance(0.5)) await account.ask(random.chance(0.8) ? collected(chargeId) : failed(chargeId)).catch(passOverRefusals);
    for (const { term, period } of openSubscriptions(current)) {
      const given = Array.from({ length: random.below(4) }, (_, index) => ({
        messageId: `${step}-${term.kind}-${index}`,
        channel: random.pick(['sms', 'rvm'] as const),
        planKind: term.kind,
        price: usd(random.pick([2, 15])),
        sendAt: random.pick([now, period.end, plusMs(period.end, dayMs)]),
      }));
      await made.messages.schedule(accountId, given);
    }
    for (const { messageId } of (await made.messages.list(accountId, { limit: 3, status: 'scheduled' })).data) if (random.chance(0.3)) await made.messages.markSent(accountId, messageId, now);
  }
  await account.bringUpToDate();
  return account;
}

const own = (accountId: string, command: Command): Command => (command.type === 'Subscribe' ? { ...command, subscriptionId: `${accountId}.${command.subscriptionId}` } : command);

function passOverRefusals(error: unknown): void {
  if (!(error instanceof Refused)) throw error;
}

describe(`the ledgers of ${lives} lives of seed ${seed}`, () => {
  it('announce with every preview what then happens', async () => {
    let announced = 0;
    for (const [index, accountId] of ids.entries()) {
      const account = await liveThrough(accountId, new Random(seed + index));
      announced += await checkAnnouncement(account);
    }
    expect(announced).toBeGreaterThan(lives / 3);
  }, 300_000);

  it('are the account\u2019s own, line by line, and add up at every position', async () => {
    await catchUp(live);
    let lines = 0;
    for (const accountId of ids) {
      const account = await made.memberships.read(accountId, { evenPurged: true });
      const { state } = account;
      const events = await account.events();
      let [membership, balance] = [noMembership(accountId), 0];
      for (const event of events) {
        membership = evolve(membership, event);
        const entry = ledgerEntry(event);
        if (event.type === 'DataPurged') balance = 0;
        else if (entry && movesWallet(entry)) balance += entry.amount.amount;
        expect([event.version, event.type, membership.wallet.balance]).toEqual([event.version, event.type, balance]);
      }
      expect(state.wallet.balance).toBe(balance);
      const told = await made.ledgers.of(account);
      expect(told.filter(movesWallet).reduce((sum, { amount }) => sum + amount.amount, 0)).toBe(balance);
      for (const { itemCount, items, amount } of told) {
        if (items && !state.purge) expect([items.length, items.reduce((sum, item) => sum + item.amount.amount, 0)]).toEqual([itemCount, amount.amount]);
      }
      if (state.life === 1 && !state.purge) {
        const asked = await made.database.query(`SELECT charge_id AS "chargeId", status FROM analytics.charges WHERE account_id = $1 ORDER BY charge_id`, [accountId]);
        expect(asked).toEqual(state.charges.map(({ chargeId, status }) => ({ chargeId, status })).toSorted((a, b) => (a.chargeId < b.chargeId ? -1 : 1)));
      }
      expect(await analystsLines(accountId)).toEqual(events.flatMap((event) => ledgerEntry(event) ?? []).map(asAnalystsSee));
      lines += told.length;
    }
    expect(lines).toBeGreaterThan(lives * 5);
  }, 120_000);

  it('are the same after a rebuild', async () => {
    const all = () => made.database.query('SELECT to_jsonb(t) AS line FROM sunset.ledger_lines t ORDER BY entry_id');
    const before = await all();
    await made.projections(113).rebuild('ledger_lines');
    expect(await all()).toEqual(before);
    expect(before.length).toBeGreaterThan(0);
  }, 120_000);

  it('hold every kind of movement', async () => {
    const kinds = await made.database.query<{ kind: string }>('SELECT DISTINCT kind FROM analytics.ledger ORDER BY 1');
    expect(kinds.map(({ kind }) => kind)).toEqual(['auto_recharge', 'card_charge', 'number_fee', 'number_fee_shortfall', 'top_up', 'unsent_message_credit']);
  });

  it('ask for each charge once, and collect none twice', async () => {
    const twice = await made.database.query(`SELECT data ->> 'chargeId' AS id FROM sunset.events WHERE data ? 'chargeId' GROUP BY 1, type HAVING count(*) > 1`);
    expect(twice).toEqual([]);
  });
});

/** Cancels one plan, lets the messages before its end go out, and compares what the preview said with the events. */
async function checkAnnouncement(account: OneAccount): Promise<number> {
  const { accountId } = account;
  const before = await made.memberships.read(accountId, { evenPurged: true });
  const linesBefore = (await made.ledgers.of(before)).length;
  const subscription = openSubscriptions(before.state)[0];
  if (before.state.purge || !subscription) return 0;
  const { subscriptionId } = subscription;
  const preview = await made.previews.of(before, subscription, 'en');
  if (!isPending(subscription)) await account.ask(cancel(subscriptionId));
  const end = preview.effectiveAt;
  for (const message of (await made.messages.list(accountId, { limit: 1000, status: 'scheduled' })).data) {
    if (message.planKind !== subscription.term.kind || message.sendAt >= end) continue;
    if (epochMs(message.sendAt) > epochMs(before.now)) await account.tick(message.sendAt);
    await made.messages.markSent(accountId, message.messageId, message.sendAt);
  }
  await account.tick(end);
  const after = await account.bringUpToDate();
  const since: readonly LedgerEntry[] = (await made.ledgers.of(after)).slice(linesBefore);
  const credited = since.filter(({ kind, subscriptionId: of }) => kind === 'unsent_message_credit' && of === subscriptionId).map(({ amount }) => amount);
  expect(credited).toEqual(preview.credits.sms.count + preview.credits.rvm.count === 0 ? [] : [preview.credits.total]);
  const due = new Map<Instant, number>();
  for (const { kind, effectiveAt, amount } of since) {
    if (kind === 'number_fee') due.set(effectiveAt, (due.get(effectiveAt) ?? 0) - amount.amount);
    if (kind === 'number_fee_shortfall') due.set(effectiveAt, (due.get(effectiveAt) ?? 0) + amount.amount);
  }
  expect([...due]).toEqual(preview.numberFees.upcoming.filter(({ at }) => at <= end).map(({ at, amount }) => [at, amount.amount]));
  expect(since.filter(({ kind, subscriptionId: of }) => kind === 'card_charge' && of === subscriptionId)).toEqual([]);
  return 1;
}

const asAnalystsSee = ({ entryId, kind, source, amount, effectiveAt, subscriptionId }: LedgerEntry) => ({
  entry_id: entryId, kind, source, amount: amount.amount, currency: amount.currency, effective_at: effectiveAt, subscription_id: subscriptionId ?? null,
});

const analystsLines = (accountId: string) =>
  made.database.query(
    `SELECT l.entry_id, l.kind, l.source, l.amount, l.currency, l.effective_at, l.subscription_id FROM analytics.ledger l
     JOIN sunset.events e ON e.event_id = l.entry_id WHERE l.account_id = $1 ORDER BY e.version`,
    [accountId],
  );
