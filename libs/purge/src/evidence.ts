// What outlives a purge as evidence, each piece until its own day.
import type { Instant } from '#kernel';
import type { Database } from '#postgres';

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
        `INSERT INTO sunset.kept_evidence (purge_id, kind, subject, account_id, data, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (purge_id, kind, subject) DO NOTHING`,
        [purgeId, kind, subject, accountId, JSON.stringify(data), expiresAt],
      );
    }
  }

  async of(purgeId: string): Promise<Evidence[]> {
    return this.database.query<Evidence>(
      `SELECT kind, subject, data, expires_at AS "expiresAt" FROM sunset.kept_evidence WHERE purge_id = $1 ORDER BY kind, subject`,
      [purgeId],
    );
  }
}

/** Deletes up to `batch` whose day has come; returns how many. To be repeated until it returns less. */
export async function deleteExpiredEvidence(database: Database, batch = 1000): Promise<number> {
  const { affected } = await database.execute(
    `DELETE FROM sunset.kept_evidence WHERE ctid = ANY (ARRAY (
       SELECT ctid FROM sunset.kept_evidence WHERE expires_at <= statement_timestamp() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED))`,
    [batch],
  );
  return affected;
}
