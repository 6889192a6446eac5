// Does one thing again and again until stopped; an error makes it wait longer, never end. An outage is said once, and once when it is over.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hinted } from '#postgres';
import type { Logger } from './logger.js';
import { describe } from './said.js';

const longestPauseMs = 5_000;

/** So long a loop rests at most, whatever hints it hears: one may have been lost. */
export const restMs = 2_000;

/**
 * When the next turn is wanted: in so many milliseconds; `rest`: there is nothing that time alone makes due within {@link restMs}, so that a hint may be waited for so long.
 */
export type NextTurn = number | 'rest' | void;

export class Loop {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private hint = new AbortController();

  /** Between two turns are `pauseMs` unless a turn says otherwise. While no hints are heard, nobody rests for longer. `mostMs`: how long a rest lasts. */
  constructor(
    private readonly name: string,
    private readonly pauseMs: number,
    private readonly turn: (stopping: AbortSignal) => Promise<NextTurn>,
    private readonly logger: Logger,
    private readonly hinted?: Hinted,
    private readonly mostMs = restMs,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves once the turn under way has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const silence = this.hinted?.on(() => this.hint.abort());
    let failures = 0;
    while (!signal.aborted) {
      let next: NextTurn;
      this.hint = new AbortController();
      try {
        next = await this.turn(signal);
        if (failures > 0) this.logger.info(`${this.name}: works again`, { failures });
        failures = 0;
      } catch (error) {
        failures += 1;
        next = Math.min(longestPauseMs, Math.max(100, this.pauseMs) * 2 ** Math.min(failures - 1, 10));
        if (failures === 1) this.logger.warn(`${this.name}: failed, and is tried until it works again`, { error: describe(error) });
      }
      await pause(typeof next === 'number' ? next : this.pauseMs, signal);
      if (next === 'rest' && this.hinted?.heard) await pause(this.mostMs - this.pauseMs, AbortSignal.any([signal, this.hint.signal]));
    }
    silence?.();
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined);
