// The table of what is due: written in the transaction that decides, read by operators and by whoever fires.
import { uuidv7 } from '#event-store';
import { type Instant, refuse, type Refusal } from '#kernel';
import { across, Conditions, type Database, ofAccount, shardOf } from '#postgres';
import { lockAccount } from './account-lock.js';
import { waitsForClock } from './clock-watch.js';
import type { DeadlineChanges, DeadlineKey, DeadlineStatus, RecordedDeadline } from './deadline.js';
import { setAlarmsAnew } from './feeder.js';
import { deadlinesHint } from './hinted.js';

export interface DeadlineFilter {
  readonly kind?: string;
  readonly status?: DeadlineStatus;
  /** Only what may still fire: pending or blocked. */
  readonly open?: boolean;
  /** Only rows due before that instant. */
  readonly dueBefore?: Instant;
  readonly accountId?: string;
  /** Stands in what was said of the last failure, in capitals or not. */
  readonly error?: string;
}

/** The last row of a page; the next page begins behind it. */
export interface DeadlineCursor {
  readonly dueAt: Instant;
  readonly deadlineId: string;
}

export interface DeadlinePage {
  readonly data: readonly RecordedDeadline[];
  readonly next: DeadlineCursor | null;
}

const columns = `deadline_id, account_id, subject, kind, generation, due_at, fired_at, CASE WHEN ${waitsForClock} THEN 'blocked' ELSE status END AS status,
  attempts, next_attempt_at, CASE WHEN ${waitsForClock} THEN 'the clock has jumped and no operator has confirmed it' ELSE last_error END AS last_error,
  (extract(epoch FROM fired_at - due_at) * 1000)::float8 AS lateness_ms`;

export class Deadlines {
  private readonly horizonMs: number;

  /** `horizonMs`: how long before it is due a row is given its alarm in the queue; an hour unless told otherwise. */
  constructor(
    private readonly database: Database,
    { horizonMs = 3_600_000 }: { readonly horizonMs?: number } = {},
  ) {
    this.horizonMs = horizonMs;
  }

  /**
   * Brings an account's rows in step with what it waits for; belongs into the transaction that appends its events. What has
   * fired never comes back, what is dead stays so until it is retried, and only what has not fired can change its date.
   * `now` is the account's time.
   */
  async sync(accountId: string, testClockId: string | null, changes: DeadlineChanges, now: Instant): Promise<void> {
    await this.database.transaction(async () => {
      await lockAccount(this.database, accountId);
      await this.syncAll([{ accountId, testClockId, changes, now }]);
    });
  }

  /** As {@link sync}, of several accounts, whose locks the surrounding transaction holds. */
  async syncAll(accounts: readonly AccountChanges[]): Promise<void> {
    const stated: Stated[] = [];
    const ended: Ended[] = [];
    for (const account of accounts) {
      const merged = merge(account);
      stated.push(...merged.stated);
      ended.push(...merged.ended);
    }
    if (stated.length > 0) await this.state(stated);
    if (ended.length > 0) await this.end(ended);
  }

  /** In order of due date, `limit` at most. */
  async list(filter: DeadlineFilter, { after, limit }: { readonly after?: DeadlineCursor; readonly limit: number }): Promise<DeadlinePage> {
    const { accountId, kind, dueBefore, status, open, error } = filter;
    const asked = new Conditions()
      .add((place) => ofAccount(place), accountId)
      .add((place) => `kind = ${place}`, kind)
      .add((place) => `due_at < ${place}`, dueBefore)
      .add((place) => `last_error IS NOT NULL AND strpos(lower(last_error), lower(${place})) > 0`, error)
      .add((at, id) => `(due_at, deadline_id) > (${at}, ${id})`, after?.dueAt, after?.deadlineId);
    // Spelled out, so that the partial indexes are used also by a prepared statement's general plan.
    if (status !== undefined && status !== 'blocked') asked.add(() => hasStatus[status]);
    if (open) asked.add(() => `status IN ('pending', 'blocked')`);
    const rows = await this.database.query<Row>(
      `${accountId === undefined ? across('lists of operators') : ''}SELECT ${columns} FROM ${status === 'blocked' ? blocked : 'sunset.deadlines'} ${asked.where} ORDER BY due_at, deadline_id LIMIT ${asked.place(limit + 1)}`,
      asked.values,
    );
    const data = rows.slice(0, limit).map(recorded);
    const last = rows.length > limit ? data.at(-1) : undefined;
    return { data, next: last ? { dueAt: last.dueAt, deadlineId: last.deadlineId } : null };
  }

  /** Everything ever set for the account, in order of due date. */
  async forAccount(accountId: string): Promise<RecordedDeadline[]> {
    const rows = await this.database.query<Row>(
      `SELECT ${columns} FROM sunset.deadlines WHERE ${ofAccount('$1')} ORDER BY due_at, generation, deadline_id`,
      [accountId],
    );
    return rows.map(recorded);
  }

