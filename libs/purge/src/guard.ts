// Keeps purges from beginning when the clock cannot be believed, or when too many begin at once.
import { type ClockWatch, clockInDoubt } from '#deadlines';
import { across, type Database, ofSameAccount, shardOf } from '#postgres';

export interface PurgeLimits {
  /** Purges that may begin within an hour. */
  readonly perHour: number;
}

export const usualPurgeLimits: PurgeLimits = { perHour: 100 };

export class PurgeGuard {
  constructor(
    private readonly database: Database,
    private readonly limits: PurgeLimits,
    private readonly clock: ClockWatch,
  ) {}

  /**
   * In the transaction that would begin the purge of an account on real time: whether it may. One that may not is remembered, in the same
   * transaction, and let go by {@link takeWaiting}. Purges begin one after the other.
   */
  async allows(accountId: string): Promise<boolean> {
    if ((await this.objection()) === null) return true;
    await this.database.execute(`INSERT INTO sunset.purges_waiting (shard, account_id) VALUES (${shardOf('$1')}, $1) ON CONFLICT (account_id, shard) DO NOTHING`, [accountId]);
    return false;
  }

  /** In the transaction that would begin a purge on real time: what speaks against it. Holds the watch, so that nobody else begins one meanwhile. */
  async objection(): Promise<'clock' | 'cap' | null> {
    if (!(await this.clock.believes())) return 'clock';
    return (await this.roomLeft()) < 1 ? 'cap' : null;
  }

  /** Purges that may still begin within this hour. */
  async roomLeft(): Promise<number> {
    const [row] = await this.database.query<{ begun: number }>(
      `${across('what waits in all')}SELECT count(*) AS begun FROM sunset.purges WHERE test_clock_id IS NULL AND started_at > clock_timestamp() - interval '1 hour'`,
    );
    return this.limits.perHour - row!.begun;
  }

  /** The accounts that may be tried again now, the longest waiting first; in the surrounding transaction they wait no more. */
  async takeWaiting(): Promise<readonly string[]> {
    const room = await this.roomLeft();
    if (room < 1) return [];
    const rows = await this.database.query<{ account_id: string }>(
      `${across('the next one to be taken up')}WITH next AS MATERIALIZED (
         SELECT shard, account_id FROM sunset.purges_waiting WHERE NOT ${clockInDoubt} ORDER BY since LIMIT $1 FOR UPDATE SKIP LOCKED
       )
       DELETE FROM sunset.purges_waiting w USING next WHERE ${ofSameAccount('w', 'next')} RETURNING w.account_id`,
      [room],
    );
    return rows.map(({ account_id: accountId }) => accountId);
  }
}
