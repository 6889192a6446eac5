// A model of the carrier and of the operators beside it: asked late or not at all, it answers in every way it can, late, twice or never.
import { plusMs, type Instant } from '#kernel';
import { allNumbers, isBeingGivenUp, nextDue, numberById, type Command, type Membership } from '#domain';
import { abandoned, blocked, retried, settled } from '../stories/commands.js';
import type { Happening } from '../stories/life.js';
import type { Coverage } from './coverage.js';
import type { Random } from './random.js';
import type { SimulatedLife } from './simulated-life.js';

interface Answer {
  readonly at: Instant;
  readonly numberId: string;
  readonly command: Command;
}

const dayMs = 86_400_000;

export class Carrier {
  private seen = 0;
  private answers: Answer[] = [];
  /** When it is asked for a number whose release has begun. */
  private readonly askedAt = new Map<string, Instant>();
  private readonly purchased = new Set<string>();

  constructor(
    private readonly random: Random,
    private readonly coverage: Coverage,
  ) {}

  /** Takes up the releases that have begun, and lets go of what was taken back before anybody was asked. */
  notice(happened: readonly Happening[]): void {
    for (const { event } of happened.slice(this.seen)) {
      const { type, data, effectiveAt: at } = event;
      if (type === 'NumberPurchased' && data.origin === 'purchased') this.purchased.add(data.numberId);
      if (type === 'NumberRemoved' && this.purchased.has(data.numberId)) this.giveBack(data.numberId, at);
      if (type === 'NumberReleaseStarted') for (const id of data.numberIds) this.askFor(id, at);
      if (type === 'NumberReleaseWithdrawn') for (const id of data.numberIds) this.forget(id, at);
      if (type === 'DataPurged') for (const [id, askedAt] of this.askedAt) if (askedAt > at) this.forget(id, at);
    }
    const { event: last } = happened.at(-1)!;
    const lost = happened.length > this.seen && [...this.askedAt].find(([, askedAt]) => askedAt > last.effectiveAt);
    if (lost && happened.slice(this.seen).some(({ event: { type } }) => type === 'SubscriptionStarted')) {
      throw new Error(`the carrier will be asked for ${lost[0]}, and the customer has come back`);
    }
    this.seen = happened.length;
  }

  /** When something is told next, if by `to`. */
  nextAt(to: Instant): Instant | null {
    return this.answers.map(({ at }) => at).filter((at) => at <= to).toSorted()[0] ?? null;
  }

  /** What is told at that instant; it is told once. */
  take(at: Instant, state: Membership): Command {
    const answer = this.answers.find((one) => one.at === at)!;
    this.answers = this.answers.filter((one) => one !== answer);
    this.watch(answer, state);
    return answer.command;
  }

  /** Says with a subscription which numbers nobody was asked for yet; now and then more, which must not be believed. */
  withKept(command: Command, { numbers }: Membership, now: Instant): Command {
    if (command.type !== 'Subscribe') return command;
    const all = allNumbers(numbers.all);
    const left = all.filter(({ status }) => status === 'left');
    const taken = left.filter(() => this.random.chance(0.3));
    const notAsked = all.filter(({ numberId, status }) => status === 'releasing' && this.askedAt.get(numberId)! > now);
    const lies = this.random.chance(0.2) ? all.filter(({ status }) => status !== 'releasing') : [];
    return {
      ...command,
      keptNumberIds: [...lies, ...notAsked].map(({ numberId }) => numberId),
      takenNumberIds: [...lies.filter(({ status }) => status !== 'left'), ...taken].map(({ numberId }) => numberId),
    };
  }

  private forget(numberId: string, at: Instant): void {
    if (!(this.askedAt.get(numberId)! > at)) throw new Error(`${numberId} was kept though the carrier had been asked`);
    this.askedAt.delete(numberId);
    this.answers = this.answers.filter((one) => one.numberId !== numberId);
  }

  /** A removed number is asked for whoever comes back, unless it is in use again before. */
  private giveBack(numberId: string, removedAt: Instant): void {
    if (!this.random.chance(0.3)) return this.answer(numberId, removedAt);
    const at = plusMs(removedAt, this.random.below(3 * dayMs));
    // Told twice now and then, as by a worker that did not hear that it had been heard.
    const again = this.random.chance(0.5) ? [plusMs(at, 1 + this.random.below(3 * dayMs))] : [];
    for (const told of [at, ...again]) this.answers.push({ at: told, numberId, command: abandoned(numberId) });
  }

  private askFor(numberId: string, startedAt: Instant): void {
    const days = (most: number): number => this.random.below(most * dayMs);
    const at = plusMs(startedAt, this.random.weighted([[6, 0], [2, days(3)], [2, days(40)]]));
    this.askedAt.set(numberId, at);
    this.answer(numberId, at);
  }

  private answer(numberId: string, askedAt: Instant): void {
    const days = (most: number): number => this.random.below(most * dayMs);
    let at = askedAt;
    const say = (command: Command, after: number): void => {
      at = plusMs(at, after);
      this.answers.push({ at, numberId, command });
    };
    this.random.weighted<() => void>([
      [30, () => say(settled(numberId), days(1))],
      [5, () => say(settled(numberId, 'already-gone'), days(1))],
      [8, () => say(settled(numberId), days(90))],
      [10, () => { say(settled(numberId), days(2)); say(settled(numberId, 'already-gone'), days(60)); }],
      [5, () => { say(settled(numberId), days(2)); say(blocked(numberId), days(60)); }],
      [8, () => say(blocked(numberId), days(10))],
      [4, () => { say(blocked(numberId), days(10)); say(blocked(numberId), days(60)); }],
      [12, () => { say(blocked(numberId), days(3)); say(retried(numberId), days(30)); say(settled(numberId), days(5)); }],
      [4, () => { say(blocked(numberId), days(3)); say(retried(numberId), days(30)); say(blocked(numberId), days(5)); }],
      [6, () => { say(blocked(numberId), days(3)); say(settled(numberId, 'settled-elsewhere', 'given up by telephone'), days(30)); }],
      [4, () => undefined],
    ])();
  }

  /** An operator who has it asked again for what nobody gives up any more asks in vain: the carrier is not asked. */
  private watch({ command, numberId }: Answer, state: Membership): void {
    const number = numberById(state.numbers.all, numberId);
    const wanted = number !== undefined && isBeingGivenUp(number);
    if (command.type === 'RetryNumberRelease' && !wanted) this.answers = this.answers.filter((one) => one.numberId !== numberId);
    const told = command.type === 'SettleNumberRelease' ? command.outcome : command.type;
    const when = state.lapse ? 'during the lapse' : 'after a return';
    if (number?.status === 'removed') this.coverage.met(`carrier: ${told} of a removed number${wanted ? '' : ', in vain'}`);
    this.coverage.met(state.purge ? 'carrier: an answer after the purge' : `carrier: ${told} ${when}${wanted ? '' : ', in vain'}`);
  }
}

/** What is due and what the carrier answers, in the order of time; what is due at the same instant comes first. */
export function inTimeUntil(life: SimulatedLife, carrier: Carrier, to: Instant, answered: (at: Instant) => void): void {
  for (;;) {
    carrier.notice(life.happened);
    const due = nextDue(life.state, to);
    const answerAt = carrier.nextAt(to);
    if (due && (answerAt === null || due.dueAt <= answerAt)) {
      const written = life.happened.at(-1)!.recordedAt;
      life.bringUpToDate(due.dueAt < written ? written : due.dueAt);
    } else if (answerAt !== null) answered(answerAt);
    else return;
  }
}
