// By what accounts are found, across accounts: e-mail address, standing, plans, when these end.
import { emailForm } from '#addresses';
import type { Instant } from '#kernel';
import type { PersonalData } from '#personal-data';
import { across, Conditions, type Database, ofAccount, ofAccounts, ofSameAccount, shardOf } from '#postgres';

/** `Standing` of the accounts that are listed. */
export type ListedStanding = 'none' | 'active' | 'cancelling' | 'lapsed' | 'purged';

/** By what an account is found, but for what names its person. */
export interface SearchKeys {
  readonly standing: ListedStanding;
  /** None twice. */
  readonly plans: readonly { readonly planId: string; readonly endsAt: Instant | null }[];
}

export interface Entry extends SearchKeys {
  readonly accountId: string;
  /** `null`: as it is known already. */
  readonly email: string | null;
}

export interface Wanted {
  /** That one alone, if the rest fits. */
  readonly accountId?: string | undefined;
  readonly email?: string | undefined;
  readonly standing?: ListedStanding | undefined;
  readonly planId?: string | undefined;
  /** Whose plan ends before that instant: the plan of `planId`, where one is wanted. */
  readonly endsBefore?: Instant | undefined;
}

/** The last of a page; the next page begins behind it. */
export interface FoundPlace {
  readonly accountId: string;
  /** In the order of ends: when the plan ends by which it was found. */
  readonly endsAt: Instant | null;
}

/** How far the accounts are listed that were there before the directory. */
export type Listed = { readonly done: true } | { readonly done: false; readonly until: string };

/** Raise it when other keys follow from the same account: all are listed once more. */
export const keysVersion = 1;

export class Directory {
  readonly name = 'directory';
  readonly transactional = true;

  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
  ) {}

  /** Belongs into the transaction that decides, which holds the locks of these accounts. One statement, whatever their number. */
  async put(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const hash = entries.some(({ email }) => email !== null) ? await this.emailHash() : null;
    const plans = entries.flatMap(({ accountId, standing, plans: own }) => own.map((plan) => ({ accountId, standing, ...plan })));
    await this.database.execute(
      `WITH account AS (
         INSERT INTO sunset.directory_accounts AS listed (shard, account_id, standing, email_hash)
         SELECT ${shardOf('given.account_id')}, given.account_id, given.standing, decode(given.email_hash, 'hex') FROM unnest($1::text[], $2::text[], $3::text[]) AS given (account_id, standing, email_hash)
         ON CONFLICT (account_id, shard) DO UPDATE SET standing = excluded.standing, email_hash = coalesce(excluded.email_hash, listed.email_hash)
         WHERE (listed.standing, listed.email_hash) IS DISTINCT FROM (excluded.standing, coalesce(excluded.email_hash, listed.email_hash))
       ), plan AS (
         SELECT * FROM unnest($4::text[], $5::text[], $6::text[], $7::timestamptz[]) AS plan (account_id, plan_id, standing, ends_at)
       ), gone AS (
         DELETE FROM sunset.directory_plans listed WHERE ${ofAccounts('$1', 'listed')} AND (listed.account_id, listed.plan_id) NOT IN (SELECT account_id, plan_id FROM plan)
       )
       INSERT INTO sunset.directory_plans AS listed (shard, account_id, plan_id, standing, ends_at) SELECT ${shardOf('account_id')}, account_id, plan_id, standing, ends_at FROM plan
       ON CONFLICT (account_id, shard, plan_id) DO UPDATE SET standing = excluded.standing, ends_at = excluded.ends_at
       WHERE (listed.standing, listed.ends_at) IS DISTINCT FROM (excluded.standing, excluded.ends_at)`,
      [
        entries.map(({ accountId }) => accountId), entries.map(({ standing }) => standing), entries.map(({ email }) => (email === null || hash === null ? null : hash(email))),
        plans.map(({ accountId }) => accountId), plans.map(({ planId }) => planId), plans.map(({ standing }) => standing), plans.map(({ endsAt }) => endsAt),
      ],
    );
  }

  /** The next `limit` behind a place, in the order of their ids; where the end of a plan is wanted, and neither an account nor an address, in the order of ends. */
  async find(wanted: Wanted, { after, limit }: { readonly after?: FoundPlace | undefined; readonly limit: number }): Promise<readonly FoundPlace[]> {
    const { text, values } = await this.statement(wanted, after, limit);
    return this.database.query<FoundPlace>(text, values);
  }

  /** What {@link find} asks the database. */
  async statement(wanted: Wanted, after: FoundPlace | undefined, limit: number): Promise<{ readonly text: string; readonly values: readonly unknown[] }> {
    const hash = wanted.email === undefined ? undefined : (await this.emailHash())(wanted.email);
    const byPlan = wanted.accountId === undefined && hash === undefined && (wanted.planId !== undefined || wanted.endsBefore !== undefined);
    return byPlan ? amongPlans(wanted, after, limit) : amongAccounts(wanted, hash, after, limit);
  }

  /** How far the accounts from before are listed; the surrounding transaction alone goes on from there. `null`: another one is at it. */
  async listed(): Promise<Listed | null> {
    await this.database.execute('INSERT INTO sunset.directory_listing (keys_version) VALUES ($1) ON CONFLICT (keys_version) DO NOTHING', [keysVersion]);
    const [row] = await this.database.query<{ until: string | null; done: boolean }>(
      'SELECT listed_until AS until, done FROM sunset.directory_listing WHERE keys_version = $1 FOR UPDATE SKIP LOCKED', [keysVersion],
    );
    if (!row) return null;
    return row.done ? { done: true } : { done: false, until: row.until ?? '' };
  }

  /** `null`: that was the last one. */
  async listedUntil(accountId: string | null): Promise<void> {
    await this.database.execute('UPDATE sunset.directory_listing SET listed_until = coalesce($2, listed_until), done = $2::text IS NULL WHERE keys_version = $1', [keysVersion, accountId]);
  }

  /** For the purge: whether there is something by which its person would be found. */
  async counts(accountId: string): Promise<{ readonly searchKeys: number }> {
    const [row] = await this.database.query<{ count: number }>(`SELECT count(*) AS count FROM sunset.directory_accounts WHERE ${ofAccount('$1')} AND email_hash IS NOT NULL`, [accountId]);
    return { searchKeys: row!.count };
  }

  /** For the purge: takes it out. That there is the account, and how it stands, is nobody's secret. */
  async purgeBatch(accountId: string): Promise<PurgedKeys> {
    const { affected } = await this.database.execute(`UPDATE sunset.directory_accounts SET email_hash = NULL WHERE ${ofAccount('$1')} AND email_hash IS NOT NULL`, [accountId]);
    return { counts: { searchKeys: affected }, digests: [], next: null };
  }

  /** Apart from every other use of the hashes that are the same for all accounts. */
  private async emailHash(): Promise<(email: string) => string> {
    const hash = await this.personalData.globalHash();
    return (email) => hash(`directory ${emailForm(email)}`);
  }
}

