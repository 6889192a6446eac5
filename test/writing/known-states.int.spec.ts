// The states that are known, and the snapshots in the database: whatever has happened meanwhile, they say what a fold of the whole log says.
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bytesOf, foldName, KnownStates, type Loaded, loadLimits, migrations, TooMuchAtOnce } from '#application';
import { fold, membershipEvents, noMembership, WalletToppedUp, type MembershipEvent } from '#domain';
import { EventStore, WrittenByNewerRelease } from '#event-store';
import { event, type Metadata } from '#kernel';
import { MasterKeys, PersonalData } from '#personal-data';
import { lives } from '../recorded/recorded-lives.js';
import { Random } from '../simulation/random.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';

const by: Metadata = { actor: { role: 'system', id: 'test' }, channel: 'test', correlationId: 'c', causationId: 'r' };

let fresh: FreshDatabase;
let store: EventStore<MembershipEvent>;
beforeAll(async () => {
  fresh = await freshDatabase({ migrations });
  store = new EventStore<MembershipEvent>(fresh.database, new PersonalData(fresh.database, new MasterKeys([randomBytes(32)])), membershipEvents);
});
afterAll(() => fresh.drop());

/** Of a release that knows more. */
const Hinted = event('Hinted')<Record<never, never>>();

const stateIn = async (known: KnownStates, accountId: string) => ((await known.load([accountId]))[0] as Loaded).state;
const folded = (accountId: string, events: readonly MembershipEvent[]) => fold(noMembership(accountId), events);
const snapshot = async ({ accountId, state, at }: Loaded) => store.snapshots.put([{ accountId, state, ...at! }], foldName);

it.each(lives.map((life, index) => [index, life] as const))('random life %i is the same known, from a snapshot, and folded from the beginning', async (seed, { events }) => {
  const random = new Random(seed + 1);
  const accountId = `life-${seed}`;
  const known = new KnownStates(store);
  for (let at = 0; at < events.length; ) {
    const next = Math.min(events.length, at + 1 + random.below(12));
    await store.append(accountId, at, events.slice(at, next), by);
    at = next;
    const [loaded] = (await known.load([accountId])) as [Loaded];
    known.learn(loaded);
    const expected = folded(accountId, events.slice(0, at));
    expect(loaded.state).toStrictEqual(expected);
    expect(await stateIn(new KnownStates(store), accountId)).toStrictEqual(expected);
    if (random.below(4) === 0) await snapshot(loaded);
    expect(JSON.stringify(loaded.state).length).toBeLessThan(bytesOf(loaded));
  }
});

describe('what is known', () => {
  const opened = lives[0]!.events;

  async function account(): Promise<{ readonly accountId: string; readonly known: KnownStates; readonly loaded: Loaded }> {
    const accountId = randomUUID();
    await store.append(accountId, 0, opened.slice(0, 6), by);
    const known = new KnownStates(store);
    const [loaded] = (await known.load([accountId])) as [Loaded];
    known.learn(loaded);
    return { accountId, known, loaded };
  }

  it('is continued with what somebody else has written', async () => {
    const { accountId, known } = await account();
    await store.append(accountId, 6, opened.slice(6, 9), by);
    expect(await stateIn(known, accountId)).toStrictEqual(folded(accountId, opened.slice(0, 9)));
  });

  it.each(['other events', 'fewer events', 'no events'])('is thrown away where the log has %s than it was made of, as after a restore', async (what) => {
    const { accountId, known, loaded } = await account();
    const events = { 'other events': [...opened.slice(0, 5), WalletToppedUp(opened[5]!.effectiveAt, { topUpId: 'of another past', amount: { amount: 77, currency: 'USD' } })], 'fewer events': opened.slice(0, 3), 'no events': [] }[what]!;
    await snapshot(loaded);
    await fresh.database.transaction(async () => {
      await fresh.database.query('ALTER TABLE sunset.events DISABLE TRIGGER USER');
      await fresh.database.query('DELETE FROM sunset.events WHERE account_id = $1', [accountId]);
      await fresh.database.query('ALTER TABLE sunset.events ENABLE ALWAYS TRIGGER events_refuse_delete');
    });
    await store.append(accountId, 0, events, by);
    for (const one of [known, new KnownStates(store)]) {
      expect(await stateIn(one, accountId)).toStrictEqual(folded(accountId, events));
      expect(((await one.load([accountId]))[0] as Loaded).at?.version ?? 0).toBe(events.length);
    }
  });

  it('of another fold is no snapshot of ours', async () => {
    const { accountId, loaded } = await account();
    await store.snapshots.put([{ accountId, state: { ...loaded.state, lifecycle: 77 }, ...loaded.at! }], `${foldName}-before`);
    expect((await stateIn(new KnownStates(store), accountId)).lifecycle).toBe(1);
    await store.snapshots.put([{ accountId, state: { ...loaded.state, lifecycle: 77 }, ...loaded.at! }], foldName);
    expect((await stateIn(new KnownStates(store), accountId)).lifecycle).toBe(77);
  });

  it('does not hide what a newer release has written, and costs nobody else anything', async () => {
    const [first, second] = [await account(), await account()];
    const newer = new EventStore(fresh.database, new PersonalData(fresh.database, new MasterKeys([randomBytes(32)])), [Hinted]);
    await newer.append(first.accountId, 6, [Hinted(first.loaded.now, {})], by);
    const [one, other] = await first.known.load([first.accountId, second.accountId]);
    expect(one).toBeInstanceOf(WrittenByNewerRelease);
    expect((other as Loaded).state).toStrictEqual(second.loaded.state);
  });

  it('says nothing of a person', async () => {
    const { accountId, loaded } = await account();
    const named = (await store.load(accountId)).flatMap(({ type, data }) => (type === 'AccountOpened' ? [data.name, data.email] : []));
    expect(named.every((text) => typeof text === 'string' && text.length > 2)).toBe(true);
    for (const text of named) expect(JSON.stringify(loaded.state)).not.toContain(text);
  });
});

