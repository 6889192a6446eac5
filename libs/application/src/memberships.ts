// The one place where an account is loaded, brought up to date, decided upon and written; every use case goes through it.
import { Injectable } from '@nestjs/common';
import { isRefusal, notFound, Refused, type Instant, type Metadata, type RecordedEvent } from '#kernel';
import {
  decide, deadlineKey, endingPlans, fold, nextDue, noMembership, openDeadlines, settle,
  type Command, type Facts, type Membership, type MembershipEvent, type OpenDeadline, type PlanKind, type Settlement, type Unsent,
} from '#domain';
import { Clock, ClockInDoubt, Deadlines, lockAccount } from '#deadlines';
import { Effects } from '#effects';
import { EventStore } from '#event-store';
import { Database } from '#postgres';
import { type LedgerEntry, PurgeGuard, Purges } from '#purge';
import { ofThisLife } from '#read-models';
import { ScheduledMessages } from '#scheduled-messages';
import { CarrierHoldings } from './effects/carrier-holdings.js';
import { intentsOf } from './effects/intents.js';

/** An account at one instant. */
export interface Account {
  /**
   * With everything that is due by `now` carried out, whether or not a worker has written it yet. While the clock is in doubt access alone goes by
   * time, and the rest stands as it is written.
   */
  readonly state: Membership;
  /** What the log holds. */
  readonly events: readonly RecordedEvent<MembershipEvent>[];
  readonly now: Instant;
}

interface Loaded {
  readonly accountId: string;
  /** As the log has it. */
  readonly written: Membership;
  readonly events: readonly RecordedEvent<MembershipEvent>[];
  readonly version: number;
  readonly now: Instant;
}

/** A command, or how to make it of the account as it is when it is decided. */
export type Ask = Command | ((account: Account) => Command | Promise<Command>);

@Injectable()
export class Memberships {
  constructor(
    private readonly database: Database,
    private readonly store: EventStore<MembershipEvent>,
    private readonly deadlines: Deadlines,
    private readonly clock: Clock,
    private readonly messages: ScheduledMessages,
    private readonly effects: Effects,
    private readonly holdings: CarrierHoldings,
    private readonly purges: Purges,
    private readonly purgeGuard: PurgeGuard,
  ) {}

  /** The account as it is now. Throws `Refused` `not_found`, or `account_purged` unless `evenPurged`. */
  async read(accountId: string, options: { readonly evenPurged?: boolean } = {}): Promise<Account> {
    return (await this.look(accountId, options)).account;
  }

  /**
   * As {@link read}, and whatever was due and not yet written is written first: for answers made of events or rows, which would
   * otherwise lag behind the state.
   */
  async readWritten(accountId: string, metadata: Metadata): Promise<Account> {
    const { account, late } = await this.look(accountId);
    return late ? this.settleDue(accountId, metadata) : account;
  }

  /** Since when nothing is told of an account whose purge is due or under way; `null`: it is told, or there is no such account. */
  async silentSince(accountId: string): Promise<Instant | null> {
    const { written, now } = await this.load(accountId);
    const { purge } = settle(written, now).state;
    return purge?.purgedAt === null ? purge.since : null;
  }

  private async look(accountId: string, { evenPurged = false } = {}): Promise<{ readonly account: Account; readonly late: boolean }> {
    const loaded = await this.load(accountId);
    if (!loaded.written.terms) throw new Refused(notFound('account'));
    const inDoubt = await this.waitsForClock(loaded);
    const { state, steps } = inDoubt
      ? settleAccess(loaded)
      : settle(loaded.written, loaded.now, await this.facts(loaded, (kind) => this.messages.unsent(accountId, kind)));
    if (state.purge && !evenPurged) throw purged(state.purge.purgedAt ?? state.purge.since);
    return { account: { state, events: loaded.events, now: loaded.now }, late: !inDoubt && steps.length > 0 };
  }

