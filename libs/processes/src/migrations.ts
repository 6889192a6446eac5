// The table of processes: which live, and which master keys they hold, by the keys' ids.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

class Processes1796900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;
      CREATE TABLE sunset.processes (
        process_id uuid PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('api', 'worker')),
        master_keys text[] NOT NULL,
        started_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        seen_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.processes');
  }
}

export const migrations: readonly Migration[] = [Processes1796900000000];
