// Carries out what is asked of one or many accounts in the transaction it is called in: locks, loads, brings up to date, decides, writes; one statement of each kind for all.
import { Inject, Injectable } from '@nestjs/common';
import { grouped, isRefusal, Refused, type Instant, type Metadata } from '#kernel';
import {
  decide, endingPlans, fold, nextDue, bringUpToDate,
  type Command, type CommandOf, type Facts, type Membership, type MembershipEvent, type OpenDeadline, type PlanKind, type PolicyInForce, type UpToDate, type Unsent,
} from '#domain';
import { Clock, ClockInDoubt, Deadlines, lockFree, UnknownTestClock } from '#deadlines';
import { Directory } from '#directory';
import { Effects, Notices } from '#effects';
import { EventStore } from '#event-store';
import { Database, Retry } from '#postgres';
import { PurgeGuard, Purges } from '#purge';
import { type MessageCredit, ScheduledMessages } from '#scheduled-messages';
import { entriesOf } from '../accounts/directory-entries.js';
import { CarrierHoldings, takesAtCarrier } from '../effects/carrier-holdings.js';
import { lifeOf } from '../life.js';
import { POLICY } from '../policy/in-force.js';
import type { Account, Asked, Outcome } from './asked.js';
import { appendOf, askedFor, changesOf, isSaid, testClockIdOf, toTell, wantsSnapshot, type Credit, type Decided, type End, type Present } from './decided.js';
import { Firings } from './firings.js';
import { KnownStates } from './known-states.js';
import { foldName, type Loaded, TooMuchAtOnce, unknown, versionOf, type Written } from './loading.js';

/** What another system tells of an account. */
export interface TakenOver {
  readonly accountId: string;
  readonly metadata: Metadata;
  readonly command: CommandOf<'ImportAccount'>;
}

/** In place of what was decided: it cannot be among others. */
const apart = Symbol('apart');
type Apart = typeof apart;

@Injectable()
export class WritePath {
  private readonly known: KnownStates;

  constructor(
    private readonly database: Database,
    private readonly store: EventStore<MembershipEvent>,
    private readonly deadlines: Deadlines,
    private readonly clock: Clock,
    private readonly messages: ScheduledMessages,
    private readonly effects: Effects,
    private readonly notices: Notices,
    private readonly holdings: CarrierHoldings,
    private readonly directory: Directory,
    private readonly purges: Purges,
    private readonly purgeGuard: PurgeGuard,
    @Inject(POLICY) readonly policy: PolicyInForce,
  ) {
    this.known = new KnownStates(store);
  }

  /**
   * For one account, which is locked: it may ask and wait on its own. Whatever refuses it is thrown, and undoes the transaction.
   */
  async one(asked: Asked): Promise<Account> {
    const [present] = await this.present([asked]);
    if (present instanceof Error) throw present;
    const [account] = await this.write([await this.decideApart(asked, present!)]);
    return account!;
  }

  /** For different accounts of one shard. Nobody is waited for; whoever fails has written nothing, and costs the others nothing. */
  async many(asked: readonly Asked[]): Promise<Outcome[]> {
    if (asked.length === 0) return [];
    const free = await lockFree(this.database, asked.map(({ accountId }) => accountId));
    const ours = asked.filter(({ accountId }) => free.has(accountId));
    const presents = await this.present(ours);
    const credits = await this.credits(presents.map((present, index) => (ours[index]!.manner === 'due-first' && !(present instanceof Error) ? present : null)));
    const decisions = ours.map((one, index) => orItsError(() => decideTogether(one, presents[index]!, credits[index]!, this.factsFor(credits[index]!))));
    const accepted = decisions.filter((one): one is Decided => one !== apart && !isFailed(one));
    const written = await this.write(accepted);
    const outcomes = new Map<Asked, Outcome>(accepted.map(({ asked: one }, index) => [one, { outcome: 'done', account: written[index]! }]));
    for (const [index, one] of ours.entries()) {
      const decision = decisions[index]!;
      if (isFailed(decision)) outcomes.set(one, decision);
    }
    return asked.map((one) => outcomes.get(one) ?? { outcome: 'apart' });
  }

