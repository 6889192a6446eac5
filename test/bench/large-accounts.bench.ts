// What a command and a look at the entitlements of one account take, by how many phone numbers it has.
import { randomUUID } from 'node:crypto';
import { isRefusal, type Instant } from '#kernel';
import { decide, fold, noMembership, NumberPurchased, openDeadlines, type Membership, type MembershipEvent } from '#domain';
import { Clock, Deadlines } from '#deadlines';
import { EventStore, uuidv7 } from '#event-store';
import { entitlementsView } from '#read-models';
import { buyNumber, open, subscribe, topUp } from '../stories/commands.js';
import { by, startApplication } from './application.js';
import { quantile, rounded, seconds } from './measure.js';

const sizes = (process.env['BENCH_NUMBERS'] ?? '5,500,5000,50000').split(',').map(Number);
const appendedAtOnce = 1_000;

const application = await startApplication();
const { context, database, memberships } = application;
const store = context.get(EventStore);

/** An account with that many numbers, straight into the log: buying them is what is measured. */
async function grow(numbers: number): Promise<string> {
  const accountId = `account-${numbers}`;
  const at: Instant = await context.get(Clock).now(null);
  let state: Membership = noMembership(accountId);
  let version = 0;
  const append = async (events: readonly MembershipEvent[]): Promise<void> => {
    await store.append(accountId, version, events, by);
    version += events.length;
    state = fold(state, events);
  };
  for (const command of [open(), subscribe('messaging-monthly')]) {
    const decision = decide(state, command, at);
    if (isRefusal(decision)) throw new Error(`${command.type} was refused`);
    await append(decision);
  }
  for (let done = 0; done < numbers; done += appendedAtOnce) {
    const length = Math.min(appendedAtOnce, numbers - done);
    const data = (index: number) => ({ numberId: uuidv7(), e164Hash: randomUUID(), origin: 'purchased' as const, e164: e164(done + index), carrierNumberId: null });
    await append(Array.from({ length }, (_, index) => NumberPurchased(at, data(index)) as MembershipEvent));
  }
  await context.get(Deadlines).sync(accountId, null, { put: openDeadlines(state), fired: [], void: [] }, at);
  return accountId;
}

let taken = 0;
const e164 = (index: number): string => `+1206${String(index).padStart(7, '0')}`;

const works: Readonly<Record<string, (accountId: string) => Promise<unknown>>> = {
  command: (accountId) => memberships.handle(accountId, topUp(1, randomUUID()), by),
  'buying a number': (accountId) => memberships.handle(accountId, { ...buyNumber(uuidv7()), e164: e164(9_000_000 + (taken += 1)), e164Hash: randomUUID() }, by),
  async entitlements(accountId) {
    const { state, now } = await memberships.read(accountId);
    return entitlementsView(state, now);
  },
};

const accounts: { readonly size: number; readonly accountId: string; readonly took: Record<string, number[]> }[] = [];
for (const size of sizes) {
  console.log(`making an account of ${size} numbers`);
  accounts.push({ size, accountId: await grow(size), took: Object.fromEntries(Object.keys(works).map((name) => [name, []])) });
}
await database.query('VACUUM ANALYZE');

// By turns, so that a noisy machine disturbs all of them alike; the first round warms up.
const end = performance.now() + sizes.length * seconds * 1000;
for (let round = 0; round < 6 || performance.now() < end; round += 1) {
  for (const { accountId, took } of accounts) {
    for (const [name, work] of Object.entries(works)) {
      const start = performance.now();
      await work(accountId);
      if (round > 0) took[name]!.push(performance.now() - start);
    }
  }
  if (round % 10 === 0) console.log(`round ${round}`);
}

const median = (account: (typeof accounts)[number], name: string): number => quantile(account.took[name]!, 0.5);
console.log(`medians in ms by numbers of the account; in brackets beside the account of ${sizes[0]}`);
console.table(
  Object.fromEntries(
    accounts.map((account) => [
      account.size,
      Object.fromEntries(Object.keys(works).map((name) => [name, `${rounded(median(account, name))} (${rounded(median(account, name) / median(accounts[0]!, name))})`])),
    ]),
  ),
);
await application.close();
