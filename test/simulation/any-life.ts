// Lives one random life twice, with a worker that is always in time and with machinery that fails, and compares the two.
import { isDeepStrictEqual } from 'node:util';
import { epochMs, plusMs, type Instant } from '#kernel';
import {
  allNumbers, chargeById, fold, lossKinds, feeBoundaries, membershipEvents, nextDue, noMembership, numberIdsOf, openDeadlines, openSubscriptions, plannedDeadlines,
  type LossKind, type Command, type Membership, type MembershipEvent,
} from '#domain';
import { diaryOf } from '../stories/recorded.js';
import { Carrier, inTimeUntil } from './carrier.js';
import { ask, birth, moveOn, opening, surroundings } from './choices.js';
import type { Coverage } from './coverage.js';
import { Machinery } from './machinery.js';
import { Random } from './random.js';
import { SimulatedLife } from './simulated-life.js';
import { Witness } from './witness.js';

/** What was asked when, and what was seen and answered in the life where everything was in time. */
interface Scene {
  readonly at: Instant;
  readonly command: Command | null;
  readonly seen: string;
  readonly refused: string | null;
}

const openKinds = (state: Membership): readonly string[] => openSubscriptions(state).map(({ term }) => term.kind).toSorted();

/** What a reader is shown of a state, as far as the passing of time decides it; of what is purged, nothing. */
const shown = (state: Membership): string =>
  state.purge
    ? 'purged'
    : JSON.stringify([openKinds(state), state.tenDlc.status, state.wallet.balance, allNumbers(state.numbers.all), openDeadlines(state), plannedDeadlines(state)]);

/** A life, its witness, and what it was last told to expect. */
class Watched {
  private readonly witness = new Witness();
  private watched = 0;
  private told: ReadonlyMap<LossKind, Instant> = new Map();
  private foretold: readonly Instant[] | null = null;

  constructor(
    readonly life: SimulatedLife,
    private readonly coverage: Coverage,
  ) {}

  /** `now` has come and everything due has been carried out. */
  arrived(now: Instant): void {
    const { state } = this.life;
    const news = this.news();
    for (const event of news) this.asTold(event);
    if (this.foretold) {
      const charged = news.filter(({ type }) => type === 'NumberFeesCharged').map(({ effectiveAt }) => effectiveAt);
      must(charged.slice(0, fees).join() === this.foretold.filter((at) => at <= now).join(), `fees foretold for ${this.foretold.join()}, charged at ${charged.join()}`);
    }
    const overdue = openDeadlines(state).find(({ dueAt, held }) => dueAt <= now && !held);
    must(!overdue, `${overdue?.kind ?? ''} is due at ${overdue?.dueAt ?? ''} and still open at ${now}`);
    const { balance, autoRecharge } = state.wallet;
    this.witness.check(now, { balance, openKinds: openKinds(state), suspended: autoRecharge.suspended, tenDlcActive: state.tenDlc.status === 'active' });
  }

  /** A command was answered; with `foretell` the fees to come are written down. */
  answered(command: Command, refused: string | null, foretell: boolean): void {
    this.news();
    const anew = refused === null && ['ResumeSubscription', 'Subscribe', 'StartErasure'].includes(command.type);
    const told = promises(this.life.state);
    if (!anew) {
      for (const [kind, before] of this.told) must((told.get(kind) ?? '') >= before, `${kind} was told for ${before} and is now ${told.get(kind) ?? 'gone'} after ${command.type}`);
    }
    this.told = told;
    this.foretold = foretell ? feeBoundaries(this.life.state, fees) : null;
  }

  private news(): readonly MembershipEvent[] {
    const news = this.life.happened.slice(this.watched);
    this.watched = this.life.happened.length;
    for (const happening of news) {
      this.witness.see(happening);
      this.coverage.met(`event: ${happening.event.type}`);
    }
    return news.map(({ event }) => event);
  }

  private asTold({ type, effectiveAt, data }: MembershipEvent): void {
    const kind = carriesOut[type];
    if (!kind) return;
    const due = type === 'PurgeStarted' ? data.due : effectiveAt;
    must(this.told.get(kind) === due, `${kind} was told for ${this.told.get(kind) ?? 'no time'} and came at ${due}`);
    const left = new Map(this.told);
    left.delete(kind);
    this.told = kind === 'purge-data' ? new Map() : left;
  }
}

