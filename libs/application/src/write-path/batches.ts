// One way to write, for one or many: what may go together is gathered, what may not goes apart, and what surrounds us is joined.
import { Inject, Injectable, Optional } from '@nestjs/common';
import { lockAccount } from '#deadlines';
import { EventStore } from '#event-store';
import { type AnswerDue, answerDue, type AnswerToKeep, claimAnswers, StillRunning } from '#kept-answers';
import { type Metadata, Refused } from '#kernel';
import { Database, type Deferred, Retry, sqlState, usualConnectLimitMs } from '#postgres';
import { Gathering, inParts, isAway, type Waiting, within } from '#running';
import { spanned, traceparentNow } from '#tracing';
import { AccountTurns } from './account-turns.js';
import type { Account, Asked, Outcome } from './asked.js';
import { answersMs, attemptsTogether, batchLimits, batchWaiting } from './limits.js';
import { WritePath } from './write-path.js';

/** What is to be written with others, and who is to be told. */
interface Entry extends Waiting {
  readonly asked: Asked;
  /** Who asks, where his transaction has not begun. */
  readonly deferred: Deferred | null;
  /** The answer to be kept with what is written. */
  readonly due: AnswerDue | null;
  readonly done: (account: Account | 'apart') => void;
}

/** Injection token: how long whoever asks for an account waits for it at most before he is refused, in milliseconds. */
export const WAIT_MS = Symbol('WaitMs');

@Injectable()
export class Batches {
  private readonly gatherings = new Map<number, Gathering<Entry>>();
  private readonly turns: AccountTurns;

  constructor(
    private readonly database: Database,
    private readonly store: EventStore,
    private readonly path: WritePath,
    @Optional() @Inject(WAIT_MS) private readonly waitMs = usualConnectLimitMs,
  ) {
    this.turns = new AccountTurns(database, waitMs);
  }

  /** How many wait for an account, and how many were refused since the beginning because too many did, or too long. */
  get crowd(): { readonly waiting: number; readonly refused: number } {
    const all = [this.turns, ...this.gatherings.values()];
    return { waiting: all.reduce((sum, { waitingNow }) => sum + waitingNow, 0), refused: all.reduce((sum, { refusedSoFar }) => sum + refusedSoFar, 0) };
  }

  /**
   * The account after what was asked of it, on disk; inside a transaction, as that one sees it. Rejects with what refused it, and then nothing
   * is written.
   */
  carryOut(asked: Asked): Promise<Account> {
    const traced = withTrace(asked);
    return this.database.inTransaction || this.goesApart(traced) ? this.apart(traced) : this.together(traced);
  }

  /**
   * Runs `work` in a transaction, or in the surrounding one, with the account locked: one of this process at a time, the others wait for their turn and hold no
   * connection meanwhile.
   */
  async locking<T>(accountId: string, asker: Metadata | undefined, work: () => Promise<T>): Promise<T> {
    const locked = async (): Promise<T> => {
      await lockAccount(this.database, accountId);
      return work();
    };
    return this.database.inTransaction ? locked() : this.turns.run(accountId, nameOf(asker), locked);
  }

  /** What asks on its own may wait, write, and be refused after that: all of it must be undone, and nothing else. Whoever has connections of his own waits for no others. */
  private goesApart({ ask }: Asked): boolean {
    return typeof ask === 'function' || this.database.isReserved || (this.database.deferred?.attempt ?? 1) > attemptsTogether;
  }

  private apart(asked: Asked): Promise<Account> {
    return this.locking(asked.accountId, asked.metadata, () => this.path.one(asked));
  }

  private async together(asked: Asked): Promise<Account> {
    const { accountId, ask } = asked;
    const { deferred } = this.database;
    const due = deferred && answerDue();
    const account = await new Promise<Account | 'apart'>((done, failed) => {
      this.gathering(accountId).add({ asked, deferred, due, subject: accountId, of: nameOf(asked.metadata), bytes: JSON.stringify(ask).length, done, failed });
    });
    return account === 'apart' ? this.apart(asked) : account;
  }

  private gathering(accountId: string): Gathering<Entry> {
    const shard = this.store.shardOf(accountId);
    let gathering = this.gatherings.get(shard);
    // Whoever is the first to ask surrounds nobody else.
    if (!gathering) this.gatherings.set(shard, (gathering = new Gathering({ ...batchLimits, waiting: { ...batchWaiting, longestMs: this.waitMs } }, (entries) => this.database.apart(() => this.carryOutAll(entries)))));
    return gathering;
  }

  private async carryOutAll(entries: readonly Entry[]): Promise<void> {
    const words = () => ({ from: entries.map(({ asked }) => asked.metadata.traceparent), attributes: { 'batch.size': entries.length } });
    await spanned('write accounts', words, () => this.carryOutParts(entries));
  }

