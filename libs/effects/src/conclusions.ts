// What an attempt leaves behind: the row's new state, the history, and the application's part, in one transaction behind the fence.
import { accountNow, lockAccount } from '#deadlines';
import { type Database, ofAccount } from '#postgres';
import { type BackOff, backOffMs, describe, isUnavailable, type LeftAlone, type Logger } from '#running';
import type { Report } from './ask.js';
import type { EffectCommands } from './commands.js';
import type { ClaimedEffect, Conclusion, Effect, EffectStatus, LastOutcome } from './effect.js';
import { effectsHint } from './hinted.js';
import type { EffectObserver } from './observer.js';
import { Pauses } from './pauses.js';

export interface ConclusionSettings {
  /** Attempts in vain after which an effect is dead. */
  readonly attemptsMost: number;
  readonly backOff: BackOff;
  /** Between two looks at what the far side is at work on. */
  readonly poll: BackOff;
  /** Between two looks at what blocks and ends of itself. */
  readonly longPoll: BackOff;
  /** After the service itself failed; in real time, also on a test clock. */
  readonly ownBackOff: BackOff;
  /** Accounts that a newer release has written to. */
  readonly leftAlone: LeftAlone;
  readonly logger: Logger;
  readonly observer: EffectObserver;
}

/** The row as an attempt leaves it. */
interface Next {
  readonly status: Exclude<EffectStatus, 'attempting'>;
  readonly outcome: NonNullable<LastOutcome>;
  readonly reason: string | null;
  readonly order: string | null;
  readonly failures: number;
  /** From now, in the account's time. */
  readonly waitMs: number;
  readonly sent?: Conclusion['sent'];
}

/** What of an attempt is kept in its history besides how it went. */
type Facts = Pick<Report, 'httpStatus' | 'latencyMs' | 'providerCode'>;

const longestWaitMs = 86_400_000;

/** What keeps an attempt from asking, immediately before: a pause, or that the process stops. */
export const putBackReasons = ['held', 'stopping'] as const;
export type PutBack = (typeof putBackReasons)[number];

export class Conclusions {
  private readonly pauses: Pauses;

  constructor(
    private readonly database: Database,
    private readonly commands: EffectCommands,
    private readonly settings: ConclusionSettings,
  ) {
    this.pauses = new Pauses(database);
  }

  /** Never throws. */
  async conclude(effect: ClaimedEffect, report: Report): Promise<void> {
    const next = this.next(effect, report);
    if (next.outcome === 'refused' && next.reason === 'credentials') await this.pauseCarrier(effect.carrier);
    await this.write(effect, next, report);
  }

  /** What cannot be asked of this carrier at all, or must not be. */
  async concludeRefused(effect: ClaimedEffect, reason: string): Promise<void> {
    await this.write(effect, { status: 'blocked', outcome: 'refused', reason, order: effect.order, failures: 0, waitMs: 0 }, null);
  }

  /** The account no longer asks for it: nothing was done, and that is on record. */
  async concludeUnwanted(effect: ClaimedEffect): Promise<void> {
    await this.write(effect, { status: 'void', outcome: 'unwanted', reason: null, order: effect.order, failures: effect.failures, waitMs: 0 }, null);
  }

  /** Nothing was asked for: it waits where it was, and has not been attempted in vain. */
  async putBack(effect: ClaimedEffect, reason: PutBack): Promise<void> {
    const { order, failures } = effect;
    await this.write(effect, { status: openStatus(order), outcome: 'unavailable', reason, order, failures, waitMs: 0 }, null);
  }

  /** It is another's by now, and nothing was asked for: there is nothing to write. */
  tellLost({ effectId, kind, carrier, attempt }: ClaimedEffect): void {
    this.settings.observer.fenced(carrier, kind);
    this.settings.logger.warn('an effect was taken up again by another before its carrier was asked', { effectId, kind, attempt });
  }

