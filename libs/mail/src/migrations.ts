// The table of the sandbox's mailbox.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inItsShard, type Migration } from '#postgres';

/** `mail_id` is the idempotency key of the effect; to whom it went and what it says is sealed. */
class SandboxMails1795800200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sunset.sandbox_mails (
        mail_id text NOT NULL,
        shard smallint NOT NULL DEFAULT 0,
        account_id text NOT NULL,
        message text NOT NULL,
        language text NOT NULL,
        template_version text NOT NULL,
        sent_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        key_id uuid NOT NULL,
        sealed bytea NOT NULL,
        CONSTRAINT sandbox_mails_pkey PRIMARY KEY (mail_id, account_id, shard),
        CONSTRAINT sandbox_mails_shard ${inItsShard}
      );
      CREATE INDEX sandbox_mails_account ON sunset.sandbox_mails (account_id, shard, sent_at DESC, mail_id DESC);
      CREATE INDEX sandbox_mails_order ON sunset.sandbox_mails (sent_at DESC, mail_id DESC);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.sandbox_mails');
  }
}

export const migrations: readonly Migration[] = [SandboxMails1795800200000];