  /**
   * Accounts that come from another system and are new here, on real time, in the surrounding transaction. Answers each as it is afterwards; in a dry run as it
   * would be, and nothing is written. Throws what refuses one of them.
   */
  async takeOver(taken: readonly TakenOver[], { now, dryRun }: { readonly now: Instant; readonly dryRun: boolean }): Promise<readonly Membership[]> {
    const decided = taken.map(({ accountId, metadata, command }): Decided => {
      const present = { ...unknown(accountId), now, doubted: false };
      const decision = decisionOf(present.state, command, now, this.policy);
      return { asked: { accountId, metadata, ask: command, manner: 'taken-over' }, present, upToDate: { state: present.state, steps: [] }, decided: decision, happened: decision, credits: [], stopped: null };
    });
    if (dryRun) return decided.map((one) => fold(one.upToDate.state, one.decided));
    const free = await lockFree(this.database, taken.map(({ accountId }) => accountId));
    if (free.size < taken.length) throw new Retry('somebody is just changing an account that is to be taken over');
    const states = new Map<string, Membership>();
    const byShard = grouped(decided, ({ asked: { accountId } }) => this.store.shardOf(accountId));
    for (const [, those] of [...byShard].toSorted(([a], [b]) => a - b)) for (const { state } of await this.write(those)) states.set(state.accountId, state);
    return taken.map(({ accountId }) => states.get(accountId)!);
  }

  /** Accounts as the log has them, each at its own time; in place of one, why it cannot be said. */
  async present(asked: readonly Pick<Asked, 'accountId' | 'ask'>[]): Promise<(Present | Error)[]> {
    const loaded = await this.known.load(asked.map(({ accountId }) => accountId));
    if (!this.database.inTransaction) for (const one of loaded) if (!(one instanceof Error)) this.known.learn(one);
    const testClocks = loaded.map((one, index) => (one instanceof Error ? null : one.state.terms ? one.state.terms.testClockId : testClockOf(asked[index]!.ask)));
    const times = await this.clock.times(testClocks.filter((id) => id !== null));
    const timed = loaded.map((one, index) => {
      const id = testClocks[index] ?? null;
      if (one instanceof Error || id === null) return one;
      const now = times.get(id);
      return now === undefined ? new UnknownTestClock(id) : { ...one, now };
    });
    // Asked after the clock was read: what jumps later has made nothing due yet.
    const inDoubt = timed.some((one) => !(one instanceof Error) && isDueOnRealTime(one)) && (await this.clock.inDoubt(null));
    return timed.map((one) => (one instanceof Error ? one : { ...one, doubted: inDoubt && isDueOnRealTime(one) }));
  }

  /** What the core cannot know of accounts whose plans have ended by now: what of their messages is unsent. */
  async factsOf(present: Present): Promise<Facts> {
    return this.factsFor((await this.credits([present]))[0]!);
  }

  /** As time has made it, whatever the rows beside it would say. */
  byTime({ state, now }: Pick<Present, 'state' | 'now'>): Membership {
    return bringUpToDate(state, now, this.factsFor([])).state;
  }

  /** While the clock is in doubt: as somebody sees it, access by time, nothing charged, credited or given up. */
  accessUpToDate(present: Present): UpToDate {
    return accessUpToDate(present, this.policy);
  }

  private factsFor(credits: readonly Credit[]): Facts {
    return { policy: this.policy, unsent: unsentOf(credits) };
  }

  private async credits(presents: readonly (Present | null)[]): Promise<readonly (readonly Credit[])[]> {
    const ending = presents.map((present) => (present ? endingOf(present) : []));
    if (ending.every((credits) => credits.length === 0)) return ending.map(() => []);
    const totals = (await this.messages.unsentOf(ending.flat())).values();
    return ending.map((credits) => credits.map((credit) => ({ ...credit, unsent: totals.next().value! })));
  }

