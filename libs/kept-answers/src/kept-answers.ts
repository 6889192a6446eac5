// The answers given to requests that carried an Idempotency-Key: found, kept, and forgotten in time or with their account.
import type { Database } from '#postgres';

/** A request that can be repeated. */
export interface KeyedRequest {
  /** SHA-256 of the caller and the key, in hex. */
  readonly id: string;
  /** SHA-256 of everything that makes the request what it is, in hex. */
  readonly fingerprint: string;
}

export interface KeptAnswer {
  /** The account whose data may be in it. */
  readonly accountId: string | null;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `null` where there is no body. */
  readonly body: string | null;
}

/**
 * - `running`: the first request has not ended.
 * - `new`: nobody asked before; nobody else can until the transaction ends.
 * - `other`: the key was used for another request.
 */
export type Claim = 'running' | 'new' | 'other' | KeptAnswer;

interface Row {
  readonly locked: boolean;
  readonly same: boolean | null;
  readonly account_id: string | null;
  readonly status: number | null;
  readonly headers: Record<string, string> | null;
  readonly body: string | null;
}

interface Asked {
  readonly n: number;
}

const wanted = `unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (id, fingerprint, n)`;
const columns = `given.fingerprint = decode(wanted.fingerprint, 'hex') AS same, given.account_id, given.status, given.headers, given.body`;
const parameters = (requests: readonly KeyedRequest[]): readonly unknown[] => [requests.map(({ id }) => id), requests.map(({ fingerprint }) => fingerprint)];

/** What is kept of each, in the order given; whether the first request is still running is not looked at. */
export async function findAnswers(database: Database, requests: readonly KeyedRequest[]): Promise<Exclude<Claim, 'running'>[]> {
  const rows = await database.query<Row & Asked>(
    `SELECT wanted.n, true AS locked, ${columns} FROM ${wanted} LEFT JOIN sunset.idempotency_keys AS given ON given.id = decode(wanted.id, 'hex')`,
    parameters(requests),
  );
  const found = new Map(rows.map((row) => [row.n, claimOf(row)]));
  return requests.map((_, index) => found.get(index + 1) as Exclude<Claim, 'running'>);
}

/**
 * Of each, in the order given. The locks and the look-up share a snapshot, so a first request that commits in between can be missed here;
 * the primary key then refuses the second answer, and the retry finds the first.
 */
export async function claimAnswers(database: Database, requests: readonly KeyedRequest[]): Promise<Claim[]> {
  const rows = await database.query<Row & Asked>(
    `SELECT wanted.n, pg_try_advisory_xact_lock(('x' || left(wanted.id, 16))::bit(64)::bigint) AS locked, ${columns}
     FROM ${wanted} LEFT JOIN sunset.idempotency_keys AS given ON given.id = decode(wanted.id, 'hex')`,
    parameters(requests),
  );
  const found = new Map(rows.map((row) => [row.n, claimOf(row)]));
  // The same lock twice in one transaction is no lock: of the same request the first runs.
  const first = new Map(requests.map(({ id }, index) => [id, index] as const).reverse());
  return requests.map(({ id }, index) => (first.get(id) === index ? found.get(index + 1)! : 'running'));
}

function claimOf({ locked, status, same, account_id: accountId, headers, body }: Row): Claim {
  if (!locked) return 'running';
  if (status === null) return 'new';
  return same ? { accountId, status, headers: headers ?? {}, body } : 'other';
}

/** An answer, and the request that it is to be kept for. */
export interface AnswerToKeep extends KeptAnswer {
  readonly request: KeyedRequest;
}

/** `false` when an answer to one of the same requests is kept already. */
export async function keepAnswers(database: Database, answers: readonly AnswerToKeep[]): Promise<boolean> {
  const { affected } = await database.execute(
    `INSERT INTO sunset.idempotency_keys (id, fingerprint, account_id, status, headers, body)
     SELECT decode(id, 'hex'), decode(fingerprint, 'hex'), account_id, status, headers, body
     FROM unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::jsonb[], $6::text[]) AS kept (id, fingerprint, account_id, status, headers, body)
     ON CONFLICT (id) DO NOTHING`,
    [
      ...parameters(answers.map(({ request }) => request)),
      answers.map(({ accountId }) => accountId),
      answers.map(({ status }) => status),
      answers.map(({ headers }) => JSON.stringify(headers)),
      answers.map(({ body }) => body),
    ],
  );
  return affected === answers.length;
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

/** The answers as a place that holds an account's data, for whoever purges it. */
export class KeptAnswers {
  readonly name = 'kept answers';
  readonly transactional = true;

  constructor(private readonly database: Database) {}

  async counts(accountId: string): Promise<{ readonly keptAnswers: number }> {
    const [row] = await this.database.query<{ count: number }>('SELECT count(*) AS count FROM sunset.idempotency_keys WHERE account_id = $1', [accountId]);
    return { keptAnswers: row!.count };
  }

  /**
   * Deletes at most `limit` answers that may hold the account's data, behind `cursor` (`null`: from the beginning), in the surrounding
   * transaction. `next` is `null` at the end of the walk; whoever purges walks again until a whole walk deletes nothing.
   */
  async purgeBatch(accountId: string, cursor: string | null, limit: number): Promise<PurgedAnswers> {
    const [row] = await this.database.query<{ last: string | null; deleted: number }>(
      `WITH batch AS MATERIALIZED (
         SELECT id FROM sunset.idempotency_keys WHERE account_id = $1 AND id > decode($2, 'hex') ORDER BY id LIMIT $3
       ), deleted AS (
         DELETE FROM sunset.idempotency_keys WHERE account_id = $1 AND id IN (SELECT id FROM batch) RETURNING 1
       ) SELECT (SELECT encode(id, 'hex') FROM batch ORDER BY id DESC LIMIT 1) AS last, (SELECT count(*) FROM deleted) AS deleted`,
      [accountId, cursor ?? '', limit],
    );
    return { counts: { keptAnswers: row!.deleted }, digests: [], next: row!.last };
  }
}

/** One batch of a purge. Answers are not records of the account's own, hence no digests. */
export interface PurgedAnswers {
  readonly counts: { readonly keptAnswers: number };
  readonly digests: readonly Buffer[];
  readonly next: string | null;
}
