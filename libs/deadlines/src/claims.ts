// The claims on rows that are due, in the transaction that carries them out: the fences that let nobody claim what is not due, held or another's, and what became of each.
import type { Instant } from '#kernel';
import { type Database, ofAccount, ofSameAccount, rowsOf } from '#postgres';
import { accountLockSpace } from './account-lock.js';
import type { AlarmPayload } from './alarms.js';
import { clockInDoubt } from './clock-watch.js';
import type { DeadlineStatus, DueDeadline } from './deadline.js';

/** The account went through the handler and waits for the same deadline as before: firing it again would never end. */
export class StillWaiting extends Error {
  override name = 'StillWaiting';
}

/** Of a row, in the transaction that has claimed it. */
type ClaimedStatus = DeadlineStatus | 'claimed';

/** The row of a claim, or why there is none. */
export type Claim = DueDeadline | 'early' | 'held' | 'stale' | 'busy';

export interface Ended {
  readonly outcome: Exclude<Claim, DueDeadline> | 'fired' | 'blocked' | 'moved';
  readonly latenessMs?: number;
}

export class Claims {
  constructor(private readonly database: Database) {}

  /**
   * Marks those claimed that are due, once their accounts are locked; an account that somebody else has locked is not waited for. The account's own word
   * on a row takes the place of that mark, which no other transaction ever sees. Of those that are not claimed: why.
   */
  async claim<Asked extends AlarmPayload>(deliveries: readonly Asked[]): Promise<readonly (readonly [Asked, Claim])[]> {
    const wanted = wantedOf(deliveries);
    const free = await this.database.query<{ id: string; locked: boolean }>(
      `SELECT d.deadline_id AS id, pg_try_advisory_xact_lock($4, hashtext(d.account_id)) AS locked
       FROM ${wantedRows}
       JOIN sunset.deadlines d ON ${ofAccount('wanted.account_id', 'd')} AND d.deadline_id = wanted.id AND d.generation = wanted.generation AND d.status = 'pending'`,
      [...wanted, accountLockSpace],
    );
    const locked = new Map(free.map((row) => [row.id, row.locked]));
    const ours = deliveries.filter(({ deadlineId }) => locked.get(deadlineId));
    const claimed = new Map((await this.mark(ours)).map((due) => [due.deadlineId, due]));
    const left = new Map((await this.refusals(ours.filter(({ deadlineId }) => !claimed.has(deadlineId)))).map((row) => [row.id, row.refusal]));
    return deliveries.map((delivery) => {
      const { deadlineId: id } = delivery;
      return [delivery, claimed.get(id) ?? left.get(id) ?? (locked.get(id) === false ? 'busy' : 'stale')];
    });
  }

  private async mark(ours: readonly AlarmPayload[]): Promise<readonly DueDeadline[]> {
    if (ours.length === 0) return [];
    return this.database.query<DueDeadline>(
      `WITH due AS (
         SELECT d.deadline_id, d.shard, d.account_id FROM ${wantedRows}
         JOIN sunset.deadlines d ON ${ofAccount('wanted.account_id', 'd')} AND d.deadline_id = wanted.id AND d.generation = wanted.generation
         LEFT JOIN sunset.test_clocks c USING (test_clock_id)
         WHERE d.status = 'pending' AND ${isDue} AND NOT ${isHeld}
         FOR UPDATE OF d SKIP LOCKED
       )
       UPDATE sunset.deadlines d
       SET status = 'claimed', updated_at = statement_timestamp()
       FROM due WHERE ${ofSameAccount('d', 'due')} AND d.deadline_id = due.deadline_id
       RETURNING d.deadline_id AS "deadlineId", d.account_id AS "accountId", d.test_clock_id AS "testClockId", d.kind, d.subject,
         d.generation, d.due_at AS "dueAt", d.attempts, d.traceparent`,
      wantedOf(ours),
    );
  }

