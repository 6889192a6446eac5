// Why something of an account has not happened, or what happens next; out of fence, guard, pause and hold. Knows no words.
import type { Schemas } from '../../service/client.js';

type Deadline = Schemas['OpsDeadline'];
type Effect = Schemas['Effect'];

export type DeadlineWhy = 'follows' | 'due' | 'no-worker' | 'clock' | 'again' | 'dead' | 'hold' | 'taken-over' | 'fired' | 'void';
export type EffectWhy = 'follows' | 'due' | 'no-worker' | 'clock' | 'again' | 'dead' | 'paused' | 'attempting' | 'waiting' | 'blocked' | 'done' | 'void';

/** What is known besides: the time of the account, whether workers live and the clock is believed, and how many holds stand. */
export interface Standing {
  readonly now: string;
  readonly hasWorkers: boolean;
  readonly clockInDoubt: boolean;
  readonly holds: number;
}

export function whyDeadline({ status, kind, dueAt, attempts }: Pick<Deadline, 'status' | 'kind' | 'dueAt' | 'attempts'>, { now, hasWorkers, clockInDoubt, holds }: Standing): DeadlineWhy {
  if (status === 'fired' || status === 'void' || status === 'dead') return status;
  if (status === 'blocked') {
    if (kind === 'purge-data' && holds > 0) return 'hold';
    return clockInDoubt ? 'clock' : 'taken-over';
  }
  if (dueAt > now) return 'follows';
  if (!hasWorkers) return 'no-worker';
  return attempts > 0 ? 'again' : 'due';
}

export function whyEffect({ status, heldBy, dueAt, attempts }: Pick<Effect, 'status' | 'heldBy' | 'dueAt' | 'attempts'>, { now, hasWorkers }: Standing): EffectWhy {
  if (status === 'held') return heldBy === null || heldBy.pauseId === null ? 'clock' : 'paused';
  if (status !== 'pending') return status;
  if (dueAt > now) return 'follows';
  if (!hasWorkers) return 'no-worker';
  return attempts > 0 ? 'again' : 'due';
}
