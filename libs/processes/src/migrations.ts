// The tables of processes: which live, and which master keys they hold, by the keys' ids; and the faults of the sandbox.
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

class SandboxFaults1797000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sunset.sandbox_faults (
        fault text PRIMARY KEY,
        until timestamptz(3) NOT NULL,
        followed_since timestamptz(3),
        jobs_lost bigint NOT NULL DEFAULT 0
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.sandbox_faults');
  }
}

export const migrations: readonly Migration[] = [Processes1796900000000, SandboxFaults1797000100000];
