// The tables: what is due, the test clocks some accounts live by, and when the real clock was last looked at.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createByShard, inItsShard, type Migration } from '#postgres';

/**
 * `wake_at` is when a row on real time is to be fired next; `alarm_at` when the feeder next sees to its alarm. On a test clock
 * `due_at` is the clock's time and the rest real time, so the two are compared apart and `wake_at` is not used.
 * `traceparent` is the trace of what has led to it, where that was traced.
 */
class Deadlines1795410000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS sunset;

      CREATE TABLE sunset.test_clocks (
        test_clock_id text PRIMARY KEY,
        now timestamptz(3) NOT NULL,
        target timestamptz(3),
        status text NOT NULL CHECK (status IN ('ready', 'advancing', 'failed')),
        last_error text,
        created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        CHECK ((status = 'ready') = (target IS NULL))
      );
      CREATE INDEX test_clocks_advancing ON sunset.test_clocks (test_clock_id) WHERE status = 'advancing';
    `);
    await createByShard(runner, 'sunset.deadlines', `
        deadline_id uuid NOT NULL,
        shard smallint NOT NULL DEFAULT 0,
        account_id text NOT NULL,
        test_clock_id text,
        kind text NOT NULL,
        subject text NOT NULL DEFAULT '',
        generation integer NOT NULL,
        due_at timestamptz(3) NOT NULL,
        status text NOT NULL CHECK (status IN ('pending', 'fired', 'void', 'blocked', 'dead', 'claimed')),
        fired_at timestamptz(3),
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz(3),
        last_error text,
        traceparent text,
        wake_at timestamptz(3) NOT NULL GENERATED ALWAYS AS (greatest(due_at, next_attempt_at)) STORED,
        alarm_at timestamptz(3) NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        updated_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT deadlines_pkey PRIMARY KEY (deadline_id, account_id, shard),
        CONSTRAINT deadlines_of_account UNIQUE (account_id, shard, kind, subject, generation),
        CONSTRAINT deadlines_shard ${inItsShard},
        CHECK ((status = 'fired') = (fired_at IS NOT NULL))
      `, 'WITH (fillfactor = 85)');
    await runner.query(`
      CREATE INDEX deadlines_wake ON sunset.deadlines (wake_at) WHERE status = 'pending' AND test_clock_id IS NULL;
      CREATE INDEX deadlines_alarm ON sunset.deadlines (alarm_at) WHERE status = 'pending' AND test_clock_id IS NULL;
      CREATE INDEX deadlines_test_clock ON sunset.deadlines (test_clock_id, status, due_at)
        WHERE status IN ('pending', 'dead') AND test_clock_id IS NOT NULL;
      CREATE INDEX deadlines_ended ON sunset.deadlines (updated_at) WHERE status IN ('fired', 'void');
      CREATE INDEX deadlines_due ON sunset.deadlines (due_at, deadline_id);
      CREATE INDEX deadlines_pending ON sunset.deadlines (due_at, deadline_id) WHERE status = 'pending';
      CREATE INDEX deadlines_failed ON sunset.deadlines (due_at, deadline_id) WHERE last_error IS NOT NULL;
      CREATE INDEX deadlines_stuck ON sunset.deadlines (status, due_at, deadline_id) WHERE status IN ('blocked', 'dead');

      CREATE TABLE sunset.clock_watch (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        seen_at timestamptz(3) NOT NULL
      );
      CREATE TABLE sunset.clock_stops (
        stop_id uuid PRIMARY KEY,
        cause text NOT NULL CHECK (cause IN ('clock-forward', 'clock-backward')),
        last_seen_at timestamptz(3) NOT NULL,
        stopped_at timestamptz(3) NOT NULL,
        confirmed_by text,
        confirmed_at timestamptz(3),
        reason text,
        CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (reason IS NULL))
      );
      CREATE INDEX clock_stops_open ON sunset.clock_stops (stopped_at) WHERE confirmed_at IS NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sunset.clock_stops, sunset.clock_watch, sunset.deadlines, sunset.test_clocks');
  }
}

export const migrations: readonly Migration[] = [Deadlines1795410000000];
