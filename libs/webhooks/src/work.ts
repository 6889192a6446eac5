// What workers say to the tables: which endpoints have something to be sent, who of us sends it, and what came of it.
import { headOf, nextOfTypes } from '#event-store';
import type { Instant } from '#kernel';
import type { Database } from '#postgres';
import type { DisabledBecause } from './endpoints.js';
import { everyType } from './message.js';
import { failingMostMs, probeAfterMs } from './schedule.js';
import type { FailureReason } from './sender.js';
import { type SealedSecret, secretsInForce } from './secrets.js';

/** An endpoint is sent to by one process at a time; `turn` is the fence, and only ever rises. */
export interface Held {
  readonly endpointId: string;
  readonly turn: number;
}

export interface Way {
  readonly way: 'log' | 'replay';
  readonly shard: number;
  readonly position: number;
  /** The end of a replay, or of the log as it is. */
  readonly until: number;
}

export interface Job {
  readonly url: string;
  readonly events: readonly string[];
  readonly failures: number;
  /** Whether something new may be taken up; else only what was attempted before. */
  readonly takesUp: boolean;
  /** The database's clock. */
  readonly now: Instant;
  readonly secrets: readonly SealedSecret[];
  /** Those on which something may be found. */
  readonly ways: readonly Way[];
}

export interface Waiting {
  readonly messageId: string;
  readonly accountId: string | null;
  readonly sequence: number | null;
  readonly type: string;
  readonly failures: number;
}

export interface Attempted {
  readonly messageId: string;
  readonly accountId: string | null;
  readonly sequence: number | null;
  readonly type: string;
  readonly status: 'waiting' | 'delivered' | 'failed';
  readonly failures: number;
  readonly retryMs: number | null;
  readonly at: Instant;
  readonly httpStatus: number | null;
  readonly reason: FailureReason | null;
  readonly latencyMs: number;
  readonly answer: string | null;
}

/** What an endpoint did, as far as it says something of the endpoint itself. */
export interface Conduct {
  readonly acknowledged: boolean;
  /** Attempts in vain behind the last acknowledged one, or all of them. */
  readonly failures: number;
  readonly gone: boolean;
}

/** What of the log is looked through by one statement. */
export const stretchMost = 50_000;

const free = `e.status = 'enabled' AND coalesce(e.lease_until < clock_timestamp(), true)`;
const endOf = `coalesce(p.until, ${headOf('p.shard')})`;

export class Work {
  constructor(
    private readonly database: Database,
    private readonly leaseMs: number,
  ) {}

  /** Takes endpoints that nobody sends to past what they did not ask for, so that an event costs one statement and not one for each endpoint. */
  async passOver(): Promise<void> {
    await this.database.execute(
      `UPDATE sunset.webhook_positions p SET position = coalesce(${nextOfTypes('p.shard', 'p.position', 'ahead.until', 'ahead.events')} - 1, ahead.until)
       FROM (
         SELECT p.endpoint_id, p.way, p.shard, p.position, least(${endOf}, p.position + $1) AS until, e.events
         FROM sunset.webhook_positions p JOIN sunset.webhook_endpoints e USING (endpoint_id) WHERE ${free} AND e.events <> '{${everyType}}' AND p.position < ${endOf}
         FOR UPDATE OF p SKIP LOCKED
       ) AS ahead
       WHERE (p.endpoint_id, p.way, p.shard) = (ahead.endpoint_id, ahead.way, ahead.shard) AND p.position = ahead.position`,
      [stretchMost],
    );
  }

  /** Whether there is an endpoint that something of the log, or of what was attempted before, may be sent to within that time, be it by who has it now. */
  async someWithin(ms: number): Promise<boolean> {
    const [row] = await this.database.query<{ some: boolean }>(
      `SELECT EXISTS (
         SELECT FROM sunset.webhook_endpoints e WHERE e.status = 'enabled' AND (
           EXISTS (SELECT FROM sunset.webhook_deliveries d WHERE d.endpoint_id = e.endpoint_id AND d.status = 'waiting' AND d.next_attempt_at <= clock_timestamp() + $1 * interval '1 ms')
           OR EXISTS (SELECT FROM sunset.webhook_positions p WHERE p.endpoint_id = e.endpoint_id AND p.position < ${endOf})
         )
       ) AS some`,
      [ms],
    );
    return row!.some;
  }

