// The table of holders: which account has which number, campaign or brand at the carrier, and which had it before.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

/**
 * `stands`: the account uses it; otherwise it has let go of it, and the carrier may still be asked to give it up. `carrier_id_hash`: of the carrier's own id of a number,
 * where it was told. A former holder is who had it when it was given up at the carrier.
 */
class Holders1795800500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sunset.holders (
        account_id text COLLATE "C" NOT NULL,
        kind text NOT NULL CHECK (kind IN ('number', 'messaging-service', 'campaign', 'brand')),
        subject text COLLATE "C" NOT NULL,
        hash bytea NOT NULL,
        carrier_id_hash bytea,
        stands boolean NOT NULL DEFAULT true,
        since timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (account_id, kind, subject)
      );
      CREATE UNIQUE INDEX holders_number ON sunset.holders (hash) WHERE kind = 'number';
      CREATE INDEX holders_shared ON sunset.holders (hash, kind) WHERE kind <> 'number';
      CREATE TABLE sunset.former_holders (
        account_id text COLLATE "C" NOT NULL,
        kind text NOT NULL CHECK (kind IN ('number', 'campaign', 'brand')),
        subject text COLLATE "C" NOT NULL,
        hash bytea NOT NULL,
        until timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (account_id, kind, subject)
      );
      CREATE INDEX former_holders_hash ON sunset.former_holders (hash, kind);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.former_holders; DROP TABLE sunset.holders');
  }
}

export const migrations: readonly Migration[] = [Holders1795800500000];
