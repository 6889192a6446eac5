// What the tests of the purge share: the whole core, an account whose year is over, and engines that can be lost on the way.
import { DATA_STORES, StoreData } from '#application';
import { EventStore } from '#event-store';
import type { CommandOf, MembershipEvent, Proof } from '#domain';
import type { Instant, RecordedEvent } from '#kernel';
import { PersonalData } from '#personal-data';
import { type DataStore, type Jobs, type PurgeEngine, type PurgeEngineSettings, PurgeGuard, Purges } from '#purge';
import { categories } from '#retained-data';
import { ScheduledMessages } from '#scheduled-messages';
import { purgeEngine } from '../../apps/worker/test/core.js';
import { EarlierLives } from '../faults/earlier-lives.js';
import { core, type Core, type OneAccount } from '../money/core.js';
import { applyTenDlc, approveTenDlc, buyNumber, cancel, open, subscribe } from '../stories/commands.js';
import { moment } from '../stories/life.js';

export const start = moment('2026-03-30T00:00Z');
export const E = moment('2026-04-30T00:00Z');
export const P = moment('2027-04-30T00:00Z');
export const records = 7;
/** What is deleted of a `lapsed` account. */
export const counts = { campaigns: records, messages: records, contacts: records, reports: records, scheduledMessages: 1, holders: 1, searchKeys: 1 };

export interface Rig extends Core {
  readonly purges: Purges;
  readonly guard: PurgeGuard;
  readonly stores: readonly DataStore[];
  engine(settings?: PurgeEngineSettings, stores?: readonly DataStore[], jobs?: Jobs): PurgeEngine;
  /** With data in every place; everything that is said of it holds the marker. */
  lapsed(accountId: string, marker: string, reason?: CommandOf<'RequestCancellation'>['reason']): Promise<OneAccount>;
  stream(accountId: string): Promise<RecordedEvent<MembershipEvent>[]>;
  proofOf(accountId: string): Promise<readonly Proof[]>;
  /** How many records the stores hold. */
  left(accountId: string): Promise<number>;
  /** Accounts in real time, whose cancellation began long ago. */
  readonly earlier: EarlierLives;
  /** What a killed worker had taken up is free at once. */
  loseLeases(): Promise<void>;
}

export async function rig(): Promise<Rig> {
  const made = await core();
  const { context, database, commands, ledger } = made;
  const get = context.get.bind(context);
  const stores = get<readonly DataStore[]>(DATA_STORES);
  const stream = (accountId: string) => get<EventStore<MembershipEvent>>(EventStore).load(accountId);
  return {
    ...made,
    purges: get(Purges),
    guard: get(PurgeGuard),
    stores,
    engine: (settings = {}, of = stores, jobs?: Jobs) =>
      // Long leases, so that none runs out or is renewed by itself while a busy machine pauses; `loseLeases` ends them.
      purgeEngine(context, database, ledger, { batch: 3, backOff: { firstMs: 1, longestMs: 1 }, leaseMs: 3_600_000, ...settings, stores: of, jobs: jobs ?? null }),
    async lapsed(accountId, marker, reason = { code: 'other', comment: `${marker} comment` }) {
      const account = await made.account(accountId, start, open({ name: `${marker} name`, email: `${marker}@example.com` }));
      await account.ask(subscribe('messaging-monthly', { as: `${accountId}.plan` }), buyNumber(`${accountId}.n`), applyTenDlc(`${accountId}.r`), approveTenDlc);
      for (const category of categories) {
        const lines = Array.from({ length: records }, (_, index) => JSON.stringify({ id: `${marker}-${index}`, note: `${marker} note` }));
        await commands.execute(new StoreData(accountId, category, lines.join('\n')));
      }
      await get(ScheduledMessages).schedule(accountId, [{ messageId: 'm', channel: 'sms', planKind: 'messaging', sendAt: E, price: { amount: 2, currency: 'USD' } }]);
      await account.ask(cancel(`${accountId}.plan`, { reason }));
      for (const at of [E, moment('2026-06-30T00:00Z')]) {
        await account.tick(at);
        await account.bringUpToDate();
      }
      return account;
    },
    earlier: EarlierLives.on(database, get(PersonalData)),
    stream,
    proofOf: async (accountId) => (await stream(accountId)).flatMap(({ type, data }) => (type === 'DataPurged' ? [data] : [])),
    async left(accountId) {
      const held = await Promise.all(stores.map((store) => store.counts(accountId)));
      return held.flatMap((one) => Object.values(one)).reduce((sum, count) => sum + count, 0);
    },
    async loseLeases() {
      await database.query(`UPDATE sunset.purges SET lease_until = now() - interval '1 hour' WHERE lease_until IS NOT NULL`);
    },
  };
}

/** Lets the year pass: the purge has begun. */
export async function letItBegin(account: OneAccount, at: Instant = P): Promise<void> {
  await account.tick(at);
  await account.bringUpToDate();
}
