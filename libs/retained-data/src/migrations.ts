// The tables of retained data, of which nothing is in clear, not even an id, and of who read them.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createByShard, inItsShard, type Migration } from '#postgres';

/** `body` is ciphertext, which does not compress; the attempt is spared. */
class RetainedData1795440000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;
    `);
    await createByShard(runner, 'sunset.retained_data', `
        shard smallint NOT NULL DEFAULT 0,
        account_id text COLLATE "C" NOT NULL,
        category text COLLATE "C" NOT NULL CHECK (category IN ('campaigns', 'messages', 'contacts', 'reports')),
        record_hash bytea NOT NULL,
        key_id uuid NOT NULL,
        body bytea NOT NULL,
        position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT retained_data_pkey PRIMARY KEY (account_id, shard, category, record_hash),
        CONSTRAINT retained_data_shard ${inItsShard}
      `);
    await runner.query(`
      ALTER TABLE sunset.retained_data ALTER COLUMN body SET STORAGE EXTERNAL;
      CREATE UNIQUE INDEX retained_data_order ON sunset.retained_data (account_id, shard, category, position);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.retained_data');
  }
}

/** `read_at` is the account's time, `recorded_at` the real one. */
class DataAccess1795600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sunset.data_access (
        shard smallint NOT NULL DEFAULT 0,
        account_id text COLLATE "C" NOT NULL,
        position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        category text NOT NULL CHECK (category IN ('campaigns', 'messages', 'contacts', 'reports', 'export')),
        actor_role text NOT NULL,
        actor_id text NOT NULL,
        read_at timestamptz(3) NOT NULL,
        recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT data_access_pkey PRIMARY KEY (account_id, shard, position),
        CONSTRAINT data_access_shard ${inItsShard}
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.data_access');
  }
}

export const migrations: readonly Migration[] = [RetainedData1795440000000, DataAccess1795600000000];
