// One process's part of the accounts, a page at a time: their events, and what the candidate makes of them.
import { randomBytes } from 'node:crypto';
import { membershipEvents, type MembershipEvent } from '#domain';
import { EventStore } from '#event-store';
import { MasterKeys, PersonalData } from '#personal-data';
import { connect, Database, preparesIn } from '#postgres';
import { closes, holdAgainst, inWords, type Candidate } from '#promises';
import type { Told } from './told.js';

/** Enough that what a page costs by itself does not count, and few enough that two of them are small. */
const accountsOfPage = 400;
/** Of one statement; of accounts with more the rest follows. */
const eventsMost = 10_000;

type Events = readonly MembershipEvent[];

/** Behind all events of an account. */
const versionMost = 2_147_483_647;

/** The pages of all accounts, of which every process takes its own. */
export interface Share {
  readonly part: number;
  readonly of: number;
}

export async function checkPart(url: string, candidate: Candidate, share: Share, tell: (told: Told) => Promise<void>): Promise<void> {
  const database = new Database(await connect({ url, poolSize: 1, applicationName: 'sunset-promises', answerLimitMs: null }), { prepares: preparesIn(process.env) });
  // Nothing personal is asked for, so no key is needed, and a dump can be tried where there are none.
  const store = new EventStore<MembershipEvent>(database, new PersonalData(database, new MasterKeys([randomBytes(32)])), membershipEvents);
  try {
    if (!(await hasLog(database))) return;
    const pages = pagesOf(database, store, share);
    // The next page is read while this one is looked at.
    for (let next = pages.next(); ; ) {
      const { value: page, done } = await next;
      if (done) return;
      next = pages.next();
      next.catch(() => undefined);
      await tell(check(page, candidate));
    }
  } finally {
    await database.close();
  }
}

/** Every page of accounts is one process's, whatever ids there are. Throws where a newer release has written: this is not the build that comes next. */
async function* pagesOf(database: Database, store: EventStore<MembershipEvent>, { part, of }: Share): AsyncGenerator<ReadonlyMap<string, Events>, void> {
  let after = '';
  for (let page = 0; ; page += 1) {
    const last = await readOnly(database, async () => (await store.accountsAfter(after, accountsOfPage)).at(-1));
    if (last === undefined) return;
    if (page % of === part) yield await readOnly(database, () => eventsBetween(store, after, last));
    after = last;
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

function check(found: ReadonlyMap<string, Events>, candidate: Candidate): Told {
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
  return { accounts: found.size, promises, closing, later, lines };
}

/** Of the accounts behind one, up to another. */
async function eventsBetween(store: EventStore<MembershipEvent>, after: string, until: string): Promise<ReadonlyMap<string, Events>> {
  const found = new Map<string, MembershipEvent[]>();
  for (let last = { accountId: after, version: versionMost }; ; ) {
    const happened = await store.ofAccountsBetween(last, until, eventsMost);
    for (const { accountId, event } of happened) {
      const own = found.get(accountId);
      if (own) own.push(event);
      else found.set(accountId, [event]);
    }
    if (happened.length < eventsMost) return found;
    last = happened.at(-1)!;
  }
}
