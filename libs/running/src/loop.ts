// Does one thing again and again until stopped; an error makes it wait longer, never end. An outage is said once, and once when it is over.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './logger.js';
import { describe } from './said.js';

const longestPauseMs = 5_000;

export class Loop {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  /** `turn` may say in how many milliseconds it wants its next turn; else that is `pauseMs`. */
  constructor(
    private readonly name: string,
    private readonly pauseMs: number,
    private readonly turn: (stopping: AbortSignal) => Promise<number | void>,
    private readonly logger: Logger,
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
    let failures = 0;
    while (!signal.aborted) {
      let pauseMs = this.pauseMs;
      try {
        pauseMs = (await this.turn(signal)) ?? this.pauseMs;
        if (failures > 0) this.logger.info(`${this.name}: works again`, { failures });
        failures = 0;
      } catch (error) {
        failures += 1;
        pauseMs = Math.min(longestPauseMs, Math.max(100, this.pauseMs) * 2 ** Math.min(failures - 1, 10));
        if (failures === 1) this.logger.warn(`${this.name}: failed, and is tried until it works again`, { error: describe(error) });
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
