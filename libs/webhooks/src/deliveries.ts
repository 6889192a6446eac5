// What became of the messages of an endpoint, what is to be sent again, and how rows go: after a while, with their endpoint, with their account.
import { type EventStore, uuidv7 } from '#event-store';
import { type Instant, type Refusal, refuse } from '#kernel';
import { Conditions, type Database } from '#postgres';
import { webhooksHint } from './hinted.js';
import { testType } from './message.js';
import type { FailureReason } from './sender.js';

export const deliveryStatuses = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

export interface Delivery {
  /** As `webhook-id` says it; of an event, the event's id. */
  readonly deliveryId: string;
  readonly endpointId: string;
  /** `null` of a test. */
  readonly accountId: string | null;
  readonly sequence: number | null;
  readonly type: string;
  /** `waiting`: for its next attempt. `failed`: the last attempt was in vain. */
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly nextAttemptAt: Instant | null;
  readonly firstAttemptAt: Instant | null;
  readonly lastAttemptAt: Instant | null;
  /** Of the last attempt, as everything below. */
  readonly httpStatus: number | null;
  readonly reason: FailureReason | null;
  readonly latencyMs: number | null;
  readonly answer: string | null;
}

export interface DeliveryFilter {
  readonly status?: DeliveryStatus | undefined;
  readonly accountId?: string | undefined;
}

export interface ReplayRequest {
  /** Recorded from then on; of the failed ones: attempted first from then on. */
  readonly since?: Instant | undefined;
  /** Exclusively. */
  readonly until?: Instant | undefined;
  readonly failedOnly: boolean;
}

export interface Replay {
  /** Failed deliveries that are due again; `null`: events of a stretch of the log follow one by one. */
  readonly deliveries: number | null;
}

/** How long the row of a settled delivery is kept. */
const keptFor = '30 days';

/** The least id that is made at an instant, since ids begin with their milliseconds. */
const idAt = (at: string): string =>
  `(overlay(overlay(lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0') PLACING '-' FROM 9 FOR 0) PLACING '-7000-8000-000000000000' FROM 14 FOR 0))::uuid`;

const columns = `d.message_id AS "deliveryId", d.endpoint_id AS "endpointId", d.account_id AS "accountId", d.sequence, d.type, d.status, d.attempts, d.next_attempt_at AS "nextAttemptAt",
  d.first_attempt_at AS "firstAttemptAt", d.last_attempt_at AS "lastAttemptAt", d.http_status AS "httpStatus", d.reason, d.latency_ms AS "latencyMs", d.answer`;

export class Deliveries {
  constructor(
    private readonly database: Database,
    private readonly eventStore: Pick<EventStore, 'positionBefore' | 'shards'>,
  ) {}

  /** Latest first, by their ids. */
  async list(endpointId: string, { status, accountId }: DeliveryFilter, { limit, after }: { readonly limit: number; readonly after?: string | undefined }): Promise<readonly Delivery[]> {
    const asked = new Conditions()
      .add((place) => `d.endpoint_id = ${place}`, endpointId)
      .add((place) => `d.status = ${place}`, status)
      .add((place) => `d.account_id = ${place}`, accountId)
      .add((place) => `d.message_id < ${place}`, after);
    return this.database.query<Delivery>(`SELECT ${columns} FROM sunset.webhook_deliveries d ${asked.where} ORDER BY d.message_id DESC LIMIT ${asked.place(limit)}`, asked.values);
  }

  async get(endpointId: string, deliveryId: string): Promise<Delivery | null> {
    const [found] = await this.database.query<Delivery>(`SELECT ${columns} FROM sunset.webhook_deliveries d WHERE d.endpoint_id = $1 AND d.message_id = $2`, [endpointId, deliveryId]);
    return found ?? null;
  }

  /** Sent once more, whatever became of it, with the same id and all attempts before it. `null`: there is no such delivery. */
  async replay(endpointId: string, deliveryId: string): Promise<Delivery | null | Refusal<'endpoint_disabled'>> {
    if (!(await this.isEnabled(endpointId))) return refuse('endpoint_disabled');
    await this.database.query(
      `UPDATE sunset.webhook_deliveries SET status = 'waiting', failures = 0, next_attempt_at = clock_timestamp() WHERE endpoint_id = $1 AND message_id = $2`,
      [endpointId, deliveryId],
    );
    this.database.hint(webhooksHint);
    return this.get(endpointId, deliveryId);
  }

  /**
   * All that have failed; or the events of a stretch of the log that the endpoint asks for, in their order, as far as the endpoint has come: what is still
   * before it is sent anyway.
   */
  async replayMany(endpointId: string, { since, until, failedOnly }: ReplayRequest): Promise<Replay | Refusal<'endpoint_disabled' | 'replay_in_progress' | 'invalid_request'>> {
    if (until !== undefined && since !== undefined && until <= since) return refuse('invalid_request', { errors: [{ pointer: '/until', message: 'must be after since' }] });
    if (since === undefined && !failedOnly) return refuse('invalid_request', { errors: [{ pointer: '/since', message: 'is required, unless failedOnly is true' }] });
    if (!(await this.isEnabled(endpointId))) return refuse('endpoint_disabled');
    if (!failedOnly) return this.replayLog(endpointId, since!, until ?? null);
    const { affected } = await this.database.execute(
      `UPDATE sunset.webhook_deliveries SET status = 'waiting', failures = 0, next_attempt_at = clock_timestamp()
       WHERE endpoint_id = $1 AND status = 'failed' AND ($2::timestamptz IS NULL OR first_attempt_at >= $2) AND ($3::timestamptz IS NULL OR first_attempt_at < $3)`,
      [endpointId, since ?? null, until ?? null],
    );
    this.database.hint(webhooksHint);
    return { deliveries: affected };
  }

