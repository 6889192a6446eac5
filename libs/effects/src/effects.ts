// What is asked of carriers and of the mailer: written in the transaction of the event that asks for it.
import { randomUUID } from 'node:crypto';
import { accountNow } from '#deadlines';
import { forgetMails } from '#mail';
import { across, type Database, ofAccount, ofSameAccount, shardOf } from '#postgres';
import { idempotencyKey } from './claims.js';
import { putBackReasons } from './conclusions.js';
import type { CarrierKind, EffectKind, EffectStatus, Intent } from './effect.js';
import { effectsHint } from './hinted.js';
import { forgetReleases, sandboxName } from './sandbox/sandbox-carrier.js';

/** Of one statement. */
const putMost = 1_000;

/** What one account asks for. */
export interface AccountIntents {
  readonly accountId: string;
  readonly testClockId: string | null;
  readonly intents: readonly Intent[];
}

export class Effects {
  /**
   * `carrier`: the name of the carrier that new effects on real time are meant for. Those on test clocks are the sandbox's: advancing a clock gives up
   * nothing real. `mailer`: likewise of what tells customers; `null`: nobody is told by mail, and nothing of it is put.
   */
  constructor(
    private readonly database: Database,
    private readonly carrier: string,
    private readonly mailer: string | null = null,
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
    const rows = accounts.flatMap(({ accountId, testClockId, intents }) => intents.flatMap((intent, place) => {
      const carrier = intent.kind === 'notify' ? this.mailer : this.carrier;
      return carrier === null ? [] : [{ ...intent, accountId, testClockId, place, carrier: testClockId === null ? carrier : sandboxName }];
    }));
    for (let first = 0; first < rows.length; first += putMost) await this.putRows(rows.slice(first, first + putMost));
    if (rows.length > 0) this.database.hint(effectsHint);
  }

  private async putRows(rows: readonly (Intent & { readonly accountId: string; readonly testClockId: string | null; readonly place: number; readonly carrier: string })[]): Promise<void> {
    await this.database.query(
      `INSERT INTO sunset.effects AS e
         (effect_id, shard, account_id, test_clock_id, carrier, kind, subject, generation, due_at, needed_by, place, traceparent, next_attempt_at, queue_at)
       SELECT effect_id, ${shardOf('account_id')}, account_id, test_clock_id, carrier, kind, subject, generation, due_at, needed_by, place, traceparent, due_at, due_at + place * interval '1 second'
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::timestamptz[], $9::int[], $10::timestamptz[], $11::text[])
         AS intent (effect_id, account_id, test_clock_id, carrier, kind, subject, generation, due_at, place, needed_by, traceparent)
       ON CONFLICT (account_id, shard, kind, subject, generation) DO UPDATE
       SET status = 'pending', carrier = excluded.carrier, due_at = excluded.due_at, needed_by = excluded.needed_by, place = excluded.place, traceparent = excluded.traceparent,
         next_attempt_at = excluded.next_attempt_at, queue_at = excluded.queue_at, outcome = NULL, reason = NULL, order_ref = NULL,
         round = e.round + 1, failures = 0, settled_at = NULL
       WHERE e.status = 'void'`,
      [
        rows.map(() => randomUUID()),
        rows.map(({ accountId }) => accountId),
        rows.map(({ testClockId }) => testClockId),
        rows.map(({ carrier }) => carrier),
        rows.map(({ kind }) => kind),
        rows.map(({ subject }) => subject),
        rows.map(({ generation }) => generation),
        rows.map(({ dueAt }) => dueAt),
        rows.map(({ place }) => place),
        rows.map(({ neededBy }) => neededBy ?? null),
        rows.map(({ traceparent }) => traceparent ?? null),
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
       WHERE ${ofAccount('$1')} AND kind = $2 AND subject = ANY ($3) AND status IN ('pending', 'dead') AND order_ref IS NULL
         AND attempts = (SELECT count(*) FROM sunset.effect_attempts a WHERE ${ofSameAccount('a', 'e')} AND a.effect_id = e.effect_id AND ${isUnprocessed}) RETURNING subject`,
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
         AND attempts = (SELECT count(*) FROM sunset.effect_attempts a WHERE ${ofSameAccount('a', 'e')} AND a.effect_id = e.effect_id AND (${isUnprocessed} OR a.outcome IN ('blocked', 'refused'))) AS declined
       FROM sunset.effects e WHERE ${ofAccount('$1')} AND kind = $2 AND subject = $3 AND status NOT IN ('done', 'void') FOR UPDATE`,
      [accountId, kind, subject],
    );
    if (open.some(({ status }) => status === 'attempting')) return 'attempting';
    if (open.some(({ declined }) => !declined)) return 'asked';
    // Also what waits for an operator is looked at once more, so that it comes to its end.
    await this.database.execute(
      `UPDATE sunset.effects e SET status = 'pending', failures = 0, next_attempt_at = now.at, queue_at = now.at
       FROM (
         SELECT own.effect_id, ${accountNow('own.test_clock_id')} AS at FROM sunset.effects own WHERE ${ofAccount('$1', 'own')} AND own.effect_id = ANY ($2::uuid[])
       ) now WHERE ${ofAccount('$1', 'e')} AND e.effect_id = now.effect_id`,
      [accountId, open.map(({ effectId }) => effectId)],
    );
    if (open.length > 0) this.database.hint(effectsHint);
    return 'free';
  }

  /**
   * Whether a carrier still has to answer, or be asked, for the account: also what a pause holds, and what was attempted in vain until it was dead, since
   * nobody has said no to it. What the carrier blocked or refused does not count.
   */
  async isUnderWay(accountId: string): Promise<boolean> {
    const [row] = await this.database.query<{ some: boolean }>(`SELECT EXISTS (SELECT FROM sunset.effects e WHERE ${ofAccount('$1')} AND ${isUnanswered}) AS some`, [accountId]);
    return row!.some;
  }

  /**
   * For the purge, in the surrounding transaction, before anything is deleted that says whose a number is: what is open is void, and no carrier is asked for
   * it any more. `false`, and nothing has changed, while a worker is at one of them: a carrier may be giving it up just now.
   */
  async close(accountId: string): Promise<boolean> {
    const open = await this.database.query<{ status: EffectStatus }>(
      `SELECT status FROM sunset.effects WHERE ${ofAccount('$1')} AND status NOT IN ('done', 'void') FOR UPDATE`, [accountId],
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
      `SELECT ${idempotencyKey} AS key FROM (SELECT effect_id, rounds.round FROM sunset.effects e, generate_series(0, e.round) AS rounds (round) WHERE ${ofAccount('$1')}) AS asked`,
      [accountId],
    );
    await forgetReleases(this.database, asked.map(({ key }) => key));
    await forgetMails(this.database, accountId);
    await this.database.execute(`DELETE FROM sunset.effect_attempts WHERE ${ofAccount('$1')}`, [accountId]);
    await this.database.execute(`UPDATE sunset.effects SET reason = NULL, order_ref = NULL WHERE ${ofAccount('$1')}`, [accountId]);
    return this.makeVoid(accountId);
  }

  /** Whether a carrier is to be asked for it, was and has not answered, or has said no. */
  async isOpen(accountId: string, kind: CarrierKind, subject: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT FROM sunset.effects WHERE ${ofAccount('$1')} AND kind = $2 AND subject = $3 AND status NOT IN ('done', 'void') LIMIT 1`, [accountId, kind, subject],
    );
    return rows.length > 0;
  }

  /**
   * What a carrier was asked for already, and has not said yes or no to, is asked for again at once: its own record is read then, as before every request. Answers how many there were.
   * What is not due yet stays so.
   */
  async lookAgain(accountId: string, kind: CarrierKind, subject: string): Promise<number> {
    const { affected } = await this.database.execute(
      `UPDATE sunset.effects e SET next_attempt_at = least(e.next_attempt_at, now.at), queue_at = least(e.queue_at, now.at)
       FROM (
         SELECT own.effect_id, ${accountNow('own.test_clock_id')} AS at FROM sunset.effects own
         WHERE ${ofAccount('$1', 'own')} AND own.kind = $2 AND own.subject = $3
       ) now
       WHERE ${ofAccount('$1', 'e')} AND e.effect_id = now.effect_id AND e.status IN ('pending', 'waiting') AND e.attempts > 0 AND e.due_at <= now.at`,
      [accountId, kind, subject],
    );
    if (affected > 0) this.database.hint(effectsHint);
    return affected;
  }

  /** As {@link lookAgain}, of all that is part of one order at a carrier. */
  async lookAgainAt(carrier: string, order: string): Promise<number> {
    const rows = await this.database.query<{ accountId: string; kind: CarrierKind; subject: string }>(
      `${across('effects of a carrier')}SELECT account_id AS "accountId", kind, subject FROM sunset.effects
       WHERE carrier = $1 AND kind <> 'notify' AND status = 'waiting' AND order_ref = $2`,
      [carrier, order],
    );
    let found = 0;
    for (const { accountId, kind, subject } of rows) found += await this.lookAgain(accountId, kind, subject);
    return found;
  }

  /** How much of what carriers were asked for has come to nothing yet. */
  async openOf(accountId: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*) AS count FROM sunset.effects WHERE ${ofAccount('$1')} AND ${isOfCarriers} AND status NOT IN ('done', 'void')`,
      [accountId],
    );
    return row!.count;
  }

