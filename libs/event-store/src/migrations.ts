// The log: its table, the function that appends to it, and the triggers that keep it as it was written; and the snapshots beside it.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createByShard, inItsShard, type Migration } from '#postgres';

/** The first half of the advisory lock that is held from just before an insert until the commit; the second is the shard. */
export const appendLock = 1_398_099_540;

/**
 * How long an append waits for its shard of the log; then its transaction has failed (55P03). Shorter than a transaction may be silent (`usualSilenceLimitMs`), so that of a process that is frozen
 * nobody is in the queue any more when the one that holds the shard is ended: each would get it in turn, and be silent as long.
 */
export const appendWaitMs = 10_000;

export class Events1795400000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createByShard(runner, 'sunset.events', columnsOfEvents);
    await runner.query(createIndexes);
    await runner.query(createAppend);
    await runner.query(createGuards);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION sunset.append_events(smallint, text[], integer[], jsonb);
      DROP TABLE sunset.events;
      DROP FUNCTION sunset.refuse_event_change;
      DROP FUNCTION sunset.refuse_event_update;
    `);
  }
}

/** `fold` names what has made the state: another one throws it away. */
class Snapshots1795400000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sunset.snapshots (
        shard smallint NOT NULL DEFAULT 0,
        account_id text NOT NULL,
        version integer NOT NULL,
        event_id uuid NOT NULL,
        fold text NOT NULL,
        state jsonb NOT NULL,
        taken_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT snapshots_pkey PRIMARY KEY (account_id, shard),
        CONSTRAINT snapshots_shard ${inItsShard}
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.snapshots');
  }
}

export const migrations: readonly Migration[] = [Events1795400000001, Snapshots1795400000002];

const columnsOfEvents = `
    shard smallint NOT NULL DEFAULT 0,
    position bigint NOT NULL,
    event_id uuid NOT NULL,
    account_id text NOT NULL,
    stream text NOT NULL,
    version integer NOT NULL,
    type text NOT NULL,
    schema_version integer NOT NULL,
    subject text,
    data jsonb NOT NULL,
    personal bytea,
    key_id uuid,
    metadata jsonb NOT NULL,
    effective_at timestamptz(3) NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (shard, position),
    CONSTRAINT events_account_version UNIQUE (account_id, shard, version),
    CONSTRAINT events_event_id UNIQUE (event_id, account_id, shard),
    CONSTRAINT events_sealed CHECK (personal IS NULL OR key_id IS NOT NULL),
    CONSTRAINT events_shard ${inItsShard}
`;

const createIndexes = `
  CREATE INDEX events_of_type ON sunset.events (account_id, shard, type, version);
  CREATE INDEX events_about ON sunset.events (account_id, shard, subject) WHERE subject IS NOT NULL;
  CREATE INDEX events_in_time ON sunset.events (account_id, shard, effective_at, version);
  CREATE INDEX events_undoing ON sunset.events (account_id, shard, version) WHERE metadata ? 'undone';