  /** A message that tells nothing, to see what the endpoint makes of it; attempted once. */
  async test(endpointId: string): Promise<Delivery | Refusal<'endpoint_disabled'>> {
    if (!(await this.isEnabled(endpointId))) return refuse('endpoint_disabled');
    const deliveryId = uuidv7();
    await this.database.query(
      `INSERT INTO sunset.webhook_deliveries (endpoint_id, message_id, type, status, next_attempt_at) VALUES ($1, $2, '${testType}', 'waiting', clock_timestamp())`,
      [endpointId, deliveryId],
    );
    this.database.hint(webhooksHint);
    return (await this.get(endpointId, deliveryId))!;
  }

  private async replayLog(endpointId: string, since: Instant, until: Instant | null): Promise<Replay | Refusal<'replay_in_progress'>> {
    for (let shard = 0; shard < this.eventStore.shards; shard += 1) {
      const after = await this.eventStore.positionBefore(shard, since);
      const last = until === null ? null : await this.eventStore.positionBefore(shard, until);
      const { affected } = await this.database.execute(
        `INSERT INTO sunset.webhook_positions (endpoint_id, way, shard, position, until)
         SELECT endpoint_id, 'replay', shard, least($3, position), least($4, position) FROM sunset.webhook_positions WHERE endpoint_id = $1 AND way = 'log' AND shard = $2
         ON CONFLICT (endpoint_id, way, shard) DO UPDATE SET position = excluded.position, until = excluded.until WHERE webhook_positions.position >= webhook_positions.until`,
        [endpointId, shard, after, last],
      );
      if (affected === 0) return refuse('replay_in_progress');
    }
    this.database.hint(webhooksHint);
    return { deliveries: null };
  }

  private async isEnabled(endpointId: string): Promise<boolean> {
    return (await this.database.query("SELECT FROM sunset.webhook_endpoints WHERE endpoint_id = $1 AND status = 'enabled' FOR SHARE", [endpointId])).length > 0;
  }
}

/** Deletes at most `batch` rows whose time is over, or whose endpoint was removed; answers how many. */
export async function deleteExpiredDeliveries(database: Database, batch: number): Promise<number> {
  const { affected } = await database.execute(
    `DELETE FROM sunset.webhook_deliveries d USING (
       SELECT old.endpoint_id, old.message_id FROM sunset.webhook_endpoints e CROSS JOIN LATERAL (
         SELECT d.endpoint_id, d.message_id FROM sunset.webhook_deliveries d
         WHERE d.endpoint_id = e.endpoint_id AND (e.status = 'removed' OR (
           d.message_id < ${idAt(`clock_timestamp() - interval '${keptFor}'`)} AND d.status <> 'waiting' AND d.last_attempt_at < clock_timestamp() - interval '${keptFor}'
         )) LIMIT $1
       ) AS old LIMIT $1
     ) AS old WHERE d.endpoint_id = old.endpoint_id AND d.message_id = old.message_id`,
    [batch],
  );
  if (affected > 0) return affected;
  await database.execute(
    `DELETE FROM sunset.webhook_endpoints e WHERE e.status = 'removed' AND coalesce(e.lease_until < clock_timestamp(), true)
       AND NOT EXISTS (SELECT FROM sunset.webhook_deliveries d WHERE d.endpoint_id = e.endpoint_id)`,
  );
  return 0;
}

/** The deliveries as a place that holds an account's data, for whoever purges it. What still waits to be sent keeps its row, without the answer: it names nobody. */
export class DeliveryRows {
  readonly name = 'webhook deliveries';
  readonly transactional = true;

  constructor(private readonly database: Database) {}

  async counts(accountId: string): Promise<{ readonly webhookDeliveries: number }> {
    const [row] = await this.database.query<{ count: number }>(
      "SELECT count(*) AS count FROM sunset.webhook_deliveries WHERE account_id = $1 AND (status <> 'waiting' OR answer IS NOT NULL)",
      [accountId],
    );
    return { webhookDeliveries: row!.count };
  }

  /** In the surrounding transaction. Deliveries are not records of the account's own, hence no digests. */
  async purgeBatch(accountId: string, _cursor: string | null, limit: number): Promise<{ readonly counts: { readonly webhookDeliveries: number }; readonly digests: readonly Buffer[]; readonly next: string | null }> {
    const [row] = await this.database.query<{ count: number }>(
      `WITH batch AS MATERIALIZED (
         SELECT endpoint_id, message_id, status FROM sunset.webhook_deliveries WHERE account_id = $1 AND (status <> 'waiting' OR answer IS NOT NULL) LIMIT $2 FOR UPDATE
       ), deleted AS (
         DELETE FROM sunset.webhook_deliveries d USING batch b WHERE d.endpoint_id = b.endpoint_id AND d.message_id = b.message_id AND b.status <> 'waiting'
       ), emptied AS (
         UPDATE sunset.webhook_deliveries d SET answer = NULL FROM batch b WHERE d.endpoint_id = b.endpoint_id AND d.message_id = b.message_id AND b.status = 'waiting'
       ) SELECT count(*) AS count FROM batch`,
      [accountId, limit],
    );
    return { counts: { webhookDeliveries: row!.count }, digests: [], next: row!.count < limit ? null : 'more' };
  }
}
