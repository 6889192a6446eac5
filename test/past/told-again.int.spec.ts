// What an account was told is what its past tells: readings of random lives, written down while they live, and asked for again when they are over.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AccountPasts, accountShown, timelinePage } from '#application';
import { Clock } from '#deadlines';
import { builtInPolicy, openCharges, openSubscriptions, planNamesIn, sayingIn, termsOf } from '#domain';
import { importChannel, plusMs, Refused, type Instant } from '#kernel';
import { membershipView } from '#read-models';
import { byPlatform, core, type Core } from '../money/core.js';
import { seed } from '../money/random-account.js';
import { ask, moveOn } from '../simulation/choices.js';
import { Random } from '../simulation/random.js';
import { buyNumber, cancel, collected, failed, importAccount, open, subscribe, topUp, usd } from '../stories/commands.js';
import { moment } from '../stories/life.js';

const lives = Number(process.env['LIVES'] ?? 4);
const steps = 12;

let made: Core;
let pasts: AccountPasts;
let clock: Clock;
beforeAll(async () => {
  made = await core();
  pasts = made.context.get(AccountPasts);
  clock = made.context.get(Clock);
}, 120_000);
afterAll(() => made.close());

type Asked = Parameters<AccountPasts['read']>[1];

/** Everything that is read of an account, or why nothing is. */
async function readingOf(accountId: string, asked: Asked): Promise<unknown> {
  try {
    const account = await pasts.read(accountId, asked, byPlatform);
    const { state, now, deadlines } = account;
    const { deadlines: told, ...membership } = membershipView(state, await deadlines(), now, 'customer', planNamesIn(builtInPolicy, 'en'));
    const timeline = await timelinePage(account, sayingIn(builtInPolicy, 'en', termsOf(state).timeZone), { after: null, most: 1_000 });
    return {
      account: await accountShown(account), membership, timeline, ledger: await made.ledgers.page(account, { after: 0, most: 1_000 }),
      // Rows that are due together come in any order.
      deadlines: told.map((one) => JSON.stringify([one.dueAt, one.kind, one.subscriptionId ?? '', one.status])).sort(),
    };
  } catch (error) {
    if (error instanceof Refused) return error.refusal.refused;
    throw error;
  }
}

/** Real time, once it is over: nothing is written at that instant any more. */
async function over(): Promise<Instant> {
  const knownAt = await clock.now(null);
  while ((await clock.now(null)) <= knownAt);
  return knownAt;
}

interface Told {
  readonly past: { readonly asOf: Instant; readonly knownAt: Instant };
  readonly reading: unknown;
}

async function liveThrough(accountId: string, random: Random): Promise<readonly Told[]> {
  let now: Instant = moment('2026-01-31T08:15Z', random.below(300) * 86_400_000);
  const told: Told[] = [];
  const account = await made.account(accountId, now, open({ timeZone: random.pick(['UTC', 'America/Los_Angeles']) }));
  const look = async (): Promise<void> => {
    const reading = await readingOf(accountId, {});
    told.push({ past: { asOf: now, knownAt: await over() }, reading });
  };
  await look();
  await account.ask(topUp(random.pick([1, 500, 5000])), subscribe('messaging-monthly', { as: `${accountId}.first` }), buyNumber('first'), buyNumber('second', 'ported'));
  for (let step = 0; step < steps; step += 1) {
    await look();
    const { state } = await made.memberships.read(accountId, { evenPurged: true });
    now = moveOn(random, state, now);
    await account.tick(now);
    if (random.chance(0.7)) await look();
    const current = (await made.memberships.read(accountId, { evenPurged: true })).state;
    const command = ask(random, current, now, step);
    await account.ask(command.type === 'Subscribe' ? { ...command, subscriptionId: `${accountId}.${command.subscriptionId}` } : command).catch(passOver);
    for (const { chargeId } of openCharges(current)) if (random.chance(0.5)) await account.ask(random.chance(0.8) ? collected(chargeId) : failed(chargeId)).catch(passOver);
    for (const { term, period } of openSubscriptions(current)) {
      if (random.chance(0.3)) await made.messages.schedule(accountId, [{ messageId: `${step}-${term.kind}`, channel: 'sms', planKind: term.kind, price: usd(15), sendAt: plusMs(period.end, 1) }]);
    }
  }
  await look();
  return told;
}

function passOver(error: unknown): void {
  if (!(error instanceof Refused)) throw error;
}

