// The table of what waits for a second person: a row for each step, of which nothing but the words of staff ever changes.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

/** What was asked for stands in the row of that step alone. An act ends once: confirmed or declined; that it lapses is no step, for nobody takes it. */
class AskedActs1797400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;
      CREATE TABLE sunset.asked_acts (
        asked_act_id uuid NOT NULL,
        step text NOT NULL CHECK (step IN ('asked', 'confirmed', 'declined')),
        at timestamptz(3) NOT NULL,
        actor_id text NOT NULL,
        act text,
        target text COLLATE "C",
        details jsonb,
        reason text,
        stands_until timestamptz(3),
        PRIMARY KEY (asked_act_id, step),
        CHECK ((step = 'asked') = (act IS NOT NULL AND target IS NOT NULL AND details IS NOT NULL AND stands_until IS NOT NULL))
      );
      CREATE UNIQUE INDEX asked_acts_end ON sunset.asked_acts (asked_act_id) WHERE step <> 'asked';
      CREATE INDEX asked_acts_standing ON sunset.asked_acts (act, target, stands_until) WHERE step = 'asked';
      CREATE INDEX asked_acts_latest ON sunset.asked_acts (at, asked_act_id) WHERE step = 'asked';
      CREATE FUNCTION sunset.refuse_asked_act_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason' THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION 'sunset.asked_acts is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
      END
      $$;
      CREATE TRIGGER asked_acts_refuse_change BEFORE UPDATE OR DELETE ON sunset.asked_acts FOR EACH ROW EXECUTE FUNCTION sunset.refuse_asked_act_change();
      CREATE TRIGGER asked_acts_refuse_truncate BEFORE TRUNCATE ON sunset.asked_acts FOR EACH STATEMENT EXECUTE FUNCTION sunset.refuse_asked_act_change();
      ALTER TABLE sunset.asked_acts ENABLE ALWAYS TRIGGER asked_acts_refuse_change;
      ALTER TABLE sunset.asked_acts ENABLE ALWAYS TRIGGER asked_acts_refuse_truncate;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.asked_acts; DROP FUNCTION sunset.refuse_asked_act_change');
  }
}

export const migrations: readonly Migration[] = [AskedActs1797400000000];
