// Endpoints as the platform registers, looks at and changes them.
import { randomUUID } from 'node:crypto';
import { type EventStore, headOf, nextRecordedAt } from '#event-store';
import { type Instant, type Refusal, refuse } from '#kernel';
import type { PersonalData } from '#personal-data';
import type { Database } from '#postgres';
import { webhooksHint } from './hinted.js';
import { everyType } from './message.js';
import { failuresUntilSpared } from './schedule.js';
import { Secrets } from './secrets.js';
import { TargetRefused, type Targets } from './targets.js';

/** Why nothing is sent any more: somebody asked for it, the endpoint said that it is gone (410), or it has acknowledged nothing for days. */
export const disabledBecause = ['asked', 'gone', 'failing'] as const;
export type DisabledBecause = (typeof disabledBecause)[number];

/** As operators see it: failing is one that is enabled and acknowledges nothing at the moment. */
export const shownEndpointStatuses = ['enabled', 'failing', 'disabled'] as const;
export type ShownEndpointStatus = (typeof shownEndpointStatuses)[number];

export interface Endpoint {
  readonly endpointId: string;
  readonly url: string;
  /** Event types, or `*` alone. */
  readonly events: readonly string[];
  readonly status: 'enabled' | 'disabled';
  readonly disabledBecause: DisabledBecause | null;
  readonly disabledAt: Instant | null;
  /** The first failure since something was acknowledged last. */
  readonly failingSince: Instant | null;
  readonly acknowledgedAt: Instant | null;
  readonly createdAt: Instant;
  /** Messages that were attempted in vain and will be again; 10,000 at most are counted. */
  readonly waiting: number;
  /** When the oldest message was recorded, or first attempted, that is not delivered yet. */
  readonly undeliveredSince: Instant | null;
}

export interface RegisteredEndpoint extends Endpoint {
  /** `whsec_…`, this once. */
  readonly secret: string;
}

export interface RotatedSecret {
  readonly endpointId: string;
  readonly secret: string;
  /** Until when the former one signs as well. */
  readonly formerUntil: Instant;
}

export interface EndpointChanges {
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly status?: 'enabled' | 'disabled' | undefined;
}

export interface WebhookHealth {
  readonly enabled: number;
  /** Of the enabled ones: those that acknowledge nothing at the moment. */
  readonly failing: number;
  /** By themselves: gone, or failing for days. */
  readonly disabled: number;
  /** Of the enabled ones, in milliseconds. */
  readonly oldestUndeliveredMs: number | null;
}

export const endpointsMost = 100;

const registering = 1_398_099_545;

const undeliveredSince = `least(
  (SELECT min(${nextRecordedAt('p.shard', 'p.position')}) FROM sunset.webhook_positions p WHERE p.endpoint_id = e.endpoint_id AND p.way = 'log'),
  (SELECT min(d.first_attempt_at) FROM sunset.webhook_deliveries d WHERE d.endpoint_id = e.endpoint_id AND d.status = 'waiting')
)`;

const isFailing = `e.status = 'enabled' AND e.failures >= ${failuresUntilSpared}`;

const hasStatus: Readonly<Record<ShownEndpointStatus, string>> = {
  enabled: `e.status = 'enabled' AND NOT (${isFailing})`,
  failing: isFailing,
  disabled: `e.status = 'disabled'`,
};

const columns = `e.endpoint_id AS "endpointId", e.url, e.events, e.status, e.disabled_because AS "disabledBecause", e.disabled_at AS "disabledAt", e.failing_since AS "failingSince",
  e.acknowledged_at AS "acknowledgedAt", e.created_at AS "createdAt",
  (SELECT count(*) FROM (SELECT FROM sunset.webhook_deliveries d WHERE d.endpoint_id = e.endpoint_id AND d.status = 'waiting' LIMIT 10000) AS counted) AS waiting,
  ${undeliveredSince} AS "undeliveredSince"`;

export class Endpoints {
  private readonly secrets: Secrets;

  constructor(
    private readonly database: Database,
    personalData: PersonalData,
    private readonly eventStore: Pick<EventStore, 'declares' | 'shards'>,
    private readonly targets: Targets,
  ) {
    this.secrets = new Secrets(database, personalData);
  }

  /** It is sent what is recorded from now on. */
  async register(url: string, events: readonly string[]): Promise<RegisteredEndpoint | Refusal<'invalid_request' | 'too_many_endpoints'>> {
    const refusal = this.unknownTypes(events) ?? (await this.refusedTarget(url));
    if (refusal) return refusal;
    return this.database.transaction(async () => {
      await this.database.query('SELECT pg_advisory_xact_lock($1)', [registering]);
      const [{ count } = { count: 0 }] = await this.database.query<{ count: number }>("SELECT count(*) AS count FROM sunset.webhook_endpoints WHERE status <> 'removed'");
      if (count >= endpointsMost) return refuse('too_many_endpoints', { most: endpointsMost });
      const endpointId = randomUUID();
      await this.database.query('INSERT INTO sunset.webhook_endpoints (endpoint_id, url, events) VALUES ($1, $2, $3)', [endpointId, url, [...new Set(events)]]);
      await this.database.query(
        `INSERT INTO sunset.webhook_positions (endpoint_id, way, shard, position) SELECT $1, 'log', s.shard, ${headOf('s.shard')} FROM generate_series(0, $2::integer - 1) AS s (shard)`,
        [endpointId, this.eventStore.shards],
      );
      const secret = await this.secrets.make(endpointId);
      return { ...(await this.get(endpointId))!, secret };
    });
  }

