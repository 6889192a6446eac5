// The table of scheduled messages.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createByShard, inItsShard, type Migration } from '#postgres';

/**
 * A message changes once: it is sent or cancelled. Its page keeps room for that and no index holds what changes then, so that no index is
 * written (HOT): crediting is several times faster than with an index of what is unsent.
 */
class ScheduledMessages1795430000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;
    `);
    await createByShard(runner, 'sunset.scheduled_messages', `
        shard smallint NOT NULL DEFAULT 0,
        account_id text COLLATE "C" NOT NULL,
        message_id text COLLATE "C" NOT NULL CHECK (message_id <> ''),
        channel text NOT NULL CHECK (channel IN ('sms', 'rvm')),
        plan_kind text NOT NULL CHECK (plan_kind IN ('messaging', 'calling')),
        send_at timestamptz(3) NOT NULL,
        price bigint NOT NULL CHECK (price >= 0),
        currency text NOT NULL,
        status text NOT NULL DEFAULT 'scheduled' CHECK (status IN ('scheduled', 'sent', 'cancelled')),
        credited boolean NOT NULL DEFAULT false,
        credit_id text COLLATE "C",
        settled_at timestamptz(3),
        created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT scheduled_messages_pkey PRIMARY KEY (account_id, shard, message_id),
        CONSTRAINT scheduled_messages_shard ${inItsShard},
        CONSTRAINT scheduled_messages_settled CHECK ((status = 'scheduled') = (settled_at IS NULL)),
        CONSTRAINT scheduled_messages_credited CHECK (credited = (credit_id IS NOT NULL) AND (status = 'cancelled' OR NOT credited))
      `, 'WITH (fillfactor = 45)');
    await runner.query(`
      CREATE INDEX scheduled_messages_page ON sunset.scheduled_messages (account_id, shard, send_at, message_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.scheduled_messages');
  }
}

export const migrations: readonly Migration[] = [ScheduledMessages1795430000000];
