// Everything a worker process does about purges, as one thing to start and stop; any number of processes may do it at once.
import { type ClockWatch, type Deadlines } from '#deadlines';
import type { Effects } from '#effects';
import type { EventStore } from '#event-store';
import type { PersonalData } from '#personal-data';
import type { Database } from '#postgres';
import { type BackOff, backOffMs, describe, isUnavailable, type Logger, Loop, type NextTurn, QueueAway, restMs, silentLogger, within } from '#running';
import type { DataStore } from './data-store.js';
import { Emptying } from './emptying.js';
import type { PurgeGuard } from './guard.js';
import type { PurgeLedger } from './ledger.js';
import type { Places } from './places.js';
import type { ClaimedPurge, PurgeCommands, PurgeStep } from './purge.js';
import { Fenced, Purges, purgesHint, usualLeaseMs } from './purges.js';
import { PurgeStepping, StillReadable } from './steps.js';
import { type Jobs, TraceSearch, usualTableLimitMs } from './verification.js';

export interface PurgeDependencies {
  readonly database: Database;
  readonly stores: readonly DataStore[];
  readonly personalData: PersonalData;
  readonly eventStore: EventStore;
  readonly deadlines: Deadlines;
  readonly effects: Effects;
  readonly guard: PurgeGuard;
  readonly clockWatch: ClockWatch;
  readonly ledger: PurgeLedger;
  readonly commands: PurgeCommands;
  readonly places: Places;
  /** `null` where there is no queue. */
  readonly jobs: Jobs | null;
}

export interface PurgeEngineSettings {
  /** Purges carried out side by side, so that none keeps the others waiting. Each may need two connections to the database. */
  readonly atOnce?: number;
  /** How long what is under way may take to end when the engine stops. */
  readonly stopLimitMs?: number;
  /** Records deleted by one statement. */
  readonly batch?: number;
  /** Attempts in vain, one after the other, after which a purge waits for an operator. */
  readonly attemptsMost?: number;
  readonly backOff?: BackOff;
  /** How long a purge stays with a worker that is not heard of. */
  readonly leaseMs?: number;
  readonly lookEveryMs?: number;
  readonly guardEveryMs?: number;
  /** How long the search of one table may take. */
  readonly tableLimitMs?: number;
  readonly logger?: Logger;
  /** After each step, once it is committed. */
  readonly onStep?: (purgeId: string, step: PurgeStep) => void | Promise<void>;
}

/** Between two looks at whether the outside world has answered; on a test clock nobody has time. */
const waitMs = { inRealTime: 1_000, onTestClock: 50 } as const;
/** What is away comes back by itself. */
const awayMs = 5_000;
const tellEvery = 50_000;
/** Purges that a process carries out side by side unless told otherwise. */
export const purgesAtOnce = 4;

