// Lives one account through a calendar in milliseconds: every step carries out what is due, then decides.
import { instant, isRefusal, type Instant, type Refusal } from '#kernel';
import {
  builtInPolicy, builtInVersion, decide, evolve, fold, noMembership, bringUpToDate,
  type Command, type Facts, type Membership, type MembershipEvent, type OpenDeadline, type Policy, type PolicyInForce, type RefusalCode,
} from '#domain';

export interface DatedPolicy {
  readonly from: Instant;
  readonly policy: PolicyInForce;
}

/** The built-in one, but for what is said. */
export const inForceFrom = (from: Instant, { version = builtInVersion, ...periods }: Partial<Policy>): DatedPolicy => ({
  from,
  policy: { ...builtInPolicy, version, periods: { ...builtInPolicy.periods, version, ...periods } },
});

/** What stands around an account and is none of its own doing. */
export interface Surroundings {
  /** Policies in force from their day on; absent, and before the first: the built-in one. */
  readonly policies?: readonly DatedPolicy[];
  /** Scheduled messages that will not have been sent when their plan ends. */
  readonly unsent?: Facts['unsent'];
}

export interface Happening {
  /** When it was written, by the account's clock. */
  readonly recordedAt: Instant;
  readonly event: MembershipEvent;
}

/** `moment('2026-04-30T07:00Z', -1)`: a millisecond before. */
export const moment = (text: string, ms = 0): Instant => instant(Date.parse(text) + ms);

export class Life {
  state: Membership;
  readonly happened: Happening[] = [];
  readonly fired: OpenDeadline[] = [];

  constructor(
    accountId = 'acc',
    protected readonly surroundings: Surroundings = {},
  ) {
    this.state = noMembership(accountId);
  }

  get events(): readonly MembershipEvent[] {
    return this.happened.map(({ event }) => event);
  }

  /** Carries out everything due by `now`, and says what fired. */
  bringUpToDate(now: Instant): readonly OpenDeadline[] {
    const { steps } = bringUpToDate(this.state, now, this.factsAt(now));
    for (const { events } of steps) this.write(events, now);
    const fired = steps.flatMap(({ deadline }) => (deadline ? [deadline] : []));
    this.fired.push(...fired);
    return fired;
  }

  /** `null`: accepted. */
  ask(command: Command, now: Instant): Refusal<RefusalCode> | null {
    this.bringUpToDate(now);
    const decision = decide(this.state, command, now, this.policyAt(now));
    if (isRefusal(decision)) return decision;
    this.write(decision, now);
    return null;
  }

  /** Asks and takes no for an error: for what is only the way to the point. */
  live(now: Instant, ...commands: readonly Command[]): this {
    this.bringUpToDate(now);
    for (const command of commands) {
      const refusal = this.ask(command, now);
      if (refusal) throw new Error(`${command.type} at ${now} was refused: ${refusal.refused} ${JSON.stringify(refusal.detail)}`);
    }
    return this;
  }

  /** The state as somebody would read it at `now`; nothing is written. */
  asOf(now: Instant): Membership {
    return bringUpToDate(this.state, now, this.factsAt(now)).state;
  }

  /** The same account, folded anew from what was written. */
  refolded(): Membership {
    return fold(noMembership(this.state.accountId), this.events);
  }

  protected policyAt(now: Instant): PolicyInForce {
    return this.surroundings.policies?.findLast(({ from }) => from <= now)?.policy ?? builtInPolicy;
  }

  private factsAt(now: Instant): Facts {
    return { policy: this.policyAt(now), unsent: this.surroundings.unsent ?? {} };
  }

  protected write(events: readonly MembershipEvent[], now: Instant): void {
    for (const event of events) {
      this.state = evolve(this.state, event);
      this.happened.push({ recordedAt: now, event });
    }
  }
}