/** As many fees are foretold as are looked at. */
const fees = 6;

const carriesOut: Partial<Readonly<Record<MembershipEvent['type'], LossKind>>> = {
  NumberReleaseStarted: 'release-numbers',
  TenDlcExpired: 'expire-ten-dlc',
  TenDlcExpirySkipped: 'expire-ten-dlc',
  PurgeStarted: 'purge-data',
};

function promises(state: Membership): ReadonlyMap<LossKind, Instant> {
  const all = [...openDeadlines(state), ...plannedDeadlines(state)];
  return new Map(lossKinds.flatMap((kind) => all.filter((one) => one.kind === kind).map(({ dueAt }) => [kind, dueAt] as const)));
}

/** Answers the life that the failing machinery left behind. Throws, with the seed and the diary, when a promise is broken. */
export function anyLife(seed: number, coverage: Coverage): SimulatedLife {
  const random = new Random(seed);
  const born = birth(random);
  const around = surroundings(random, born);
  const opened = opening(random, born);
  const inTime = new Watched(new SimulatedLife(`seed-${seed}`, around), coverage);
  const late = new Watched(new SimulatedLife(`seed-${seed}`, around), coverage);
  const scenes: Scene[] = [];
  const telling = (life: SimulatedLife, live: () => void): void => {
    try {
      live();
    } catch (cause) {
      throw new Error(`SEED=${seed} LIVES=1: ${cause instanceof Error ? cause.message : String(cause)}\n\n${life.state.terms ? diaryOf(life) : ''}`, { cause });
    }
  };

  const carrier = new Carrier(random, coverage);
  /** Everything due has been carried out: somebody looks, asks, and is answered. */
  const play = (at: Instant, choose: (state: Membership) => Command | null): void => {
    inTime.arrived(at);
    const seen = shown(inTime.life.state);
    const before = inTime.life.state;
    const command = choose(before);
    const refused = command && (inTime.life.ask(command, at)?.refused ?? null);
    if (command) {
      inTime.answered(command, refused, random.chance(0.3));
      cover(coverage, command, refused, before, inTime.life, at);
    }
    scenes.push({ at, command, seen, refused });
  };

  telling(inTime.life, () => {
    inTime.life.live(born, opened);
    let at = born;
    const most = 6 + random.below(18);
    for (let step = 0; step <= most; step += 1) {
      at = moveOn(random, inTime.life.state, at);
      if (step === most) at = plusMs(at, random.pick([1, 40, 400]) * 86_400_000);
      inTimeUntil(inTime.life, carrier, at, (answeredAt) => play(answeredAt, (state) => carrier.take(answeredAt, state)));
      play(at, (state) => (step === most ? null : carrier.withKept(ask(random, state, at, step), state, at)));
    }
  });

  telling(late.life, () => {
    late.life.live(born, opened);
    const machinery = new Machinery(late.life, random, coverage);
    machinery.sync(born);
    for (const { at, command, seen, refused } of scenes) {
      machinery.runUntil(at);
      must(shown(late.life.asOf(at)) === seen, `at ${at} a reader sees ${shown(late.life.asOf(at))} instead of ${seen}`);
      late.life.bringUpToDate(at);
      machinery.sync(at);
      late.arrived(at);
      if (!command) continue;
      const answer = late.life.ask(command, at)?.refused ?? null;
      must(answer === refused, `${command.type} at ${at} was answered ${answer ?? 'yes'} instead of ${refused ?? 'yes'}`);
      late.answered(command, answer, false);
      machinery.sync(at);
    }
    const [expected, happened] = [inTime, late].map(({ life }) => life.events.map(comparable));
    const differs = happened!.findIndex((one, index) => one !== expected![index]);
    must(differs === -1 && happened!.length === expected!.length, `differs from the life in time: ${happened![differs] ?? 'ends'} instead of ${expected![differs] ?? 'ends'}`);
    must(JSON.stringify(late.life.refolded()) === JSON.stringify(late.life.state), 'folding the events gives another state');
    must(isDeepStrictEqual(fromSnapshots(late.life, random), late.life.state), 'going on from snapshots gives another state');
  });
  return late.life;
}

