// The table of effects: written in the transaction of the event that asks for them, read by operators and gauges.
import { randomUUID } from 'node:crypto';
import type { Instant } from '#kernel';
import { accountNow, clockInDoubt } from '#deadlines';
import { Conditions, type Database } from '#postgres';
import { idempotencyKey } from './claims.js';
import { putBackReasons } from './conclusions.js';
import type { EffectKind, EffectStatus, Intent, RecordedAttempt, RecordedEffect } from './effect.js';
import { isHolding } from './pauses.js';
import { forgetReleases, sandboxName } from './sandbox/sandbox-carrier.js';

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

/** Effects of one account, of one kind and status, that no carrier has answered. */
export interface EffectsUnderWay {
  readonly accountId: string;
  readonly kind: EffectKind;
  readonly carrier: string;
  readonly status: ShownEffectStatus;
  readonly count: number;
  readonly heldBy: ShownEffect['heldBy'];
}

/** What one account asks for. */
export interface AccountIntents {
  readonly accountId: string;
  readonly testClockId: string | null;
  readonly intents: readonly Intent[];
}

export class Effects {
  /** `carrier`: the name of the carrier that new effects on real time are meant for. Those on test clocks are the sandbox's: advancing a clock gives up nothing real. */
  constructor(
    private readonly database: Database,
    private readonly carrier: string,
  ) {}

  /**
   * Asks for effects, in the surrounding transaction: the one that writes down that they are asked for. One that is asked for already stays as
   * it is; one that was withdrawn is asked for anew. The order of the intents is the order in which the account's own are taken up.
   */
  async put(accountId: string, testClockId: string | null, intents: readonly Intent[]): Promise<void> {
    await this.putAll([{ accountId, testClockId, intents }]);
  }

  /** As {@link put}, for several accounts. */
  async putAll(accounts: readonly AccountIntents[]): Promise<void> {
    const rows = accounts.flatMap(({ accountId, testClockId, intents }) => intents.map((intent, place) => ({ ...intent, accountId, testClockId, place })));
    if (rows.length === 0) return;
    await this.database.query(
      `INSERT INTO sunset.effects AS e
         (effect_id, account_id, test_clock_id, carrier, kind, subject, generation, due_at, place, next_attempt_at, queue_at)
       SELECT effect_id, account_id, test_clock_id, carrier, kind, subject, generation, due_at, place, due_at, due_at + place * interval '1 second'
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::timestamptz[], $9::int[])
         AS intent (effect_id, account_id, test_clock_id, carrier, kind, subject, generation, due_at, place)
       ON CONFLICT (account_id, kind, subject, generation) DO UPDATE
       SET status = 'pending', carrier = excluded.carrier, due_at = excluded.due_at, place = excluded.place,
         next_attempt_at = excluded.next_attempt_at, queue_at = excluded.queue_at, outcome = NULL, reason = NULL, order_ref = NULL,
         round = e.round + 1, failures = 0, settled_at = NULL
       WHERE e.status = 'void'`,
      [
        rows.map(() => randomUUID()),
        rows.map(({ accountId }) => accountId),
        rows.map(({ testClockId }) => testClockId),
        rows.map(({ testClockId }) => (testClockId === null ? this.carrier : sandboxName)),
        rows.map(({ kind }) => kind),
        rows.map(({ subject }) => subject),
        rows.map(({ generation }) => generation),
        rows.map(({ dueAt }) => dueAt),
        rows.map(({ place }) => place),
      ],
    );
  }

  /**
   * Takes back, in the surrounding transaction, those of the subjects that no carrier has been asked for yet, or was asked and certainly did not
   * process, and answers them. What is not among them has been attempted, is being attempted, or will be again.
   */
  async withdraw(accountId: string, kind: EffectKind, subjects: readonly string[]): Promise<readonly string[]> {
    // The count is compared with the row as it is when it is locked: an attempt that began meanwhile is not among those counted.
    const rows = await this.database.query<{ subject: string }>(
      `UPDATE sunset.effects e SET status = 'void', outcome = 'unwanted', settled_at = statement_timestamp()
       WHERE account_id = $1 AND kind = $2 AND subject = ANY ($3) AND status IN ('pending', 'dead') AND order_ref IS NULL
         AND attempts = (SELECT count(*) FROM sunset.effect_attempts a WHERE a.effect_id = e.effect_id AND ${isUnprocessed}) RETURNING subject`,
      [accountId, kind, subjects],
    );
    return rows.map(({ subject }) => subject).sort();
  }

