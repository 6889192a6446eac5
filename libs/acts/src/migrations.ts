// The tables: acts as they were shown and carried out, and what became of each entry.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

/** An act without `begun_at` was shown and no more; it goes after an hour, unless it is `kept` for a second person to confirm. Instants are real time, but for `at`. */
class Acts1797400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;
      CREATE TABLE sunset.acts (
        act_id uuid PRIMARY KEY,
        act text NOT NULL CHECK (act IN ('retry', 'settle', 'hold', 'let-go', 'pause')),
        filter jsonb NOT NULL,
        actor_id text NOT NULL,
        matched integer NOT NULL,
        more boolean NOT NULL,
        reason text,
        shown_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        begun_at timestamptz(3),
        kept boolean NOT NULL DEFAULT false,
        CONSTRAINT acts_begun CHECK ((begun_at IS NULL) = (reason IS NULL))
      );
      CREATE INDEX acts_begun_order ON sunset.acts (begun_at DESC, act_id) WHERE begun_at IS NOT NULL;
      CREATE INDEX acts_shown ON sunset.acts (actor_id, shown_at);

      CREATE TABLE sunset.act_targets (
        act_id uuid NOT NULL REFERENCES sunset.acts ON DELETE CASCADE,
        place integer NOT NULL,
        target_id text NOT NULL,
        account_id text,
        kind text,
        status text,
        at timestamptz(3),
        outcome text,
        made_id text,
        PRIMARY KEY (act_id, place)
      );
      CREATE INDEX act_targets_left ON sunset.act_targets (act_id, place) WHERE outcome IS NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.act_targets, sunset.acts');
  }
}

export const migrations: readonly Migration[] = [Acts1797400000000];
