// What may be asked of numbers, and what carriers and operators answer about them.
import type { NumberOrigin } from './events.js';

export interface NumberCommands {
  BuyNumber: { numberId: string; e164: string; e164Hash: string; origin: NumberOrigin; carrierNumberId?: string | undefined };
  RemoveNumber: { e164Hash: string };
  /** What the carrier answered, or an operator settled. */
  SettleNumberRelease: { numberId: string; outcome: 'released' | 'already-gone' | 'settled-elsewhere'; reason: string | null };
  BlockNumberRelease: { numberId: string; reason: string };
  /** A removed number is in use again before anybody was asked for it. */
  AbandonNumberRelease: { numberId: string };
  RetryNumberRelease: { numberId: string; reason: string };
}