  /** Endpoints for which something is due and to which nobody sends, with a lease; the `others` are left out. */
  async take(others: readonly string[]): Promise<readonly Held[]> {
    return this.database.query<Held>(
      `UPDATE sunset.webhook_endpoints e SET turn = e.turn + 1, lease_until = clock_timestamp() + $1 * interval '1 ms'
       WHERE e.endpoint_id IN (
         SELECT e.endpoint_id FROM sunset.webhook_endpoints e WHERE ${free} AND e.endpoint_id <> ALL ($2::uuid[]) AND (
           EXISTS (SELECT FROM sunset.webhook_deliveries d WHERE d.endpoint_id = e.endpoint_id AND d.status = 'waiting' AND d.next_attempt_at <= clock_timestamp())
           OR (coalesce(e.probe_at <= clock_timestamp(), true) AND EXISTS (SELECT FROM sunset.webhook_positions p WHERE p.endpoint_id = e.endpoint_id AND p.position < ${endOf}))
         ) FOR UPDATE SKIP LOCKED
       ) RETURNING e.endpoint_id AS "endpointId", e.turn`,
      [this.leaseMs, others],
    );
  }

  async renew(held: readonly Held[]): Promise<void> {
    if (held.length === 0) return;
    await this.database.execute(
      `UPDATE sunset.webhook_endpoints e SET lease_until = clock_timestamp() + $1 * interval '1 ms'
       FROM unnest($2::uuid[], $3::int[]) AS held (endpoint_id, turn) WHERE e.endpoint_id = held.endpoint_id AND e.turn = held.turn`,
      [this.leaseMs, held.map(({ endpointId }) => endpointId), held.map(({ turn }) => turn)],
    );
  }

  async release({ endpointId, turn }: Held): Promise<void> {
    await this.database.execute('UPDATE sunset.webhook_endpoints SET lease_until = NULL WHERE endpoint_id = $1 AND turn = $2', [endpointId, turn]);
  }

  /** `null`: nothing is to be sent any more, or it is another's to send. */
  async job({ endpointId, turn }: Held): Promise<Job | null> {
    const [job] = await this.database.query<Job>(
      `SELECT e.url, e.events, e.failures, coalesce(e.probe_at <= clock_timestamp(), true) AS "takesUp", clock_timestamp() AS now, ${secretsInForce} AS secrets,
         coalesce((
           SELECT json_agg(json_build_object('way', p.way, 'shard', p.shard, 'position', p.position, 'until', ${endOf}) ORDER BY p.way, p.shard)
           FROM sunset.webhook_positions p WHERE p.endpoint_id = e.endpoint_id AND p.position < ${endOf}
         ), '[]') AS ways
       FROM sunset.webhook_endpoints e WHERE e.endpoint_id = $1 AND e.turn = $2 AND e.status = 'enabled'`,
      [endpointId, turn],
    );
    return job ?? null;
  }

  /** What is due again, the longest first. */
  async due(endpointId: string, limit: number): Promise<readonly Waiting[]> {
    return this.database.query<Waiting>(
      `SELECT message_id AS "messageId", account_id AS "accountId", sequence, type, failures FROM sunset.webhook_deliveries
       WHERE endpoint_id = $1 AND status = 'waiting' AND next_attempt_at <= clock_timestamp() ORDER BY next_attempt_at LIMIT $2`,
      [endpointId, limit],
    );
  }

