// What an account is asked costs by what is asked, and not by how much has happened to it: counted in rows of the log that the database reads.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AccountEffects, accountShown, consentsPage, eventsPage, Ledgers, numbersPage, numberView, tenDlcShown, timelinePage, type Account,
} from '#application';
import { Deadlines } from '#deadlines';
import { asWritten, numbersFrom, type MembershipEvent } from '#domain';
import type { Effect } from '#effects';
import { EventStore } from '#event-store';
import { Holders } from '#holders';
import { membershipView } from '#read-models';
import { byPlatform, byWorker, core, type Core, type OneAccount } from '../money/core.js';
import { applyTenDlc, approveTenDlc, cancel, change, open, resume, subscribe, topUp } from '../stories/commands.js';
import { moment } from '../stories/life.js';
import { append, e164Of, purchases } from '../support/large-account.js';

const start = moment('2026-03-30T00:00Z');
const [E, D14] = [moment('2026-04-30T00:00Z'), moment('2026-05-14T00:00Z')];
const sizes = [40, 2_400] as const;

let made: Core;
const accounts: OneAccount[] = [];
beforeAll(async () => {
  made = await core();
  for (const size of sizes) accounts.push(await grown(`of-${size}`, size));
  // As the server does by itself when a table has grown: plans that were made for an empty one are made anew.
  await made.database.query('ANALYZE');
}, 300_000);
afterAll(() => made.close());

/** With something of everything before its numbers, and after them. */
async function grown(accountId: string, numbers: number): Promise<OneAccount> {
  const account = await made.account(accountId, start, open());
  const plan = `${accountId}.plan`;
  await account.ask(subscribe('messaging-monthly', { as: plan }), topUp(100, `${accountId}.first`), applyTenDlc(`${accountId}.registration`), approveTenDlc, change({ name: 'Ada Before' }));
  await account.ask(cancel(plan), resume(plan));
  const bought = purchases(start, numbers);
  await append(made.context.get<EventStore<MembershipEvent>>(EventStore), accountId, bought, byPlatform);
  await made.context.get(Holders).takeNumber({ accountId, subject: subjectOf(bought[numbers - 1]!) }, `${e164Of(0)}${numbers}`, null);
  await account.ask(topUp(200, `${accountId}.second`), change({ email: 'after@example.com' }), cancel(plan), resume(plan));
  return account;
}

const subjectOf = ({ data }: MembershipEvent): string => ('numberId' in data ? data.numberId : '');

/** Rows of the log that the database reads for it, with the states of the account known, as in a process that has served it before. */
async function rowsRead(work: () => Promise<unknown>): Promise<number> {
  const read = async (): Promise<number> => {
    const [row] = await made.database.query<{ read: number }>(
      `SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::int AS read FROM pg_stat_xact_user_tables WHERE schemaname = 'sunset' AND relname = 'events'`,
    );
    return row!.read;
  };
  // The connection still counts what was read in it before.
  return made.database.transaction(async () => {
    const before = await read();
    await work();
    return (await read()) - before;
  });
}

const reading = (accountId: string) => made.memberships.read(accountId);
const shown = (show: (account: Account) => Promise<unknown>) => async (accountId: string) => show(await reading(accountId));
const releaseOf = (accountId: string, subject: string): Effect =>
  ({ effectId: 'e', accountId, testClockId: 'c', carrier: 'sandbox', dueAt: D14, kind: 'release-number', subject, generation: 1 });
const lastNumber = async (accountId: string): Promise<string> => {
  const { numbers } = (await reading(accountId)).state;
  return numbersFrom(numbers.all, sizes[accounts.findIndex((one) => one.accountId === accountId)]! - 1, 1)[0]!.numberId;
};

const works: Readonly<Record<string, (accountId: string) => Promise<unknown>>> = {
  'the entitlements': reading,
  'the Membership page': async (accountId) => {
    const { state, now } = await made.memberships.readWritten(accountId, byPlatform);
    return membershipView(state, await made.context.get(Deadlines).forAccount(accountId), now, 'customer', asWritten.plan);
  },
  'the first page of its numbers': shown((account) => numbersPage(account, { start: 0, most: 10 })),
  'a later page of its numbers': shown((account) => numbersPage(account, { start: 25, most: 10 })),
  'a number just bought': async (accountId) => numberView(await reading(accountId), await lastNumber(accountId)),
  'the first page of its timeline': shown((account) => timelinePage(account, asWritten, { after: null, most: 10 })),
  'the last page of its timeline': shown(async (account) => {
    const version = (await account.events({ order: 'newest-first', limit: 5 })).at(-1)!.version;
    return timelinePage(account, asWritten, { after: { at: start, version, nth: 0 }, most: 10 });
  }),
  'its ledger': shown((account) => made.context.get(Ledgers).page(account, { after: 0, most: 10 })),
  'its consents': shown((account) => consentsPage(account, { after: 0, most: 10 })),
  'the first page of its events': shown((account) => eventsPage(account, { after: 0, most: 10 })),
  'who it is': shown(accountShown),
  'its registration': shown(tenDlcShown),
  'a change of who it is': async (accountId) => accountShown(await made.memberships.handle(accountId, change({ name: 'Ada After' }), byPlatform)),
  'a top-up': (accountId) => made.memberships.handle(accountId, topUp(1, `${accountId}.${(topUps += 1)}`), byPlatform),
};
let topUps = 0;

it('what is read of the log is counted', async () => {
  const account = await reading(accounts[1]!.accountId);
  expect(await rowsRead(() => account.events({ order: 'newest-first', limit: 5 }))).toBeGreaterThanOrEqual(5);
  expect(await rowsRead(() => account.events({ order: 'newest-first', limit: 500 }))).toBeGreaterThanOrEqual(500);
});

describe.each(Object.entries(works))('%s', (_, work) => {
  it('reads as much of the log for many numbers as for few', async () => {
    const [few, many] = [await rowsRead(() => work(accounts[0]!.accountId)), await rowsRead(() => work(accounts[1]!.accountId))];
    expect(few).toBeLessThan(100);
    expect(many).toBeLessThanOrEqual(few + 2);
  });
});

describe('the release of a number', () => {
  beforeAll(async () => {
    for (const account of accounts) {
      await account.ask(cancel(`${account.accountId}.plan`));
      for (const at of [E, D14]) {
        await account.tick(at);
        await account.bringUpToDate();
      }
    }
  }, 120_000);

  it('reads as much of the log for many numbers as for few: whom it is about, and what came of it', async () => {
    const effects = made.context.get(AccountEffects);
    const read: number[][] = [];
    for (const { accountId } of accounts) {
      const effect = releaseOf(accountId, await lastNumber(accountId));
      expect(await effects.resolve(effect)).toEqual({ kind: 'release-number', e164: e164Of(Number(accountId.slice(3)) - 1), carrierNumberId: null });
      read.push([await rowsRead(() => effects.resolve(effect)), await rowsRead(() => effects.conclude(effect, { outcome: 'released', reason: null }, byWorker))]);
    }
    const [few, many] = read as [number[], number[]];
    for (const [index, count] of many.entries()) expect(count).toBeLessThanOrEqual(few[index]! + 2);
    expect(Math.max(...few)).toBeLessThan(10);
  });
});
