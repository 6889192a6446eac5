// The tables of the keys: one data key per account life, and the secret of look-ups across accounts; both wrapped.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

export class AccountKeys1795400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;
      CREATE TABLE sunset.account_keys (
        key_id uuid PRIMARY KEY,
        account_id text NOT NULL,
        wrapped bytea,
        created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        destroyed_at timestamptz(3),
        CONSTRAINT account_keys_destroyed CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
      );
      CREATE UNIQUE INDEX account_keys_live ON sunset.account_keys (account_id) WHERE destroyed_at IS NULL;
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
