// Taking effects up: one short transaction that books the carrier's time, picks what is due in a fair order, and marks it with a lease.
import { performance } from 'node:perf_hooks';
import { clockInDoubt, someClockAdvances, testClocks } from '#deadlines';
import { across, type Database, ofAccount, ofSameAccount, rowsOf, shardOf } from '#postgres';
import { type LeftAlone, restMs } from '#running';
import { type Batchable, batchesOf } from './batches.js';
import type { ClaimedEffect, Effect, EffectKind } from './effect.js';
import { effectsHint } from './hinted.js';
import { kindsAsked, kindsOf, type Lane } from './lanes.js';
import { holdingKind, isFree } from './pauses.js';
import type { StormGuard } from './storm-guard.js';

export interface Claim {
  /** One call each. */
  readonly calls: readonly { readonly effects: readonly ClaimedEffect[]; /** By `performance.now()`. */ readonly startAt: number }[];
  /** Where nothing was picked because the carrier's time is booked: when to come again. */
  readonly waitMs: number | null;
}

const nothing: Claim = { calls: [], waitMs: null };

export interface Soon {
  readonly attempting: boolean;
  /** In how many milliseconds the first of a lane is due; less than nothing when it is overdue. */
  readonly lanes: readonly { readonly lane: Lane; readonly inMs: number }[];
}

export interface Reaped extends Effect {
  readonly died: boolean;
}

/** How far ahead a worker books: the shorter, the better several share; the longer, the fewer transactions. */
const bookAheadMs = 500;

const aheadMost = (lane: Lane): number => Math.max(bookAheadMs, lane.intervalMs);

/** What the carrier is told apart by, of a row with `effect_id` and `round`. */
export const idempotencyKey = "CASE WHEN round = 0 THEN effect_id::text ELSE effect_id || '-' || round END";

export class Claims {
  private turns = 0;

  constructor(
    private readonly database: Database,
    private readonly guard: StormGuard | null,
    private readonly leaseMs: number,
    /** Accounts that a newer release has written to. */
    private readonly leftAlone: LeftAlone,
  ) {}

  /** `calls` at most; of one account no more than fill `callsPerAccount`, those `underWay` included. */
  async claim(lane: Lane, calls: number, callsPerAccount: number, underWay: ReadonlyMap<string, number>): Promise<Claim> {
    this.turns += 1;
    const turn = this.turns;
    return this.database.transaction(async () => {
      const booking = await this.book(lane);
      const bookable = Math.floor((aheadMost(lane) - booking.aheadMs) / lane.intervalMs);
      if (bookable < 1) return { calls: [], waitMs: booking.aheadMs - aheadMost(lane) + lane.intervalMs };
      const crowded = [...this.leftAlone.keys(), ...[...underWay].filter(([, count]) => count >= callsPerAccount).map(([account]) => account)];
      const room = (account: string): number => (callsPerAccount - (underWay.get(account) ?? 0)) * lane.batchMost;
      const picked = shareOut(await this.pick(lane, Math.min(calls, bookable) * lane.batchMost, crowded, turn), room);
      const batches = batchesOf(picked, lane.batchMost, Math.min(calls, bookable));
      if (batches.length === 0) return nothing;
      await this.database.query(
        `UPDATE sunset.carrier_budgets SET next_free_at = greatest(next_free_at, clock_timestamp()) + $3 * interval '1 ms'
         WHERE carrier = $1 AND lane = $2`,
        [lane.carrier.name, lane.name, batches.length * lane.intervalMs],
      );
      const claimed = await this.mark(batches.flat());
      const from = performance.now() + booking.aheadMs;
      return {
        calls: batches.map((batch, index) => ({
          effects: batch.map(({ effectId }) => claimed.get(effectId)!),
          startAt: from + index * lane.intervalMs,
        })),
        waitMs: null,
      };
    });
  }

  /** What waits on real time to be taken up, or will within {@link restMs}, and whether something is under way whose worker may be lost. */
  async soon(lanes: readonly Lane[]): Promise<Soon> {
    const rows = await this.database.query<{ lane: number; inMs: number | null; attempting: boolean }>(
      `${across('effects of a carrier')}SELECT of.lane, (extract(epoch FROM min(first.at) - statement_timestamp()) * 1000)::float8 AS "inMs",
         (SELECT EXISTS (SELECT FROM sunset.effects WHERE status = 'attempting')) AS attempting
       FROM ${kindsAsked} LEFT JOIN LATERAL (
         SELECT e.next_attempt_at AS at FROM sunset.effects e
         WHERE e.carrier = of.carrier AND e.kind = of.kind AND e.status IN ('pending', 'waiting') AND e.test_clock_id IS NULL
           AND e.next_attempt_at <= statement_timestamp() + $4 * interval '1 ms' AND NOT EXISTS (${holdingKind('of.kind', 'of.carrier')}) AND NOT ${clockInDoubt}
         ORDER BY e.next_attempt_at LIMIT 1
       ) first ON true GROUP BY of.lane`,
      [...kindsOf(lanes), restMs],
    );
    return { attempting: rows.some(({ attempting }) => attempting), lanes: rows.flatMap(({ lane, inMs }) => (inMs === null ? [] : [{ lane: lanes[lane]!, inMs }])) };
  }

