// Who is told what the engine does: counters, handed in.
import type { EffectKind, LastOutcome } from './effect.js';

export interface EffectObserver {
  /** An attempt ended; `latencyMs` is the carrier's, `null` where the carrier was not asked. */
  attempted(carrier: string, kind: EffectKind, outcome: NonNullable<LastOutcome>, latencyMs: number | null): void;
  /** An effect was attempted in vain too often. */
  died(carrier: string, kind: EffectKind): void;
  /** A worker's answer came after its effect had been taken from it. */
  fenced(carrier: string, kind: EffectKind): void;
  /** The engine itself paused something. */
  paused(cause: 'credentials' | 'storm-guard'): void;
}

const ignore = (): void => undefined;

export const silentEffectObserver: EffectObserver = { attempted: ignore, died: ignore, fenced: ignore, paused: ignore };