  private async decideApart(asked: Asked, present: Present): Promise<Decided> {
    const { manner, ask } = asked;
    const { accountId, state: before, now } = present;
    refuseInDoubt(asked, present, this.policy);
    const credits = manner === 'due-first' ? (await this.credits([present]))[0]! : [];
    const facts = this.factsFor(credits);
    const all = upToDateOf(asked, present, facts);
    const begins = purgeOf(all);
    const stopped = begins && before.terms?.testClockId === null && !(await this.purgeGuard.allows(accountId)) ? begins : null;
    if (stopped && ask !== null) throw purged(all.state.purge!.since);
    const upToDate = stopped ? bringUpToDate(before, now, { ...facts, purgesStopped: true }) : all;
    // Whoever asks finds the rows as they are by now.
    await this.cancel(credits);
    const command = typeof ask === 'function' ? await ask({ state: upToDate.state, events: this.eventsOf(present), now }) : ask;
    const decided = decisionOf(upToDate.state, command, now, this.policy);
    return { asked, present, upToDate, decided, happened: happenedIn(upToDate, decided), credits: [], stopped };
  }

  /** The rows first and the log last: until the commit, every other append to the shard waits. */
  private async write(decided: readonly Decided[]): Promise<Account[]> {
    const firings = await Firings.begin(this.deadlines, decided);
    return this.writeWithin(firings, decided).finally(() => firings.end());
  }

  private async writeWithin(firings: Firings, decided: readonly Decided[]): Promise<Account[]> {
    const ends: readonly End[] = decided.map((one) => ({ ...one, state: fold(one.upToDate.state, one.decided) }));
    const changing = ends.filter(({ asked }) => asked.manner !== 'noting');
    const acting = changing.filter(({ asked }) => asked.manner !== 'taken-over');
    await this.cancel(decided.flatMap(({ credits }) => credits));
    await this.deadlines.syncAll(changing.filter((end) => !isSaid(end)).map((end) => changesOf(end, firings)));
    await this.holdings.note(acting);
    await this.directory.put(entriesOf(changing));
    await this.notices.startOver(acting.flatMap(({ happened, state: { accountId, lifecycle } }) => (happened.some(({ type }) => type === 'SubscriptionStarted') ? [{ accountId, generation: lifecycle }] : [])));
    await this.notices.tryAgain(acting.flatMap(({ happened, state: { accountId } }) => (happened.some(hasAnotherAddress) ? [accountId] : [])));
    await this.effects.putAll(acting.map((end) => ({ accountId: end.state.accountId, testClockId: testClockIdOf(end.state), intents: [...askedFor(end, firings), ...toTell(end, firings)] })));
    for (const { happened, state, present } of acting) for (const event of happened) await this.putPurge(event, present, state);
    const snapshots = changing.filter(wantsSnapshot).map(({ present }) => present);
    await this.store.snapshots.put(snapshots.map(({ accountId, state, at }) => ({ accountId, state, ...at! })), foldName);
    const appended = await this.store.appendAll(decided.map((one) => appendOf(one, firings, this.policy)));
    let count = 0;
    return ends.map(({ present, state, happened, asked }) => {
      const last = happened.length === 0 ? present.at : appended[(count += happened.length) - 1]!;
      const written: Written = {
        accountId: present.accountId,
        state,
        at: last && { version: last.version, eventId: last.eventId },
        snapshot: snapshots.includes(present) ? versionOf(present) : present.snapshot,
        rowsWritten: asked.manner === 'noting' ? present.rowsWritten : true,
      };
      this.database.onCommit(() => this.known.learn(written));
      return { state, events: this.eventsOf(written), now: present.now };
    });
  }

  private async cancel(credits: readonly Credit[]): Promise<void> {
    const cancelled = await this.messages.cancelUnsent(credits);
    for (const [index, { accountId, unsent }] of credits.entries()) {
      if (!isSame(cancelled[index]!, unsent)) throw new Retry(`the unsent messages of ${accountId} have changed`);
    }
  }

  private async putPurge({ type, effectiveAt: begunAt, data }: MembershipEvent, present: Present, state: Membership): Promise<void> {
    if (type !== 'PurgeStarted') return;
    const { purgeId, basis, due: dueAt } = data;
    const lifeId = (await lifeOf({ state: present.state, events: this.eventsOf(present) }))!;
    await this.purges.put({ purgeId, accountId: state.accountId, lifeId, testClockId: testClockIdOf(state), basis, dueAt, begunAt });
  }

