// Lives one account through a calendar in milliseconds: every step settles what is due, then decides.
import { instant, isRefusal, type Instant, type Refusal } from '#kernel';
import {
  decide, evolve, fold, noMembership, policyInForce, settle, telling,
  type Command, type Facts, type Membership, type MembershipEvent, type OpenDeadline, type Policy, type RefusalCode,
} from '#domain';

export interface DatedPolicy extends Policy {
  readonly from: Instant;
}

/** What stands around an account and is none of its own doing. */
export interface Surroundings {
  /** Policies in force from their day on; absent: those of the catalogue. */
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
  settle(now: Instant): readonly OpenDeadline[] {
    const { steps } = settle(this.state, now, { unsent: this.surroundings.unsent ?? {} });
    for (const { events } of steps) this.write(events, now);
    const fired = steps.flatMap(({ deadline }) => (deadline ? [deadline] : []));
    this.fired.push(...fired);
    return fired;
  }

  /** `null`: accepted. */
  ask(command: Command, now: Instant): Refusal<RefusalCode> | null {
    this.settle(now);
    const decision = decide(this.state, command, now);
    if (isRefusal(decision)) return decision;
    this.write(decision.map((event) => this.underPolicy(event)), now);
    return null;
  }

  /** Asks and takes no for an error: for what is only the way to the point. */
  live(now: Instant, ...commands: readonly Command[]): this {
    this.settle(now);
    for (const command of commands) {
      const refusal = this.ask(command, now);
      if (refusal) throw new Error(`${command.type} at ${now} was refused: ${refusal.refused} ${JSON.stringify(refusal.detail)}`);
    }
    return this;
  }

  /** The state as somebody would read it at `now`; nothing is written. */
  asOf(now: Instant): Membership {
    return settle(this.state, now, { unsent: this.surroundings.unsent ?? {} }).state;
  }

  /** The same account, folded anew from what was written. */
  refolded(): Membership {
    return fold(noMembership(this.state.accountId), this.events);
  }

  private underPolicy(event: MembershipEvent): MembershipEvent {
    const { policies } = this.surroundings;
    if (!policies || event.type !== 'CancellationRequested') return event;
    return telling(this.state, { ...event, data: { ...event.data, policy: policyInForce(event.effectiveAt, policies) } });
  }

  protected write(events: readonly MembershipEvent[], now: Instant): void {
    for (const event of events) {
      this.state = evolve(this.state, event);
      this.happened.push({ recordedAt: now, event });
    }
  }
}
