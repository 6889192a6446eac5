// Acts that wait for a second person: asked for by one, confirmed or declined by another, or lapsed; each step is a row that stays.
import { randomUUID } from 'node:crypto';
import { refuse, type Instant, type Refusal } from '#kernel';
import { Conditions, type Database } from '#postgres';

export const askedActStatuses = ['waiting', 'confirmed', 'declined', 'lapsed'] as const;

export type AskedActStatus = (typeof askedActStatuses)[number];

/** What is to be done; `act` and `target` say which it is, so that the same is not asked for twice at a time. */
export interface ActToAsk {
  readonly act: string;
  readonly target: string;
  /** All that is needed to do it but the words. */
  readonly details: Readonly<Record<string, unknown>>;
  /** In the words of who asks; `null`: none are asked for. */
  readonly reason: string | null;
}

export interface AskedAct extends ActToAsk {
  readonly askedActId: string;
  readonly askedBy: string;
  readonly askedAt: Instant;
  /** From then on nobody can confirm it. */
  readonly standsUntil: Instant;
  readonly status: AskedActStatus;
  /** Who confirmed or declined it, and when. */
  readonly endedBy: string | null;
  readonly endedAt: Instant | null;
}

export interface AskedActCursor {
  readonly askedAt: Instant;
  readonly askedActId: string;
}

const lapsed = 'clock_timestamp() >= a.stands_until';

const asked = `SELECT a.asked_act_id AS "askedActId", a.act, a.target, a.details, a.reason, a.actor_id AS "askedBy", a.at AS "askedAt", a.stands_until AS "standsUntil",
    coalesce(e.step, CASE WHEN ${lapsed} THEN 'lapsed' ELSE 'waiting' END) AS status, e.actor_id AS "endedBy", e.at AS "endedAt"
  FROM sunset.asked_acts a LEFT JOIN sunset.asked_acts e ON e.asked_act_id = a.asked_act_id AND e.step <> 'asked'`;

const waiting = `a.step = 'asked' AND e.step IS NULL AND NOT ${lapsed}`;

export class AskedActs {
  constructor(private readonly database: Database) {}

  /** Written whatever becomes of the surrounding transaction. The same act on the same target that waits already is answered instead, whoever asked for it. */
  ask({ act, target, details, reason }: ActToAsk, actorId: string, standsMs: number): Promise<AskedAct> {
    return this.database.apart(() => this.database.transaction(async () => {
      await this.database.query(`SELECT pg_advisory_xact_lock(hashtext('sunset.asked-acts'))`);
      const [standing] = await this.database.query<AskedAct>(`${asked} WHERE ${waiting} AND a.act = $1 AND a.target = $2`, [act, target]);
      if (standing) return standing;
      const askedActId = randomUUID();
      await this.database.execute(
        `INSERT INTO sunset.asked_acts (asked_act_id, step, at, actor_id, act, target, details, reason, stands_until)
         SELECT $1, 'asked', now, $2, $3, $4, $5::jsonb, $6, now + $7 * interval '1 millisecond' FROM clock_timestamp() now`,
        [askedActId, actorId, act, target, JSON.stringify(details), reason, standsMs],
      );
      return (await this.get(askedActId))!;
    }));
  }

  /** By another person than who asked. `null`: there is none of that id. The act itself is done in the same transaction. */
  confirm(askedActId: string, actorId: string): Promise<AskedAct | Refusal<'act_over' | 'same_person'> | null> {
    return this.end(askedActId, 'confirmed', actorId, (act) => (act.askedBy === actorId ? refuse('same_person') : null));
  }

  /** By whom it may be: who asked for it takes it back. `null`: there is none of that id. */
  decline(askedActId: string, actorId: string): Promise<AskedAct | Refusal<'act_over'> | null> {
    return this.end(askedActId, 'declined', actorId, () => null);
  }

  /** Puts `instead` where somebody said why. `null`: there is none of that id. */
  async redact(askedActId: string, instead: string): Promise<AskedAct | Refusal<'nothing_to_redact'> | null> {
    const { affected } = await this.database.execute(`UPDATE sunset.asked_acts SET reason = $2 WHERE asked_act_id = $1 AND step = 'asked' AND reason IS NOT NULL`, [askedActId, instead]);
    const act = await this.get(askedActId);
    return act && affected === 0 ? refuse('nothing_to_redact') : act;
  }

  async get(askedActId: string): Promise<AskedAct | null> {
    const [act] = await this.database.query<AskedAct>(`${asked} WHERE a.step = 'asked' AND a.asked_act_id = $1`, [askedActId]);
    return act ?? null;
  }

  /** Latest first. */
  async list({ status }: { readonly status?: AskedActStatus | undefined }, { after, limit }: { readonly after?: AskedActCursor | undefined; readonly limit: number }): Promise<AskedAct[]> {
    const wanted = new Conditions()
      .add(() => `a.step = 'asked'`)
      .add((place) => `coalesce(e.step, CASE WHEN ${lapsed} THEN 'lapsed' ELSE 'waiting' END) = ${place}`, status)
      .add((at, id) => `(a.at < ${at}::timestamptz OR (a.at = ${at}::timestamptz AND a.asked_act_id > ${id}::uuid))`, after?.askedAt, after?.askedActId);
    return this.database.query<AskedAct>(`${asked} ${wanted.where} ORDER BY a.at DESC, a.asked_act_id LIMIT ${wanted.place(limit)}`, wanted.values);
  }

  /** How many wait. */
  async waiting(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM sunset.asked_acts a LEFT JOIN sunset.asked_acts e ON e.asked_act_id = a.asked_act_id AND e.step <> 'asked' WHERE ${waiting}`,
    );
    return row!.count;
  }

  /** Whoever comes at the same moment waits, and then finds it over. */
  private end<Code extends string>(askedActId: string, step: 'confirmed' | 'declined', actorId: string, objection: (act: AskedAct) => Refusal<Code> | null): Promise<AskedAct | Refusal<Code | 'act_over'> | null> {
    return this.database.transaction(async () => {
      await this.database.query(`SELECT FROM sunset.asked_acts WHERE asked_act_id = $1 AND step = 'asked' FOR NO KEY UPDATE`, [askedActId]);
      const act = await this.get(askedActId);
      if (act === null) return null;
      if (act.status !== 'waiting') return refuse('act_over', { status: act.status });
      const objected = objection(act);
      if (objected) return objected;
      await this.database.execute(`INSERT INTO sunset.asked_acts (asked_act_id, step, at, actor_id) VALUES ($1, $2, clock_timestamp(), $3)`, [askedActId, step, actorId]);
      return this.get(askedActId);
    });
  }
}