  /**
   * For whoever takes over what an effect is about. `free`: no carrier has been asked for it, or each time said no; until the surrounding transaction
   * ends no worker takes it up, and the next one to do so asks the application first, which must not want it any more. `attempting`: a worker is at it
   * just now. `asked`: a carrier was asked, and nobody knows what came of it.
   */
  async makeWay(accountId: string, kind: EffectKind, subject: string): Promise<'free' | 'attempting' | 'asked'> {
    const open = await this.database.query<{ effectId: string; status: EffectStatus; declined: boolean }>(
      `SELECT effect_id AS "effectId", status, order_ref IS NULL
         AND attempts = (SELECT count(*) FROM sunset.effect_attempts a WHERE a.effect_id = e.effect_id AND (${isUnprocessed} OR a.outcome IN ('blocked', 'refused'))) AS declined
       FROM sunset.effects e WHERE account_id = $1 AND kind = $2 AND subject = $3 AND status NOT IN ('done', 'void') FOR UPDATE`,
      [accountId, kind, subject],
    );
    if (open.some(({ status }) => status === 'attempting')) return 'attempting';
    if (open.some(({ declined }) => !declined)) return 'asked';
    // Also what waits for an operator is looked at once more, so that it comes to its end.
    await this.database.execute(
      `UPDATE sunset.effects e SET status = 'pending', failures = 0, next_attempt_at = now.at, queue_at = now.at
       FROM (
         SELECT e.effect_id, ${accountNow('e.test_clock_id')} AS at FROM sunset.effects e WHERE e.effect_id = ANY ($1::uuid[])
       ) now WHERE e.effect_id = now.effect_id`,
      [open.map(({ effectId }) => effectId)],
    );
    return 'free';
  }

  /**
   * Whether a carrier still has to answer, or be asked, for the account: also what a pause holds, and what was attempted in vain until it was dead, since
   * nobody has said no to it. What the carrier blocked or refused does not count.
   */
  async isUnderWay(accountId: string): Promise<boolean> {
    const [row] = await this.database.query<{ some: boolean }>(`SELECT EXISTS (SELECT FROM sunset.effects e WHERE account_id = $1 AND ${isUnanswered}) AS some`, [accountId]);
    return row!.some;
  }

  /** What {@link isUnderWay} goes by, of each of the accounts. */
  async underWay(accountIds: readonly string[]): Promise<EffectsUnderWay[]> {
    if (accountIds.length === 0) return [];
    return this.database.query<EffectsUnderWay>(
      `SELECT e.account_id AS "accountId", e.kind, e.carrier, ${shownStatus} AS status, count(*) AS count,
         CASE WHEN hold.reason IS NOT NULL THEN json_build_object('pauseId', hold.pause_id, 'reason', hold.reason) END AS "heldBy"
       ${shownFrom} WHERE e.account_id = ANY ($1) AND ${isUnanswered}
       GROUP BY e.account_id, e.kind, e.carrier, ${shownStatus}, hold.pause_id, hold.reason ORDER BY 1, 2, 3, 4, hold.pause_id`,
      [accountIds],
    );
  }

  /**
   * For the purge, in the surrounding transaction, before anything is deleted that says whose a number is: what is open is void, and no carrier is asked for
   * it any more. `false`, and nothing has changed, while a worker is at one of them: a carrier may be giving it up just now.
   */
  async close(accountId: string): Promise<boolean> {
    const open = await this.database.query<{ status: EffectStatus }>(
      `SELECT status FROM sunset.effects WHERE account_id = $1 AND status NOT IN ('done', 'void') FOR UPDATE`, [accountId],
    );
    if (open.some(({ status }) => status === 'attempting')) return false;
    await this.makeVoid(accountId);
    return true;
  }

  /**
   * For the purge, in the surrounding transaction: what is still open is void, since nobody can say any more whom it is about, and what carriers and
   * operators said of the account's effects is deleted, the sandbox's carrier's own books included. Answers how many were still open.
   */
  async forget(accountId: string): Promise<number> {
    const asked = await this.database.query<{ key: string }>(
      `SELECT ${idempotencyKey} AS key FROM (SELECT effect_id, rounds.round FROM sunset.effects e, generate_series(0, e.round) AS rounds (round) WHERE account_id = $1) AS asked`,
      [accountId],
    );
    await forgetReleases(this.database, asked.map(({ key }) => key));
    await this.database.execute('DELETE FROM sunset.effect_attempts a USING sunset.effects e WHERE e.effect_id = a.effect_id AND e.account_id = $1', [accountId]);
    await this.database.execute('UPDATE sunset.effects SET reason = NULL, order_ref = NULL WHERE account_id = $1', [accountId]);
    return this.makeVoid(accountId);
  }

