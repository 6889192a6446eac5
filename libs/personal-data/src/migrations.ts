// The tables of the keys: one data key per account life, and the secret of look-ups across accounts; both wrapped.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inItsShard, type Migration } from '#postgres';

export class AccountKeys1795400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;
      CREATE TABLE sunset.account_keys (
        key_id uuid NOT NULL,
        shard smallint NOT NULL DEFAULT 0,
        account_id text NOT NULL,
        wrapped bytea,
        created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        destroyed_at timestamptz(3),
        CONSTRAINT account_keys_destroyed CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL)),
        CONSTRAINT account_keys_pkey PRIMARY KEY (key_id, account_id, shard),
        CONSTRAINT account_keys_shard ${inItsShard}
      );
      CREATE UNIQUE INDEX account_keys_live ON sunset.account_keys (account_id, shard) WHERE destroyed_at IS NULL;
      CREATE INDEX account_keys_master ON sunset.account_keys (substring(wrapped FROM 1 FOR 8)) WHERE wrapped IS NOT NULL;
      CREATE TABLE sunset.lookup_secret (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        wrapped bytea NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.lookup_secret; DROP TABLE sunset.account_keys');
  }
}

export const migrations: readonly Migration[] = [AccountKeys1795400000000];
