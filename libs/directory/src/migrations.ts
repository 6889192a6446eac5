// The tables of the directory: by what each account is found, and how far the accounts from before it have been listed.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inItsShard, type Migration } from '#postgres';

/** `ends_at`: when the plan ends, if it does; a plan that renews has no end. The standing stands beside each plan, so that one index answers for both. */
class Directory1797000200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sunset.directory_accounts (
        shard smallint NOT NULL DEFAULT 0,
        account_id text COLLATE "C" NOT NULL,
        standing text NOT NULL CHECK (standing IN ('none', 'active', 'cancelling', 'lapsed', 'purged')),
        email_hash bytea,
        CONSTRAINT directory_accounts_pkey PRIMARY KEY (account_id, shard),
        CONSTRAINT directory_accounts_shard ${inItsShard}
      );
      CREATE INDEX directory_accounts_standing ON sunset.directory_accounts (standing, account_id);
      CREATE INDEX directory_accounts_email ON sunset.directory_accounts (email_hash, account_id) WHERE email_hash IS NOT NULL;
      CREATE TABLE sunset.directory_plans (
        shard smallint NOT NULL DEFAULT 0,
        account_id text COLLATE "C" NOT NULL,
        plan_id text COLLATE "C" NOT NULL,
        standing text NOT NULL CHECK (standing IN ('none', 'active', 'cancelling', 'lapsed', 'purged')),
        ends_at timestamptz(3),
        CONSTRAINT directory_plans_pkey PRIMARY KEY (account_id, shard, plan_id),
        CONSTRAINT directory_plans_shard ${inItsShard}
      );
      CREATE INDEX directory_plans_plan ON sunset.directory_plans (plan_id, account_id);
      CREATE INDEX directory_plans_standing ON sunset.directory_plans (plan_id, standing, account_id);
      CREATE INDEX directory_plans_end ON sunset.directory_plans (ends_at, account_id, plan_id) WHERE ends_at IS NOT NULL;
      CREATE INDEX directory_plans_plan_end ON sunset.directory_plans (plan_id, ends_at, account_id) WHERE ends_at IS NOT NULL;
      CREATE INDEX directory_plans_standing_end ON sunset.directory_plans (standing, ends_at, account_id, plan_id) WHERE ends_at IS NOT NULL;
      CREATE INDEX directory_plans_plan_standing_end ON sunset.directory_plans (plan_id, standing, ends_at, account_id) WHERE ends_at IS NOT NULL;
      CREATE TABLE sunset.directory_listing (
        keys_version integer PRIMARY KEY,
        listed_until text COLLATE "C",
        done boolean NOT NULL DEFAULT false
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.directory_listing; DROP TABLE sunset.directory_plans; DROP TABLE sunset.directory_accounts;');
  }
}

export const migrations: readonly Migration[] = [Directory1797000200000];
