// What the events of an account have been folded into, kept after many of them. Never the truth: the log stands beside it, and whoever reads one asks for what is newer.
import { type Database, ofAccount, shardOf } from '#postgres';

export interface Snapshot {
  readonly accountId: string;
  readonly version: number;
  /** The event that has that version; a log in which another one has it was restored from before. */
  readonly eventId: string;
  /** What JSON can hold. Never anything about a person. */
  readonly state: unknown;
}

export class Snapshots {
  constructor(private readonly database: Database) {}

  /** In the transaction that appends. `fold` names what has made them: nothing else takes them for its own. */
  async put(snapshots: readonly Snapshot[], fold: string): Promise<void> {
    if (snapshots.length === 0) return;
    await this.database.execute(
      `INSERT INTO sunset.snapshots (shard, account_id, version, event_id, fold, state)
       SELECT ${shardOf('account_id')}, account_id, version, event_id, $1, state FROM unnest($2::text[], $3::int[], $4::uuid[], $5::jsonb[]) AS taken (account_id, version, event_id, state)
       ON CONFLICT (account_id, shard) DO UPDATE SET version = excluded.version, event_id = excluded.event_id, fold = excluded.fold, state = excluded.state, taken_at = clock_timestamp()`,
      [
        fold,
        snapshots.map(({ accountId }) => accountId),
        snapshots.map(({ version }) => version),
        snapshots.map(({ eventId }) => eventId),
        snapshots.map(({ state }) => JSON.stringify(state)),
      ],
    );
  }

  /** For the purge, in the surrounding transaction. */
  async forget(accountId: string): Promise<void> {
    await this.database.execute(`DELETE FROM sunset.snapshots WHERE ${ofAccount('$1')}`, [accountId]);
  }
}