`;

/**
 * Places events of several accounts, in the order given, which is the order of each account's versions: one behind the other, at one instant.
 * Answers where the first has its place; nothing at all when one of the accounts is not at its expected version.
 *
 * The lock of the shard is held from just before the insert until the commit, so positions become visible in their order and
 * without a gap. It must be the last thing a transaction waits for. Each statement below sees what was committed before it began,
 * which holds for READ COMMITTED alone; hence the check.
 */
const createAppend = `
  CREATE FUNCTION sunset.append_events(
    on_shard smallint, of_accounts text[], expected_versions integer[], new_events jsonb
  ) RETURNS TABLE (first_position bigint, recorded_at timestamptz(3))
  LANGUAGE plpgsql VOLATILE SET lock_timeout = ${appendWaitMs} AS $$
  #variable_conflict use_column
  DECLARE
    last_position bigint;
    appended_at timestamptz(3);
  BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
      RAISE EXCEPTION 'append_events needs READ COMMITTED, not %', current_setting('transaction_isolation');
    END IF;

    PERFORM pg_advisory_xact_lock(${appendLock}, on_shard);

    IF EXISTS (
      SELECT FROM unnest(of_accounts, expected_versions) AS expected (account_id, version)
      WHERE version <> coalesce((SELECT max(e.version) FROM sunset.events e WHERE e.shard = on_shard AND e.account_id = expected.account_id), 0)
    ) THEN
      RETURN;
    END IF;
    SELECT coalesce(max(e.position), 0) INTO last_position FROM sunset.events e WHERE e.shard = on_shard;
    appended_at := date_trunc('milliseconds', clock_timestamp());

    INSERT INTO sunset.events (
      shard, position, event_id, account_id, stream, version, type, schema_version, subject, data, personal, key_id, metadata, effective_at, recorded_at
    )
    SELECT
      on_shard, last_position + n, (event ->> 'eventId')::uuid, event ->> 'accountId', event ->> 'stream', (event ->> 'version')::integer,
      event ->> 'type', (event ->> 'schemaVersion')::integer, event ->> 'subject', event -> 'data', decode(event ->> 'personal', 'base64'),
      (event ->> 'keyId')::uuid, event -> 'metadata', (event ->> 'effectiveAt')::timestamptz, appended_at
    FROM jsonb_array_elements(new_events) WITH ORDINALITY AS listed (event, n)
    ORDER BY n;

    RETURN QUERY SELECT last_position + 1, appended_at;
  END
  $$;
`;

/**
 * The two exceptions empty \`personal\` and change nothing else: of events whose key is already destroyed, while the transaction-local setting
 * \`sunset.purging_account\` names their account; and of an event that a later one of the account names as \`redacts\`. ALWAYS: they also fire in
 * replica sessions.
 */
const createGuards = `
  CREATE FUNCTION sunset.refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'sunset.events is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
  END
  $$;

  CREATE FUNCTION sunset.refuse_event_update() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    emptied sunset.events := OLD;
  BEGIN
    emptied.personal := NULL;
    IF NEW *= emptied AND (
      (
        current_setting('sunset.purging_account', true) = OLD.account_id
        AND EXISTS (SELECT FROM sunset.account_keys WHERE shard = OLD.shard AND account_id = OLD.account_id AND key_id = OLD.key_id AND destroyed_at IS NOT NULL)
      )
      OR EXISTS (
        SELECT FROM sunset.events later
        WHERE later.shard = OLD.shard AND later.account_id = OLD.account_id AND later.version > OLD.version AND later.data ->> 'redacts' = OLD.event_id::text
      )
    ) THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'sunset.events is append-only: UPDATE refused' USING ERRCODE = 'restrict_violation';
  END
  $$;

  CREATE TRIGGER events_refuse_update BEFORE UPDATE ON sunset.events FOR EACH ROW EXECUTE FUNCTION sunset.refuse_event_update();
  CREATE TRIGGER events_refuse_delete BEFORE DELETE ON sunset.events FOR EACH STATEMENT EXECUTE FUNCTION sunset.refuse_event_change();
  CREATE TRIGGER events_refuse_truncate BEFORE TRUNCATE ON sunset.events FOR EACH STATEMENT EXECUTE FUNCTION sunset.refuse_event_change();
  ALTER TABLE sunset.events ENABLE ALWAYS TRIGGER events_refuse_update;
  ALTER TABLE sunset.events ENABLE ALWAYS TRIGGER events_refuse_delete;
  ALTER TABLE sunset.events ENABLE ALWAYS TRIGGER events_refuse_truncate;

  -- What is asked of a partition by its own name is told to no trigger of the whole.
  DO $$
  DECLARE
    partition regclass;
  BEGIN
    FOR partition IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'sunset.events'::regclass LOOP
      EXECUTE format('CREATE TRIGGER events_refuse_delete BEFORE DELETE ON %s FOR EACH STATEMENT EXECUTE FUNCTION sunset.refuse_event_change()', partition);
      EXECUTE format('CREATE TRIGGER events_refuse_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION sunset.refuse_event_change()', partition);
      EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER events_refuse_delete, ENABLE ALWAYS TRIGGER events_refuse_truncate', partition);
    END LOOP;
  END
  $$;
`;
