// A life whose purges are completed where they begin, as the use cases do it.
import { isRefusal, type Instant, type Refusal } from '#kernel';
import { decide, type Command, type OpenDeadline, type RefusalCode } from '#domain';
import { completePurge } from '../stories/commands.js';
import { Life } from '../stories/life.js';

export class SimulatedLife extends Life {
  override bringUpToDate(now: Instant): readonly OpenDeadline[] {
    const fired = super.bringUpToDate(now);
    this.finishPurge(now);
    return fired;
  }

  override ask(command: Command, now: Instant): Refusal<RefusalCode> | null {
    const refusal = super.ask(command, now);
    this.finishPurge(now);
    return refusal;
  }

  private finishPurge(now: Instant): void {
    if (this.state.purge?.purgedAt !== null) return;
    const done = decide(this.state, completePurge({ contacts: 1 }), now, this.policyAt(now));
    if (isRefusal(done)) throw new Error(`the purge was refused: ${done.refused}`);
    this.write(done, now);
  }
}
