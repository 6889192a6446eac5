// Jumps of the clock, which operators confirm; and the sandbox's test clocks, which are moved by hand.
import { isRefusal, type Instant, type Metadata } from '#kernel';
import { type ClockStop, ClockWatch, type TestClock, TestClocks } from '#deadlines';
import { handles, RefusableCommand } from '../commands.js';
import { redactedBy } from '../operators/redacted.js';

/** The clock is right. Answers `null` where there is no such jump. */
export class ConfirmClock extends RefusableCommand<ClockStop | null, 'stop_confirmed' | 'second_person_needed'> {
  constructor(readonly stopId: string, readonly metadata: Metadata, readonly reason: string) {
    super();
  }
}

/** Takes out of a jump what an operator wrote. Answers `null` where there is no such jump. */
export class RedactClockStop extends RefusableCommand<ClockStop | null, 'nothing_to_redact'> {
  constructor(readonly stopId: string, readonly metadata: Metadata) {
    super();
  }
}

export class CreateTestClock extends RefusableCommand<TestClock, never> {
  constructor(readonly now: Instant) {
    super();
  }
}

/** What the clock shows, where `to` lies before it: test clocks do not go back. */
export interface NotBefore {
  readonly notBefore: Instant;
}

/** Answers `null` where there is no such clock. */
export class AdvanceTestClock extends RefusableCommand<TestClock | NotBefore | null, 'request_in_progress'> {
  constructor(readonly testClockId: string, readonly to: Instant) {
    super();
  }
}

export const ConfirmClockHandler = handles(ConfirmClock, [ClockWatch], ({ stopId, reason, metadata }, watch) => watch.confirm(stopId, reason, metadata.actor.id));
export const RedactClockStopHandler = handles(RedactClockStop, [ClockWatch], ({ stopId, metadata }, watch) => watch.redact(stopId, redactedBy(metadata)));
export const CreateTestClockHandler = handles(CreateTestClock, [TestClocks], ({ now }, clocks) => clocks.create(now));
export const AdvanceTestClockHandler = handles(AdvanceTestClock, [TestClocks], async ({ testClockId, to }, clocks) => {
  const answer = await clocks.advance(testClockId, to);
  return isRefusal(answer) && answer.refused === 'before_now' ? { notBefore: answer.detail['now'] as Instant } : answer;
});