  /** `null`: there is none of that id. */
  async get(deadlineId: string): Promise<RecordedDeadline | null> {
    const [row] = await this.database.query<Row>(`${across('a row by its id')}SELECT ${columns} FROM sunset.deadlines WHERE deadline_id = $1`, [deadlineId]);
    return row ? recorded(row) : null;
  }

  /** Sends a blocked or dead one once more down the ordinary path, fence and all. `null`: there is none of that id. */
  async retry(deadlineId: string): Promise<RecordedDeadline | Refusal<'deadline_not_retryable'> | null> {
    const known = await this.get(deadlineId);
    if (!known) return null;
    const [revived] = await this.database.query<Row>(
      `UPDATE sunset.deadlines
       SET status = 'pending', attempts = 0, next_attempt_at = NULL, updated_at = statement_timestamp(),
         alarm_at = CASE WHEN test_clock_id IS NULL THEN due_at - $2 * interval '1 ms' ELSE statement_timestamp() END
       WHERE ${ofAccount('$3')} AND deadline_id = $1 AND status IN ('blocked', 'dead') RETURNING ${columns}`,
      [deadlineId, this.horizonMs, known.accountId],
    );
    if (!revived) return refuse('deadline_not_retryable', { status: known.status });
    this.database.hint(deadlinesHint);
    return recorded(revived);
  }

