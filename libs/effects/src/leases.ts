// The leases of what this process has taken up: renewed for as long as it works on them, so that only what a lost worker held becomes free.
import type { Database } from '#postgres';
import type { ClaimedEffect } from './effect.js';

export class Leases {
  private readonly held = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly leaseMs: number,
  ) {}

  hold(effects: readonly ClaimedEffect[]): void {
    for (const { effectId, attempt } of effects) this.held.set(effectId, attempt);
  }

  /** Before the effect is concluded: from then on its lease is the conclusion's business. */
  release({ effectId, attempt }: ClaimedEffect): void {
    if (this.held.get(effectId) === attempt) this.held.delete(effectId);
  }

  /** A lease that was lost stays lost. */
  async renew(): Promise<void> {
    if (this.held.size === 0) return;
    await this.database.query(
      `UPDATE sunset.effects e SET lease_until = statement_timestamp() + $3 * interval '1 ms'
       FROM unnest($1::uuid[], $2::int[]) AS held (effect_id, attempt)
       WHERE e.effect_id = held.effect_id AND e.attempts = held.attempt AND e.status = 'attempting'`,
      [[...this.held.keys()], [...this.held.values()], this.leaseMs],
    );
  }
}
