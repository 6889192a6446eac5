// Acts on many: what was shown is kept, so that what is then carried out is exactly that, entry by entry, whoever goes on with it.
import { randomUUID } from 'node:crypto';
import { type Instant, refuse, type Refusal } from '#kernel';
import type { Database } from '#postgres';
import type { RecordedAct, RecordedTarget, Target, WantedAct } from './act.js';

/** How many one act takes; whoever wants more carried out shows the rest next. */
export const targetsMost = 10_000;

/** How long what was shown may be acted on: what one has seen longer ago one does not know any more. */
const shownForMinutes = 15;

const forgottenAfter = `interval '1 hour'`;

const columns = `a.act_id AS "actId", a.act, a.filter, a.actor_id AS "actorId", a.reason, a.shown_at AS "shownAt", a.begun_at AS "begunAt", a.matched, a.more, t.changed, t.refused, t.left`;

/** Acts `a`, each with how far it is. */
const counted = (acts: string): string => `${acts} a CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE outcome = 'done') AS changed, count(*) FILTER (WHERE outcome <> 'done') AS refused, count(*) FILTER (WHERE outcome IS NULL) AS left
  FROM sunset.act_targets WHERE act_id = a.act_id
) t`;

const targetColumns = `place, target_id AS id, account_id AS "accountId", kind, status, at, outcome, made_id AS "madeId"`;

export class Acts {
  constructor(private readonly database: Database) {}

  /** Keeps what is shown. `matched`: how many that is, where it is not the targets that are counted. */
  async show({ act, filter, actorId }: WantedAct, targets: readonly Target[], { more, matched = targets.length }: { readonly more: boolean; readonly matched?: number }): Promise<RecordedAct> {
    const actId = randomUUID();
    await this.database.transaction(async () => {
      await this.database.execute(`DELETE FROM sunset.acts WHERE begun_at IS NULL AND NOT kept AND shown_at < statement_timestamp() - ${forgottenAfter}`);
      await this.database.execute('INSERT INTO sunset.acts (act_id, act, filter, actor_id, matched, more) VALUES ($1, $2, $3, $4, $5, $6)', [actId, act, JSON.stringify(filter), actorId, matched, more]);
      await this.database.execute(
        `INSERT INTO sunset.act_targets (act_id, place, target_id, account_id, kind, status, at)
         SELECT $1, place, id, account_id, kind, status, at
         FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[]) WITH ORDINALITY AS target (id, account_id, kind, status, at, place)`,
        [actId, targets.map(({ id }) => id), targets.map(({ accountId }) => accountId), targets.map(({ kind }) => kind), targets.map(({ status }) => status), targets.map(({ at }) => at)],
      );
    });
    return (await this.get(actId))!;
  }

  /** What this caller was shown last of the same, or `shownId`; `null`: nothing that he may still act on. One that is begun is gone on with for as long as it takes, by its id. */
  async shown({ act, filter, actorId }: WantedAct, shownId: string | null): Promise<RecordedAct | null> {
    const [row] = await this.database.query<RecordedAct>(
      `SELECT ${columns} FROM ${counted('sunset.acts')} WHERE a.actor_id = $1 AND a.act = $2 AND a.filter = $3::jsonb AND ($4::uuid IS NULL OR a.act_id = $4)
         AND (a.shown_at > statement_timestamp() - interval '${shownForMinutes} minutes' OR ($4 IS NOT NULL AND a.begun_at IS NOT NULL))
       ORDER BY a.shown_at DESC LIMIT 1`,
      [actorId, act, JSON.stringify(filter), shownId],
    );
    return row ?? null;
  }

  /** From here on it is on record, whatever becomes of it. The first reason stands: answers it. */
  async begin(actId: string, reason: string): Promise<string> {
    const [row] = await this.database.query<{ reason: string }>(
      'UPDATE sunset.acts SET begun_at = coalesce(begun_at, clock_timestamp()), reason = coalesce(reason, $2) WHERE act_id = $1 RETURNING reason', [actId, reason],
    );
    return row!.reason;
  }

  /** What was shown does not go while somebody else is to say whether it is done. */
  async keep(actId: string): Promise<void> {
    await this.database.execute('UPDATE sunset.acts SET kept = true WHERE act_id = $1', [actId]);
  }

  /** Those that nobody has taken yet, in their order. */
  async left(actId: string, limit: number): Promise<readonly RecordedTarget[]> {
    return this.database.query<RecordedTarget>(`SELECT ${targetColumns} FROM sunset.act_targets WHERE act_id = $1 AND outcome IS NULL ORDER BY place LIMIT $2`, [actId, limit]);
  }

  /** In the surrounding transaction, which holds it until its end. `false`: somebody else has taken it. */
  async take(actId: string, place: number, outcome: string): Promise<boolean> {
    const { affected } = await this.database.execute('UPDATE sunset.act_targets SET outcome = $3 WHERE act_id = $1 AND place = $2 AND outcome IS NULL', [actId, place, outcome]);
    return affected > 0;
  }

  /** What was made of one that was taken. */
  async made(actId: string, place: number, madeId: string): Promise<void> {
    await this.database.execute('UPDATE sunset.act_targets SET made_id = $3 WHERE act_id = $1 AND place = $2', [actId, place, madeId]);
  }

  /** What an act has changed, or what it has made of it. */
  async changedBy(actId: string): Promise<readonly Target[]> {
    return this.database.query<Target>(
      `SELECT coalesce(made_id, target_id) AS id, account_id AS "accountId", kind, status, at FROM sunset.act_targets WHERE act_id = $1 AND outcome = 'done' ORDER BY place`, [actId],
    );
  }

  async get(actId: string): Promise<RecordedAct | null> {
    const [row] = await this.database.query<RecordedAct>(`SELECT ${columns} FROM ${counted('sunset.acts')} WHERE a.act_id = $1`, [actId]);
    return row ?? null;
  }

  /** Those that were begun, latest first. */
  async list({ after, limit }: { readonly after?: { readonly begunAt: Instant; readonly actId: string }; readonly limit: number }): Promise<readonly RecordedAct[]> {
    return this.database.query<RecordedAct>(
      `SELECT ${columns} FROM ${counted(`(
         SELECT * FROM sunset.acts WHERE begun_at IS NOT NULL AND ($1::timestamptz IS NULL OR begun_at < $1 OR (begun_at = $1 AND act_id > $2::uuid))
         ORDER BY begun_at DESC, act_id LIMIT $3
       )`)} ORDER BY a.begun_at DESC, a.act_id`,
      [after?.begunAt ?? null, after?.actId ?? null, limit],
    );
  }

  /** In their order, behind the place `after`. */
  async targets(actId: string, { after, limit }: { readonly after: number; readonly limit: number }): Promise<readonly RecordedTarget[]> {
    return this.database.query<RecordedTarget>(`SELECT ${targetColumns} FROM sunset.act_targets WHERE act_id = $1 AND place > $2 ORDER BY place LIMIT $3`, [actId, after, limit]);
  }

  /** Puts `instead` where an operator said why. `null`: there is no such act. */
  async redact(actId: string, instead: string): Promise<RecordedAct | Refusal<'nothing_to_redact'> | null> {
    const { affected } = await this.database.execute('UPDATE sunset.acts SET reason = $2 WHERE act_id = $1 AND reason IS NOT NULL', [actId, instead]);
    const act = await this.get(actId);
    return act && (affected > 0 ? act : refuse('nothing_to_redact'));
  }
}