  /** Splits until what the database refuses stands alone, since its refusal undoes them all. */
  private async carryOutParts(entries: readonly Entry[]): Promise<void> {
    const batch = new Batch(this.database, this.path, entries);
    try {
      await this.database.transaction(() => batch.carryOut());
    } catch (error) {
      const left = batch.undone(error);
      if (left.length === 0) return;
      if (entries.length === 1) left[0]!.failed(error);
      else if (left.length < entries.length) await this.carryOutAll(left);
      else for (const part of inParts(left)) await this.carryOutAll(part);
      return;
    }
    batch.tell();
  }
}

/** What one transaction writes, which may begin anew. Whoever was told before its end cannot be told again. */
class Batch {
  private outcomes: ReadonlyMap<Entry, Outcome> = new Map();
  private told: Entry[] = [];
  private committing = false;

  constructor(
    private readonly database: Database,
    private readonly path: WritePath,
    private entries: readonly Entry[],
  ) {}

  async carryOut(): Promise<void> {
    if (this.told.length > 0) this.loseTold(undone());
    this.committing = false;
    const running = await this.claim();
    const ours = this.entries.filter((entry) => !running.has(entry));
    const outcomes = await this.path.many(ours.map(({ asked }) => asked));
    this.outcomes = new Map([...running, ...ours.map((entry, index) => [entry, outcomes[index]!] as const)]);
    await this.keepAnswers();
    this.committing = true;
  }

  /** Those whose key somebody else has just used, and what they are to hear. */
  private async claim(): Promise<ReadonlyMap<Entry, Outcome>> {
    const keyed = this.entries.filter(({ due }) => due);
    const claims = keyed.length === 0 ? [] : await claimAnswers(this.database, keyed.map(({ due }) => due!.request));
    return new Map(keyed.flatMap((entry, index) => {
      const claim = claims[index]!;
      return claim === 'new' ? [] : [[entry, { outcome: 'failed', error: claim === 'running' ? new StillRunning('the first request has not ended') : undone() }]];
    }));
  }

  /** Whoever is to keep an answer hears before the commit what it is to be made of; nobody else hears of it before. */
  private async keepAnswers(): Promise<void> {
    const answers = [...this.outcomes].flatMap(([entry, outcome]) => {
      const { due, deferred } = entry;
      if (!due || !deferred || !isAnswered(outcome)) return [];
      this.told.push(entry);
      this.database.enlist(deferred);
      const answer = due.take();
      hear(entry, outcome);
      return [answer];
    });
    if (answers.length === 0) return;
    const given = await within(answersMs, 'the answers of a batch', Promise.all(answers));
    if (given.includes(null)) throw undone();
    await this.told[0]!.due!.keep(given as AnswerToKeep[]);
  }

  /** After the commit. */
  tell(): void {
    for (const [entry, outcome] of this.outcomes) {
      if (outcome.outcome === 'done' && entry.deferred) this.database.spend(entry.deferred);
      if (this.told.includes(entry)) entry.due!.kept();
      else hear(entry, outcome);
    }
  }

  /** Answers whom it can be tried for again: none where nobody knows what became of it. */
  undone(error: unknown): readonly Entry[] {
    const unknown = isUnknown(error, this.committing);
    this.loseTold(unknown ? error : undone());
    if (!unknown) return this.entries;
    for (const { failed } of this.entries) failed(error);
    return [];
  }

  /** They begin again by themselves. */
  private loseTold(error: unknown): void {
    const told = new Set(this.told);
    for (const { due } of told) due!.lost(error);
    this.entries = this.entries.filter((entry) => !told.has(entry));
    this.told = [];
  }
}

/** What is written continues the trace of what goes on around whoever asks, unless he says another. */
function withTrace(asked: Asked): Asked {
  const traceparent = asked.metadata.traceparent ?? traceparentNow();
  return traceparent === null ? asked : { ...asked, metadata: { ...asked.metadata, traceparent } };
}

const nameOf = (asker: Metadata | undefined): string => (asker ? `${asker.actor.role} ${asker.actor.id}` : '');

function hear({ done, failed }: Entry, outcome: Outcome): void {
  switch (outcome.outcome) {
    case 'done':
      return done(outcome.account);
    case 'failed':
      return failed(outcome.error);
    case 'apart':
      return done('apart');
  }
}

/** Good answers are kept, and refusals that stand. */
const isAnswered = (outcome: Outcome): boolean => outcome.outcome === 'done' || (outcome.outcome === 'failed' && outcome.error instanceof Refused && !outcome.error.refusal.passing);

const undone = (): Retry => new Retry('what it was to be written with was undone');

/** Nobody can say whether it is written, or the database is away: to do it once more may be to do it twice, or in vain. What lost against others was undone. */
const isUnknown = (error: unknown, committing: boolean): boolean => !sqlState(error)?.startsWith('40') && (committing || isAway(error));