  /** A newer release has written to the account: nobody was asked, nothing counts, and a process of that release takes it up. */
  async giveBack(effect: ClaimedEffect, error: Error): Promise<void> {
    const { leftAlone, logger } = this.settings;
    const { effectId, accountId, kind, attempt, order } = effect;
    if (leftAlone.add(accountId)) logger.warn('effects of an account are left to a newer release: this process should be replaced', { error: describe(error) });
    await this.database
      .execute(
        `WITH given AS (
           UPDATE sunset.effects SET status = $3, outcome = 'unavailable', reason = 'newer-release', lease_until = NULL
           WHERE ${ofAccount('$4')} AND effect_id = $1 AND attempts = $2 AND status = 'attempting' RETURNING effect_id
         )
         UPDATE sunset.effect_attempts a SET outcome = 'unavailable', reason = 'newer-release' FROM given
         WHERE ${ofAccount('$4', 'a')} AND a.effect_id = given.effect_id AND a.attempt = $2`,
        [effectId, attempt, openStatus(order), accountId],
      )
      .catch((recording: unknown) => logger.warn('an effect could not be given back', { effectId, kind, error: describe(recording) }));
  }

  /**
   * The service itself failed, before it could ask or before it could keep the answer: the row stays taken up a while longer, in real time, then
   * it is attempted again as after a lost worker.
   */
  async postpone(effect: ClaimedEffect, error: unknown): Promise<void> {
    const { attemptsMost, ownBackOff, logger, observer } = this.settings;
    const { effectId, accountId, kind, carrier, attempt, failures } = effect;
    const told = { effectId, kind, attempt, error: describe(error) };
    logger.warn('an effect could not be attempted or concluded', told);
    if (isUnavailable(error)) return;
    const dies = failures + 1 >= attemptsMost;
    const died = await this.database
      .execute(
        `WITH kept AS (
           UPDATE sunset.effects
           SET outcome = 'unavailable', reason = $3, status = CASE WHEN $4 THEN 'dead' ELSE status END,
             lease_until = CASE WHEN $4 THEN NULL ELSE statement_timestamp() + $5 * interval '1 ms' END,
             failures = CASE WHEN $4 THEN failures + 1 ELSE failures END
           WHERE ${ofAccount('$6')} AND effect_id = $1 AND attempts = $2 AND status = 'attempting' RETURNING effect_id
         )
         UPDATE sunset.effect_attempts a SET outcome = 'unavailable', reason = $3 FROM kept
         WHERE ${ofAccount('$6', 'a')} AND a.effect_id = kept.effect_id AND a.attempt = $2`,
        [effectId, attempt, describe(error), dies, backOffMs(ownBackOff, failures), accountId],
      )
      .catch((recording: unknown) => {
        logger.warn('a failed attempt could not be recorded', { effectId, error: describe(recording) });
        return { affected: 0 };
      });
    observer.attempted(carrier, kind, 'unavailable', null);
    if (dies && died.affected > 0) this.died(effect, describe(error));
  }

  died({ effectId, kind, carrier }: Effect, reason: string | null): void {
    this.settings.observer.died(carrier, kind);
    this.settings.logger.error('an effect is dead until an operator retries or settles it', { effectId, kind, reason });
  }

  private next(effect: ClaimedEffect, report: Report): Next {
    const { attemptsMost, backOff, poll, longPoll } = this.settings;
    const kept = { outcome: report.outcome, reason: ('reason' in report && report.reason) || null, order: report.order, failures: effect.failures, waitMs: 0 };
    switch (report.outcome) {
      case 'released':
      case 'already-gone':
        return { ...kept, status: 'done', failures: 0 };
      case 'sent':
        return { ...kept, status: 'done', failures: 0, sent: { language: report.language, templateVersion: report.templateVersion } };
      case 'in-progress':
        // Accepted takes no failure back: else a carrier that accepts each time, and never does it, would be asked for ever.
        return { ...kept, status: 'waiting', waitMs: backOffMs(poll, effect.attempt - 1) };
      case 'blocked':
        return report.order === null
          ? { ...kept, status: 'blocked', failures: 0 }
          : { ...kept, status: 'waiting', failures: 0, waitMs: backOffMs(longPoll, effect.attempt - 1) };
      case 'refused':
        return report.reason === 'credentials' ? { ...kept, status: openStatus(report.order) } : { ...kept, status: 'blocked', failures: 0 };
      case 'retry-later': {
        const failures = effect.failures + 1;
        const waitMs = Math.min(longestWaitMs, Math.max(report.afterMs ?? 0, backOffMs(backOff, effect.failures)));
        return { ...kept, status: failures >= attemptsMost ? 'dead' : openStatus(report.order), failures, waitMs };
      }
    }
  }