  /** The subjects that a carrier has been asked about and has not said no to: of this generation, or of one before that is still under way. */
  async asked(accountId: string, kind: EffectKind, generation: number): Promise<readonly string[]> {
    const rows = await this.database.query<{ subject: string }>(
      `SELECT subject FROM sunset.effects WHERE ${ofAccount('$1')} AND kind = $2
         AND (status IN ('pending', 'attempting', 'waiting', 'dead') OR (generation = $3 AND status <> 'void')) ORDER BY subject`,
      [accountId, kind, generation],
    );
    return rows.map(({ subject }) => subject);
  }

  private async makeVoid(accountId: string): Promise<number> {
    const { affected } = await this.database.execute(
      `UPDATE sunset.effects SET status = 'void', outcome = 'unwanted', lease_until = NULL, settled_at = statement_timestamp()
       WHERE ${ofAccount('$1')} AND status NOT IN ('done', 'void')`,
      [accountId],
    );
    return affected;
  }
}

/** Whether attempt `a` was kept from asking, or turned away by the carrier before it looked at what was asked. */
const isUnprocessed = `((a.outcome = 'refused' AND a.reason = 'credentials') OR (a.outcome = 'retry-later' AND a.reason = 'rate-limited')
  OR (a.outcome = 'unavailable' AND a.reason IN (${[...putBackReasons, 'newer-release'].map((reason) => `'${reason}'`).join(', ')})))`;

/** What is asked of carriers; the rest is told to customers by the mailer. */
const isOfCarriers = "kind <> 'notify'";

/** Whether it is asked of a carrier and nobody there has said yes or no to effect `e`. */
export const isUnanswered = `(${isOfCarriers} AND e.status IN ('pending', 'attempting', 'waiting', 'dead') AND NOT (e.status = 'waiting' AND e.outcome = 'blocked'))`;
