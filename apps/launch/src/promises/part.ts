// One process's part of the accounts, a page at a time: their events, and what the candidate makes of them.
import { randomBytes } from 'node:crypto';
import { membershipEvents, type MembershipEvent } from '#domain';
import { EventStore, WrittenByNewerRelease } from '#event-store';
import { MasterKeys, PersonalData } from '#personal-data';
import { connect, Database, preparesIn } from '#postgres';
import { closes, holdAgainst, inWords, type Candidate } from '#promises';
import type { Told } from './told.js';

const accountsAtOnce = 200;
/** Of each account in one statement; of a longer one the rest follows. */
const eventsMost = 1_000;

type Events = readonly (MembershipEvent & { readonly version: number; readonly eventId: string })[];

export async function checkPart(url: string, candidate: Candidate, share: { readonly part: number; readonly of: number }, tell: (told: Told) => Promise<void>): Promise<void> {
  const database = new Database(await connect({ url, poolSize: 1, applicationName: 'sunset-promises', answerLimitMs: null }), { prepares: preparesIn(process.env) });
  // Nothing personal is asked for, so no key is needed, and a dump can be tried where there are none.
  const store = new EventStore<MembershipEvent>(database, new PersonalData(database, new MasterKeys([randomBytes(32)])), membershipEvents);
  try {
    if (!(await hasLog(database))) return;
    for (let after = ''; ; ) {
      const accounts = await readOnly(database, () => store.accountsAfter(after, accountsAtOnce * share.of));
      const last = accounts.at(-1);
      if (last === undefined) return;
      after = last;
      const own = accounts.filter((accountId) => partOf(accountId, share.of) === share.part);
      await tell(check(own, await readOnly(database, () => eventsOf(store, own)), candidate));
    }
  } finally {
    await database.close();
  }
}

/** The database itself refuses to change anything. */
const readOnly = <T>(database: Database, read: () => Promise<T>): Promise<T> =>
  database.transaction(async () => {
    await database.query('SET TRANSACTION READ ONLY');
    return read();
  });

/** Before the first migration nothing has been promised. */
async function hasLog(database: Database): Promise<boolean> {
  const [row] = await database.query<{ there: boolean }>(`SELECT to_regclass('sunset.events') IS NOT NULL AS there`);
  return row!.there;
}

/** Any that is the same in every process. */
function partOf(accountId: string, of: number): number {
  let sum = 0;
  for (let place = 0; place < accountId.length; place += 1) sum = (sum * 31 + accountId.charCodeAt(place)) >>> 0;
  return sum % of;
}

function check(accountIds: readonly string[], found: ReadonlyMap<string, Events>, candidate: Candidate): Told {
  let [promises, closing, later] = [0, 0, 0];
  const lines: string[] = [];
  for (const [accountId, events] of found) {
    const held = holdAgainst(accountId, events, candidate);
    const broken = held.differences.filter(closes);
    promises += held.promises;
    later += held.differences.length - broken.length;
    if (broken.length > 0) {
      closing += 1;
      lines.push(`${accountId}: ${broken.map(inWords).join('; ')}`);
    }
  }
  return { accounts: accountIds.length, promises, closing, later, lines };
}

/** Throws where a newer release has written: this is not the build that comes next. */
async function eventsOf(store: EventStore<MembershipEvent>, accountIds: readonly string[]): Promise<ReadonlyMap<string, Events>> {
  const found = new Map<string, Events>();
  let left: readonly string[] = accountIds;
  while (left.length > 0) {
    const known = left.map((accountId) => {
      const last = found.get(accountId)?.at(-1);
      return { accountId, at: last ? { version: last.version, eventId: last.eventId } : null };
    });
    const more: string[] = [];
    for (const one of await store.newer(known, null, { eventsMost, snapshotBytesMost: 1 })) {
      if (one instanceof WrittenByNewerRelease) throw one;
      found.set(one.accountId, [...(found.get(one.accountId) ?? []), ...one.events]);
      if (one.more) more.push(one.accountId);
    }
    left = more;
  }
  return found;
}
