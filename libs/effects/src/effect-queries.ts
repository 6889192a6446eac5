// The effects that there are and what became of each: for operators, views and gauges.
import type { Instant } from '#kernel';
import { clockInDoubt } from '#deadlines';
import { across, Conditions, type Database, ofAccount, ofAccounts } from '#postgres';
import { effectKinds, type EffectKind, type EffectStatus, type RecordedAttempt, type RecordedEffect } from './effect.js';
import { isUnanswered } from './effects.js';
import { isHolding } from './pauses.js';

/** As operators see it: what is `pending` or `waiting` and kept from being attempted by a pause is `held`. */
export const shownEffectStatuses = ['pending', 'held', 'attempting', 'waiting', 'blocked', 'dead', 'void', 'done'] as const;
export type ShownEffectStatus = (typeof shownEffectStatuses)[number];

export interface ShownEffect extends Omit<RecordedEffect, 'status'> {
  readonly status: ShownEffectStatus;
}

export interface EffectFilter {
  readonly kind?: EffectKind;
  readonly status?: ShownEffectStatus;
  readonly carrier?: string;
  readonly accountId?: string;
  readonly dueBefore?: Instant;
  /** Stands in the last outcome or its reason, in capitals or not. */
  readonly error?: string;
}

/** The last row of a page; the next page begins behind it. */
export interface EffectCursor {
  readonly dueAt: Instant;
  readonly effectId: string;
}

export interface OpenEffects {
  readonly kind: EffectKind;
  readonly carrier: string;
  readonly status: Exclude<EffectStatus, 'void' | 'done'>;
  readonly count: number;
}

export interface OverdueEffects {
  readonly kind: EffectKind;
  readonly carrier: string;
  readonly count: number;
  /** Age of the oldest, in milliseconds of real time. */
  readonly oldestMs: number;
}

export interface CarrierAnswers {
  readonly carrier: string;
  readonly kind: EffectKind;
  /** The last outcome; of one that was not answered yet, its status. */
  readonly outcome: string;
  readonly count: number;
}

/** Effects of one account, of one kind and status, that no carrier has answered. */
export interface EffectsUnderWay {
  readonly accountId: string;
  readonly kind: EffectKind;
  readonly carrier: string;
  readonly status: ShownEffectStatus;
  readonly count: number;
  readonly heldBy: ShownEffect['heldBy'];
}

export class EffectQueries {
  constructor(private readonly database: Database) {}

  /** What {@link Effects.isUnderWay} goes by, of each of the accounts. */
  async underWay(accountIds: readonly string[]): Promise<EffectsUnderWay[]> {
    if (accountIds.length === 0) return [];
    return this.database.query<EffectsUnderWay>(
      `SELECT e.account_id AS "accountId", e.kind, e.carrier, ${shownStatus} AS status, count(*) AS count,
         CASE WHEN hold.reason IS NOT NULL THEN json_build_object('pauseId', hold.pause_id, 'reason', hold.reason) END AS "heldBy"
       ${shownFrom} WHERE ${ofAccounts('$1', 'e')} AND ${isUnanswered}
       GROUP BY e.account_id, e.kind, e.carrier, ${shownStatus}, hold.pause_id, hold.reason ORDER BY 1, 2, 3, 4, hold.pause_id`,
      [accountIds],
    );
  }

  /** In order of due date, `limit` at most. */
  async list(filter: EffectFilter, { after, limit }: { readonly after?: EffectCursor; readonly limit: number }): Promise<ShownEffect[]> {
    const { accountId, kind, carrier, status, dueBefore, error } = filter;
    const asked = new Conditions()
      .add((place) => ofAccount(place, 'e'), accountId)
      .add((place) => `e.kind = ${place}`, kind)
      .add((place) => `e.carrier = ${place}`, carrier)
      .add((place) => `e.due_at < ${place}`, dueBefore)
      .add((place) => `strpos(lower(concat_ws(' ', e.outcome, e.reason)), lower(${place})) > 0`, error)
      .add((at, id) => `(e.due_at, e.effect_id) > (${at}, ${id})`, after?.dueAt, after?.effectId);
    if (status !== undefined) asked.add(() => hasStatus[status]);
    return this.database.query<ShownEffect>(`${accountId === undefined ? across('lists of operators') : ''}SELECT ${shown} ${asked.where} ORDER BY e.due_at, e.effect_id LIMIT ${asked.place(limit)}`, asked.values);
  }

  async get(effectId: string): Promise<ShownEffect | null> {
    const [effect] = await this.database.query<ShownEffect>(`${across('a row by its id')}SELECT ${shown} WHERE e.effect_id = $1`, [effectId]);
    return effect ?? null;
  }

  /** Everything ever asked for by the account, in order of due date; what followed from another behind it. */
  async forAccount(accountId: string): Promise<ShownEffect[]> {
    return this.database.query<ShownEffect>(`SELECT ${shown} WHERE ${ofAccount('$1', 'e')} ORDER BY e.due_at, e.place, e.created_at, e.effect_id`, [accountId]);
  }

  /** The history of one effect, first attempt first; empty for an effect that is not known. */
  async attempts(effectId: string): Promise<RecordedAttempt[]> {
    return this.database.query<RecordedAttempt>(
      `${across('a row by its id')}SELECT attempt, started_at AS "startedAt", latency_ms AS "latencyMs", outcome, reason, http_status AS "httpStatus",
         provider_code AS "providerCode"
       FROM sunset.effect_attempts WHERE effect_id = $1 ORDER BY attempt`,
      [effectId],
    );
  }

