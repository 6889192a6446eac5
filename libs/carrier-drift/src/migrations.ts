// The tables: runs that compare, what a carrier has listed in the one under way, what was found, and which callbacks were heard.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

/**
 * A finding names an account and what the account calls the thing, or, where nobody here has it, the keyed hash of it and, sealed, what the carrier calls it. `subject` is the id
 * of a number or a registration. What the carrier has listed are keyed hashes, gone with the end of the run.
 */
class CarrierDrift1797100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sunset.carrier_drift_runs (
        run_id uuid PRIMARY KEY,
        carrier text NOT NULL,
        asked_by text,
        asked_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        attempt integer NOT NULL DEFAULT 0,
        began_at timestamptz(3),
        lease_until timestamptz(3),
        listed integer NOT NULL DEFAULT 0,
        compared integer NOT NULL DEFAULT 0,
        ended_at timestamptz(3),
        outcome text CHECK (outcome IN ('compared', 'failed')),
        reason text,
        CHECK ((ended_at IS NULL) = (outcome IS NULL))
      );
      CREATE UNIQUE INDEX carrier_drift_runs_open ON sunset.carrier_drift_runs (carrier) WHERE ended_at IS NULL;
      CREATE INDEX carrier_drift_runs_order ON sunset.carrier_drift_runs (asked_at DESC, run_id);
      CREATE TABLE sunset.carrier_drift_listed (
        carrier text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('number', 'campaign', 'brand')),
        hash bytea NOT NULL,
        PRIMARY KEY (carrier, kind, hash)
      );
      CREATE TABLE sunset.carrier_drift_findings (
        finding_id uuid PRIMARY KEY,
        carrier text NOT NULL,
        finding text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('number', 'campaign', 'brand')),
        account_id text COLLATE "C",
        subject text COLLATE "C",
        hash bytea,
        sealed bytea,
        told_by text NOT NULL CHECK (told_by IN ('listing', 'callback')),
        first_seen_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        last_seen_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        cleared_at timestamptz(3),
        CHECK ((account_id IS NULL) = (hash IS NOT NULL) AND (account_id IS NULL) = (subject IS NULL))
      );
      CREATE UNIQUE INDEX carrier_drift_findings_open ON sunset.carrier_drift_findings (carrier, finding, kind, coalesce(account_id, ''), coalesce(subject, ''), coalesce(hash, ''))
        WHERE cleared_at IS NULL;
      CREATE TABLE sunset.carrier_callbacks (
        hash bytea PRIMARY KEY,
        carrier text NOT NULL,
        received_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
      );
      CREATE INDEX carrier_callbacks_received ON sunset.carrier_callbacks (received_at);
      CREATE INDEX carrier_drift_findings_order ON sunset.carrier_drift_findings (first_seen_at DESC, finding_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.carrier_callbacks, sunset.carrier_drift_findings, sunset.carrier_drift_listed, sunset.carrier_drift_runs');
  }
}

export const migrations: readonly Migration[] = [CarrierDrift1797100000000];
