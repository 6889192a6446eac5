// The tables: what is not as the log says, and how far the auditor has come in looking at all accounts.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inItsShard, type Migration } from '#postgres';

/** A finding stands until its account is looked at again and it is gone. `rearmed_at`: when what was missing was said again. */
class Audit1796200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sunset.audit_findings (
        shard smallint NOT NULL,
        account_id text NOT NULL,
        finding text NOT NULL,
        kind text NOT NULL,
        subject text NOT NULL,
        generation integer NOT NULL,
        found_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        rearmed_at timestamptz(3),
        CONSTRAINT audit_findings_pkey PRIMARY KEY (shard, account_id, finding, kind, subject, generation),
        CONSTRAINT audit_findings_shard ${inItsShard}
      );
      CREATE TABLE sunset.audit_walk (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        began_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        after_account text NOT NULL DEFAULT '',
        accounts bigint NOT NULL DEFAULT 0,
        ended_at timestamptz(3),
        last_accounts bigint,
        last_ended_at timestamptz(3)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.audit_walk, sunset.audit_findings');
  }
}

export const migrations: readonly Migration[] = [Audit1796200000000];