  /** What is not settled, on real time, by kind, carrier and status. */
  async open(): Promise<OpenEffects[]> {
    return this.database.query<OpenEffects>(
      `${across('what waits in all')}SELECT kind, carrier, status, count(*) AS count FROM sunset.effects
       WHERE status NOT IN ('done', 'void') AND test_clock_id IS NULL GROUP BY kind, carrier, status ORDER BY kind, carrier, status`,
    );
  }

  /** What carriers, and those who carry mails, last said of what was first asked of them within a day, on real time; of the latest 10,000 of each kind. */
  async answers(): Promise<CarrierAnswers[]> {
    return this.database.query<CarrierAnswers>(
      `${across('lists of operators')}SELECT latest.carrier, latest.kind, latest.outcome, count(*) AS count
       FROM unnest($1::text[]) AS asked (kind) CROSS JOIN LATERAL (
         SELECT carrier, kind, coalesce(outcome, status) AS outcome FROM sunset.effects
         WHERE kind = asked.kind AND test_clock_id IS NULL AND first_attempt_at IS NOT NULL AND first_attempt_at > statement_timestamp() - interval '1 day'
         ORDER BY first_attempt_at DESC LIMIT 10000
       ) latest
       GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
      [effectKinds],
    );
  }

  /** How many wait for an operator: attempted in vain too often (dead), or blocked or refused by the carrier (blocked). */
  async stuck(): Promise<{ readonly dead: number; readonly blocked: number }> {
    const [row] = await this.database.query<{ dead: number; blocked: number }>(
      `${across('what waits in all')}SELECT (SELECT count(*) FROM sunset.effects WHERE status = 'dead') AS dead, (SELECT count(*) FROM sunset.effects WHERE status = 'blocked') AS blocked`,
    );
    return row!;
  }

  /** How many would be attempted and wait until an operator confirms the clock; 10,000 at most are counted. */
  async waitingForClock(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `${across('what waits in all')}SELECT count(*) AS count FROM (SELECT FROM sunset.effects e WHERE e.status NOT IN ('done', 'void') AND ${waitsForClock} LIMIT 10000) waiting`,
    );
    return row!.count;
  }

  /** What is due on real time and neither settled nor given up, held and backed-off rows included; of the oldest 10,000. */
  async overdue(): Promise<OverdueEffects[]> {
    return this.database.query<OverdueEffects>(
      `${across('what waits in all')}SELECT kind, carrier, count(*) AS count, (extract(epoch FROM statement_timestamp() - min(due_at)) * 1000)::float8 AS "oldestMs"
       FROM (
         SELECT kind, carrier, due_at FROM sunset.effects
         WHERE status NOT IN ('done', 'void') AND status IN ('pending', 'attempting', 'waiting') AND test_clock_id IS NULL
           AND due_at < statement_timestamp() ORDER BY due_at LIMIT 10000
       ) overdue
       GROUP BY kind, carrier ORDER BY kind, carrier`,
    );
  }
}

/** Due by a clock that is in doubt. */
const waitsForClock = `(e.status IN ('pending', 'waiting') AND e.test_clock_id IS NULL AND e.next_attempt_at <= statement_timestamp() AND ${clockInDoubt})`;

/** Spelled out, so that the partial indexes are used also by a prepared statement's general plan. */
const hasStatus: Readonly<Record<ShownEffectStatus, string>> = {
  pending: `e.status = 'pending' AND hold.reason IS NULL`,
  waiting: `e.status = 'waiting' AND hold.reason IS NULL`,
  held: `e.status IN ('pending', 'waiting') AND hold.reason IS NOT NULL`,
  attempting: `e.status = 'attempting'`,
  blocked: `e.status = 'blocked'`,
  dead: `e.status = 'dead'`,
  void: `e.status = 'void'`,
  done: `e.status = 'done'`,
};

const shownStatus = "CASE WHEN hold.reason IS NULL THEN e.status ELSE 'held' END";

/** With the first pause that holds it, or the clock. */
const shownFrom = `FROM sunset.effects e LEFT JOIN LATERAL (
    SELECT p.pause_id, p.reason, p.paused_at FROM sunset.effect_pauses p WHERE e.status IN ('pending', 'waiting') AND ${isHolding}
    UNION ALL SELECT NULL, 'the clock has jumped and no operator has confirmed it', NULL WHERE ${waitsForClock} ORDER BY paused_at LIMIT 1
  ) hold ON true`;

const shown = `e.effect_id AS "effectId", e.account_id AS "accountId", e.test_clock_id AS "testClockId", e.kind, e.subject, e.generation, e.carrier,
    e.due_at AS "dueAt", ${shownStatus} AS status, e.attempts,
    e.outcome AS "lastOutcome", e.reason, CASE WHEN e.status IN ('pending', 'waiting') THEN e.next_attempt_at END AS "nextAttemptAt",
    CASE WHEN hold.reason IS NOT NULL THEN json_build_object('pauseId', hold.pause_id, 'reason', hold.reason) END AS "heldBy",
    e.created_at AS "createdAt", e.settled_at AS "settledAt" ${shownFrom}`;