it(`${lives} lives of seed ${seed} are told of their past as they were told then`, async () => {
  let purged = 0;
  const standings = new Set<unknown>();
  for (let index = 0; index < lives; index += 1) {
    const accountId = `past-${seed + index}`;
    const told = await liveThrough(accountId, new Random(seed + index));
    const gone = (await readingOf(accountId, {})) === 'account_purged';
    for (const { past, reading } of told) {
      const again = await readingOf(accountId, past);
      if (gone || again === 'account_purged') {
        expect([accountId, past, again]).toEqual([accountId, past, 'account_purged']);
        purged += 1;
      } else {
        expect([accountId, past, again]).toEqual([accountId, past, reading]);
        standings.add((reading as { membership: { standing: string } }).membership.standing);
      }
    }
  }
  process.stdout.write(`past: ${purged} readings of what is purged, standings ${[...standings].join(', ')}\n`);
  expect([...standings].sort()).toEqual(['active', 'cancelling', 'lapsed', 'none']);
}, 600_000);

it('who is back before anybody has written that he was gone is told the same of it as who is not', async () => {
  const accountId = 'past-back';
  const account = await made.account(accountId, moment('2026-01-10T00:00Z'));
  await account.ask(subscribe('messaging-monthly', { as: 'first' }), buyNumber('first'), cancel('first'));
  await account.tick(moment('2026-03-20T00:00Z'));
  await account.ask(subscribe('messaging-monthly', { as: 'second' }));
  const reading = await readingOf(accountId, {});
  expect((reading as { deadlines: readonly string[] }).deadlines).toContain(JSON.stringify([moment('2027-02-10T00:00Z'), 'purge-data', '', 'void']));
  expect(await readingOf(accountId, { asOf: moment('2026-03-20T00:00Z'), knownAt: await over() })).toEqual(reading);
});

it('a life that a purge has taken is gone from every past, and the one after it is told', async () => {
  const accountId = 'past-lives';
  const [born, back] = [moment('2026-01-10T00:00Z'), moment('2028-01-10T00:00Z')];
  const testClockId = await made.open(accountId, born);
  await made.tell(accountId, subscribe('messaging-monthly', { as: 'one' }));
  await made.tell(accountId, cancel('one'));
  await made.move(accountId, testClockId, back);
  expect(await readingOf(accountId, {})).toBe('account_purged');
  await made.tell(accountId, subscribe('messaging-monthly', { as: 'two' }));
  const present = await readingOf(accountId, {});
  expect(present).toMatchObject({ membership: { standing: 'active' } });
  expect(await readingOf(accountId, { asOf: back })).toEqual(present);
  for (const asOf of [born, plusMs(back, -1), moment('2027-06-01T00:00Z')]) expect([asOf, await readingOf(accountId, { asOf })]).toEqual([asOf, 'account_purged']);
});

it('what happened in the system that an account comes from is told, and nothing that our rules would have made of it', async () => {
  const [accountId, metadata] = ['past-imported', { ...byPlatform, channel: importChannel }];
  const ended = {
    subscriptionId: 'theirs', planId: 'messaging-monthly', startedAt: moment('2024-01-10T00:00Z'), currentPeriod: { start: moment('2024-06-10T00:00Z'), end: moment('2024-07-10T00:00Z') }, status: 'ended' as const,
    cancellation: { requestedAt: moment('2024-06-20T00:00Z'), reason: { code: 'unused' }, consent: null }, endedAt: null,
  };
  const before = await over();
  await made.database.transaction(async () => made.memberships.takeOver([{ accountId, metadata, command: importAccount({ subscriptions: [ended] }) }], { now: await clock.now(null), dryRun: false }));
  const standingThen = async (asOf: Instant | undefined, knownAt?: Instant) => {
    const reading = await readingOf(accountId, { asOf, knownAt });
    return typeof reading === 'string' ? reading : (reading as { membership: { standing: string } }).membership.standing;
  };
  expect(await standingThen(undefined)).toBe('lapsed');
  expect(await standingThen(moment('2024-01-09T00:00Z'))).toBe('not_found');
  expect(await standingThen(moment('2024-03-01T00:00Z'))).toBe('active');
  expect(await standingThen(moment('2024-06-25T00:00Z'))).toBe('cancelling');
  // A year after the end nothing was deleted there, nor is it here until an operator says so.
  expect(await standingThen(moment('2025-09-01T00:00Z'))).toBe('lapsed');
  expect(await standingThen(moment('2025-09-01T00:00Z'), before)).toBe('not_found');
});