  private async refusals(left: readonly AlarmPayload[]): Promise<readonly { readonly id: string; readonly refusal: Exclude<Claim, DueDeadline> }[]> {
    if (left.length === 0) return [];
    return this.database.query(
      `SELECT d.deadline_id AS id, CASE WHEN d.status <> 'pending' THEN 'stale' WHEN NOT (${isDue}) THEN 'early' WHEN ${isHeld} THEN 'held' ELSE 'busy' END AS refusal
       FROM ${wantedRows} JOIN sunset.deadlines d ON ${ofAccount('wanted.account_id', 'd')} AND d.deadline_id = wanted.id LEFT JOIN sunset.test_clocks c USING (test_clock_id)`,
      wantedOf(left),
    );
  }

  /** What was claimed and nobody has carried out is as it was. */
  async giveBack(claims: readonly DueDeadline[]): Promise<void> {
    if (claims.length === 0) return;
    await this.database.query(`UPDATE sunset.deadlines d SET status = 'pending' FROM ${wantedRows} WHERE ${ofAccount('wanted.account_id', 'd')} AND d.deadline_id = wanted.id AND d.status = 'claimed'`, wantedOf(claims));
  }

  /** By the rows as they are now, in the order given. What the account has said nothing of is void: it does not wait for it. */
  async endings(claims: readonly DueDeadline[]): Promise<readonly Ended[]> {
    if (claims.length === 0) return [];
    const rows = await this.database.query<{ id: string; status: ClaimedStatus; dueAt: Instant; latenessMs: number | null }>(
      `SELECT d.deadline_id AS id, d.status, d.due_at AS "dueAt", (extract(epoch FROM d.fired_at - d.due_at) * 1000)::float8 AS "latenessMs"
       FROM ${wantedRows} JOIN sunset.deadlines d ON ${ofAccount('wanted.account_id', 'd')} AND d.deadline_id = wanted.id`,
      wantedOf(claims),
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const endings = claims.map((claim) => endingOf(claim, byId.get(claim.deadlineId)));
    const unwanted = claims.filter((_, index) => endings[index]!.outcome === 'stale');
    if (unwanted.length > 0) {
      await this.database.query(`UPDATE sunset.deadlines d SET status = 'void', last_error = 'the account no longer waited for it' FROM ${wantedRows} WHERE ${ofAccount('wanted.account_id', 'd')} AND d.deadline_id = wanted.id`, wantedOf(unwanted));
    }
    return endings;
  }
}

/** The rows that are asked for, each with its account and generation. */
const wantedRows = `${rowsOf('$1::uuid[]', '$2::int[]', '$3::text[]')} AS wanted (id, generation, account_id)`;

const wantedOf = (asked: readonly AlarmPayload[]): unknown[][] =>
  [asked.map(({ deadlineId }) => deadlineId), asked.map(({ generation }) => generation), asked.map(({ accountId }) => accountId)];

function endingOf(claim: DueDeadline, row: { readonly status: ClaimedStatus; readonly dueAt: Instant; readonly latenessMs: number | null } | undefined): Ended {
  switch (row?.status) {
    case 'fired':
      return { outcome: 'fired', latenessMs: row.latenessMs ?? 0 };
    case 'blocked':
      return { outcome: 'blocked' };
    case 'pending':
      if (row.dueAt > claim.dueAt) return { outcome: 'moved' };
      throw new StillWaiting('the account waits for it as before');
    default:
      return { outcome: 'stale' };
  }
}

/** Nothing fires by a clock that has jumped; a test clock does not jump. */
const isHeld = `(d.test_clock_id IS NULL AND ${clockInDoubt})`;

/** The database's clock decides, or the row's test clock; the time of the next attempt is always real. */
const isDue = `d.due_at <= CASE WHEN d.test_clock_id IS NULL THEN statement_timestamp() ELSE c.now END
  AND (d.next_attempt_at IS NULL OR d.next_attempt_at <= statement_timestamp())`;
