// The table of answers already given, so that a repeated request gets the same one.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

class IdempotencyKeys1795400500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SCHEMA IF NOT EXISTS sunset`);
    await runner.query(`
      CREATE TABLE sunset.idempotency_keys (
        id          bytea PRIMARY KEY,
        fingerprint bytea NOT NULL,
        account_id  text,
        status      smallint NOT NULL,
        headers     jsonb NOT NULL,
        body        text,
        recorded_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE INDEX idempotency_keys_recorded_at ON sunset.idempotency_keys (recorded_at)`);
    await runner.query(`CREATE INDEX idempotency_keys_account_id ON sunset.idempotency_keys (account_id) WHERE account_id IS NOT NULL`);
    await runner.query(`COMMENT ON COLUMN sunset.idempotency_keys.id IS 'SHA-256 of the caller and the key; the key itself is not kept'`);
    await runner.query(`COMMENT ON COLUMN sunset.idempotency_keys.body IS 'the answer as it was sent, sealed for the account where sealing is configured'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE sunset.idempotency_keys`);
  }
}

export const migrations: readonly Migration[] = [IdempotencyKeys1795400500000];
