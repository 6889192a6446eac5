// The tables: effects and the history of their attempts, pauses, what carriers may still be asked, and the sandbox's own carrier.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createByShard, inItsShard, type Migration } from '#postgres';

/**
 * `next_attempt_at` and `needed_by` are the account's time, `lease_until`, `first_attempt_at` and `settled_at` are real. `queue_at` is the order in which effects on
 * real time are taken up: the n-th of an account queues n seconds behind its first. `traceparent` is the trace of what asks for it,
 * where that was traced. No column holds anything about a person.
 */
class Effects1795800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;`);
    await createByShard(runner, 'sunset.effects', `
        effect_id uuid NOT NULL,
        shard smallint NOT NULL DEFAULT 0,
        account_id text NOT NULL,
        test_clock_id text,
        kind text NOT NULL CHECK (kind IN ('release-number', 'end-campaign', 'delete-brand', 'notify')),
        subject text NOT NULL,
        generation integer NOT NULL,
        carrier text NOT NULL,
        due_at timestamptz(3) NOT NULL,
        needed_by timestamptz(3),
        status text NOT NULL DEFAULT 'pending'
          CHECK (status IN ('pending', 'attempting', 'waiting', 'blocked', 'dead', 'void', 'done')),
        outcome text,
        reason text,
        order_ref text,
        traceparent text,
        round integer NOT NULL DEFAULT 0,
        attempts integer NOT NULL DEFAULT 0,
        failures integer NOT NULL DEFAULT 0,
        place integer NOT NULL,
        next_attempt_at timestamptz(3) NOT NULL,
        queue_at timestamptz(3) NOT NULL,
        lease_until timestamptz(3),
        first_attempt_at timestamptz(3),
        created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        settled_at timestamptz(3),
        CONSTRAINT effects_pkey PRIMARY KEY (effect_id, account_id, shard),
        CONSTRAINT effects_of_account UNIQUE (account_id, shard, kind, subject, generation),
        CONSTRAINT effects_shard ${inItsShard},
        CONSTRAINT effects_test_clock_sandbox CHECK (test_clock_id IS NULL OR carrier = 'sandbox'),
        CHECK ((status = 'attempting') = (lease_until IS NOT NULL)),
        CHECK ((status IN ('done', 'void')) = (settled_at IS NOT NULL))
      `, 'WITH (fillfactor = 80)');
    await runner.query(`
      CREATE INDEX effects_queue ON sunset.effects (carrier, kind, queue_at)
        WHERE status IN ('pending', 'waiting') AND test_clock_id IS NULL;
      CREATE INDEX effects_next ON sunset.effects (carrier, kind, next_attempt_at)
        WHERE status IN ('pending', 'waiting') AND test_clock_id IS NULL;
      CREATE INDEX effects_test_clock ON sunset.effects (test_clock_id, next_attempt_at)
        WHERE status IN ('pending', 'waiting', 'attempting') AND test_clock_id IS NOT NULL;
      CREATE INDEX effects_lease ON sunset.effects (lease_until) WHERE status = 'attempting';
      CREATE INDEX effects_untouched ON sunset.effects (kind, due_at) WHERE status = 'pending' AND attempts = 0 AND test_clock_id IS NULL;
      CREATE INDEX effects_begun ON sunset.effects (kind, first_attempt_at) WHERE test_clock_id IS NULL AND first_attempt_at IS NOT NULL;
      CREATE INDEX effects_open ON sunset.effects (due_at, effect_id) WHERE status NOT IN ('done', 'void');
      CREATE INDEX effects_needed ON sunset.effects (needed_by) WHERE status NOT IN ('done', 'void') AND needed_by IS NOT NULL;
      CREATE INDEX effects_settled ON sunset.effects (settled_at) WHERE settled_at IS NOT NULL;
      CREATE INDEX effects_due ON sunset.effects (due_at, effect_id);
    `);
    await createByShard(runner, 'sunset.effect_attempts', `
        effect_id uuid NOT NULL,
        shard smallint NOT NULL DEFAULT 0,
        account_id text NOT NULL,
        attempt integer NOT NULL,
        started_at timestamptz(3) NOT NULL,
        latency_ms integer,
        outcome text,
        reason text,
        http_status integer,
        provider_code text,
        CONSTRAINT effect_attempts_pkey PRIMARY KEY (effect_id, account_id, shard, attempt),
        CONSTRAINT effect_attempts_effect FOREIGN KEY (effect_id, account_id, shard) REFERENCES sunset.effects (effect_id, account_id, shard) ON DELETE CASCADE,
        CONSTRAINT effect_attempts_shard ${inItsShard}
      `);
    await runner.query(`
      CREATE TABLE sunset.effect_pauses (
        pause_id uuid PRIMARY KEY,
        kind text,
        carrier text,
        cause text NOT NULL CHECK (cause IN ('operator', 'credentials', 'storm-guard')),
        reason text NOT NULL,
        paused_by text NOT NULL,
        paused_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        resumed_by text,
        resumed_at timestamptz(3),
        resume_reason text,
        CHECK ((resumed_at IS NULL) = (resumed_by IS NULL) AND (resumed_at IS NULL) = (resume_reason IS NULL))
      );
      CREATE UNIQUE INDEX effect_pauses_by_itself ON sunset.effect_pauses (cause, coalesce(kind, ''), coalesce(carrier, ''))
        WHERE resumed_at IS NULL AND cause <> 'operator';
      CREATE INDEX effect_pauses_order ON sunset.effect_pauses (paused_at DESC, pause_id);

      CREATE TABLE sunset.carrier_budgets (
        carrier text NOT NULL,
        lane text NOT NULL,
        next_free_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (carrier, lane)
      );

      CREATE TABLE sunset.sandbox_carrier_faults (
        subject_hash text PRIMARY KEY,
        fault text NOT NULL,
        times_left integer,
        set_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
      );
      CREATE TABLE sunset.sandbox_carrier_releases (
        idempotency_key text PRIMARY KEY,
        subject_hash text NOT NULL,
        carrier_id_hash text,
        released_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
      );
      CREATE INDEX sandbox_carrier_releases_subject ON sunset.sandbox_carrier_releases (subject_hash);
      CREATE INDEX sandbox_carrier_releases_id ON sunset.sandbox_carrier_releases (carrier_id_hash);
      CREATE TABLE sunset.sandbox_carrier_requests (
        subject_hash text PRIMARY KEY,
        count integer NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE sunset.sandbox_carrier_requests, sunset.sandbox_carrier_releases, sunset.sandbox_carrier_faults, sunset.carrier_budgets,
        sunset.effect_pauses, sunset.effect_attempts, sunset.effects
    `);
  }
}

export const migrations: readonly Migration[] = [Effects1795800000000];
