// Empties one lane: takes up what is due and has it attempted, as fast as the carrier bears it, until nothing is due any more.
import { setMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, type Logger } from '#running';
import type { Attempts } from './attempts.js';
import type { Claims } from './claims.js';
import type { Lane } from './lanes.js';
import { type Leases, now } from './leases.js';

/** An account may have this part of the calls at once, so that one that is slow cannot keep the others out. */
const accountShare = 1 / 4;
const lookAgainMs = 100;
/** However long the carrier's time is booked: a clock that was set right is noticed, and no pause is too long for a timer. */
const pauseMostMs = 5_000;

interface Call {
  readonly accounts: ReadonlySet<string>;
  readonly done: Promise<void>;
}

export class Pump {
  private readonly stopping = new AbortController();
  private readonly calls = new Set<Call>();
  private draining: Promise<void> | undefined;
  private wanted = false;

  /** `concurrency`: calls at once. */
  constructor(
    readonly lane: Lane,
    private readonly claims: Claims,
    private readonly attempts: Attempts,
    private readonly leases: Leases,
    private readonly concurrency: number,
    private readonly logger: Logger,
  ) {
    // Every call that is under way listens.
    setMaxListeners(0, this.stopping.signal);
  }

  /** Resolves once nothing is due and nothing is under way; called again meanwhile, it looks once more. Never rejects. */
  async drain(): Promise<void> {
    this.wanted = true;
    this.draining ??= this.run().finally(() => {
      this.draining = undefined;
    });
    await this.draining;
  }

  /** Takes nothing up any more, begins no call, and waits for those under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.draining;
  }

  private async run(): Promise<void> {
    try {
      while (!this.stopping.signal.aborted) {
        this.wanted = false;
        const pauseMs = await this.turn();
        if (pauseMs === null && this.calls.size === 0 && !this.isWanted()) break;
        const pause = sleep(pauseMs ?? lookAgainMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
        // An ended call makes room, and gives its account another turn.
        await (pauseMs === null ? Promise.race([pause, ...[...this.calls].map(({ done }) => done)]) : pause);
      }
    } catch (error) {
      this.logger.warn('effects could not be taken up', { carrier: this.lane.carrier.name, lane: this.lane.name, error: describe(error) });
    }
    await Promise.all([...this.calls].map(({ done }) => done));
  }

  private isWanted(): boolean {
    return this.wanted;
  }

  /** Answers in how many milliseconds to come again; `null`: nothing is due, or nothing has room. */
  private async turn(): Promise<number | null> {
    const room = this.concurrency - this.calls.size;
    if (room === 0) return null;
    const since = now();
    const { calls, waitMs } = await this.claims.claim(this.lane, room, Math.max(1, Math.floor(this.concurrency * accountShare)), this.underWay());
    for (const { effects, startAt } of calls) {
      this.leases.hold(effects, since);
      const call: Call = {
        accounts: new Set(effects.map(({ accountId }) => accountId)),
        done: this.call(effects, startAt).finally(() => this.calls.delete(call)),
      };
      this.calls.add(call);
    }
    if (calls.length === 0) return waitMs === null ? null : Math.min(pauseMostMs, Math.max(1, waitMs));
    return 0;
  }

  private async call(effects: Parameters<Attempts['attempt']>[0], startAt: number): Promise<void> {
    const earlyMs = startAt - performance.now();
    if (earlyMs > 0) await sleep(earlyMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    await this.attempts.attempt(effects, this.stopping.signal);
  }

  /** Calls by account. */
  private underWay(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { accounts } of this.calls) for (const account of accounts) counts.set(account, (counts.get(account) ?? 0) + 1);
    return counts;
  }
}
