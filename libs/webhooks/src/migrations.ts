// The tables: endpoints, the secrets they share with us, how far along the log each has come, and what became of the messages that were attempted.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

/**
 * What is still to come stands in the log, behind `position`, and not here: a delivery is a row once it was attempted, or asked for. No column holds
 * what was sent. `until` is where a replay ends; the way along the log itself has no end. Instants are real time.
 */
class Webhooks1796000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;

      CREATE TABLE sunset.webhook_endpoints (
        endpoint_id uuid PRIMARY KEY,
        url text NOT NULL,
        events text[] NOT NULL,
        status text NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'disabled', 'removed')),
        disabled_because text CHECK (disabled_because IN ('asked', 'gone', 'failing')),
        disabled_at timestamptz(3),
        created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        failures integer NOT NULL DEFAULT 0,
        failing_since timestamptz(3),
        probe_at timestamptz(3),
        acknowledged_at timestamptz(3),
        turn integer NOT NULL DEFAULT 0,
        lease_until timestamptz(3),
        CONSTRAINT webhook_endpoints_disabled CHECK ((status = 'enabled') = (disabled_at IS NULL)),
        CONSTRAINT webhook_endpoints_failing CHECK ((failures = 0) = (failing_since IS NULL))
      ) WITH (fillfactor = 50);

      CREATE TABLE sunset.webhook_secrets (
        endpoint_id uuid NOT NULL REFERENCES sunset.webhook_endpoints ON DELETE CASCADE,
        secret_id uuid NOT NULL,
        sealed bytea NOT NULL,
        until timestamptz(3),
        CONSTRAINT webhook_secrets_pkey PRIMARY KEY (endpoint_id, secret_id)
      );
      CREATE UNIQUE INDEX webhook_secrets_current ON sunset.webhook_secrets (endpoint_id) WHERE until IS NULL;

      CREATE TABLE sunset.webhook_positions (
        endpoint_id uuid NOT NULL REFERENCES sunset.webhook_endpoints ON DELETE CASCADE,
        way text NOT NULL CHECK (way IN ('log', 'replay')),
        shard smallint NOT NULL,
        position bigint NOT NULL,
        until bigint,
        CONSTRAINT webhook_positions_pkey PRIMARY KEY (endpoint_id, way, shard),
        CONSTRAINT webhook_positions_until CHECK ((way = 'replay') = (until IS NOT NULL))
      ) WITH (fillfactor = 50);

      CREATE TABLE sunset.webhook_deliveries (
        endpoint_id uuid NOT NULL REFERENCES sunset.webhook_endpoints,
        message_id uuid NOT NULL,
        account_id text,
        sequence integer,
        type text NOT NULL,
        status text NOT NULL CHECK (status IN ('waiting', 'delivered', 'failed')),
        attempts integer NOT NULL DEFAULT 0,
        failures integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz(3),
        first_attempt_at timestamptz(3),
        last_attempt_at timestamptz(3),
        http_status smallint,
        reason text,
        latency_ms integer,
        answer text,
        CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (endpoint_id, message_id),
        CONSTRAINT webhook_deliveries_waiting CHECK ((status = 'waiting') = (next_attempt_at IS NOT NULL)),
        CONSTRAINT webhook_deliveries_account CHECK ((account_id IS NULL) = (sequence IS NULL))
      );
      CREATE INDEX webhook_deliveries_next ON sunset.webhook_deliveries (endpoint_id, next_attempt_at) WHERE status = 'waiting';
      CREATE INDEX webhook_deliveries_failed ON sunset.webhook_deliveries (endpoint_id, message_id) WHERE status = 'failed';
      CREATE INDEX webhook_deliveries_account ON sunset.webhook_deliveries (account_id, endpoint_id, message_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE sunset.webhook_deliveries;
      DROP TABLE sunset.webhook_positions;
      DROP TABLE sunset.webhook_secrets;
      DROP TABLE sunset.webhook_endpoints;
    `);
  }
}

export const migrations: readonly Migration[] = [Webhooks1796000000000];