describe('many that are not known', () => {
  const longest = lives.toSorted((a, b) => b.events.length - a.events.length)[0]!.events;

  /** As many accounts of one long life, and a store that notes what each statement hands out. */
  async function crowd(count: number) {
    const accountIds = Array.from({ length: count }, () => randomUUID());
    for (const accountId of accountIds) await store.append(accountId, 0, longest, by);
    const handedOut: { events: number; snapshots: number }[] = [];
    const counting: typeof store = Object.create(store, {
      newer: {
        value: async (...asked: Parameters<typeof store.newer>) => {
          const found = await store.newer(...asked);
          const loaded = found.filter((one) => 'from' in one);
          handedOut.push({ events: loaded.reduce((sum, { events }) => sum + events.length, 0), snapshots: loaded.filter(({ from }) => typeof from === 'object').length });
          return found;
        },
      },
    }) as typeof store;
    return { accountIds, handedOut, counting };
  }

  it('are loaded by as many statements as it takes for none to hand out more events than is said', async () => {
    const { accountIds, handedOut, counting } = await crowd(5);
    const loaded = await new KnownStates(counting, { ...loadLimits, eventsMost: 40 }).load(accountIds);
    for (const [index, one] of loaded.entries()) expect((one as Loaded).state).toStrictEqual(folded(accountIds[index]!, longest));
    expect(handedOut.reduce((sum, { events }) => sum + events, 0)).toBe(5 * longest.length);
    // One of each may come beyond its share.
    for (const { events } of handedOut) expect(events).toBeLessThanOrEqual(45);
  });

  it('and none more snapshots', async () => {
    const { accountIds, handedOut, counting } = await crowd(3);
    for (const one of await new KnownStates(store).load(accountIds)) await snapshot(one as Loaded);
    const loaded = await new KnownStates(counting, { ...loadLimits, snapshotBytesMost: 10 }).load(accountIds);
    for (const [index, one] of loaded.entries()) expect((one as Loaded).state).toStrictEqual(folded(accountIds[index]!, longest));
    expect(handedOut.map(({ snapshots }) => snapshots)).toEqual([1, 1, 1]);
  });

  it('do not fit beside others once their states take more than is said, and are loaded alone', async () => {
    const { accountIds, counting } = await crowd(4);
    const known = new KnownStates(counting, { ...loadLimits, eventsMost: 40, stateBytesMost: 5_000 });
    const loaded = await known.load(accountIds);
    expect(loaded.map((one) => one instanceof TooMuchAtOnce)).toEqual([false, expect.any(Boolean), true, true]);
    for (const accountId of accountIds) expect(await stateIn(known, accountId)).toStrictEqual(folded(accountId, longest));
  });
});
