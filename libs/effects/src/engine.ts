// Everything a worker process does about effects, as one thing to start and stop; any number of processes may do it at once.
import type { Carrier } from '#carriers';
import type { Mailer } from '#mail';
import { clockHint, testClocksHint } from '#deadlines';
import type { Database } from '#postgres';
import { type BackOff, LeftAlone, type Logger, Loop, Pace, type QueueBackend, silentLogger, within } from '#running';
import { Attempts } from './attempts.js';
import { Claims } from './claims.js';
import type { EffectCommands } from './commands.js';
import { Conclusions } from './conclusions.js';
import { effectsHint } from './hinted.js';
import { type Lane, lanesOf, mailLaneOf } from './lanes.js';
import { Leases } from './leases.js';
import { type EffectObserver, silentEffectObserver } from './observer.js';
import { Pauses } from './pauses.js';
import { Pump } from './pump.js';
import { StormGuard, type StormLimits, usualStormLimits } from './storm-guard.js';
import { WakeUps } from './wake-ups.js';

export interface EffectsEngineSettings {
  /** Calls to one lane of a carrier at once. */
  readonly concurrency?: number;
  /** Attempts in vain after which an effect is dead. */
  readonly attemptsMost?: number;
  readonly backOff?: BackOff;
  /** Between two looks at what the far side is at work on. */
  readonly poll?: BackOff;
  /** Between two looks at what blocks and ends of itself, as a number on its way to another carrier. */
  readonly longPoll?: BackOff;
  /** After the service itself failed. */
  readonly ownBackOff?: BackOff;
  /** After how long what a lost worker had taken up becomes free. */
  readonly leaseMs?: number;
  /** How long a carrier is listened to. */
  readonly callLimitMs?: number;
  /** How long carriers that were asked are waited for when the engine stops. */
  readonly stopLimitMs?: number;
  /** Attempts what is asked for on test clocks, where none of the carriers is the sandbox's. */
  readonly onTestClocks?: Carrier | null;
  /** Tells customers by mail. */
  readonly mailer?: Mailer | null;
  /** The same on test clocks, where `mailer` is not the sandbox's mailbox. */
  readonly mailerOnTestClocks?: Mailer | null;
  /** `null`: no storm guard. */
  readonly storm?: StormLimits | null;
  readonly sweepEveryMs?: number;
  /** How long overdue an effect is before it is taken up without its wake-up. Without a queue that is at once. */
  readonly graceMs?: number;
  readonly logger?: Logger;
  readonly observer?: EffectObserver;
}

const feedEveryMs = 250;
const attendEveryMs = 1_000;
const standingClocksEveryMs = 250;
const advancingClocksEvery = { firstMs: 20, longestMs: 160 } as const;

export class EffectsEngine {
  private readonly pumps: readonly Pump[];
  private readonly wakeUps: WakeUps | null;
  private readonly loops: readonly Loop[];
  private readonly stopLimitMs: number;
  private readonly logger: Logger;

  /** `queue`: `null` where there is none; the sweeper alone then does everything, a little later. The engine closes it. */
  constructor(
    database: Database,
    carriers: readonly Carrier[],
    commands: EffectCommands,
    queue: QueueBackend | null,
    {
      concurrency = 32,
      attemptsMost = 30,
      backOff = { firstMs: 5_000, longestMs: 3_600_000 },
      poll = { firstMs: 2_000, longestMs: 300_000 },
      longPoll = { firstMs: 3_600_000, longestMs: 21_600_000 },
      ownBackOff = { firstMs: 1_000, longestMs: 60_000 },
      leaseMs = 30_000,
      callLimitMs = 240_000,
      stopLimitMs = 15_000,
      onTestClocks = null,
      mailer = null,
      mailerOnTestClocks = null,
      storm = usualStormLimits,
      sweepEveryMs = 500,
      graceMs = 2_000,
      logger = silentLogger,
      observer = silentEffectObserver,
    }: EffectsEngineSettings = {},
  ) {
    this.stopLimitMs = stopLimitMs;
    this.logger = logger;
    const guard = storm && new StormGuard(database, new Pauses(database), storm, observer, logger);
    const leftAlone = new LeftAlone();
    const claims = new Claims(database, guard, leaseMs, leftAlone);
    const leases = new Leases(database, leaseMs);
    const conclusions = new Conclusions(database, commands, { attemptsMost, backOff, poll, longPoll, ownBackOff, leftAlone, logger, observer });
    const lanes = [
      ...carriers.flatMap((carrier) => lanesOf(carrier)), ...(onTestClocks ? lanesOf(onTestClocks, true) : []),
      ...(mailer ? [mailLaneOf(mailer)] : []), ...(mailerOnTestClocks ? [mailLaneOf(mailerOnTestClocks, true)] : []),
    ];
    this.pumps = lanes.map((lane) => {
      const attempts = new Attempts(lane, commands, conclusions, leases, callLimitMs);
      return new Pump(lane, claims, attempts, leases, concurrency, logger);
    });
    const inRealTime = lanes.filter(({ onTestClocksOnly }) => !onTestClocksOnly);
    const hinted = database.hints.about(effectsHint, testClocksHint, clockHint);
    const pace = new Pace(advancingClocksEvery);
    const wakeUps = queue && new WakeUps(database, queue, this.pumps, logger);
    this.wakeUps = wakeUps;
    this.loops = [
      new Loop('effects', sweepEveryMs, async () => {
        let soon = await claims.soon(inRealTime);
        if (!soon.attempting && soon.lanes.length === 0) return 'rest';
        const reaped = soon.attempting ? await claims.reap(attemptsMost) : [];
        for (const effect of reaped) if (effect.died) conclusions.died(effect, 'worker-lost');
        if (reaped.length > 0) soon = await claims.soon(inRealTime);
        const overdueMs = wakeUps?.available ? graceMs : 0;
        this.drain(soon.lanes.flatMap(({ lane, inMs }) => (inMs <= -overdueMs ? [lane] : [])));
        return undefined;
      }, logger, hinted),
      new Loop('effects on test clocks', standingClocksEveryMs, async () => {
        const { due, advancing } = await claims.onTestClocks(lanes);
        this.drain(due);
        const pauseMs = pace.after(due.length > 0 || !advancing);
        if (advancing) return pauseMs;
        return due.length === 0 ? 'rest' : undefined;
      }, logger, hinted),
      new Loop('leases of effects', leaseMs / 3, () => leases.renew(), logger),
      ...(wakeUps ? [
        new Loop('wake-ups', feedEveryMs, () => wakeUps.feed(), logger, hinted),
        new Loop('attending wake-ups', attendEveryMs, () => wakeUps.attend(), logger),
      ] : []),
    ];
  }

  start(): void {
    for (const loop of this.loops) loop.start();
  }

  /**
   * Takes nothing new, waits for the carriers that were asked, but no longer than the limit, and closes the queue. What has no answer by then is
   * another worker's once its lease is over.
   */
  async stop(): Promise<void> {
    await within(this.stopLimitMs, 'waiting for carriers', Promise.all(this.pumps.map((pump) => pump.stop()))).catch(() =>
      this.logger.warn('carriers have not answered: what they were asked for is left to its lease'));
    await Promise.all(this.loops.map((loop) => loop.stop()));
    await this.wakeUps?.close();
  }

  /** Does not wait for the draining, which tells its own failures. */
  private drain(lanes: readonly Lane[]): void {
    for (const pump of this.pumps) if (lanes.includes(pump.lane)) void pump.drain();
  }
}
