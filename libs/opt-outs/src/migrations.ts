// The table of opt-outs: of a live account with the contact that said so, afterwards a hash and a day and nothing else.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

/** A row without an account says nothing of where it came from, nor when: either would lead back to the account. */
class OptOuts1795600500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sunset.opt_outs (
        hash bytea NOT NULL,
        account_id text COLLATE "C",
        contact_hash bytea,
        recorded_at timestamptz(3),
        expires_at timestamptz(3),
        CONSTRAINT opt_outs_linked CHECK (
          (account_id IS NULL) = (contact_hash IS NULL) AND (account_id IS NULL) = (recorded_at IS NULL) AND (account_id IS NULL) = (expires_at IS NOT NULL)
        )
      );
      CREATE UNIQUE INDEX opt_outs_linked ON sunset.opt_outs (account_id, contact_hash, hash) WHERE account_id IS NOT NULL;
      CREATE UNIQUE INDEX opt_outs_outlived ON sunset.opt_outs (hash) WHERE account_id IS NULL;
      CREATE INDEX opt_outs_hash ON sunset.opt_outs (hash);
      CREATE INDEX opt_outs_expiry ON sunset.opt_outs (expires_at) WHERE expires_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.opt_outs');
  }
}

export const migrations: readonly Migration[] = [OptOuts1795600500000];
