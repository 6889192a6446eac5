// The hand of test clocks alone: it moves them and rings for what is due, and carries nothing out. For a sandbox whose workers are stopped.
import type { Database } from '#postgres';
import { type Logger, Loop } from '#running';
import type { Alarms } from './alarms.js';
import type { DeadlineConsumer } from './consumer.js';
import { silentObserver } from './observer.js';
import { driverHints, type TestClockAgenda, TestClockDriver } from './test-clock-driver.js';

const graceMs = 2_000;
const pauseMs = 150;

const nobody: Pick<DeadlineConsumer, 'fire'> = { fire: () => Promise.resolve('busy') };

/** To be started and stopped; the alarms stay their owner's. A clock waits wherever something is due, for as long as nobody sees to it. */
export function testClockHand(database: Database, alarms: Alarms, agenda: TestClockAgenda, logger: Logger): Loop {
  const driver = new TestClockDriver(database, nobody, alarms, logger, silentObserver, graceMs, agenda);
  return new Loop('hand of test clocks', pauseMs, () => driver.drive(), logger, driverHints(database));
}
