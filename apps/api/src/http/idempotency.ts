// The answers of requests that carried an Idempotency-Key: written in the request's own transaction, so a crash leaves both or neither.
import { Inject, Injectable } from '@nestjs/common';
import { Refused } from '#kernel';
import { Database, Retry } from '#postgres';
import { Problem } from './problems.js';

/** What was sent: repeated byte for byte. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Text as it goes over the wire; `null` where there is no body. */
  readonly body: string | null;
}

export interface IdempotentRequest {
  /** SHA-256 of the caller and the key, in hex. */
  readonly id: string;
  /** SHA-256 of everything that makes the request what it is, in hex. */
  readonly fingerprint: string;
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

interface Row {
  readonly locked: boolean;
  readonly same: boolean | null;
  readonly account_id: string | null;
  readonly status: number | null;
  readonly headers: Record<string, string> | null;
  readonly body: string | null;
}

/**
 * The lock and the look-up share a snapshot, so a first request that commits in between can be missed here;
 * the primary key then refuses the second answer, and the retry finds the first.
 */
const claimSql = `
  SELECT pg_try_advisory_xact_lock(('x' || left($1, 16))::bit(64)::bigint) AS locked,
         given.fingerprint = decode($2, 'hex') AS same, given.account_id, given.status, given.headers, given.body
    FROM (SELECT 1) AS one LEFT JOIN sunset.idempotency_keys AS given ON given.id = decode($1, 'hex')`;

const recordSql = `
  INSERT INTO sunset.idempotency_keys (id, fingerprint, account_id, status, headers, body)
  VALUES (decode($1, 'hex'), decode($2, 'hex'), $3, $4, $5, $6)
  ON CONFLICT (id) DO NOTHING`;

@Injectable()
export class Idempotency {
  constructor(
    private readonly database: Database,
    @Inject(ANSWER_SEAL) private readonly seal: AnswerSeal,
  ) {}

  /**
   * Runs `work` and keeps its answer, in one transaction; or tells the answer kept before. A refusal of the core undoes what
   * `work` wrote and is kept too, as `refusal` tells it. Throws `request_in_progress` and `idempotency_key_reused`.
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

  private async claim({ id, fingerprint }: IdempotentRequest): Promise<Answer | undefined> {
    const [row] = await this.database.query<Row>(claimSql, [id, fingerprint]);
    if (!row?.locked) throw new Problem('request_in_progress', { headers: { 'retry-after': '1' } });
    if (row.status === null) return undefined;
    if (!row.same) throw new Problem('idempotency_key_reused');
    const body = row.body === null ? null : await this.seal.open(row.account_id, row.body);
    return { status: row.status, headers: row.headers ?? {}, body };
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

  private async record({ id, fingerprint }: IdempotentRequest, { status, headers, body }: Answer, accountId: string | null): Promise<void> {
    const sealed = body === null ? null : await this.seal.seal(accountId, body);
    const { affected } = await this.database.execute(recordSql, [id, fingerprint, accountId, status, JSON.stringify(headers), sealed]);
    if (affected === 0) throw new Retry('the same request was answered at the same time');
  }
}

/** At least; the draft standard leaves the time to the server. */
const keptFor = '24 hours';

/** Deletes up to `batch` answers whose time is over; returns how many. To be repeated until it returns less. */
export async function deleteExpiredAnswers(database: Database, batch = 1000): Promise<number> {
  const { affected } = await database.execute(
    `DELETE FROM sunset.idempotency_keys WHERE id IN (
       SELECT id FROM sunset.idempotency_keys WHERE recorded_at < now() - interval '${keptFor}'
        ORDER BY recorded_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
    [batch],
  );
  return affected;
}

/** Forgets the answers that may hold an account's data; joins the purge's transaction. */
export async function deleteAnswersOf(database: Database, accountId: string): Promise<void> {
  await database.execute(`DELETE FROM sunset.idempotency_keys WHERE account_id = $1`, [accountId]);
}