  async get(endpointId: string): Promise<Endpoint | null> {
    const [found] = await this.database.query<Endpoint>(`SELECT ${columns} FROM sunset.webhook_endpoints e WHERE e.endpoint_id = $1 AND e.status <> 'removed'`, [endpointId]);
    return found ?? null;
  }

  /** In the order in which they were registered. */
  async list({ limit, after, status }: { readonly limit: number; readonly after?: { readonly createdAt: Instant; readonly endpointId: string }; readonly status?: ShownEndpointStatus | undefined }): Promise<readonly Endpoint[]> {
    return this.database.query<Endpoint>(
      `SELECT ${columns} FROM sunset.webhook_endpoints e
       WHERE e.status <> 'removed'${status === undefined ? '' : ` AND ${hasStatus[status]}`} AND ($2::timestamptz IS NULL OR (e.created_at, e.endpoint_id) > ($2, $3::uuid)) ORDER BY e.created_at, e.endpoint_id LIMIT $1`,
      [limit, after?.createdAt ?? null, after?.endpointId ?? null],
    );
  }

  /** What is enabled again goes on where it stopped; another URL, or that, begins without failures. `null`: there is no such endpoint. */
  async change(endpointId: string, { url, events, status }: EndpointChanges): Promise<Endpoint | null | Refusal<'invalid_request'>> {
    const refusal = (events && this.unknownTypes(events)) ?? (url === undefined ? null : await this.refusedTarget(url));
    if (refusal) return refusal;
    const { affected } = await this.database.execute(
      `UPDATE sunset.webhook_endpoints SET url = coalesce($2, url), events = coalesce($3::text[], events), status = coalesce($4, status),
         disabled_because = CASE coalesce($4, status) WHEN 'enabled' THEN NULL ELSE coalesce(disabled_because, 'asked') END,
         disabled_at = CASE coalesce($4, status) WHEN 'enabled' THEN NULL ELSE coalesce(disabled_at, clock_timestamp()) END,
         failures = CASE WHEN $5 THEN 0 ELSE failures END, failing_since = CASE WHEN $5 THEN NULL ELSE failing_since END, probe_at = CASE WHEN $5 THEN NULL ELSE probe_at END
       WHERE endpoint_id = $1 AND status <> 'removed'`,
      [endpointId, url ?? null, events ? [...new Set(events)] : null, status ?? null, url !== undefined || status === 'enabled'],
    );
    if (affected === 0) return null;
    this.database.hint(webhooksHint);
    return this.get(endpointId);
  }

  /** Both secrets sign for a day. `null`: there is no such endpoint. */
  async rotateSecret(endpointId: string): Promise<RotatedSecret | null | Refusal<'too_many_secrets'>> {
    return this.database.transaction(async () => {
      const found = await this.database.query("SELECT FROM sunset.webhook_endpoints WHERE endpoint_id = $1 AND status <> 'removed' FOR UPDATE", [endpointId]);
      if (found.length === 0) return null;
      const rotated = await this.secrets.rotate(endpointId);
      return rotated ? { endpointId, ...rotated } : refuse('too_many_secrets');
    });
  }

  /** Its secrets are gone at once, the rows of its deliveries with time. Answers whether there was one. */
  async remove(endpointId: string): Promise<boolean> {
    return this.database.transaction(async () => {
      const { affected } = await this.database.execute(
        `UPDATE sunset.webhook_endpoints SET status = 'removed', disabled_because = coalesce(disabled_because, 'asked'), disabled_at = coalesce(disabled_at, clock_timestamp())
         WHERE endpoint_id = $1 AND status <> 'removed'`,
        [endpointId],
      );
      await this.database.query('DELETE FROM sunset.webhook_secrets WHERE endpoint_id = $1', [endpointId]);
      return affected > 0;
    });
  }

  async health(): Promise<WebhookHealth> {
    const [health] = await this.database.query<WebhookHealth>(
      `SELECT count(*) FILTER (WHERE e.status = 'enabled') AS enabled, count(*) FILTER (WHERE ${isFailing}) AS failing,
         count(*) FILTER (WHERE e.status = 'disabled' AND e.disabled_because <> 'asked') AS disabled,
         (extract(epoch FROM max(clock_timestamp() - ${undeliveredSince}) FILTER (WHERE e.status = 'enabled')) * 1000)::float8 AS "oldestUndeliveredMs"
       FROM sunset.webhook_endpoints e`,
    );
    return health!;
  }

  private unknownTypes(events: readonly string[]): Refusal<'invalid_request'> | null {
    const errors = events.flatMap((type, index) => {
      if (type === everyType) return events.length === 1 ? [] : [{ pointer: `/events/${index}`, message: `${everyType} stands alone` }];
      return this.eventStore.declares(type) ? [] : [{ pointer: `/events/${index}`, message: 'is not the type of an event' }];
    });
    return errors.length > 0 ? refuse('invalid_request', { errors }) : null;
  }

  private async refusedTarget(url: string): Promise<Refusal<'invalid_request'> | null> {
    try {
      await this.targets.admit(url);
      return null;
    } catch (error) {
      if (error instanceof TargetRefused) return refuse('invalid_request', { errors: [{ pointer: '/url', message: error.message }] });
      throw error;
    }
  }
}
