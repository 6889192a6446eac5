// The table of what staff read of whom: appended to and nothing else.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

/** Positions are whole numbers from 1 on, without a gap, given by who appends. */
class StaffReads1797300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;
      CREATE TABLE sunset.staff_reads (
        position bigint PRIMARY KEY,
        read_at timestamptz(3) NOT NULL,
        actor_role text NOT NULL,
        actor_id text NOT NULL,
        route text NOT NULL,
        account_id text COLLATE "C",
        request_id uuid NOT NULL,
        hash text NOT NULL
      );
      CREATE INDEX staff_reads_account ON sunset.staff_reads (account_id, position);
      CREATE FUNCTION sunset.refuse_staff_read_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'sunset.staff_reads is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
      END
      $$;
      CREATE TRIGGER staff_reads_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON sunset.staff_reads FOR EACH STATEMENT EXECUTE FUNCTION sunset.refuse_staff_read_change();
      ALTER TABLE sunset.staff_reads ENABLE ALWAYS TRIGGER staff_reads_refuse_change;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.staff_reads; DROP FUNCTION sunset.refuse_staff_read_change');
  }
}

export const migrations: readonly Migration[] = [StaffReads1797300000000];