export class PurgeEngine {
  private readonly purges: Purges;
  private readonly stepping: PurgeStepping;
  private readonly loops: readonly Loop[];
  private readonly settings: Required<PurgeEngineSettings>;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly dependencies: PurgeDependencies,
    settings: PurgeEngineSettings = {},
  ) {
    this.settings = {
      atOnce: purgesAtOnce,
      stopLimitMs: 10_000,
      batch: 5_000,
      attemptsMost: 12,
      backOff: { firstMs: 1_000, longestMs: 3_600_000 },
      leaseMs: usualLeaseMs,
      lookEveryMs: 200,
      guardEveryMs: 30_000,
      tableLimitMs: usualTableLimitMs,
      logger: silentLogger,
      onStep: () => undefined,
      ...settings,
    };
    const { database, stores, jobs, places } = dependencies;
    const { batch, leaseMs, lookEveryMs, guardEveryMs, tableLimitMs, logger } = this.settings;
    this.purges = new Purges(database, leaseMs);
    const emptying = new Emptying(database, this.purges, stores, { batch, onProgress: this.progress() });
    this.stepping = new PurgeStepping({ ...dependencies, purges: this.purges, emptying, verification: new TraceSearch(database, jobs, places, tableLimitMs) });
    this.loops = [
      new Loop('purges', lookEveryMs, (stopping) => this.takeUp(stopping), logger, database.hints.about(purgesHint)),
      new Loop('purge guard', guardEveryMs, () => this.attendGuard(), logger),
    ];
  }

  start(): void {
    for (const loop of this.loops) loop.start();
  }

  /**
   * Takes nothing new; a purge under way stops after the batch at hand and goes on elsewhere. One that does not end within the limit is left to its
   * lease: whatever it still writes fails at the fence once another worker has it.
   */
  async stop(): Promise<void> {
    const ended = Promise.all(this.loops.map((loop) => loop.stop())).then(() => Promise.all(this.underWay));
    await within(this.settings.stopLimitMs, 'stopping purges', ended).catch((error: unknown) =>
      this.settings.logger.warn('purge: what is under way does not end and is left to its lease', { purges: this.underWay.size, error: describe(error) }));
  }

  /** As many as may run side by side; waits for room, never for one of them. */
  private async takeUp(stopping: AbortSignal): Promise<NextTurn> {
    if (!(await this.purges.someWithin(restMs))) return 'rest';
    while (!stopping.aborted) {
      if (this.underWay.size >= this.settings.atOnce) {
        await Promise.race(this.underWay);
        continue;
      }
      const purge = await this.purges.claim();
      if (!purge) return undefined;
      const ended: Promise<void> = this.carryOut(purge, stopping)
        .catch((error: unknown) => this.settings.logger.warn('purge: could not be written down and is left to its lease', { lifeId: purge.lifeId, error: describe(error) }))
        .finally(() => this.underWay.delete(ended));
      this.underWay.add(ended);
    }
  }

  /** Takes one up, if one waits, and goes on until it is done or has to wait. Answers whether there was one. */
  async runOne(stopping: AbortSignal = new AbortController().signal): Promise<boolean> {
    const purge = await this.purges.claim();
    if (!purge) return false;
    await this.carryOut(purge, stopping);
    return true;
  }

  private async carryOut(claimed: ClaimedPurge, stopping: AbortSignal): Promise<void> {
    for (let purge: ClaimedPurge | null = claimed; purge; ) purge = await this.step(purge, stopping);
  }

  /** The purge as it stands after the step; `null`: this worker has no more to do with it. */
  private async step(purge: ClaimedPurge, stopping: AbortSignal): Promise<ClaimedPurge | null> {
    const { logger, onStep } = this.settings;
    const { purgeId, step } = purge;
    const heartbeat = setInterval(() => void this.purges.renew(purge).catch(() => undefined), this.settings.leaseMs / 3).unref();
    try {
      const end = await this.stepping.run(purge, stopping);
      await onStep(purgeId, step);
      if (end === 'again') {
        await this.purges.release(purge, { error: null, afterMs: backOffMs(this.settings.backOff, purge.rounds), counts: false });
        return null;
      }
      if (end === 'waiting') {
        await this.purges.release(purge, { error: null, afterMs: purge.testClockId === null ? waitMs.inRealTime : waitMs.onTestClock, counts: false });
        return null;
      }
      logger.info('purge: step done', { lifeId: purge.lifeId, step });
      return end === 'done' ? null : await this.purges.reload(purge);
    } catch (error) {
      await this.fail(purge, error, stopping);
      return null;
    } finally {
      clearInterval(heartbeat);
    }
  }

  private async fail(purge: ClaimedPurge, error: unknown, stopping: AbortSignal): Promise<void> {
    const { logger, attemptsMost, backOff } = this.settings;
    // The purge is called by its account, whose id the platform chooses.
    const fields = { lifeId: purge.lifeId, step: purge.step, error: describe(error) };
    if (error instanceof Fenced) {
      logger.warn('purge: another worker has taken it over', fields);
      return;
    }
    if (stopping.aborted) {
      await this.purges.release(purge, { error: null, afterMs: 0, counts: false });
      return;
    }
    if (error instanceof StillReadable) await this.purges.tellFindings(purge, error.places);
    const away = isUnavailable(error) || error instanceof QueueAway;
    const givenUp = error instanceof StillReadable || (!away && purge.attempts + 1 >= attemptsMost);
    const afterMs = away ? awayMs : backOffMs(backOff, purge.attempts);
    await this.purges.release(purge, { error: fields.error, afterMs: givenUp ? null : afterMs, counts: !away });
    if (givenUp) logger.error('purge: waits for an operator', fields);
    else logger.warn('purge: failed and will be tried again', fields);
  }

  /** What was stopped is asked again, through the ordinary path, as soon as it may begin. */
  private async attendGuard(): Promise<void> {
    const { database, guard, clockWatch, deadlines } = this.dependencies;
    await clockWatch.look();
    await database.transaction(async () => {
      for (const accountId of await guard.takeWaiting()) await deadlines.unblock(accountId, 'purge-data');
    });
  }

  private progress(): (store: string, deleted: Readonly<Record<string, number>>) => void {
    const told = new Map<string, number>();
    return (store, deleted) => {
      const total = Object.values(deleted).reduce((sum, count) => sum + count, 0);
      const before = told.get(store) ?? 0;
      if (total > before && total < before + tellEvery) return;
      told.set(store, total);
      this.settings.logger.info('purge: deleting', { store, deleted: total });
    };
  }
}