  /** Where something waits to be taken up on test clocks, and whether one of these is on its way, so that more may come at any moment. */
  async onTestClocks(lanes: readonly Lane[]): Promise<{ readonly due: readonly Lane[]; readonly advancing: boolean }> {
    const rows = await this.database.query<{ lane: number; due: boolean; advancing: boolean }>(
      `${across('a test clock')}SELECT of.lane, (SELECT ${someClockAdvances}) AS advancing, bool_or(EXISTS (
         SELECT FROM ${testClocks} c JOIN sunset.effects e USING (test_clock_id)
         WHERE e.carrier = of.carrier AND e.kind = of.kind AND e.status IN ('pending', 'waiting') AND e.test_clock_id IS NOT NULL
           AND e.next_attempt_at <= c.now AND ${isFree}
       )) AS due FROM ${kindsAsked} GROUP BY of.lane`,
      kindsOf(lanes),
    );
    return { due: rows.flatMap(({ lane, due }) => (due ? [lanes[lane]!] : [])), advancing: rows.some(({ advancing }) => advancing) };
  }

  /** Frees what workers took up and did not conclude in time; answers it, and what of it has died. */
  async reap(attemptsMost: number): Promise<readonly Reaped[]> {
    const reaped = await this.database.query<Reaped>(
      `${across('effects of a carrier')}WITH lost AS (
         SELECT effect_id, shard, account_id, attempts, failures + 1 >= $1 AS died FROM sunset.effects
         WHERE status = 'attempting' AND lease_until < statement_timestamp() FOR UPDATE SKIP LOCKED
       ), told AS (
         UPDATE sunset.effect_attempts a SET outcome = 'unavailable', reason = 'worker-lost' FROM lost
         WHERE ${ofSameAccount('a', 'lost')} AND a.effect_id = lost.effect_id AND a.attempt = lost.attempts AND a.outcome IS NULL RETURNING a.effect_id
       )
       UPDATE sunset.effects e
       SET status = CASE WHEN lost.died THEN 'dead' WHEN e.order_ref IS NULL THEN 'pending' ELSE 'waiting' END,
         failures = e.failures + 1, lease_until = NULL, outcome = 'unavailable',
         reason = CASE WHEN EXISTS (SELECT FROM told WHERE told.effect_id = e.effect_id) THEN 'worker-lost' ELSE e.reason END
       FROM lost WHERE ${ofSameAccount('e', 'lost')} AND e.effect_id = lost.effect_id
       RETURNING e.effect_id AS "effectId", e.account_id AS "accountId", e.test_clock_id AS "testClockId", e.kind, e.subject, e.generation,
         e.carrier, e.due_at AS "dueAt", lost.died`,
      [attemptsMost],
    );
    if (reaped.length > 0) this.database.hint(effectsHint);
    return reaped;
  }

  /**
   * Holds the lane's row until the claim is committed, so that workers book one after the other. Nobody books further ahead than is useful,
   * and a list one call more (`bookCall`): what stands beyond was written while the database's clock was ahead, and is set right.
   */
  private async book(lane: Lane): Promise<{ aheadMs: number }> {
    const lock = () =>
      this.database.query<{ aheadMs: number }>(
        `SELECT greatest(0, extract(epoch FROM next_free_at - clock_timestamp()) * 1000)::float8 AS "aheadMs"
         FROM sunset.carrier_budgets WHERE carrier = $1 AND lane = $2 FOR UPDATE`,
        [lane.carrier.name, lane.name],
      );
    const [booked] = await lock();
    if (booked && booked.aheadMs <= aheadMost(lane) + lane.intervalMs) return booked;
    if (booked) {
      await this.database.query(`UPDATE sunset.carrier_budgets SET next_free_at = clock_timestamp() + $3 * interval '1 ms' WHERE carrier = $1 AND lane = $2`, [
        lane.carrier.name, lane.name, aheadMost(lane),
      ]);
      return { aheadMs: aheadMost(lane) };
    }
    await this.database.query('INSERT INTO sunset.carrier_budgets (carrier, lane) VALUES ($1, $2) ON CONFLICT DO NOTHING', [lane.carrier.name, lane.name]);
    return (await lock())[0]!;
  }

