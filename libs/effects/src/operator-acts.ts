// What operators do to one effect: have it attempted again, or declare it settled elsewhere. Both become events, in the same transaction.
import { type Metadata, refuse, type Refusal } from '#kernel';
import { accountNow, lockAccount } from '#deadlines';
import { across, type Database, ofAccount } from '#postgres';
import type { EffectCommands } from './commands.js';
import type { Effect } from './effect.js';
import { effectsHint } from './hinted.js';

export class OperatorActs {
  constructor(
    private readonly database: Database,
    private readonly commands: EffectCommands,
  ) {}

  /** Sends a blocked or dead one down the ordinary path once more. `null`: there is none of that id. */
  async retry(effectId: string, reason: string, metadata: Metadata): Promise<Effect | Refusal<'effect_not_retryable'> | null> {
    return this.act(effectId, async (accountId) => {
      const effect = await this.change(
        `UPDATE sunset.effects e
         SET status = CASE WHEN status = 'blocked' OR order_ref IS NULL THEN 'pending' ELSE 'waiting' END,
           order_ref = CASE WHEN status = 'blocked' THEN NULL ELSE order_ref END,
           round = round + CASE WHEN status = 'blocked' THEN 1 ELSE 0 END,
           failures = 0, next_attempt_at = now.at, queue_at = now.at + place * interval '1 second'
         FROM (
           SELECT ${accountNow('own.test_clock_id')} AS at FROM sunset.effects own WHERE ${ofAccount('$2', 'own')} AND own.effect_id = $1
         ) now
         WHERE ${ofAccount('$2')} AND effect_id = $1 AND status IN ('blocked', 'dead')`,
        [effectId, accountId],
      );
      if (!effect) return refuse('effect_not_retryable');
      await this.commands.recordRetry(effect, reason, metadata);
      this.database.hint(effectsHint);
      return effect;
    });
  }

  /** For whatever is not settled, unless it is being attempted just now. `null`: there is none of that id. */
  async settleElsewhere(effectId: string, reason: string, metadata: Metadata): Promise<Effect | Refusal<'effect_not_settleable'> | null> {
    return this.act(effectId, async (accountId) => {
      const effect = await this.change(
        `UPDATE sunset.effects e SET status = 'done', outcome = 'settled-elsewhere', reason = 'operator', settled_at = statement_timestamp()
         WHERE ${ofAccount('$2')} AND effect_id = $1 AND status IN ('pending', 'waiting', 'blocked', 'dead')`,
        [effectId, accountId],
      );
      if (!effect) return refuse('effect_not_settleable');
      await this.commands.conclude(effect, { outcome: 'settled-elsewhere', reason }, metadata);
      return effect;
    });
  }

  /** The account's lock first, as everybody who then locks its rows does. */
  private async act<T>(effectId: string, work: (accountId: string) => Promise<T>): Promise<T | null> {
    return this.database.transaction(async () => {
      const [known] = await this.database.query<{ accountId: string }>(`${across('a row by its id')}SELECT account_id AS "accountId" FROM sunset.effects WHERE effect_id = $1`, [effectId]);
      if (!known) return null;
      await lockAccount(this.database, known.accountId);
      return work(known.accountId);
    });
  }

  private async change(update: string, values: readonly unknown[]): Promise<Effect | undefined> {
    const [effect] = await this.database.query<Effect>(
      `${update} RETURNING e.effect_id AS "effectId", e.account_id AS "accountId", e.test_clock_id AS "testClockId", e.kind, e.subject, e.generation,
         e.carrier, e.due_at AS "dueAt"`,
      values,
    );
    return effect;
  }
}
