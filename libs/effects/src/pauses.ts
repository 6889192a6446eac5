// Pauses: a kind, a carrier or everything is not attempted until somebody lets it go. What was paused, by whom and why stays on record.
import { randomUUID } from 'node:crypto';
import { type Actor, type Instant, refuse, type Refusal } from '#kernel';
import { Conditions, type Database } from '#postgres';
import type { EffectKind } from './effect.js';
import { effectsHint } from './hinted.js';

export interface Pause {
  readonly pauseId: string;
  /** `null`: every kind. */
  readonly kind: EffectKind | null;
  /** `null`: every carrier. */
  readonly carrier: string | null;
  /** `credentials`: the carrier refused ours. `storm-guard`: far more was due than the history explains. */
  readonly cause: 'operator' | 'credentials' | 'storm-guard';
  readonly reason: string;
  readonly pausedBy: string;
  readonly pausedAt: Instant;
  readonly resumedBy: string | null;
  readonly resumedAt: Instant | null;
  readonly resumeReason: string | null;
}

export interface PauseCursor {
  readonly pausedAt: Instant;
  readonly pauseId: string;
}

export const pauseStatuses = ['in-force', 'ended'] as const;
export type PauseStatus = (typeof pauseStatuses)[number];

export interface PauseFilter {
  readonly kind?: EffectKind;
  readonly carrier?: string;
  readonly status?: PauseStatus;
}

type Scope = Partial<Pick<Pause, 'kind' | 'carrier'>>;

const columns = `pause_id AS "pauseId", kind, carrier, cause, reason, paused_by AS "pausedBy", paused_at AS "pausedAt",
  resumed_by AS "resumedBy", resumed_at AS "resumedAt", resume_reason AS "resumeReason"`;

/** Whether pause `p` keeps effect `e` from being attempted. The storm guard looks at real time only, and holds only that. */
export const isHolding = `p.resumed_at IS NULL AND (p.kind IS NULL OR p.kind = e.kind) AND (p.carrier IS NULL OR p.carrier = e.carrier)
  AND (p.cause <> 'storm-guard' OR e.test_clock_id IS NULL)`;

/** Whether no pause keeps effect `e` from being attempted. */
export const isFree = `NOT EXISTS (SELECT FROM sunset.effect_pauses p WHERE ${isHolding})`;

/** The pauses that hold a kind on real time at a carrier; the same for every row, so that it is looked at once. */
export const holdingKind = (kind: string, carrier: string): string =>
  `SELECT FROM sunset.effect_pauses p WHERE p.resumed_at IS NULL AND (p.kind IS NULL OR p.kind = ${kind}) AND (p.carrier IS NULL OR p.carrier = ${carrier})`;

export class Pauses {
  constructor(private readonly database: Database) {}

  /** Neither kind nor carrier: everything. What carriers have been asked for already comes to its end. */
  async pause({ kind = null, carrier = null }: Scope, reason: string, actor: Actor): Promise<Pause> {
    const [pause] = await this.database.query<Pause>(
      `INSERT INTO sunset.effect_pauses (pause_id, kind, carrier, cause, reason, paused_by) VALUES ($1, $2, $3, 'operator', $4, $5) RETURNING ${columns}`,
      [randomUUID(), kind, carrier, reason, actor.id],
    );
    return pause!;
  }

  /** By the engine itself; once, however many workers find the same. Answers whether it was this one. */
  async pauseByItself(cause: 'credentials' | 'storm-guard', { kind = null, carrier = null }: Scope, reason: string): Promise<boolean> {
    const { affected } = await this.database.execute(
      `INSERT INTO sunset.effect_pauses (pause_id, kind, carrier, cause, reason, paused_by) VALUES ($1, $2, $3, $4, $5, $4) ON CONFLICT DO NOTHING`,
      [randomUUID(), kind, carrier, cause, reason],
    );
    return affected > 0;
  }

  /** `null`: there is none of that id. */
  async resume(pauseId: string, reason: string, actor: Actor): Promise<Pause | Refusal<'pause_ended'> | null> {
    const [resumed] = await this.database.query<Pause>(
      `UPDATE sunset.effect_pauses SET resumed_by = $2, resume_reason = $3, resumed_at = clock_timestamp()
       WHERE pause_id = $1 AND resumed_at IS NULL RETURNING ${columns}`,
      [pauseId, actor.id, reason],
    );
    if (resumed) {
      this.database.hint(effectsHint);
      return resumed;
    }
    const [known] = await this.database.query('SELECT FROM sunset.effect_pauses WHERE pause_id = $1', [pauseId]);
    return known ? refuse('pause_ended') : null;
  }

  /** Puts `instead` where operators said why it began and ended. `null`: there is none of that id. */
  async redact(pauseId: string, instead: string): Promise<Pause | Refusal<'nothing_to_redact'> | null> {
    const [redacted] = await this.database.query<Pause>(
      `UPDATE sunset.effect_pauses SET reason = CASE WHEN cause = 'operator' THEN $2 ELSE reason END, resume_reason = CASE WHEN resumed_at IS NOT NULL THEN $2 END
       WHERE pause_id = $1 AND (cause = 'operator' OR resumed_at IS NOT NULL) RETURNING ${columns}`,
      [pauseId, instead],
    );
    if (redacted) return redacted;
    const [known] = await this.database.query('SELECT FROM sunset.effect_pauses WHERE pause_id = $1', [pauseId]);
    return known ? refuse('nothing_to_redact') : null;
  }

  /** Those in force and those of the past, latest first. */
  async list({ kind, carrier, status }: PauseFilter, { after, limit }: { readonly after?: PauseCursor; readonly limit: number }): Promise<Pause[]> {
    const asked = new Conditions()
      .add((place) => `kind = ${place}`, kind)
      .add((place) => `carrier = ${place}`, carrier)
      .add((at, id) => `(paused_at < ${at} OR (paused_at = ${at} AND pause_id > ${id}::uuid))`, after?.pausedAt, after?.pauseId);
    if (status !== undefined) asked.add(() => (status === 'in-force' ? 'resumed_at IS NULL' : 'resumed_at IS NOT NULL'));
    return this.database.query<Pause>(`SELECT ${columns} FROM sunset.effect_pauses ${asked.where} ORDER BY paused_at DESC, pause_id LIMIT ${asked.place(limit)}`, asked.values);
  }

  /** `null`: there is none of that id. */
  async get(pauseId: string): Promise<Pause | null> {
    const [pause] = await this.database.query<Pause>(`SELECT ${columns} FROM sunset.effect_pauses WHERE pause_id = $1`, [pauseId]);
    return pause ?? null;
  }

  async inForce(): Promise<Pause[]> {
    return this.database.query<Pause>(`SELECT ${columns} FROM sunset.effect_pauses WHERE resumed_at IS NULL ORDER BY paused_at`);
  }
}
