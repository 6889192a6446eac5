// The leases of what this process has taken up: renewed for as long as it works on them, so that only what a lost worker held becomes free.
import { performance } from 'node:perf_hooks';
import { clockInDoubt } from '#deadlines';
import { type Database, ofAccount, ofSameAccount, rowsOf } from '#postgres';
import type { ClaimedEffect } from './effect.js';
import { isFree } from './pauses.js';

/** An instant, by both clocks of the machine: one stands still while the machine sleeps, the other may be set back. */
export interface Since {
  readonly steady: number;
  readonly wall: number;
}

export const now = (): Since => ({ steady: performance.now(), wall: Date.now() });

const elapsedMs = ({ steady, wall }: Since): number => Math.max(performance.now() - steady, Date.now() - wall);

/** Of the effects `$1`, their attempts `$2` and accounts `$4`; always locked in the same order, since both statements below may come at once. */
const locked = `(
  SELECT own.effect_id, own.shard, own.account_id, held.attempt FROM ${rowsOf('$1::uuid[]', '$2::int[]', '$4::text[]')} AS held (effect_id, attempt, account_id)
  JOIN sunset.effects own ON ${ofAccount('held.account_id', 'own')} AND own.effect_id = held.effect_id
  ORDER BY own.effect_id FOR UPDATE OF own
)`;

interface Lease {
  readonly accountId: string;
  readonly attempt: number;
  /** When the statement was sent that began it, or renewed it last: it lasts no shorter than from then. `null`: it is lost. */
  since: Since | null;
}

export class Leases {
  private readonly held = new Map<string, Lease>();

  constructor(
    private readonly database: Database,
    private readonly leaseMs: number,
  ) {}

  /** `since`: before they were taken up. */
  hold(effects: readonly ClaimedEffect[], since: Since): void {
    for (const { effectId, accountId, attempt } of effects) this.held.set(effectId, { accountId, attempt, since });
  }

  /** Before the effect is concluded: from then on its lease is the conclusion's business. */
  release({ effectId, attempt }: ClaimedEffect): void {
    if (this.held.get(effectId)?.attempt === attempt) this.held.delete(effectId);
  }

  /** How long the first of these to end still lasts, as far as this process knows; never longer than the row says. */
  leftMs(effects: readonly ClaimedEffect[]): number {
    return Math.min(...effects.map(({ effectId, attempt }) => {
      const lease = this.held.get(effectId);
      return lease?.attempt === attempt && lease.since ? this.leaseMs - elapsedMs(lease.since) : 0;
    }));
  }

  /** A lease that was lost stays lost. */
  async renew(): Promise<void> {
    if (this.held.size === 0) return;
    const renewing = [...this.held];
    const since = now();
    const rows = await this.database.query<{ effectId: string }>(
      `UPDATE sunset.effects e SET lease_until = statement_timestamp() + $3 * interval '1 ms'
       FROM ${locked} held
       WHERE ${ofSameAccount('e', 'held')} AND e.effect_id = held.effect_id AND e.attempts = held.attempt AND e.status = 'attempting' RETURNING e.effect_id AS "effectId"`,
      [renewing.map(([effectId]) => effectId), renewing.map(([, { attempt }]) => attempt), this.leaseMs, renewing.map(([, { accountId }]) => accountId)],
    );
    const renewed = new Set(rows.map(({ effectId }) => effectId));
    for (const [effectId, lease] of renewing) lease.since = renewed.has(effectId) ? since : null;
  }

  /**
   * Immediately before the carrier is asked for what cannot be taken back: whose lease stands in the database is renewed and `ours`, or `held` by
   * a pause or, on real time, by a jump of the clock; what is not answered is another's by now, or soon.
   */
  async confirm(effects: readonly ClaimedEffect[]): Promise<ReadonlyMap<string, 'ours' | 'held'>> {
    if (effects.length === 0) return new Map();
    const since = now();
    const rows = await this.database.query<{ effectId: string; free: boolean }>(
      `UPDATE sunset.effects e SET lease_until = statement_timestamp() + $3 * interval '1 ms'
       FROM ${locked} held
       WHERE ${ofSameAccount('e', 'held')} AND e.effect_id = held.effect_id AND e.attempts = held.attempt AND e.status = 'attempting' AND e.lease_until > statement_timestamp()
       RETURNING e.effect_id AS "effectId", ${isFree} AND NOT (e.test_clock_id IS NULL AND ${clockInDoubt}) AS free`,
      [effects.map(({ effectId }) => effectId), effects.map(({ attempt }) => attempt), this.leaseMs, effects.map(({ accountId }) => accountId)],
    );
    for (const { effectId } of rows) {
      const lease = this.held.get(effectId);
      if (lease) lease.since = since;
    }
    return new Map(rows.map(({ effectId, free }) => [effectId, free ? 'ours' : 'held']));
  }
}