/** When a purge was written is the only thing that a late worker may change. */
const comparable = ({ type, effectiveAt, data }: MembershipEvent): string =>
  JSON.stringify([type, type === 'PurgeStarted' || type === 'DataPurged' ? null : effectiveAt, data]);

function cover(coverage: Coverage, command: Command, refused: string | null, before: Membership, { state, happened }: SimulatedLife, at: Instant): void {
  coverage.met(refused ? `refused: ${refused}` : `accepted: ${command.type}`);
  if (command.type === 'ResumeSubscription') {
    const subscription = before.subscriptions.find(({ subscriptionId }) => subscriptionId === command.subscriptionId);
    const ms = subscription ? epochMs(subscription.period.end) - epochMs(at) : null;
    if (ms === 1 && !refused) coverage.met('resumed a millisecond before the end');
    if (ms === 0 && refused) coverage.met('refused to resume exactly at the end');
  }
  if (command.type === 'MarkChargeCollected' || command.type === 'MarkChargeFailed') coverCharge(coverage, command, before);
  if (command.type === 'LiftLegalHold' && !refused && nextDue(state, at)?.kind === 'purge-data') coverage.met('lifted a hold on an overdue purge');
  if (command.type !== 'Subscribe' || refused) return;
  const started = happened.findLast(({ event }) => event.type === 'SubscriptionStarted')?.event;
  if (started?.type === 'SubscriptionStarted' && started.data.returned) coverage.met(`came back having lost: ${started.data.returned.lost.join(', ') || 'nothing'}`);
  const releasing = numberIdsOf(before.numbers.all, 'releasing');
  const kept = allNumbers(state.numbers.all).some(({ numberId, status }) => status === 'active' && releasing.includes(numberId));
  if (before.lapse && releasing.length > 0) coverage.met(`came back keeping: ${kept ? 'some that were' : 'nothing that was'} being released`);
  if (before.purge && state.life > 1) coverage.met('came back after the purge');
}

function coverCharge(coverage: Coverage, { type, chargeId }: { readonly type: string; readonly chargeId: string }, before: Membership): void {
  const charge = chargeById(before, chargeId);
  if (!charge) return;
  const told = type === 'MarkChargeCollected' ? 'collected' : 'failed';
  const plan = charge.purpose === 'plan' ? before.subscriptions.find(({ subscriptionId }) => subscriptionId === charge.subscriptionId) : undefined;
  coverage.met(`charge: ${told} when it was ${charge.status}`);
  if (charge.status === 'requested') coverage.met(`charge: ${charge.purpose} ${told}`);
  if (plan?.endedAt) coverage.met(`charge: ${told} after the end of its plan`);
  else if (plan?.cancellation) coverage.met(`charge: ${told} while its plan is pending`);
  if (plan && charge.purpose === 'plan' && charge.periodNumber < plan.periodNumber) coverage.met(`charge: ${told} in a later period`);
  if (charge.purpose !== 'plan' && before.wallet.autoRecharge.suspended) coverage.met(`charge: ${told} for the wallet while the card rests`);
}

/** The state as whoever keeps it now and then has it: put away as JSON, and continued with what is newer, without anything personal. */
function fromSnapshots({ state: { accountId }, events }: SimulatedLife, random: Random): Membership {
  let kept: Membership = noMembership(accountId);
  for (let at = 0; at < events.length; ) {
    const next = at + 1 + random.below(10);
    kept = JSON.parse(JSON.stringify(fold(kept, events.slice(at, next).map(withoutPersons)))) as Membership;
    at = next;
  }
  return kept;
}

const personal = new Map(membershipEvents.map((one) => [one.type, one.personal]));

const withoutPersons = (event: MembershipEvent): MembershipEvent =>
  ({ ...event, data: { ...event.data, ...Object.fromEntries(personal.get(event.type)!.map((field) => [field, null])) } }) as MembershipEvent;

function must(holds: boolean, objection: string): void {
  if (!holds) throw new Error(objection);
}
