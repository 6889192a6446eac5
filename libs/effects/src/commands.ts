// What the application does for effects: says what an effect is about, and takes what it has come to.
import type { Metadata } from '#kernel';
import type { Conclusion, Effect, EffectTarget, Withheld } from './effect.js';

export interface EffectCommands {
  /** Just before an attempt, outside any transaction. `null`: the account no longer asks for it, and it becomes void. */
  resolve(effect: Effect): Promise<EffectTarget | Withheld | null>;
  /**
   * Gives the account the result, in the surrounding transaction, which holds the account's lock; called once for each conclusion that is
   * committed: for what blocks and ends of itself with every look at it. If it throws nothing is concluded, and the effect is attempted again.
   */
  conclude(effect: Effect, conclusion: Conclusion, metadata: Metadata): Promise<void>;
  /** Tells the account that what it asked for became void, in the surrounding transaction, which holds the account's lock. */
  abandon(effect: Effect, metadata: Metadata): Promise<void>;
  /** Writes down that an operator wants another attempt, in the surrounding transaction. */
  recordRetry(effect: Effect, reason: string, metadata: Metadata): Promise<void>;
}