  /** The account's row of that kind that is held goes down the ordinary path again, should there be one. */
  async unblock(accountId: string, kind: string): Promise<void> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT deadline_id AS id FROM sunset.deadlines WHERE ${ofAccount('$1')} AND kind = $2 AND status = 'blocked'`,
      [accountId, kind],
    );
    for (const { id } of rows) await this.retry(id);
  }

  /** The feeder gives these an alarm again at once. */
  async feedAgain(deadlines: readonly { readonly deadlineId: string; readonly accountId: string }[]): Promise<void> {
    await this.database.execute(setAlarmsAnew, [deadlines.map(({ deadlineId }) => deadlineId), deadlines.map(({ accountId }) => accountId)]);
    this.database.hint(deadlinesHint);
  }

  /** Every row ever set for the account: what jobs and log lines know it by. */
  async idsOf(accountId: string): Promise<readonly string[]> {
    const rows = await this.database.query<{ id: string }>(`SELECT deadline_id AS id FROM sunset.deadlines WHERE ${ofAccount('$1')}`, [accountId]);
    return rows.map(({ id }) => id);
  }

  /** For the purge, in the surrounding transaction: the dates stay, what was said of failures does not. */
  async forget(accountId: string): Promise<void> {
    await this.database.execute(`UPDATE sunset.deadlines SET last_error = NULL WHERE ${ofAccount('$1')} AND last_error IS NOT NULL`, [accountId]);
  }

  /** In the order given, the traces that the rows were set in; `null`: none. */
  async tracesOf(keys: readonly (DeadlineKey & { readonly accountId: string })[]): Promise<readonly (string | null)[]> {
    if (keys.length === 0) return [];
    const rows = await this.database.query<{ traceparent: string | null }>(
      `SELECT d.traceparent FROM unnest($1::text[], $2::text[], $3::text[], $4::int[]) WITH ORDINALITY AS wanted (account_id, kind, subject, generation, n)
       LEFT JOIN sunset.deadlines d ON ${ofAccount('wanted.account_id', 'd')} AND d.kind = wanted.kind AND d.subject = wanted.subject AND d.generation = wanted.generation
       ORDER BY wanted.n`,
      [keys.map(({ accountId }) => accountId), keys.map(({ kind }) => kind), keys.map(({ subject }) => subject), keys.map(({ generation }) => generation)],
    );
    return rows.map(({ traceparent }) => traceparent);
  }

  private async state(stated: readonly Stated[]): Promise<void> {
    this.database.hint(deadlinesHint);
    await this.database.query(
      `INSERT INTO sunset.deadlines AS d
         (deadline_id, shard, account_id, test_clock_id, kind, subject, generation, due_at, status, traceparent, fired_at, alarm_at)
       SELECT deadline_id, ${shardOf('account_id')}, account_id, test_clock_id, kind, subject, generation, due_at, status, traceparent,
         CASE WHEN status = 'fired' THEN now END,
         CASE WHEN test_clock_id IS NULL THEN due_at - $1 * interval '1 ms' ELSE statement_timestamp() END
       FROM unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::int[], $9::timestamptz[], $10::text[], $11::text[])
         AS stated (deadline_id, account_id, test_clock_id, now, kind, subject, generation, due_at, status, traceparent)
       ON CONFLICT (account_id, shard, kind, subject, generation) DO UPDATE
       SET status = excluded.status, fired_at = excluded.fired_at, alarm_at = excluded.alarm_at, updated_at = statement_timestamp(),
         due_at = CASE WHEN d.status = 'dead' THEN d.due_at ELSE excluded.due_at END,
         attempts = CASE WHEN excluded.status IN ('pending', 'blocked') THEN 0 ELSE d.attempts END,
         next_attempt_at = NULL,
         last_error = CASE WHEN excluded.status IN ('pending', 'blocked') THEN NULL ELSE d.last_error END,
         traceparent = coalesce(excluded.traceparent, d.traceparent)
       WHERE d.status <> 'fired' AND (d.status, d.due_at, d.traceparent) IS DISTINCT FROM (excluded.status, excluded.due_at, coalesce(excluded.traceparent, d.traceparent))
         AND (d.status <> 'dead' OR excluded.status IN ('fired', 'void'))`,
      [
        this.horizonMs,
        // In order of time: at the end of the index, where the last ones were put as well.
        stated.map(() => uuidv7()),
        stated.map(({ accountId }) => accountId),
        stated.map(({ testClockId }) => testClockId),
        stated.map(({ now }) => now),
        stated.map(({ kind }) => kind),
        stated.map(({ subject }) => subject),
        stated.map(({ generation }) => generation),
        stated.map(({ dueAt }) => dueAt),
        stated.map(({ status }) => status),
        stated.map(({ traceparent }) => traceparent),
      ],
    );
  }

  private async end(ended: readonly Ended[]): Promise<void> {
    await this.database.query(
      `UPDATE sunset.deadlines d
       SET status = ended.status, fired_at = CASE WHEN ended.status = 'fired' THEN ended.now END, next_attempt_at = NULL,
         updated_at = statement_timestamp()
       FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::int[], $6::text[]) AS ended (account_id, now, kind, subject, generation, status)
       WHERE ${ofAccount('ended.account_id', 'd')} AND d.kind = ended.kind AND d.subject = ended.subject AND d.generation = ended.generation
         AND d.status NOT IN ('fired', ended.status)`,
      [
        ended.map(({ accountId }) => accountId),
        ended.map(({ now }) => now),
        ended.map(({ kind }) => kind),
        ended.map(({ subject }) => subject),
        ended.map(({ generation }) => generation),
        ended.map(({ status }) => status),
      ],
    );
  }
}

/** What changes of one account; `now` is its time. */
export interface AccountChanges {
  readonly accountId: string;
  readonly testClockId: string | null;
  readonly changes: DeadlineChanges;
  readonly now: Instant;
}

type OfAccount = Omit<AccountChanges, 'changes'>;

interface Stated extends DeadlineKey, OfAccount {
  readonly dueAt: Instant;
  readonly status: DeadlineStatus;
  readonly traceparent: string | null;
}

interface Ended extends DeadlineKey, OfAccount {
  readonly status: 'fired' | 'void';
}

/** Each deadline once, with the last word on it: fired before void before put. */
function merge({ changes: { put, fired, void: voided }, accountId, testClockId, now }: AccountChanges): { stated: Stated[]; ended: Ended[] } {
  const account: OfAccount = { accountId, testClockId, now };
  const ends = new Map<string, Ended>();
  for (const { kind, subject, generation } of voided) ends.set(keyText({ kind, subject, generation }), { ...account, kind, subject, generation, status: 'void' });
  for (const { kind, subject, generation } of fired) ends.set(keyText({ kind, subject, generation }), { ...account, kind, subject, generation, status: 'fired' });
  const stated = new Map<string, Stated>();
  for (const { kind, subject, generation, dueAt, held, traceparent = null } of put) {
    const key = keyText({ kind, subject, generation });
    const status = ends.get(key)?.status ?? (held ? 'blocked' : 'pending');
    stated.set(key, { ...account, kind, subject, generation, dueAt, status, traceparent });
  }
  return { stated: [...stated.values()], ended: [...ends].filter(([key]) => !stated.has(key)).map(([, end]) => end) };
}

const keyText = ({ kind, subject, generation }: DeadlineKey): string => `${kind} ${generation} ${subject}`;

/** What is blocked, and what waits for the clock: each by its own index. */
const blocked = `(SELECT * FROM sunset.deadlines WHERE status = 'blocked' UNION ALL SELECT * FROM sunset.deadlines WHERE ${waitsForClock}) AS blocked`;

const hasStatus: Readonly<Record<Exclude<DeadlineStatus, 'blocked'>, string>> = {
  pending: `status = 'pending' AND NOT ${waitsForClock}`,
  fired: `status = 'fired'`,
  void: `status = 'void'`,
  dead: `status = 'dead'`,
};

interface Row {
  readonly deadline_id: string;
  readonly account_id: string;
  readonly subject: string;
  readonly kind: string;
  readonly generation: number;
  readonly due_at: Instant;
  readonly fired_at: Instant | null;
  readonly lateness_ms: number | null;
  readonly status: DeadlineStatus;
  readonly attempts: number;
  readonly next_attempt_at: Instant | null;
  readonly last_error: string | null;
}

const recorded = (row: Row): RecordedDeadline => ({
  deadlineId: row.deadline_id,
  accountId: row.account_id,
  ...(row.subject === '' ? {} : { subscriptionId: row.subject }),
  kind: row.kind,
  generation: row.generation,
  dueAt: row.due_at,
  firedAt: row.fired_at,
  latenessMs: row.lateness_ms === null ? null : Math.round(row.lateness_ms),
  status: row.status,
  attempts: row.attempts,
  nextAttemptAt: row.next_attempt_at,
  lastError: row.last_error,
});
