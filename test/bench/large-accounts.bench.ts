// What a command, a look at an account and the release of a number take, by how many phone numbers it has.
import { randomUUID } from 'node:crypto';
import { isRefusal, plusMs, type Instant } from '#kernel';
import { asWritten, builtInPolicy, decide, fold, noMembership, numberIdsOf, openDeadlines, bringUpToDate, type Command, type Membership, type MembershipEvent } from '#domain';
import { AccountEffects, Ledgers, numbersPage, timelinePage } from '#application';
import { Clock, Deadlines } from '#deadlines';
import { EventStore, uuidv7 } from '#event-store';
import { Holders } from '#holders';
import { entitlementsView } from '#read-models';
import { buyNumber, cancel, open, subscribe, topUp } from '../stories/commands.js';
import { append, e164Of, purchases } from '../support/large-account.js';
import { by, startApplication } from './application.js';
import { quantile, rounded, seconds } from './measure.js';

const sizes = (process.env['BENCH_NUMBERS'] ?? '5,500,5000,50000').split(',').map(Number);

/** So many numbers at most are given up of each account while it is measured; the smallest have as many. */
const releasedMost = 60;

const application = await startApplication();
const { context, database, memberships } = application;
const store = context.get<EventStore<MembershipEvent>>(EventStore);

const now: Instant = await context.get(Clock).now(null);
const dayMs = 86_400_000;
const longAgo = plusMs(now, -50 * dayMs);

/** An account with that many numbers, straight into the log: buying them is what is measured. It was opened at that time, and is as time has made it since. */
async function grow(accountId: string, numbers: number, at: Instant, ...afterwards: readonly Command[]): Promise<Membership> {
  let state: Membership = noMembership(accountId);
  const events: MembershipEvent[] = [];
  const happen = (happened: readonly MembershipEvent[]): void => {
    events.push(...happened);
    state = fold(state, happened);
  };
  const tell = (command: Command): void => {
    const decision = decide(state, command, at, builtInPolicy);
    if (isRefusal(decision)) throw new Error(`${command.type} was refused`);
    happen(decision);
  };
  for (const command of [open(), subscribe('messaging-monthly'), topUp(100)]) tell(command);
  happen(purchases(at, numbers));
  for (const command of afterwards) tell(command);
  for (const { events: due } of bringUpToDate(state, now, { policy: builtInPolicy, unsent: {} }).steps) happen(due);
  await append(store, accountId, events, by);
  await context.get(Deadlines).sync(accountId, null, { put: openDeadlines(state), fired: [], void: [] }, now);
  return state;
}

/** Of an account whose release is under way: more than are given up while that is measured, with whom holds them. */
async function beingReleased(state: Membership, size: number): Promise<readonly string[]> {
  const ids = numberIdsOf(state.numbers.all, 'releasing').slice(0, releasedMost);
  for (const [index, subject] of ids.entries()) await context.get(Holders).takeNumber({ accountId: state.accountId, subject }, `+1${size}${1_000_000 + index}`, null);
  return ids;
}

let taken = 0;

/** The smallest account fills it, too. */
const pageSize = 5;

const works: Readonly<Record<string, (account: Grown) => Promise<unknown>>> = {
  command: ({ accountId }) => memberships.handle(accountId, topUp(1, randomUUID()), by),
  'buying a number': ({ accountId }) => memberships.handle(accountId, { ...buyNumber(uuidv7()), e164: e164Of(9_000_000 + (taken += 1)), e164Hash: randomUUID() }, by),
  async entitlements({ accountId }) {
    const { state, now } = await memberships.read(accountId);
    return entitlementsView(state, now);
  },
  numbers: async ({ accountId }) => numbersPage(await memberships.read(accountId), { start: 0, most: pageSize }),
  timeline: async ({ accountId }) => timelinePage(await memberships.readWritten(accountId, by), asWritten, { after: null, most: pageSize }),
  ledger: async ({ accountId }) => context.get(Ledgers).page(await memberships.readWritten(accountId, by), { after: 0, most: pageSize }),
  /** Asked whom it is about twice, as a worker does, and told what came of it. */
  async release({ releasing }) {
    const subject = releasing.ids.pop();
    if (subject === undefined) return false;
    const effect = { effectId: subject, accountId: releasing.accountId, testClockId: null, carrier: 'sandbox', dueAt: now, kind: 'release-number', subject, generation: 1 } as const;
    const effects = context.get(AccountEffects);
    const targets = [await effects.resolve(effect), await effects.resolve(effect)];
    if (targets.some((target) => target?.kind !== 'release-number')) throw new Error(`number ${subject} is not to be released`);
    return database.transaction(() => effects.conclude(effect, { outcome: 'released', reason: null }, by));
  },
};

interface Grown {
  readonly accountId: string;
  /** Another one, whose release is under way. */
  readonly releasing: { readonly accountId: string; readonly ids: string[] };
}

const accounts: (Grown & { readonly size: number; readonly took: Record<string, number[]> })[] = [];
for (const size of sizes) {
  console.log(`making an account of ${size} numbers`);
  const { accountId } = await grow(`account-${size}`, size, now);
  const lapsed = await grow(`releasing-${size}`, Math.max(size, releasedMost), longAgo, cancel());
  accounts.push({ size, accountId, releasing: { accountId: lapsed.accountId, ids: [...(await beingReleased(lapsed, size))] }, took: Object.fromEntries(Object.keys(works).map((name) => [name, []])) });
}
await database.query('VACUUM ANALYZE');

// By turns, so that a noisy machine disturbs all of them alike; the first round warms up.
const end = performance.now() + sizes.length * seconds * 1000;
for (let round = 0; round < 6 || performance.now() < end; round += 1) {
  for (const account of accounts) {
    for (const [name, work] of Object.entries(works)) {
      const start = performance.now();
      const isDone = (await work(account)) !== false;
      if (round > 0 && isDone) account.took[name]!.push(performance.now() - start);
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
