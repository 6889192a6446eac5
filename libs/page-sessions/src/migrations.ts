// The table of page sessions: a link that works once, and the session that it opens; of both only hashes.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';

class PageSessions1797000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;
      CREATE TABLE sunset.page_sessions (
        account_id text NOT NULL,
        link_hash bytea PRIMARY KEY,
        session_hash bytea UNIQUE,
        expires_at timestamptz(3) NOT NULL
      );
      CREATE INDEX page_sessions_expires_at ON sunset.page_sessions (expires_at);
      COMMENT ON COLUMN sunset.page_sessions.link_hash IS 'SHA-256 of the token in the link; the token itself is not kept';
      COMMENT ON COLUMN sunset.page_sessions.session_hash IS 'SHA-256 of the token in the cookie, once the link was opened; the token itself is not kept';
      COMMENT ON COLUMN sunset.page_sessions.expires_at IS 'of the link, and of the session once it was opened; in real time';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.page_sessions');
  }
}

export const migrations: readonly Migration[] = [PageSessions1797000000000];
