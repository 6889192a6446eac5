// What outlives a purge as evidence, each piece until its own day.
import type { Instant } from '#kernel';
import { across, type Database, ofAccount, ofSameAccount, shardOf } from '#postgres';

export interface Evidence {
  /** What it is, e.g. `consent`. */
  readonly kind: string;
  /** What tells it from others of its kind. */
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly expiresAt: Instant;
}

export class KeptEvidence {
  constructor(private readonly database: Database) {}

  /** In the surrounding transaction. Put again, it stays as it is. */
  async put(purgeId: string, accountId: string, evidence: readonly Evidence[]): Promise<void> {
    for (const { kind, subject, data, expiresAt } of evidence) {
      await this.database.execute(
        `INSERT INTO sunset.kept_evidence (purge_id, kind, subject, shard, account_id, data, expires_at) VALUES ($1, $2, $3, ${shardOf('$4')}, $4, $5, $6)
         ON CONFLICT (purge_id, account_id, shard, kind, subject) DO NOTHING`,
        [purgeId, kind, subject, accountId, JSON.stringify(data), expiresAt],
      );
    }
  }

  async of({ purgeId, accountId }: { readonly purgeId: string; readonly accountId: string }): Promise<Evidence[]> {
    return this.database.query<Evidence>(
      `SELECT kind, subject, data, expires_at AS "expiresAt" FROM sunset.kept_evidence WHERE ${ofAccount('$2')} AND purge_id = $1 ORDER BY kind, subject`,
      [purgeId, accountId],
    );
  }
}

/** Deletes up to `batch` whose day has come; returns how many. To be repeated until it returns less. */
export async function deleteExpiredEvidence(database: Database, batch = 1000): Promise<number> {
  const { affected } = await database.execute(
    `${across('what is over')}WITH over AS MATERIALIZED (
       SELECT purge_id, shard, account_id, kind, subject FROM sunset.kept_evidence WHERE expires_at <= statement_timestamp() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
     )
     DELETE FROM sunset.kept_evidence e USING over WHERE ${ofSameAccount('e', 'over')} AND e.purge_id = over.purge_id AND e.kind = over.kind AND e.subject = over.subject`,
    [batch],
  );
  return affected;
}