/** One batch of a purge. Keys have no sealed form, hence no digests. */
export interface PurgedKeys {
  readonly counts: { readonly searchKeys: number };
  readonly digests: readonly Buffer[];
  readonly next: string | null;
}

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

function amongPlans({ planId, standing, endsBefore }: Wanted, after: FoundPlace | undefined, limit: number): Statement {
  const asked = new Conditions()
    .add((place) => `p.plan_id = ${place}`, planId)
    .add((place) => `p.standing = ${place}`, standing)
    .add((place) => `p.ends_at < ${place}`, endsBefore);
  if (endsBefore === undefined) {
    asked.add((place) => `p.account_id > ${place}`, after?.accountId);
  } else {
    asked.add((end, id) => `(p.ends_at, p.account_id) > (${end}::timestamptz, ${id})`, after?.endsAt, after?.accountId);
    // An account stands where the first of its plans ends.
    if (planId === undefined) {
      asked.add(() => `NOT EXISTS (SELECT FROM sunset.directory_plans other WHERE ${ofSameAccount('other', 'p')} AND (other.ends_at, other.plan_id) < (p.ends_at, p.plan_id))`);
    }
  }
  const [order, end] = endsBefore === undefined ? ['p.account_id', 'NULL'] : ['p.ends_at, p.account_id', 'p.ends_at'];
  return {
    text: `${across('who is found')}SELECT p.account_id AS "accountId", ${end} AS "endsAt" FROM sunset.directory_plans p ${asked.where} ORDER BY ${order} LIMIT ${asked.place(limit)}`,
    values: asked.values,
  };
}

function amongAccounts({ accountId, standing, planId, endsBefore }: Wanted, emailHash: string | undefined, after: FoundPlace | undefined, limit: number): Statement {
  const asked = new Conditions()
    .add((place) => ofAccount(place, 'a'), accountId)
    .add((place) => `a.email_hash = decode(${place}, 'hex')`, emailHash)
    .add((place) => `a.standing = ${place}`, standing)
    .add((place) => `a.account_id > ${place}`, after?.accountId);
  if (planId !== undefined || endsBefore !== undefined) {
    const ofPlan = [planId === undefined ? [] : [`p.plan_id = ${asked.place(planId)}`], endsBefore === undefined ? [] : [`p.ends_at < ${asked.place(endsBefore)}`]].flat();
    asked.add(() => `EXISTS (SELECT FROM sunset.directory_plans p WHERE ${ofSameAccount('p', 'a')} AND ${ofPlan.join(' AND ')})`);
  }
  return {
    text: `${accountId === undefined ? across('who is found') : ''}SELECT a.account_id AS "accountId", NULL AS "endsAt" FROM sunset.directory_accounts a ${asked.where} ORDER BY a.account_id LIMIT ${asked.place(limit)}`,
    values: asked.values,
  };
}
