// The answers of requests that carried an Idempotency-Key: written in the transaction of what they tell, so a crash leaves both or neither.
import { Inject, Injectable } from '@nestjs/common';
import { Refused, refuse, type Instant } from '#kernel';
import { AnswerDue, type AnswerToKeep, type Claim, claimAnswers, findAnswers, keepAnswers, type KeyedRequest, StillRunning } from '#kept-answers';
import { Database, Retry, usualConnectLimitMs } from '#postgres';
import { Gathering, type Waiting } from '#running';
import { Problem } from '../problems/problems.js';
import type { RateLimits } from '../requests/rate-limits.js';

/** What was sent: repeated byte for byte. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Text as it goes over the wire; `null` where there is no body. */
  readonly body: string | null;
}

export interface IdempotentRequest extends KeyedRequest {
  /** Its answers speak of an account to those who may not be told of it any more once it has come to its purge. */
  readonly fallsSilent: boolean;
  /** Whose keys are counted with it; `null`: they are not counted. */
  readonly countedFor: string | null;
}

/** An answer, and the account whose data may be in it. */
export interface Outcome {
  readonly answer: Answer;
  readonly accountId: string | null;
}

export interface Told {
  readonly answer: Answer;
  /** Whether it was told before. */
  readonly replayed: boolean;
}

export interface TextOfAccount {
  readonly accountId: string | null;
  readonly text: string;
}

/** Keeps persons out of the kept answers. `open` throws where the account has been forgotten. */
export interface AnswerSeal {
  /** In the order given. */
  seal(texts: readonly TextOfAccount[]): Promise<readonly string[]>;
  open(accountId: string | null, sealed: string): Promise<string>;
}

export const ANSWER_SEAL = Symbol('AnswerSeal');

/** Since when nothing is told of an account whose purge is due or under way; `null`: it is told, or there is no such account. */
export type SilentSince = (accountId: string) => Promise<Instant | null>;

export const SILENT_SINCE = Symbol('SilentSince');

/** Injection token: how many keys may be used, since each leaves an answer that is kept for a day, be it a refusal. */
export const KEY_LIMITS = Symbol('KeyLimits');

/** Of one look at what is kept. */
const lookLimits = { most: 64, bytesMost: 64, underWayMost: 2, gatherMs: 0, waiting: { longestMs: usualConnectLimitMs, most: 10_000 } } as const;

interface Look extends Waiting {
  readonly request: KeyedRequest;
  readonly done: (found: Exclude<Claim, 'running'>) => void;
}

@Injectable()
export class Idempotency {
  private readonly looks = new Gathering<Look>(lookLimits, (looks) => this.lookAll(looks));
  /** Whoever has connections of his own waits for nobody else's look. */
  private readonly reservedLooks = new Gathering<Look>(lookLimits, (looks) => this.lookAll(looks));

  constructor(
    private readonly database: Database,
    @Inject(ANSWER_SEAL) private readonly seal: AnswerSeal,
    @Inject(SILENT_SINCE) private readonly silentSince: SilentSince,
    @Inject(KEY_LIMITS) private readonly keyLimits: RateLimits,
  ) {}

  /**
   * Runs `work` and keeps its answer, in one transaction: that which `work` asks for, or that which what it asks is written in. Or tells the answer kept
   * before. A refusal of the core undoes what `work` wrote and is kept too, as `refusal` tells it. Throws `request_in_progress`,
   * `idempotency_key_reused`, `too_many_requests` where too many keys were used, and `account_purged` instead of an answer kept before.
   */
  once(request: IdempotentRequest, work: () => Promise<Outcome>, refusal: (refused: Refused) => Outcome): Promise<Told> {
    return this.database.lazily(() => this.attempt(request, work, refusal), () => this.claim(request));
  }

  private async attempt(request: IdempotentRequest, work: () => Promise<Outcome>, refusal: (refused: Refused) => Outcome): Promise<Told> {
    const known = await this.database.apart(() => this.known(request));
    if (known) return { answer: known, replayed: true };
    // Before anything is done for it: what was done has to be kept.
    if (request.countedFor !== null && this.database.deferred?.attempt === 1) this.keyLimits.spend(request.countedFor);
    const due = new AnswerDue(request, (answers) => this.keep(answers));
    const { answer, accountId } = await this.outcome(due, work, refusal);
    const toKeep = { request, accountId, ...answer };
    await (due.isTaken ? due.give(toKeep) : this.keep([toKeep]));
    return { answer, replayed: false };
  }

  private async outcome(due: AnswerDue, work: () => Promise<Outcome>, refusal: (refused: Refused) => Outcome): Promise<Outcome> {
    try {
      return await due.during(work);
    } catch (error) {
      if (error instanceof Refused && !error.refusal.passing) {
        // The savepoint is left to the commit on success: one round trip less while the log's lock is held.
        if (!due.isTaken && this.database.inTransaction) await this.database.query('ROLLBACK TO SAVEPOINT handler');
        return refusal(error);
      }
      due.giveUp();
      throw error instanceof StillRunning ? inProgress() : error;
    }
  }

  private async known(request: IdempotentRequest): Promise<Answer | undefined> {
    const { id, fingerprint } = request;
    const looks = this.database.isReserved ? this.reservedLooks : this.looks;
    const found = await new Promise<Exclude<Claim, 'running'>>((done, failed) => looks.add({ subject: id, bytes: 1, request: { id, fingerprint }, done, failed }));
    if (found === 'other') throw new Problem('idempotency_key_reused');
    if (found === 'new') return undefined;
    const { accountId, status, headers, body } = found;
    const silentSince = accountId !== null && body !== null && request.fallsSilent ? await this.silentSince(accountId) : null;
    if (silentSince) throw new Refused(refuse('account_purged', { purgedAt: silentSince }));
    return { status, headers, body: body === null ? null : await this.seal.open(accountId, body) };
  }

  private async lookAll(looks: readonly Look[]): Promise<void> {
    try {
      const found = await this.database.apart(() => findAnswers(this.database, looks.map(({ request }) => request)));
      for (const [index, { done }] of looks.entries()) done(found[index]!);
    } catch (error) {
      for (const { failed } of looks) failed(error);
    }
  }

  /** Before anything is written for the request. */
  private async claim(request: KeyedRequest): Promise<void> {
    const [claim] = await claimAnswers(this.database, [request]);
    if (claim === 'running') throw inProgress();
    if (claim !== 'new') throw answeredMeanwhile();
    await this.database.query('SAVEPOINT handler');
  }

  private async keep(answers: readonly AnswerToKeep[]): Promise<void> {
    const told = answers.flatMap(({ accountId, body }) => (body === null ? [] : [{ accountId, text: body }]));
    const sealed = (await this.seal.seal(told)).values();
    const kept = await keepAnswers(this.database, answers.map((answer) => ({ ...answer, body: answer.body === null ? null : sealed.next().value! })));
    if (!kept) throw answeredMeanwhile();
  }
}

const inProgress = (): Problem => new Problem('request_in_progress', { headers: { 'retry-after': '1' } });

const answeredMeanwhile = (): Retry => new Retry('the same request was answered at the same time');
