// The table of policies that were in force.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

/** `since`: when a process began with it first; `begun_at`: when last. */
class Policies1797000300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sunset.policies (
        version text PRIMARY KEY,
        contents jsonb NOT NULL,
        since timestamptz(3) NOT NULL DEFAULT statement_timestamp(),
        begun_at timestamptz(3) NOT NULL DEFAULT statement_timestamp()
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.policies');
  }
}

export const migrations: readonly Migration[] = [Policies1797000300000];
