// How far each projection has come: one row per shard for the table in use, and one while another is built beside it.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

export class Projections1795400000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;
      CREATE SCHEMA IF NOT EXISTS analytics;
      CREATE TABLE sunset.projections (
        name text NOT NULL,
        build text NOT NULL CHECK (build IN ('live', 'rebuild')),
        shard smallint NOT NULL,
        version integer NOT NULL,
        position bigint NOT NULL DEFAULT 0,
        target bigint,
        status text NOT NULL CHECK (status IN ('requested', 'running')),
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz(3),
        last_error text,
        started_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        updated_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT projections_pkey PRIMARY KEY (name, build, shard)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.projections');
  }
}

export const migrations: readonly Migration[] = [Projections1795400000002];
