// The answers of requests that carried an Idempotency-Key: written in the request's own transaction, so a crash leaves both or neither.
import { Inject, Injectable } from '@nestjs/common';
import { Refused, refuse, type Instant } from '#kernel';
import { claimAnswer, keepAnswer, type KeyedRequest } from '#kept-answers';
import { Database, Retry } from '#postgres';
import { Problem } from '../problems/problems.js';

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

/** Keeps persons out of the kept answers. `open` throws where the account has been forgotten. */
export interface AnswerSeal {
  seal(accountId: string | null, text: string): Promise<string>;
  open(accountId: string | null, sealed: string): Promise<string>;
}

export const ANSWER_SEAL = Symbol('AnswerSeal');

/** Since when nothing is told of an account whose purge is due or under way; `null`: it is told, or there is no such account. */
export type SilentSince = (accountId: string) => Promise<Instant | null>;

export const SILENT_SINCE = Symbol('SilentSince');

@Injectable()
export class Idempotency {
  constructor(
    private readonly database: Database,
    @Inject(ANSWER_SEAL) private readonly seal: AnswerSeal,
    @Inject(SILENT_SINCE) private readonly silentSince: SilentSince,
  ) {}

  /**
   * Runs `work` and keeps its answer, in one transaction; or tells the answer kept before. A refusal of the core undoes what
   * `work` wrote and is kept too, as `refusal` tells it. Throws `request_in_progress`, `idempotency_key_reused`, and `account_purged`
   * instead of an answer kept before.
   */
  once(request: IdempotentRequest, work: () => Promise<Outcome>, refusal: (refused: Refused) => Outcome): Promise<Told> {
    return this.database.transaction(async () => {
      const known = await this.claim(request);
      if (known) return { answer: known, replayed: true };
      const { answer, accountId } = await this.attempt(work, refusal);
      await this.record(request, answer, accountId);
      return { answer, replayed: false };
    });
  }

  private async claim(request: IdempotentRequest): Promise<Answer | undefined> {
    const claim = await claimAnswer(this.database, request);
    if (claim === 'running') throw new Problem('request_in_progress', { headers: { 'retry-after': '1' } });
    if (claim === 'other') throw new Problem('idempotency_key_reused');
    if (claim === 'new') return undefined;
    const { accountId, status, headers, body } = claim;
    const silentSince = accountId !== null && body !== null && request.fallsSilent ? await this.silentSince(accountId) : null;
    if (silentSince) throw new Refused(refuse('account_purged', { purgedAt: silentSince }));
    return { status, headers, body: body === null ? null : await this.seal.open(accountId, body) };
  }

  /** The savepoint is left to the commit on success: one round trip less while the log's lock is held. */
  private async attempt(work: () => Promise<Outcome>, refusal: (refused: Refused) => Outcome): Promise<Outcome> {
    await this.database.query('SAVEPOINT handler');
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refused) || error.refusal.refused === 'request_in_progress') throw error;
      await this.database.query('ROLLBACK TO SAVEPOINT handler');
      return refusal(error);
    }
  }

  private async record(request: IdempotentRequest, { status, headers, body }: Answer, accountId: string | null): Promise<void> {
    const sealed = body === null ? null : await this.seal.seal(accountId, body);
    const kept = await keepAnswer(this.database, request, { accountId, status, headers, body: sealed });
    if (!kept) throw new Retry('the same request was answered at the same time');
  }
}
