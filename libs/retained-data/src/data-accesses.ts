// Who read an account's retained data, and when: written before the first line goes out, and deleted with what was read.
import type { Actor, Instant } from '#kernel';
import { type Database, ofAccount, shardOf } from '#postgres';
import { categories } from './category.js';
import type { PurgedBatch } from './purged-batch.js';

/** A category, or all of them at once. */
export const accessKinds = [...categories, 'export'] as const;

export type AccessKind = (typeof accessKinds)[number];

export interface DataAccess {
  readonly category: AccessKind;
  readonly actor: Actor;
  /** The account's time. */
  readonly readAt: Instant;
  /** Real time. */
  readonly recordedAt: Instant;
  /** Where the next page begins. */
  readonly position: number;
}

/** By the account's time and by the real one, as an account's may be moved. */
const noteStandsFor = `interval '1 hour'`;

/** More than as many who read of one account within an hour may be noted again. */
const latestLookedAt = 200;

export class DataAccesses {
  readonly name = 'data accesses';
  readonly transactional = true;

  constructor(private readonly database: Database) {}

  /** A customer's first reading stands for those that follow within an hour: who reads his own all the time leaves no more than a few notes a day. Of staff and the platform each is noted. While the account is locked. */
  async record(accountId: string, { category, actor, readAt }: Pick<DataAccess, 'category' | 'actor' | 'readAt'>): Promise<void> {
    await this.database.execute(
      `INSERT INTO sunset.data_access (shard, account_id, category, actor_role, actor_id, read_at)
       SELECT ${shardOf('$1')}, $1, $2, $3, $4, $5 WHERE NOT EXISTS (
         SELECT FROM (SELECT * FROM sunset.data_access WHERE ${ofAccount('$1')} ORDER BY position DESC LIMIT ${latestLookedAt}) AS latest
          WHERE $3 = 'customer' AND category = $2 AND actor_role = $3 AND actor_id = $4 AND read_at > $5::timestamptz - ${noteStandsFor} AND recorded_at > clock_timestamp() - ${noteStandsFor})`,
      [accountId, category, actor.role, actor.id, readAt],
    );
  }

  /** The newest first. */
  async list(accountId: string, { before, limit }: { readonly before?: number; readonly limit: number }): Promise<readonly DataAccess[]> {
    const rows = await this.database.query<Row>(
      `SELECT category, actor_role, actor_id, read_at, recorded_at, position FROM sunset.data_access
       WHERE ${ofAccount('$1')} AND ($2::bigint IS NULL OR position < $2) ORDER BY position DESC LIMIT $3`,
      [accountId, before ?? null, limit],
    );
    return rows.map((row) => ({
      category: row.category,
      actor: { role: row.actor_role, id: row.actor_id },
      readAt: row.read_at,
      recordedAt: row.recorded_at,
      position: row.position,
    }));
  }

  async counts(accountId: string): Promise<{ readonly dataAccesses: number }> {
    const [row] = await this.database.query<{ count: number }>(`SELECT count(*) AS count FROM sunset.data_access WHERE ${ofAccount('$1')}`, [accountId]);
    return { dataAccesses: row!.count };
  }

  /** As the batches of retained data; without digests, since nothing here is sealed. */
  async purgeBatch(accountId: string, cursor: string | null, limit: number): Promise<PurgedBatch> {
    const [row] = await this.database.query<{ last: number | null; deleted: number }>(
      `WITH batch AS MATERIALIZED (
         SELECT max(position) AS last FROM (
           SELECT position FROM sunset.data_access WHERE ${ofAccount('$1')} AND position > $2 ORDER BY position LIMIT $3
         ) AS rows
       ), deleted AS (
         DELETE FROM sunset.data_access WHERE ${ofAccount('$1')} AND position > $2 AND position <= (SELECT last FROM batch) RETURNING 1
       ) SELECT last, (SELECT count(*) FROM deleted) AS deleted FROM batch`,
      [accountId, Number(cursor ?? 0), limit],
    );
    return { counts: { dataAccesses: row!.deleted }, digests: [], next: row!.last === null ? null : String(row!.last) };
  }
}

interface Row {
  readonly category: AccessKind;
  readonly actor_role: Actor['role'];
  readonly actor_id: string;
  readonly read_at: Instant;
  readonly recorded_at: Instant;
  readonly position: number;
}
