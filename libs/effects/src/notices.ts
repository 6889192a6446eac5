// What of the table of effects tells customers something: taken back when they come back, tried again when they have another address, counted before it is too late.
import { accountNow } from '#deadlines';
import type { Instant } from '#kernel';
import { across, type Database, ofAccount, ofAccounts, ofSameAccount } from '#postgres';
import { effectsHint } from './hinted.js';
import { isFree } from './pauses.js';

/** Notices of something that comes, which were not told and should have been; and when the first of it comes. */
export interface Untold {
  readonly count: number;
  readonly firstNeededBy: Instant | null;
}

/** A notice is late when it could not be told for so long. */
const lateMs = 3_600_000;

export class Notices {
  constructor(private readonly database: Database) {}

  /** In the surrounding transaction: what belongs to an older generation and was not told is void. What is being told just now finds that out itself, or is told. */
  async startOver(accounts: readonly { readonly accountId: string; readonly generation: number }[]): Promise<void> {
    if (accounts.length === 0) return;
    await this.database.execute(
      `UPDATE sunset.effects e SET status = 'void', outcome = 'unwanted', settled_at = statement_timestamp()
       FROM unnest($1::text[], $2::int[]) AS own (account_id, generation)
       WHERE ${ofAccount('own.account_id', 'e')} AND e.kind = 'notify' AND e.generation < own.generation AND e.status IN ('pending', 'waiting', 'blocked', 'dead')`,
      [accounts.map(({ accountId }) => accountId), accounts.map(({ generation }) => generation)],
    );
  }

  /** In the surrounding transaction: what an address kept from being told is tried with the one there is now, as if it were asked for anew. */
  async tryAgain(accountIds: readonly string[]): Promise<void> {
    if (accountIds.length === 0) return;
    await this.database.execute(
      `UPDATE sunset.effects e SET status = 'pending', order_ref = NULL, round = e.round + 1, failures = 0, next_attempt_at = now.at, queue_at = now.at
       FROM (
         SELECT own.effect_id, own.shard, own.account_id, ${accountNow('own.test_clock_id')} AS at FROM sunset.effects own
         WHERE ${ofAccounts('$1', 'own')} AND own.kind = 'notify' AND own.status = 'blocked'
       ) now WHERE ${ofSameAccount('e', 'now')} AND e.effect_id = now.effect_id AND e.status = 'blocked'`,
      [accountIds],
    );
    this.database.hint(effectsHint);
  }

  /** Whether something is still to be told to the account, or just being told; not what a pause holds, and not what waits for an operator. */
  async isUnderWay(accountId: string): Promise<boolean> {
    const [row] = await this.database.query<{ some: boolean }>(
      `SELECT EXISTS (
         SELECT FROM sunset.effects e WHERE ${ofAccount('$1', 'e')} AND e.kind = 'notify'
           AND (e.status = 'attempting' OR (e.status IN ('pending', 'waiting') AND ${isFree}))
       ) AS some`,
      [accountId],
    );
    return row!.some;
  }

  /**
   * What was to be told before something comes, and was not: blocked, dead, or an hour late for whatever reason, while there is still time. 10,000 at
   * most are counted.
   */
  async untold(): Promise<Untold> {
    const [row] = await this.database.query<Untold>(
      `${across('what waits in all')}SELECT count(*) AS count, min(needed_by) AS "firstNeededBy" FROM (
         SELECT e.needed_by FROM sunset.effects e
         WHERE e.status NOT IN ('done', 'void') AND e.needed_by IS NOT NULL AND e.needed_by > ${accountNow('e.test_clock_id')}
           AND (e.status IN ('blocked', 'dead') OR e.due_at <= ${accountNow('e.test_clock_id')} - ${lateMs} * interval '1 ms')
         ORDER BY e.needed_by LIMIT 10000
       ) untold`,
    );
    return row!;
  }
}