  /** What the log held then. */
  eventsOf({ accountId, at }: Pick<Written, 'accountId' | 'at'>): Account['events'] {
    return async (wanted = {}) => (at ? this.store.load(accountId, { ...wanted, toVersion: Math.min(at.version, wanted.toVersion ?? at.version) }) : []);
  }
}

/** Among many: without a statement of its own, before anything is written of it. */
function decideTogether(asked: Asked, present: Present | Error, credits: readonly Credit[], facts: Facts): Decided | Apart {
  if (present instanceof TooMuchAtOnce) return apart;
  if (present instanceof Error) throw present;
  if (typeof asked.ask === 'function') return apart;
  refuseInDoubt(asked, present, facts.policy);
  const upToDate = upToDateOf(asked, present, facts);
  const decided = decisionOf(upToDate.state, asked.ask, present.now, facts.policy);
  const happened = happenedIn(upToDate, decided);
  return happened.some((event) => takesAtCarrier(event) || event.type === 'PurgeStarted') ? apart : { asked, present, upToDate, decided, happened, credits, stopped: null };
}

type Failed = Extract<Outcome, { readonly outcome: 'failed' }>;

const isFailed = (decision: Decided | Apart | Failed): decision is Failed => decision !== apart && 'outcome' in decision;

function orItsError(decision: () => Decided | Apart): Decided | Apart | Failed {
  try {
    return decision();
  } catch (error) {
    return { outcome: 'failed', error: error instanceof Error ? error : new Error('a rule threw what is not an error') };
  }
}

function decisionOf(state: Membership, command: Command | null, now: Instant, policy: PolicyInForce): readonly MembershipEvent[] {
  if (command === null) return [];
  const decision = decide(state, command, now, policy);
  if (isRefusal(decision)) throw new Refused(decision);
  return decision;
}

const upToDateOf = ({ manner }: Asked, { state, now }: Present, facts: Facts): UpToDate => (manner === 'due-first' ? bringUpToDate(state, now, facts) : { state, steps: [] });

const happenedIn = ({ steps }: UpToDate, decided: readonly MembershipEvent[]): readonly MembershipEvent[] => (steps.length === 0 ? decided : [...steps.flatMap(({ events }) => events), ...decided]);

const hasAnotherAddress = ({ type, data }: MembershipEvent): boolean => type === 'AccountChanged' && data.email !== undefined;

/** A purge that is due and would begin. */
const purgeOf = ({ steps }: UpToDate): OpenDeadline | null => steps.find(({ deadline }) => deadline?.kind === 'purge-data')?.deadline ?? null;

const endingOf = ({ accountId, state, now }: Present): readonly MessageCredit[] =>
  endingPlans(state, now).map(({ subscriptionId, term, period }) => ({ accountId, planKind: term.kind, creditId: `${subscriptionId}.credit`, at: period.end }));

function unsentOf(credits: readonly Credit[]): Facts['unsent'] {
  const unsent: Partial<Record<PlanKind, Unsent>> = {};
  for (const credit of credits) unsent[credit.planKind] = credit.unsent;
  return unsent;
}

const isSame = (one: Unsent, other: Unsent): boolean =>
  (['sms', 'rvm'] as const).every((channel) => one[channel].count === other[channel].count && one[channel].amount === other[channel].amount);

const isDueOnRealTime = ({ state, now }: Loaded): boolean => state.terms?.testClockId === null && nextDue(state, now) !== undefined;

const testClockOf = (ask: Asked['ask']): string | null => (typeof ask === 'object' && ask?.type === 'OpenAccount' ? ask.testClockId : null);

const accessUpToDate = ({ state, now }: Present, policy: PolicyInForce): UpToDate => bringUpToDate(state, now, { policy, unsent: {}, clockInDoubt: true });

function refuseInDoubt({ manner, ask, accountId }: Asked, present: Present, policy: PolicyInForce): void {
  if (!present.doubted || manner !== 'due-first') return;
  const { purge } = accessUpToDate(present, policy).state;
  throw purge && ask !== null ? purged(purge.since) : new ClockInDoubt(`what is due for account ${accountId} waits until an operator confirms the clock`);
}

export const purged = (purgedAt: Instant): Refused => new Refused({ refused: 'account_purged', detail: { purgedAt } });