  /** How many of the account's effects have come to nothing yet. */
  async openOf(accountId: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*) AS count FROM sunset.effects WHERE account_id = $1 AND status NOT IN ('done', 'void')`,
      [accountId],
    );
    return row!.count;
  }

  /** The subjects that a carrier has been asked about and has not said no to: of this generation, or of one before that is still under way. */
  async asked(accountId: string, kind: EffectKind, generation: number): Promise<readonly string[]> {
    const rows = await this.database.query<{ subject: string }>(
      `SELECT subject FROM sunset.effects WHERE account_id = $1 AND kind = $2
         AND (status IN ('pending', 'attempting', 'waiting', 'dead') OR (generation = $3 AND status <> 'void')) ORDER BY subject`,
      [accountId, kind, generation],
    );
    return rows.map(({ subject }) => subject);
  }

  /** In order of due date, `limit` at most. */
  async list(filter: EffectFilter, { after, limit }: { readonly after?: EffectCursor; readonly limit: number }): Promise<ShownEffect[]> {
    const { accountId, kind, carrier, status } = filter;
    const asked = new Conditions()
      .add((place) => `e.account_id = ${place}`, accountId)
      .add((place) => `e.kind = ${place}`, kind)
      .add((place) => `e.carrier = ${place}`, carrier)
      .add((at, id) => `(e.due_at, e.effect_id) > (${at}, ${id})`, after?.dueAt, after?.effectId);
    if (status !== undefined) asked.add(() => hasStatus[status]);
    return this.database.query<ShownEffect>(`SELECT ${shown} ${asked.where} ORDER BY e.due_at, e.effect_id LIMIT ${asked.place(limit)}`, asked.values);
  }

  async get(effectId: string): Promise<ShownEffect | null> {
    const [effect] = await this.database.query<ShownEffect>(`SELECT ${shown} WHERE e.effect_id = $1`, [effectId]);
    return effect ?? null;
  }

  /** Everything ever asked for by the account, in order of due date; what followed from another behind it. */
  async forAccount(accountId: string): Promise<ShownEffect[]> {
    return this.database.query<ShownEffect>(`SELECT ${shown} WHERE e.account_id = $1 ORDER BY e.due_at, e.place, e.created_at, e.effect_id`, [accountId]);
  }

  /** The history of one effect, first attempt first; empty for an effect that is not known. */
  async attempts(effectId: string): Promise<RecordedAttempt[]> {
    return this.database.query<RecordedAttempt>(
      `SELECT attempt, started_at AS "startedAt", latency_ms AS "latencyMs", outcome, reason, http_status AS "httpStatus",
         provider_code AS "providerCode"
       FROM sunset.effect_attempts WHERE effect_id = $1 ORDER BY attempt`,
      [effectId],
    );
  }

  /** What is not settled, on real time, by kind, carrier and status. */
  async open(): Promise<OpenEffects[]> {
    return this.database.query<OpenEffects>(
      `SELECT kind, carrier, status, count(*) AS count FROM sunset.effects
       WHERE status NOT IN ('done', 'void') AND test_clock_id IS NULL GROUP BY kind, carrier, status ORDER BY kind, carrier, status`,
    );
  }

  /** How many wait for an operator: attempted in vain too often (dead), or blocked or refused by the carrier (blocked). */
  async stuck(): Promise<{ readonly dead: number; readonly blocked: number }> {
    const [row] = await this.database.query<{ dead: number; blocked: number }>(
      `SELECT (SELECT count(*) FROM sunset.effects WHERE status = 'dead') AS dead, (SELECT count(*) FROM sunset.effects WHERE status = 'blocked') AS blocked`,
    );
    return row!;
  }

  /** How many would be attempted and wait until an operator confirms the clock; 10,000 at most are counted. */
  async waitingForClock(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*) AS count FROM (SELECT FROM sunset.effects e WHERE e.status NOT IN ('done', 'void') AND ${waitsForClock} LIMIT 10000) waiting`,
    );
    return row!.count;
  }

  /** What is due on real time and neither settled nor given up, held and backed-off rows included; of the oldest 10,000. */
  async overdue(): Promise<OverdueEffects[]> {
    return this.database.query<OverdueEffects>(
      `SELECT kind, carrier, count(*) AS count, (extract(epoch FROM statement_timestamp() - min(due_at)) * 1000)::float8 AS "oldestMs"
       FROM (
         SELECT kind, carrier, due_at FROM sunset.effects
         WHERE status NOT IN ('done', 'void') AND status IN ('pending', 'attempting', 'waiting') AND test_clock_id IS NULL
           AND due_at < statement_timestamp() ORDER BY due_at LIMIT 10000
       ) overdue
       GROUP BY kind, carrier ORDER BY kind, carrier`,
    );
  }

  private async makeVoid(accountId: string): Promise<number> {
    const { affected } = await this.database.execute(
      `UPDATE sunset.effects SET status = 'void', outcome = 'unwanted', lease_until = NULL, settled_at = statement_timestamp()
       WHERE account_id = $1 AND status NOT IN ('done', 'void')`,
      [accountId],
    );
    return affected;
  }
}

/** Due by a clock that is in doubt. */
const waitsForClock = `(e.status IN ('pending', 'waiting') AND e.test_clock_id IS NULL AND e.next_attempt_at <= statement_timestamp() AND ${clockInDoubt})`;

/** Whether attempt `a` was kept from asking, or turned away by the carrier before it looked at what was asked. */
const isUnprocessed = `((a.outcome = 'refused' AND a.reason = 'credentials') OR (a.outcome = 'retry-later' AND a.reason = 'rate-limited')
  OR (a.outcome = 'unavailable' AND a.reason IN (${[...putBackReasons, 'newer-release'].map((reason) => `'${reason}'`).join(', ')})))`;

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

/** Whether nobody at the carrier has said yes or no to effect `e`. */
const isUnanswered = `(e.status IN ('pending', 'attempting', 'waiting', 'dead') AND NOT (e.status = 'waiting' AND e.outcome = 'blocked'))`;