  private async write(effect: ClaimedEffect, next: Next, facts: Facts | null): Promise<void> {
    const { logger, observer } = this.settings;
    const { effectId, accountId, kind, carrier, attempt } = effect;
    try {
      const concluded = await this.database.transaction(async () => {
        await lockAccount(this.database, accountId);
        await this.database.query(
          `UPDATE sunset.effect_attempts SET latency_ms = $3, outcome = $4, reason = $5, http_status = $6, provider_code = $7
           WHERE ${ofAccount('$8')} AND effect_id = $1 AND attempt = $2`,
          [effectId, attempt, facts?.latencyMs ?? null, next.outcome, next.reason, facts?.httpStatus ?? null, facts?.providerCode ?? null, accountId],
        );
        if (!(await this.fence(effect, next))) return false;
        if (isDefinite(next)) await this.commands.conclude(effect, { outcome: next.outcome, reason: next.reason, sent: next.sent }, byItself(effect));
        if (next.status === 'void') await this.commands.abandon(effect, byItself(effect));
        return true;
      });
      observer.attempted(carrier, kind, next.outcome, facts?.latencyMs ?? null);
      if (!concluded) {
        observer.fenced(carrier, kind);
        logger.warn('an answer came after its effect had been taken up again or settled', { effectId, kind, attempt });
      } else if (next.status === 'dead') {
        this.died(effect, next.reason);
      } else if (next.status === 'blocked') {
        logger.error('an effect is blocked until an operator retries or settles it', { effectId, kind, reason: next.reason });
      }
    } catch (error) {
      await this.postpone(effect, error);
    }
  }

  /** Whoever takes a row up raises its attempts: an answer counts for as long as nobody has since, also when its lease is over. */
  private async fence({ effectId, accountId, attempt }: ClaimedEffect, { status, outcome, reason, order, failures, waitMs }: Next): Promise<boolean> {
    const { affected } = await this.database.execute(
      `WITH now AS (
         SELECT ${accountNow('e.test_clock_id')} AS at FROM sunset.effects e WHERE ${ofAccount('$9', 'e')} AND e.effect_id = $1
       )
       UPDATE sunset.effects
       SET status = $3, outcome = $4, reason = $5, order_ref = $6, failures = $7, lease_until = NULL,
         next_attempt_at = CASE WHEN $8 > 0 THEN now.at + $8 * interval '1 ms' ELSE next_attempt_at END,
         queue_at = CASE WHEN $8 > 0 THEN now.at + $8 * interval '1 ms' + place * interval '1 second' ELSE queue_at END,
         settled_at = CASE WHEN $3 IN ('done', 'void') THEN statement_timestamp() END
       FROM now WHERE ${ofAccount('$9')} AND effect_id = $1 AND attempts = $2 AND status IN ('attempting', 'pending', 'waiting')`,
      [effectId, attempt, status, outcome, reason, order, failures, waitMs, accountId],
    );
    if (affected > 0 && (status === 'pending' || status === 'waiting')) this.database.hint(effectsHint);
    return affected > 0;
  }

  private async pauseCarrier(carrier: string): Promise<void> {
    const { logger, observer } = this.settings;
    try {
      if (!(await this.pauses.pauseByItself('credentials', { carrier }, 'the carrier refused our credentials'))) return;
    } catch (error) {
      logger.warn('a carrier could not be paused', { carrier, error: describe(error) });
      return;
    }
    observer.paused('credentials');
    logger.error('the carrier refused our credentials: it is paused until an operator resumes it', { carrier });
  }
}

const openStatus = (order: string | null): 'pending' | 'waiting' => (order === null ? 'pending' : 'waiting');

const isDefinite = (next: Next): next is Next & { readonly outcome: 'released' | 'already-gone' | 'sent' | 'blocked' | 'refused' } =>
  next.status === 'done' || next.status === 'blocked' || next.outcome === 'blocked';

const byItself = ({ effectId, attempt }: ClaimedEffect) => ({
  actor: { role: 'system', id: 'effects' } as const,
  channel: 'worker',
  correlationId: effectId,
  causationId: `${effectId}.${attempt}`,
});
