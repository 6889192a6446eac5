// Everything a worker process does about deadlines, as one thing to start and stop; any number of processes may do it at once.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#postgres';
import { type Logger, Loop, silentLogger } from '#running';
import type { AlarmPayload, Alarms } from './alarms.js';
import { ClockWatch } from './clock-watch.js';
import type { DeadlineConsumer } from './consumer.js';
import { Feeder } from './feeder.js';
import { type DeadlineObserver, silentObserver } from './observer.js';
import { Reconciler } from './reconciler.js';
import { Sweeper } from './sweeper.js';
import { clockHint, deadlinesHint } from './hinted.js';
import { driverHints, emptyAgenda, type TestClockAgenda, TestClockDriver } from './test-clock-driver.js';

export interface DeadlineWorkerSettings {
  /** Alarms that are taken from the queue at once; they are carried out together. */
  readonly concurrency?: number;
  /** As the {@link Deadlines} that write the rows have it. */
  readonly horizonMs?: number;
  readonly feedEveryMs?: number;
  /** How long a queue that lost an alarm is believed near the due date. */
  readonly refeedMs?: number;
  readonly sweepEveryMs?: number;
  /** How long overdue a row is before it is fired without its alarm. Without a queue that is at once. */
  readonly graceMs?: number;
  readonly reconcileEveryMs?: number;
  /** What else test clocks wait for. */
  readonly agenda?: TestClockAgenda;
  readonly logger?: Logger;
  readonly observer?: DeadlineObserver;
}

const attendEveryMs = 1_000;
/** An alarm that finds somebody at work on the account comes back that soon; later the sweeper takes the row. */
const busyPausesMs = [20, 50, 100, 200, 400] as const;

export class DeadlineWorker {
  private readonly loops: readonly Loop[];

  /** `alarms`: `null` where there is no queue; the sweeper alone then does everything, a little later. */
  constructor(
    database: Database,
    private readonly consumer: DeadlineConsumer,
    private readonly alarms: Alarms | null,
    {
      concurrency = 64,
      horizonMs = 3_600_000,
      feedEveryMs = 1_000,
      refeedMs = 10_000,
      sweepEveryMs = 1_000,
      graceMs = 2_000,
      reconcileEveryMs = 30_000,
      agenda = emptyAgenda,
      logger = silentLogger,
      observer = silentObserver,
    }: DeadlineWorkerSettings = {},
  ) {
    const sweeper = new Sweeper(database, consumer, new ClockWatch(database, logger), alarms ? graceMs : 0);
    const driver = new TestClockDriver(database, consumer, alarms, logger, observer, graceMs, agenda);
    const loops = [
      new Loop('sweeper', sweepEveryMs, (stopping) => sweeper.sweep(stopping), logger),
      new Loop('test clocks', 150, () => driver.drive(), logger, driverHints(database)),
    ];
    if (alarms) {
      const feeder = new Feeder(database, alarms, logger, observer, refeedMs);
      const reconciler = new Reconciler(database, alarms, logger, observer, horizonMs);
      loops.push(
        new Loop('feeder', feedEveryMs, (stopping) => feeder.feed(stopping), logger, database.hints.about(deadlinesHint, clockHint)),
        new Loop('reconciler', reconcileEveryMs, () => reconciler.reconcile(), logger),
        new Loop('alarms', attendEveryMs, () => alarms.attend(concurrency, (payload) => this.ring(payload)), logger),
      );
    }
    this.loops = loops;
  }

  start(): void {
    for (const loop of this.loops) loop.start();
  }

  /** Takes nothing new and waits for what is under way; the connections stay their owners'. */
  async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    await this.alarms?.leave();
    await this.consumer.ended();
  }

  private async ring(deadline: AlarmPayload): Promise<void> {
    let outcome = await this.consumer.fire(deadline);
    for (const pauseMs of busyPausesMs) {
      if (outcome !== 'busy') return;
      await sleep(pauseMs);
      outcome = await this.consumer.fire(deadline);
    }
  }
}