  /** Kinds, and real time and test clocks, take turns in being first. */
  private async pick(lane: Lane, most: number, crowded: readonly string[], turn: number): Promise<Picked[]> {
    const picked: Picked[] = [];
    const sources = lane.kinds.flatMap((kind) => [
      ...(lane.onTestClocksOnly ? [] : [(left: number) => this.pickInRealTime(lane, kind, left, crowded)]),
      (left: number) => this.pickOnTestClocks(lane, kind, left, crowded),
    ]);
    for (let index = 0; index < sources.length && picked.length < most; index += 1) {
      picked.push(...(await sources[(turn + index) % sources.length]!(most - picked.length)));
    }
    return picked;
  }

  /**
   * The first look is at whether anything is due at all, since most of the time nothing is and the queue may be long. What keeps the kind from being
   * attempted is asked again by the statement that picks: it may have come between the two.
   */
  private async pickInRealTime(lane: Lane, kind: EffectKind, most: number, crowded: readonly string[]): Promise<Picked[]> {
    const [due] = await this.database.query(
      `${across('effects of a carrier')}SELECT FROM sunset.effects WHERE carrier = $1 AND kind = $2 AND status IN ('pending', 'waiting') AND test_clock_id IS NULL
         AND next_attempt_at <= statement_timestamp() AND ${mayBeAttempted} LIMIT 1`,
      [lane.carrier.name, kind],
    );
    if (!due || (this.guard && !(await this.guard.allows(kind)))) return [];
    return this.database.query<Picked>(
      `${across('effects of a carrier')}SELECT e.effect_id AS "effectId", e.account_id AS "accountId", e.failures, e.order_ref AS "order" FROM sunset.effects e
       WHERE e.carrier = $1 AND e.kind = $2 AND e.status IN ('pending', 'waiting') AND e.test_clock_id IS NULL
         AND e.next_attempt_at <= statement_timestamp() AND e.account_id <> ALL ($3) AND ${mayBeAttempted}
       ORDER BY e.queue_at LIMIT $4 FOR UPDATE SKIP LOCKED`,
      [lane.carrier.name, kind, crowded, most],
    );
  }

  private async pickOnTestClocks(lane: Lane, kind: EffectKind, most: number, crowded: readonly string[]): Promise<Picked[]> {
    return this.database.query<Picked>(
      `${across('a test clock')}SELECT e.effect_id AS "effectId", e.account_id AS "accountId", e.failures, e.order_ref AS "order" FROM ${testClocks} c JOIN sunset.effects e USING (test_clock_id)
       WHERE e.carrier = $1 AND e.kind = $2 AND e.status IN ('pending', 'waiting') AND e.test_clock_id IS NOT NULL
         AND e.next_attempt_at <= c.now AND e.account_id <> ALL ($3) AND ${isFree}
       ORDER BY e.place, e.next_attempt_at LIMIT $4 FOR UPDATE OF e SKIP LOCKED`,
      [lane.carrier.name, kind, crowded, most],
    );
  }

  private async mark(picked: readonly Picked[]): Promise<ReadonlyMap<string, ClaimedEffect>> {
    const rows = await this.database.query<ClaimedEffect>(
      `WITH claimed AS (
         UPDATE sunset.effects e
         SET status = 'attempting', attempts = e.attempts + 1, lease_until = statement_timestamp() + $2 * interval '1 ms',
           first_attempt_at = coalesce(e.first_attempt_at, statement_timestamp())
         FROM ${rowsOf('$1::uuid[]', '$3::text[]')} AS picked (effect_id, account_id)
         WHERE ${ofAccount('picked.account_id', 'e')} AND e.effect_id = picked.effect_id RETURNING e.*
       ), begun AS (
         INSERT INTO sunset.effect_attempts (effect_id, shard, account_id, attempt, started_at) SELECT effect_id, ${shardOf('account_id')}, account_id, attempts, statement_timestamp() FROM claimed
       )
       SELECT effect_id AS "effectId", account_id AS "accountId", test_clock_id AS "testClockId", kind, subject, generation, carrier,
         due_at AS "dueAt", attempts AS attempt, failures, order_ref AS "order", traceparent,
         ${idempotencyKey} AS "idempotencyKey"
       FROM claimed`,
      [picked.map(({ effectId }) => effectId), this.leaseMs, picked.map(({ accountId }) => accountId)],
    );
    return new Map(rows.map((row) => [row.effectId, row]));
  }
}

/** Neither a pause holds the kind `$2` of carrier `$1`, nor is the clock in doubt by which it is due. */
const mayBeAttempted = `NOT EXISTS (${holdingKind('$2', '$1')}) AND NOT ${clockInDoubt}`;

interface Picked extends Batchable {
  readonly effectId: string;
  readonly accountId: string;
}

function shareOut(picked: readonly Picked[], room: (account: string) => number): Picked[] {
  const taken = new Map<string, number>();
  return picked.filter(({ accountId }) => {
    const count = (taken.get(accountId) ?? 0) + 1;
    taken.set(accountId, count);
    return count <= room(accountId);
  });
}
