// The tables: purges and how far they are, what outlives them, and the guard's memory.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inItsShard, type Migration } from '#postgres';

/** `due_at` and `begun_at` are the account's time, everything else is real. `markers` is sealed with a key of the purge's own. */
class Purges1796000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;

      CREATE TABLE sunset.purges (
        purge_id text NOT NULL,
        shard smallint NOT NULL DEFAULT 0,
        account_id text NOT NULL,
        life_id uuid NOT NULL,
        test_clock_id text,
        basis text NOT NULL,
        due_at timestamptz(3) NOT NULL,
        begun_at timestamptz(3) NOT NULL,
        status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'failed', 'done')),
        step text NOT NULL,
        claim integer NOT NULL DEFAULT 0,
        salt bytea NOT NULL,
        markers bytea,
        exceptions jsonb,
        findings jsonb NOT NULL DEFAULT '[]',
        findings_accepted text,
        places_accepted jsonb NOT NULL DEFAULT '[]',
        rounds integer NOT NULL DEFAULT 0,
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz(3),
        lease_until timestamptz(3),
        last_error text,
        started_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        done_at timestamptz(3),
        CHECK ((status = 'done') = (done_at IS NOT NULL)),
        CHECK (status <> 'done' OR markers IS NULL),
        CHECK (findings_accepted IS NOT NULL OR places_accepted = '[]'),
        CONSTRAINT purges_pkey PRIMARY KEY (purge_id, account_id, shard),
        CONSTRAINT purges_shard ${inItsShard}
      );
      CREATE INDEX purges_running ON sunset.purges (started_at) WHERE status = 'running';
      CREATE INDEX purges_order ON sunset.purges (started_at DESC, purge_id);
      CREATE INDEX purges_account ON sunset.purges (account_id, shard);

      CREATE TABLE sunset.purge_stores (
        purge_id text NOT NULL,
        shard smallint NOT NULL DEFAULT 0,
        account_id text NOT NULL,
        store text NOT NULL,
        place integer NOT NULL,
        planned jsonb,
        deleted jsonb NOT NULL DEFAULT '{}',
        digests bigint NOT NULL DEFAULT 0,
        digest_sum bytea NOT NULL DEFAULT '\\x',
        finished boolean NOT NULL DEFAULT false,
        CONSTRAINT purge_stores_pkey PRIMARY KEY (purge_id, account_id, shard, store),
        CONSTRAINT purge_stores_purge FOREIGN KEY (purge_id, account_id, shard) REFERENCES sunset.purges (purge_id, account_id, shard) ON DELETE CASCADE,
        CONSTRAINT purge_stores_shard ${inItsShard}
      );

      CREATE TABLE sunset.kept_evidence (
        purge_id text NOT NULL,
        shard smallint NOT NULL DEFAULT 0,
        kind text NOT NULL,
        subject text NOT NULL,
        account_id text NOT NULL,
        data jsonb NOT NULL,
        expires_at timestamptz(3) NOT NULL,
        CONSTRAINT kept_evidence_pkey PRIMARY KEY (purge_id, account_id, shard, kind, subject),
        CONSTRAINT kept_evidence_purge FOREIGN KEY (purge_id, account_id, shard) REFERENCES sunset.purges (purge_id, account_id, shard),
        CONSTRAINT kept_evidence_shard ${inItsShard}
      );
      CREATE INDEX kept_evidence_expiry ON sunset.kept_evidence (expires_at);

      CREATE TABLE sunset.purge_ledger (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        service_id uuid NOT NULL
      );
      CREATE TABLE sunset.purges_waiting (
        shard smallint NOT NULL DEFAULT 0,
        account_id text NOT NULL,
        since timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT purges_waiting_pkey PRIMARY KEY (account_id, shard),
        CONSTRAINT purges_waiting_shard ${inItsShard}
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.purges_waiting, sunset.purge_ledger, sunset.kept_evidence, sunset.purge_stores, sunset.purges');
  }
}

export const migrations: readonly Migration[] = [Purges1796000000000];
