// The tables of imports: what was sent, as long as it is to be carried out; what came of it; and which accounts of other systems are here.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

/** `reached`: the last line that was carried out, so that those behind it are found without looking through those that are gone. */
class Imports1797200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sunset.imports (
        import_id uuid PRIMARY KEY,
        dry_run boolean NOT NULL,
        status text NOT NULL CHECK (status IN ('receiving', 'running', 'done', 'failed')),
        actor_role text NOT NULL,
        actor_id text NOT NULL,
        lines integer NOT NULL DEFAULT 0,
        reached integer NOT NULL DEFAULT 0,
        accepted integer NOT NULL DEFAULT 0,
        unchanged integer NOT NULL DEFAULT 0,
        rejected integer NOT NULL DEFAULT 0,
        held integer NOT NULL DEFAULT 0,
        begun_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        touched_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        ended_at timestamptz(3),
        CHECK ((status IN ('done', 'failed')) = (ended_at IS NOT NULL))
      );
      CREATE INDEX imports_open ON sunset.imports (status, touched_at) WHERE ended_at IS NULL;
      CREATE INDEX imports_ended ON sunset.imports (ended_at) WHERE ended_at IS NOT NULL;
      CREATE TABLE sunset.import_lines (
        import_id uuid NOT NULL,
        line integer NOT NULL,
        sealed bytea NOT NULL,
        PRIMARY KEY (import_id, line)
      );
      CREATE TABLE sunset.import_problems (
        import_id uuid NOT NULL,
        line integer NOT NULL,
        nth integer NOT NULL,
        pointer text NOT NULL,
        code text NOT NULL,
        message text NOT NULL,
        PRIMARY KEY (import_id, line, nth)
      );
      CREATE TABLE sunset.import_held (
        import_id uuid NOT NULL,
        line integer NOT NULL,
        kind text NOT NULL,
        due_at timestamptz(3) NOT NULL,
        PRIMARY KEY (import_id, line, kind)
      );
      CREATE TABLE sunset.import_claims (
        import_id uuid NOT NULL,
        hash bytea NOT NULL,
        line integer NOT NULL,
        PRIMARY KEY (import_id, hash)
      );
      CREATE TABLE sunset.imported_accounts (
        hash bytea PRIMARY KEY,
        account_id text COLLATE "C"
      );
      CREATE INDEX imported_accounts_account ON sunset.imported_accounts (account_id) WHERE account_id IS NOT NULL;
      COMMENT ON COLUMN sunset.import_lines.sealed IS 'a line; deleted once it is carried out';
      COMMENT ON COLUMN sunset.import_claims.hash IS 'keyed hash of what a line that was accepted has for itself: an id, a number';
      COMMENT ON COLUMN sunset.imported_accounts.hash IS 'keyed hash of what the other system calls the account';
      COMMENT ON COLUMN sunset.imported_accounts.account_id IS 'null: its data was deleted, and the same file does not bring it back';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.imported_accounts, sunset.import_claims, sunset.import_held, sunset.import_problems, sunset.import_lines, sunset.imports');
  }
}

export const migrations: readonly Migration[] = [Imports1797200000000];
