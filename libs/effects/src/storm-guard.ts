// The storm guard: holds a kind of effect when far more of it is due at once than the history explains, as after an outage, a restore or a clock jump.
import { across, type Database } from '#postgres';
import type { Logger } from '#running';
import type { EffectKind } from './effect.js';
import type { EffectObserver } from './observer.js';
import type { Pauses } from './pauses.js';

export interface StormLimits {
  /** So many within an hour are never a storm. */
  readonly floor: number;
  /** More than this many times the daily mean of the last 30 days within an hour is one. */
  readonly factor: number;
}

export const usualStormLimits: StormLimits = { floor: 1_000, factor: 20 };

const historyLastsMs = 60_000;

export class StormGuard {
  private readonly thresholds = new Map<EffectKind, { readonly value: number; readonly until: number }>();

  constructor(
    private readonly database: Database,
    private readonly pauses: Pauses,
    private readonly limits: StormLimits,
    private readonly observer: EffectObserver,
    private readonly logger: Logger,
  ) {}

  /** Whether effects of the kind on real time may be taken up now; pauses them if not. Looks at what came since an operator last let the kind go. */
  async allows(kind: EffectKind): Promise<boolean> {
    const threshold = await this.threshold(kind);
    const [row] = await this.database.query<{ count: number }>(
      `${across('effects of a carrier')}WITH since AS (
         SELECT coalesce(max(resumed_at), '-infinity') AS at FROM sunset.effect_pauses WHERE cause = 'storm-guard' AND kind = $1
       )
       SELECT (
         SELECT count(*) FROM (
           SELECT FROM sunset.effects, since WHERE kind = $1 AND test_clock_id IS NULL AND status = 'pending' AND attempts = 0
             AND due_at <= statement_timestamp() AND created_at > since.at LIMIT $2
         ) untouched
       ) + (
         SELECT count(*) FROM (
           SELECT FROM sunset.effects, since WHERE kind = $1 AND test_clock_id IS NULL
             AND first_attempt_at > statement_timestamp() - interval '1 hour' AND created_at > since.at LIMIT $2
         ) begun
       ) AS count`,
      [kind, threshold + 1],
    );
    if (row!.count <= threshold) return true;
    const reason = `more than ${threshold} became due within an hour, far more than the last 30 days explain`;
    if (await this.pauses.pauseByItself('storm-guard', { kind }, reason)) {
      this.observer.paused('storm-guard');
      this.logger.error('far more effects are due than the history explains: they are held until an operator lets them go', { kind, threshold });
    }
    return false;
  }

  private async threshold(kind: EffectKind): Promise<number> {
    const known = this.thresholds.get(kind);
    if (known && known.until > performance.now()) return known.value;
    const { floor, factor } = this.limits;
    const [row] = await this.database.query<{ count: number }>(
      `${across('effects of a carrier')}SELECT count(*) AS count FROM sunset.effects WHERE kind = $1 AND test_clock_id IS NULL
         AND first_attempt_at > statement_timestamp() - interval '30 days' AND first_attempt_at <= statement_timestamp() - interval '1 hour'`,
      [kind],
    );
    const value = Math.floor(Math.max(floor, (factor * row!.count) / 30));
    this.thresholds.set(kind, { value, until: performance.now() + historyLastsMs });
    return value;
  }
}