  /**
   * Settles what is due, decides the command and writes both in one transaction, its own or the surrounding one. Answers the account
   * afterwards. Throws `Refused`, or {@link ClockInDoubt}; then nothing is written.
   */
  async handle(accountId: string, ask: Ask, metadata: Metadata): Promise<Account> {
    return this.database.transaction(async () => {
      await lockAccount(this.database, accountId);
      const loaded = await this.load(accountId, ask);
      if (await this.waitsForClock(loaded)) {
        const { purge } = settleAccess(loaded).state;
        throw purge ? purged(purge.since) : inDoubt(accountId);
      }
      const settlement = await this.settleForGood(loaded);
      if (settlement.stopped) throw purged(settlement.stopped.dueAt);
      const account: Account = { state: settlement.state, events: loaded.events, now: loaded.now };
      const command = typeof ask === 'function' ? await ask(account) : ask;
      const decision = decide(settlement.state, command, loaded.now);
      if (isRefusal(decision)) throw new Refused(decision);
      return this.write(loaded, settlement, decision, metadata);
    });
  }

  /**
   * Runs `work` on the account's own rows beside its stream while nothing else can be decided about the account. Rows that time
   * changes need `asker`: what is due is then written before `work` sees them. Throws `Refused` as {@link read} does.
   */
  async alongside<T>(accountId: string, work: (account: Account) => Promise<T>, asker?: Metadata): Promise<T> {
    return this.database.transaction(async () => {
      await lockAccount(this.database, accountId);
      return work(await (asker ? this.readWritten(accountId, asker) : this.read(accountId)));
    });
  }

  /** Carries out everything that is due. For whoever fires a deadline; does nothing when nothing is due. Throws {@link ClockInDoubt}. */
  async settleDue(accountId: string, metadata: Metadata): Promise<Account> {
    return this.database.transaction(async () => {
      await lockAccount(this.database, accountId);
      const loaded = await this.load(accountId);
      if (await this.waitsForClock(loaded)) throw inDoubt(accountId);
      const settlement = await this.settleForGood(loaded);
      return this.write(loaded, settlement, [], metadata, settlement.stopped);
    });
  }

  /**
   * Begins a purge again that the purge ledger knows of and the log does not, because it was restored from before. What was due in the life
   * that was purged is not carried out any more. Answers whether it begins; an account that lives another life is left alone.
   */
  async reapplyPurge({ purgeId, accountId, lifeId, basis, dueAt, begunAt }: LedgerEntry, metadata: Metadata): Promise<boolean> {
    return this.database.transaction(async () => {
      await lockAccount(this.database, accountId);
      const loaded = await this.load(accountId);
      if (lifeOf(loaded.events) !== lifeId) return false;
      const decision = decide(loaded.written, { type: 'ReapplyPurge', purgeId, basis, due: dueAt, begunAt }, loaded.now);
      if (isRefusal(decision) || decision.length === 0) return false;
      await this.write(loaded, { state: loaded.written, steps: [] }, decision, metadata);
      return true;
    });
  }

  /**
   * Writes down what an operator did, which changes nothing of the account, and settles nothing: so that it can be said also of one that cannot be
   * brought up to date. Throws `Refused`.
   */
  async note(accountId: string, ask: Ask, metadata: Metadata): Promise<void> {
    return this.database.transaction(async () => {
      await lockAccount(this.database, accountId);
      const { written: state, events, version, now } = await this.load(accountId);
      const decision = decide(state, typeof ask === 'function' ? await ask({ state, events, now }) : ask, now);
      if (isRefusal(decision)) throw new Refused(decision);
      await this.store.append(accountId, version, decision, metadata);
    });
  }

  private async load(accountId: string, ask?: Ask): Promise<Loaded> {
    const { events, version, now } = await this.store.stream(accountId);
    const written = fold(noMembership(accountId), events);
    const testClockId = written.terms ? written.terms.testClockId : testClockOf(ask);
    return { accountId, written, events, version, now: testClockId === null ? now : await this.clock.now(testClockId) };
  }

  private async facts({ written, now }: Loaded, unsentOf: (kind: PlanKind, creditId: string, at: Instant) => Promise<Unsent>): Promise<Facts> {
    const unsent: Partial<Record<PlanKind, Unsent>> = {};
    for (const { subscriptionId, term, period } of endingPlans(written, now)) {
      unsent[term.kind] = await unsentOf(term.kind, `${subscriptionId}.credit`, period.end);
    }
    return { unsent };
  }

  /**
   * Whether something is due on real time while the clock is in doubt. Then nothing that is due is written, so nothing can be decided that would
   * follow it. Asked after the clock was read: what jumps later has made nothing due yet.
   */
  private async waitsForClock({ written, now }: Loaded): Promise<boolean> {
    return written.terms !== null && nextDue(written, now) !== undefined && (await this.clock.inDoubt(written.terms.testClockId));
  }

