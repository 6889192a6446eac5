// What was found and not yet gone, and how far the walk through all accounts has come.
import type { Instant } from '#kernel';
import { across, type Database, ofAccount, ofAccounts, shardOf } from '#postgres';
import type { Finding, FindingName } from './rules.js';

/** A walk that is under way, locked until the end of the transaction. */
export interface Walk {
  readonly afterAccount: string;
  readonly accounts: number;
  /** How many the last whole walk saw; `null`: there was none. */
  readonly lastAccounts: number | null;
  readonly elapsedMs: number;
}

export interface Drift {
  /** What is not as the log says, by what is wrong. Empty: nothing. */
  readonly findings: readonly { readonly finding: FindingName; readonly count: number; readonly accountIds: readonly string[] }[];
  /** Accounts that the walk under way has seen, and how many the last whole one saw. */
  readonly walked: number;
  readonly accounts: number | null;
  /** When every account had last been looked at; `null`: not yet. */
  readonly wholeAt: Instant | null;
}

const accountsNamed = 10;

/** Whether a walk is over; and whether one that is began so long ago that the next one should. */
const isOver = 'ended_at IS NOT NULL';
const isOld = "began_at <= clock_timestamp() - $1 * interval '1 ms'";

export class FindingsTable {
  constructor(private readonly database: Database) {}

  /** Whether the last walk is over, and not so long ago that another one should begin. */
  async isWalked(periodMs: number): Promise<boolean> {
    const rows = await this.database.query(`SELECT FROM sunset.audit_walk WHERE ${isOver} AND NOT (${isOld})`, [periodMs]);
    return rows.length > 0;
  }

  /** In the surrounding transaction. `null`: another process is at it, or the last walk is not so long ago. */
  async takeWalk(periodMs: number): Promise<Walk | null> {
    await this.database.execute('INSERT INTO sunset.audit_walk (only_row) SELECT true WHERE NOT EXISTS (SELECT FROM sunset.audit_walk) ON CONFLICT DO NOTHING');
    await this.database.execute(
      `UPDATE sunset.audit_walk SET began_at = clock_timestamp(), after_account = '', accounts = 0, ended_at = NULL
       WHERE only_row IN (SELECT only_row FROM sunset.audit_walk WHERE ${isOver} AND ${isOld} FOR UPDATE SKIP LOCKED)`,
      [periodMs],
    );
    const [walk] = await this.database.query<Walk>(
      `SELECT after_account AS "afterAccount", accounts, last_accounts AS "lastAccounts", (extract(epoch FROM clock_timestamp() - began_at) * 1000)::float8 AS "elapsedMs"
       FROM sunset.audit_walk WHERE ended_at IS NULL FOR UPDATE SKIP LOCKED`,
    );
    return walk ?? null;
  }

  async moveOn(accountIds: readonly string[], isLast: boolean): Promise<void> {
    await this.database.execute(
      `UPDATE sunset.audit_walk SET after_account = coalesce($1, after_account), accounts = accounts + $2,
         ended_at = CASE WHEN $3 THEN clock_timestamp() END, last_ended_at = CASE WHEN $3 THEN clock_timestamp() ELSE last_ended_at END,
         last_accounts = CASE WHEN $3 THEN accounts + $2 ELSE last_accounts END`,
      [accountIds.at(-1) ?? null, accountIds.length, isLast],
    );
  }

  /** What is known of these accounts from now on; answers what was not known before. */
  async put(accountIds: readonly string[], findings: readonly Finding[]): Promise<Finding[]> {
    const columns = [findings.map(({ accountId }) => accountId), findings.map(({ finding }) => finding), findings.map(({ kind }) => kind), findings.map(({ subject }) => subject), findings.map(({ generation }) => generation)];
    await this.database.execute(
      `DELETE FROM sunset.audit_findings WHERE ${ofAccounts('$1')}
         AND (account_id, finding, kind, subject, generation) NOT IN (SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[]))`,
      [accountIds, ...columns],
    );
    return this.database.query<Finding>(
      `INSERT INTO sunset.audit_findings (shard, account_id, finding, kind, subject, generation)
       SELECT DISTINCT ${shardOf('found.account_id')}, found.* FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[]) AS found (account_id, finding, kind, subject, generation) ON CONFLICT DO NOTHING
       RETURNING account_id AS "accountId", finding, kind, subject, generation`,
      columns,
    );
  }

  async noteRearmed(findings: readonly Finding[]): Promise<void> {
    if (findings.length === 0) return;
    await this.database.execute(
      `UPDATE sunset.audit_findings f SET rearmed_at = clock_timestamp()
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[]) AS r (account_id, finding, kind, subject, generation)
       WHERE ${ofAccount('r.account_id', 'f')} AND (f.finding, f.kind, f.subject, f.generation) = (r.finding, r.kind, r.subject, r.generation)`,
      [findings.map(({ accountId }) => accountId), findings.map(({ finding }) => finding), findings.map(({ kind }) => kind), findings.map(({ subject }) => subject), findings.map(({ generation }) => generation)],
    );
  }

  /** For health and metrics. */
  async drift(): Promise<Drift> {
    const findings = await this.database.query<Drift['findings'][number]>(
      `${across('what waits in all')}SELECT finding, count(*) AS count, (array_agg(DISTINCT account_id))[1:${accountsNamed}] AS "accountIds" FROM sunset.audit_findings GROUP BY finding ORDER BY finding`,
    );
    const [walk] = await this.database.query<Omit<Drift, 'findings'>>('SELECT accounts AS walked, last_accounts AS accounts, last_ended_at AS "wholeAt" FROM sunset.audit_walk');
    return { findings, ...(walk ?? { walked: 0, accounts: null, wholeAt: null }) };
  }

  /** How long ago every account had last been looked at, or the first walk began; 0 where none has begun. */
  async ageSeconds(): Promise<number> {
    const [row] = await this.database.query<{ seconds: number }>('SELECT extract(epoch FROM clock_timestamp() - coalesce(last_ended_at, began_at))::float8 AS seconds FROM sunset.audit_walk');
    return row?.seconds ?? 0;
  }
}
