// The table of holders: which account has which number, campaign or brand at the carrier.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

/** `stands`: the account uses it; otherwise it has let go of it, and the carrier may still be asked to give it up. */
class Holders1795800500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sunset.holders (
        account_id text COLLATE "C" NOT NULL,
        kind text NOT NULL CHECK (kind IN ('number', 'messaging-service', 'campaign', 'brand')),
        subject text COLLATE "C" NOT NULL,
        hash bytea NOT NULL,
        stands boolean NOT NULL DEFAULT true,
        PRIMARY KEY (account_id, kind, subject)
      );
      CREATE UNIQUE INDEX holders_number ON sunset.holders (hash) WHERE kind = 'number';
      CREATE INDEX holders_shared ON sunset.holders (hash, kind) WHERE kind <> 'number';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.holders');
  }
}

export const migrations: readonly Migration[] = [Holders1795800500000];