  /** Like reading, and the rows follow: unsent messages are cancelled. A purge that the guard stops is left out. */
  private async settleForGood(loaded: Loaded): Promise<Settlement & { readonly stopped: OpenDeadline | null }> {
    const { accountId, written, now } = loaded;
    const facts = await this.facts(loaded, (kind, creditId, at) => this.messages.cancelUnsent(accountId, kind, creditId, at));
    const all = settle(written, now, facts);
    const begins = all.steps.find(({ deadline }) => deadline?.kind === 'purge-data')?.deadline ?? null;
    const stopped = begins && written.terms?.testClockId === null && !(await this.purgeGuard.allows(accountId)) ? begins : null;
    return stopped ? { ...settle(written, now, { ...facts, purgesStopped: true }), stopped } : { ...all, stopped };
  }

  /** The rows first and the log last: until the commit, every other append to the shard waits. */
  private async write(
    loaded: Loaded, settlement: Settlement, decided: readonly MembershipEvent[], metadata: Metadata, stopped: OpenDeadline | null = null,
  ): Promise<Account> {
    const { accountId, written, events, now } = loaded;
    const state = fold(settlement.state, decided);
    const fired = settlement.steps.flatMap(({ deadline }) => (deadline ? [deadline] : []));
    const testClockId = state.terms?.testClockId ?? null;
    const happened = [...settlement.steps.flatMap((step) => step.events), ...decided];
    await this.deadlines.sync(accountId, testClockId, changes(written, state, fired, stopped), now);
    await this.holdings.note(accountId, happened, state);
    await this.effects.put(accountId, testClockId, intentsOf(happened, state));
    for (const { type, effectiveAt: begunAt, data } of happened) {
      if (type !== 'PurgeStarted') continue;
      const { purgeId, basis, due: dueAt } = data;
      await this.purges.put({ purgeId, accountId, lifeId: lifeOf(events)!, testClockId, basis, dueAt, begunAt });
    }
    let version = loaded.version;
    const appended: RecordedEvent<MembershipEvent>[] = [];
    const append = async (some: readonly MembershipEvent[], by: Metadata): Promise<void> => {
      appended.push(...(await this.store.append(accountId, version, some, by)));
      version += some.length;
    };
    for (const { deadline, events: ofStep } of settlement.steps) await append(ofStep, onTime(metadata, deadline));
    await append(decided, metadata);
    return { state, events: [...events, ...appended], now };
  }
}

/** The event that began the life which the account lives now. */
const lifeOf = (events: readonly RecordedEvent<MembershipEvent>[]): string | undefined => ofThisLife(events)[0]?.eventId;

const testClockOf = (ask: Ask | undefined): string | null => (typeof ask === 'object' && ask.type === 'OpenAccount' ? ask.testClockId : null);

/** As somebody sees it while the clock is in doubt: access by time, nothing charged, credited or given up. */
const settleAccess = ({ written, now }: Loaded): Settlement => settle(written, now, { unsent: {}, clockInDoubt: true });

const inDoubt = (accountId: string): ClockInDoubt => new ClockInDoubt(`what is due for account ${accountId} waits until an operator confirms the clock`);

/** What follows from the passing of time is nobody's doing. */
const onTime = ({ channel, correlationId }: Metadata, deadline: OpenDeadline | null): Metadata => ({
  actor: { role: 'system', id: 'deadlines' },
  channel,
  correlationId,
  causationId: deadline ? [deadline.kind, deadline.subject, deadline.generation].filter((part) => part !== '').join('.') : correlationId,
});

const purged = (purgedAt: Instant): Refused => new Refused({ refused: 'account_purged', detail: { purgedAt } });

/** All that stands is said again: a row that was taken up to be fired is void unless the account still waits for it. What the guard has stopped is held. */
function changes(before: Membership, after: Membership, fired: readonly OpenDeadline[], stopped: OpenDeadline | null) {
  const stands = openDeadlines(after).map((one) => (stopped && deadlineKey(one) === deadlineKey(stopped) ? { ...one, held: true } : one));
  const known = new Set([...stands, ...fired].map(deadlineKey));
  return { put: [...stands, ...fired], fired, void: openDeadlines(before).filter((one) => !known.has(deadlineKey(one))) };
}