  /**
   * Writes down what was attempted, how far that has come, and what it says of the endpoint: all, or nothing where another process sends to it by now. Answers
   * why it is disabled, if it is from now on; `lost`: nothing was written.
   */
  async record({ endpointId, turn }: Held, before: number, attempted: readonly Attempted[], ways: readonly Omit<Way, 'until'>[], conduct: Conduct): Promise<DisabledBecause | null | 'lost'> {
    const failures = `CASE WHEN $3::boolean THEN $4::int ELSE e.failures + $4::int END`;
    const isOver = `(NOT $3::boolean AND $4::int > 0 AND e.failing_since < clock_timestamp() - $5 * interval '1 ms')`;
    const [row] = await this.database.query<{ because: DisabledBecause | null }>(
      `WITH held AS (
         UPDATE sunset.webhook_endpoints e SET failures = ${failures},
           failing_since = CASE WHEN ${failures} = 0 THEN NULL WHEN $3::boolean OR e.failing_since IS NULL THEN clock_timestamp() ELSE e.failing_since END,
           acknowledged_at = CASE WHEN $3::boolean THEN clock_timestamp() ELSE e.acknowledged_at END,
           probe_at = CASE WHEN $3::boolean OR $4::int > 0 THEN clock_timestamp() + $6::int * interval '1 ms' ELSE e.probe_at END,
           status = CASE WHEN e.status = 'enabled' AND ($7::boolean OR ${isOver}) THEN 'disabled' ELSE e.status END,
           disabled_because = CASE WHEN e.status = 'enabled' AND ($7::boolean OR ${isOver}) THEN CASE WHEN $7::boolean THEN 'gone' ELSE 'failing' END ELSE e.disabled_because END,
           disabled_at = CASE WHEN e.status = 'enabled' AND ($7::boolean OR ${isOver}) THEN clock_timestamp() ELSE e.disabled_at END
         WHERE e.endpoint_id = $1 AND e.turn = $2 RETURNING e.endpoint_id, nullif(e.disabled_because, 'asked') AS because
       ), moved AS (
         UPDATE sunset.webhook_positions p SET position = way.position FROM held, unnest($8::text[], $9::smallint[], $10::bigint[]) AS way (way, shard, position)
         WHERE p.endpoint_id = held.endpoint_id AND p.way = way.way AND p.shard = way.shard
       ), written AS (
         INSERT INTO sunset.webhook_deliveries AS d (
           endpoint_id, message_id, account_id, sequence, type, status, attempts, failures, next_attempt_at, first_attempt_at, last_attempt_at, http_status, reason, latency_ms, answer
         )
         SELECT held.endpoint_id, a.message_id, a.account_id, a.sequence, a.type, a.status, 1, a.failures, clock_timestamp() + a.retry_ms * interval '1 ms', a.at, a.at,
           a.http_status, a.reason, a.latency_ms, a.answer
         FROM held, unnest($11::uuid[], $12::text[], $13::int[], $14::text[], $15::text[], $16::int[], $17::bigint[], $18::timestamptz[], $19::smallint[], $20::text[], $21::int[], $22::text[])
           AS a (message_id, account_id, sequence, type, status, failures, retry_ms, at, http_status, reason, latency_ms, answer)
         ON CONFLICT (endpoint_id, message_id) DO UPDATE SET status = excluded.status, attempts = d.attempts + 1, failures = excluded.failures, next_attempt_at = excluded.next_attempt_at,
           first_attempt_at = coalesce(d.first_attempt_at, excluded.first_attempt_at), last_attempt_at = excluded.last_attempt_at, http_status = excluded.http_status,
           reason = excluded.reason, latency_ms = excluded.latency_ms, answer = excluded.answer
       ) SELECT because FROM held`,
      [
        endpointId, turn, conduct.acknowledged, conduct.failures, failingMostMs, probeAfterMs(conduct.acknowledged ? conduct.failures : before + conduct.failures), conduct.gone,
        ways.map(({ way }) => way), ways.map(({ shard }) => shard), ways.map(({ position }) => position),
        ...(['messageId', 'accountId', 'sequence', 'type', 'status', 'failures', 'retryMs', 'at', 'httpStatus', 'reason', 'latencyMs', 'answer'] as const).map((field) => attempted.map((one) => one[field])),
      ],
    );
    return row ? row.because : 'lost';
  }
}
