// The prepaid messages of an account: scheduled in bulk, sent one by one or in bulk, and what is unsent when a plan ends credited at once.
import { type Instant, isRefusal, money, notFound, type Refusal, refuse } from '#kernel';
import { type Database, ofAccount, shardOf } from '#postgres';
import {
  type MessageCursor,
  type MessagePage,
  type MessageStatus,
  type NewMessage,
  type PlanKind,
  priceMax,
  type ScheduledMessage,
  type UnsentTotals,
} from './message.js';
import type { RefusedReport, SentReport, TakenReports } from './reports.js';

export interface Page {
  readonly after?: MessageCursor;
  readonly limit: number;
}

/** The messages of one kind of plan of an account. */
export interface MessagesOfPlan {
  readonly accountId: string;
  readonly planKind: PlanKind;
}

/** What is to be credited of them. */
export interface MessageCredit extends MessagesOfPlan {
  readonly creditId: string;
  readonly at: Instant;
}

const columns = 'message_id, channel, plan_kind, send_at, price, currency, status, credited, credit_id, settled_at';

/** One batch of a purge. Messages have no sealed form, hence no digests. */
export interface PurgedMessages {
  readonly counts: { readonly scheduledMessages: number };
  readonly digests: readonly Buffer[];
  readonly next: string | null;
}

export class ScheduledMessages {
  readonly name = 'scheduled messages';
  readonly transactional = true;

  constructor(private readonly database: Database) {}

  /**
   * All or none of them, in one statement. One that is there already with the same content stays as it is, so a repeat is harmless.
   * Answers them as they now stand, in the order given. Errors of a refusal point at `/messages/<index>`.
   */
  async schedule(
    accountId: string,
    messages: readonly NewMessage[],
  ): Promise<readonly ScheduledMessage[] | Refusal<'message_exists'> | Refusal<'invalid_request'>> {
    const errors = messages.flatMap(faultsOf(messages));
    if (errors.length > 0) return refuse('invalid_request', { errors });
    return this.database.transaction(async () => {
      const fresh = new Map((await this.insert(accountId, messages)).map((message) => [message.messageId, message]));
      if (fresh.size === messages.length) return messages.map(({ messageId }) => fresh.get(messageId)!);

      const known = new Map((await this.find(accountId, messages.filter(({ messageId }) => !fresh.has(messageId)))).map((message) => [message.messageId, message]));
      const all = messages.map((message) => fresh.get(message.messageId) ?? known.get(message.messageId));
      const taken = messages.flatMap((message, index) =>
        all[index] && sameContent(message, all[index]) ? [] : [fault(index, 'messageId', 'is the id of another message of this account')],
      );
      if (taken.length === 0) return all as ScheduledMessage[];
      await this.database.execute(`DELETE FROM sunset.scheduled_messages WHERE ${ofAccount('$1')} AND message_id = ANY($2)`, [accountId, [...fresh.keys()]]);
      return refuse('message_exists', { errors: taken });
    });
  }

  /** Which of these ids are messages of the account already. */
  async known(accountId: string, messageIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<Pick<Row, 'message_id'>>(
      `SELECT message_id FROM sunset.scheduled_messages WHERE ${ofAccount('$1')} AND message_id = ANY($2)`, [accountId, messageIds],
    );
    return new Set(rows.map(({ message_id: id }) => id));
  }

  /** The platform's word that it is sent or accepted. A repeat changes nothing; what was cancelled cannot be sent any more. */
  async markSent(
    accountId: string,
    messageId: string,
    now: Instant,
  ): Promise<ScheduledMessage | Refusal<'not_found'> | Refusal<'message_cancelled'>> {
    const message = await this.end(accountId, messageId, 'sent', now);
    if (isRefusal(message) || message.status === 'sent') return message;
    return refuse('message_cancelled', { message });
  }

  /**
   * As {@link markSent}, of all that are reported, in one statement: what cannot be taken is answered, and keeps none of the others from being taken. In order of id, so that two
   * bulks with ids in common wait for each other instead of deadlocking.
   */
  async markAllSent(accountId: string, reports: readonly SentReport[], now: Instant): Promise<TakenReports> {
    const ids = [...new Set(reports.map(({ messageId }) => messageId))];
    const found = new Map<string, ReportedRow>();
    for (let asked = ids; asked.length > 0; asked = asked.filter((id) => found.get(id)?.status === 'scheduled')) {
      const rows = await this.database.query<ReportedRow>(
        `WITH waiting AS MATERIALIZED (
           SELECT message_id FROM sunset.scheduled_messages WHERE ${ofAccount('$1')} AND message_id = ANY ($2) AND status = 'scheduled' ORDER BY message_id FOR UPDATE
         ), sent AS (
           UPDATE sunset.scheduled_messages m SET status = 'sent', settled_at = $3 FROM waiting WHERE ${ofAccount('$1', 'm')} AND m.message_id = waiting.message_id AND m.status = 'scheduled'
           RETURNING m.message_id, m.status, m.credit_id
         )
         SELECT message_id, status, credit_id, 1 AS n FROM sunset.scheduled_messages WHERE ${ofAccount('$1')} AND message_id = ANY ($2)
         UNION ALL SELECT message_id, status, credit_id, 2 FROM sent ORDER BY n`,
        [accountId, asked, now],
      );
      // First as they were when the statement began, then what it has changed. What somebody else has settled while it was waited for still stands there as it was: it is asked for again.
      for (const row of rows) found.set(row.message_id, row);
    }
    return {
      sent: ids.filter((id) => found.get(id)?.status === 'sent').length,
      refused: reports.flatMap(({ line, messageId }): readonly RefusedReport[] => {
        const row = found.get(messageId);
        if (row?.status === 'sent') return [];
        return [{ line, messageId, code: row ? 'message_cancelled' : 'not_found', creditId: row?.credit_id ?? null }];
      }),
    };
  }

  /** Cancelled by hand: not credited. A repeat changes nothing. */
  async remove(
    accountId: string,
    messageId: string,
    now: Instant,
  ): Promise<ScheduledMessage | Refusal<'not_found'> | Refusal<'message_sent'> | Refusal<'message_cancelled'>> {
    const message = await this.end(accountId, messageId, 'cancelled', now);
    if (isRefusal(message) || (message.status === 'cancelled' && !message.credited)) return message;
    return refuse(message.status === 'sent' ? 'message_sent' : 'message_cancelled', { message });
  }

  /** What waits to be sent; `from`: only what has its time then or later. Throws `RangeError` beyond 2^53 minor units. */
  async unsent(accountId: string, planKind: PlanKind, { from }: { readonly from?: Instant } = {}): Promise<UnsentTotals> {
    const rows = await this.database.query<TotalRow>(
      `SELECT channel, count(*) AS count, sum(price)::text AS amount FROM sunset.scheduled_messages
       WHERE ${ofAccount('$1')} AND plan_kind = $2 AND status = 'scheduled' ${from === undefined ? '' : 'AND send_at >= $3'} GROUP BY channel`,
      [accountId, planKind, ...(from === undefined ? [] : [from])],
    );
    return totals(rows);
  }

  /**
   * What waits to be sent of each plan, whatever its time, in the order given; one statement. Nobody changes it while the surrounding transaction
   * holds the lock of the account. Throws `RangeError` beyond 2^53 minor units.
   */
  async unsentOf(plans: readonly MessagesOfPlan[]): Promise<UnsentTotals[]> {
    if (plans.length === 0) return [];
    const rows = await this.database.query<TotalRow & { n: number }>(
      `SELECT plan.n, m.channel, count(*) AS count, sum(m.price)::text AS amount
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS plan (account_id, plan_kind, n)
       JOIN sunset.scheduled_messages m ON ${ofAccount('plan.account_id', 'm')} AND m.plan_kind = plan.plan_kind AND m.status = 'scheduled'
       GROUP BY plan.n, m.channel`,
      [plans.map(({ accountId }) => accountId), plans.map(({ planKind }) => planKind)],
    );
    return plans.map((_, index) => totals(rows.filter(({ n }) => n === index + 1)));
  }

  /**
   * Cancels and credits everything of those plans that still waits, whatever its time, each as the items of one credit; one statement. Belongs into the
   * transaction that appends the events: these totals, in the order given, are what was credited. `at` is the account's time. Throws `RangeError`
   * beyond 2^53 minor units.
   */
  async cancelUnsent(credits: readonly MessageCredit[]): Promise<UnsentTotals[]> {
    if (credits.length === 0) return [];
    return this.database.transaction(async () => {
      const rows = await this.database.query<TotalRow & { n: number }>(
        `WITH cancelled AS (
           UPDATE sunset.scheduled_messages m SET status = 'cancelled', credited = true, credit_id = credit.credit_id, settled_at = credit.at
           FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) WITH ORDINALITY AS credit (account_id, plan_kind, credit_id, at, n)
           WHERE ${ofAccount('credit.account_id', 'm')} AND m.plan_kind = credit.plan_kind AND m.status = 'scheduled' RETURNING credit.n, m.channel, m.price
         ) SELECT n, channel, count(*) AS count, sum(price)::text AS amount FROM cancelled GROUP BY n, channel`,
        [credits.map(({ accountId }) => accountId), credits.map(({ planKind }) => planKind), credits.map(({ creditId }) => creditId), credits.map(({ at }) => at)],
      );
      return credits.map((_, index) => totals(rows.filter(({ n }) => n === index + 1)));
    });
  }

  /** In order of time. */
  async list(accountId: string, { status, ...page }: Page & { readonly status?: MessageStatus }): Promise<MessagePage> {
    return this.page(accountId, page, status === undefined ? '' : 'AND status = $2', status === undefined ? [] : [status]);
  }

  /** What credits were made of, by credit, each in order of time and with `most` messages at most. One statement, however many they are. */
  async items(accountId: string, creditIds: readonly string[], most: number): Promise<ReadonlyMap<string, readonly ScheduledMessage[]>> {
    const items = new Map<string, ScheduledMessage[]>(creditIds.map((creditId) => [creditId, []]));
    if (creditIds.length === 0) return items;
    const rows = await this.database.query<Row>(
      `SELECT ${columns} FROM (
         SELECT *, row_number() OVER (PARTITION BY credit_id ORDER BY send_at, message_id) AS place
         FROM sunset.scheduled_messages WHERE ${ofAccount('$1')} AND credited AND credit_id = ANY ($2)
       ) AS placed WHERE place <= $3 ORDER BY send_at, message_id`,
      [accountId, creditIds, most],
    );
    for (const row of rows) items.get(row.credit_id!)!.push(read(row));
    return items;
  }

  async counts(accountId: string): Promise<{ readonly scheduledMessages: number }> {
    const [row] = await this.database.query<{ count: number }>(`SELECT count(*) AS count FROM sunset.scheduled_messages WHERE ${ofAccount('$1')}`, [accountId]);
    return { scheduledMessages: row!.count };
  }

  /**
   * Deletes at most `limit` messages behind `cursor` (`null`: from the beginning), in the surrounding transaction. Each batch begins
   * behind the last: the index is not walked again over what is deleted and not yet vacuumed. `next` is `null` at the end of the
   * walk; whoever purges walks again until a whole walk deletes nothing.
   */
  async purgeBatch(accountId: string, cursor: string | null, limit: number): Promise<PurgedMessages> {
    const [row] = await this.database.query<{ last: string | null; deleted: number }>(
      `WITH batch AS MATERIALIZED (
         SELECT max(message_id) AS last FROM (
           SELECT message_id FROM sunset.scheduled_messages WHERE ${ofAccount('$1')} AND message_id > $2 ORDER BY message_id LIMIT $3
         ) AS rows
       ), deleted AS (
         DELETE FROM sunset.scheduled_messages WHERE ${ofAccount('$1')} AND message_id > $2 AND message_id <= (SELECT last FROM batch) RETURNING 1
       ) SELECT last, (SELECT count(*) FROM deleted) AS deleted FROM batch`,
      [accountId, cursor ?? '', limit],
    );
    return { counts: { scheduledMessages: row!.deleted }, digests: [], next: row!.last };
  }

  private async insert(accountId: string, messages: readonly NewMessage[]): Promise<ScheduledMessage[]> {
    // In order of id, so that two bulks with ids in common wait for each other instead of deadlocking.
    const rows = await this.database.query<Row>(
      `INSERT INTO sunset.scheduled_messages (shard, account_id, message_id, channel, plan_kind, send_at, price, currency)
       SELECT ${shardOf('$1')}, $1, given.* FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[], $7::text[])
         AS given (message_id, channel, plan_kind, send_at, price, currency)
       ORDER BY given.message_id COLLATE "C"
       ON CONFLICT (account_id, shard, message_id) DO NOTHING RETURNING ${columns}`,
      [
        accountId,
        messages.map(({ messageId }) => messageId),
        messages.map(({ channel }) => channel),
        messages.map(({ planKind }) => planKind),
        messages.map(({ sendAt }) => sendAt),
        messages.map(({ price }) => price.amount),
        messages.map(({ price }) => price.currency),
      ],
    );
    return rows.map(read);
  }

  private async find(accountId: string, messages: readonly NewMessage[]): Promise<ScheduledMessage[]> {
    const rows = await this.database.query<Row>(`SELECT ${columns} FROM sunset.scheduled_messages WHERE ${ofAccount('$1')} AND message_id = ANY($2)`, [
      accountId,
      messages.map(({ messageId }) => messageId),
    ]);
    return rows.map(read);
  }

  /** The status in the condition decides every race: whoever comes second finds no row that still waits. */
  private async end(accountId: string, messageId: string, status: MessageStatus, now: Instant): Promise<ScheduledMessage | Refusal<'not_found'>> {
    for (;;) {
      const [ended] = await this.database.query<Row>(
        `UPDATE sunset.scheduled_messages SET status = $3, settled_at = $4
         WHERE ${ofAccount('$1')} AND message_id = $2 AND status = 'scheduled' RETURNING ${columns}`,
        [accountId, messageId, status, now],
      );
      if (ended) return read(ended);
      const [row] = await this.database.query<Row>(`SELECT ${columns} FROM sunset.scheduled_messages WHERE ${ofAccount('$1')} AND message_id = $2`, [
        accountId,
        messageId,
      ]);
      if (!row) return notFound('scheduled message');
      if (row.status !== 'scheduled') return read(row);
    }
  }

  private async page(accountId: string, { after, limit }: Page, condition: string, values: readonly unknown[]): Promise<MessagePage> {
    const place = values.length + 2;
    const rows = await this.database.query<Row>(
      `SELECT ${columns} FROM sunset.scheduled_messages WHERE ${ofAccount('$1')} ${condition}
       ${after ? `AND (send_at, message_id) > ($${place + 1}, $${place + 2})` : ''} ORDER BY send_at, message_id LIMIT $${place}`,
      [accountId, ...values, limit + 1, ...(after ? [after.sendAt, after.messageId] : [])],
    );
    const data = rows.slice(0, limit).map(read);
    const last = rows.length > limit ? data.at(-1) : undefined;
    return { data, next: last ? { sendAt: last.sendAt, messageId: last.messageId } : null };
  }
}

const fault = (index: number, path: string, message: string) => ({ pointer: `/messages/${index}/${path}`, message });

const faultsOf = (messages: readonly NewMessage[]) => {
  const firstOf = new Map<string, number>();
  messages.forEach(({ messageId }, index) => firstOf.has(messageId) || firstOf.set(messageId, index));
  return ({ messageId, price: { amount } }: NewMessage, index: number) => [
    ...(firstOf.get(messageId) === index ? [] : [fault(index, 'messageId', `is the id of /messages/${firstOf.get(messageId)} too`)]),
    ...(Number.isSafeInteger(amount) && amount >= 0 && amount <= priceMax ? [] : [fault(index, 'price/amount', `must be a whole number from 0 to ${priceMax}`)]),
  ];
};

const sameContent = (a: NewMessage, b: NewMessage): boolean =>
  a.channel === b.channel && a.planKind === b.planKind && a.sendAt === b.sendAt && a.price.amount === b.price.amount && a.price.currency === b.price.currency;

interface TotalRow {
  readonly channel: keyof UnsentTotals;
  readonly count: number;
  readonly amount: string;
}

function totals(rows: readonly TotalRow[]): UnsentTotals {
  const of = (channel: keyof UnsentTotals) => {
    const { count, amount } = rows.find((row) => row.channel === channel) ?? { count: 0, amount: '0' };
    return { count, amount: safe(amount) };
  };
  const [sms, rvm] = [of('sms'), of('rvm')];
  safe(`${sms.amount + rvm.amount}`);
  return { sms, rvm };
}

function safe(amount: string): number {
  if (!Number.isSafeInteger(Number(amount))) throw new RangeError(`the unsent messages cost ${amount} minor units, more than can be credited`);
  return Number(amount);
}

type ReportedRow = Pick<Row, 'message_id' | 'status' | 'credit_id'>;

interface Row {
  readonly message_id: string;
  readonly channel: ScheduledMessage['channel'];
  readonly plan_kind: PlanKind;
  readonly send_at: Instant;
  readonly price: number;
  readonly currency: string;
  readonly status: MessageStatus;
  readonly credited: boolean;
  readonly credit_id: string | null;
  readonly settled_at: Instant | null;
}

const read = (row: Row): ScheduledMessage => ({
  messageId: row.message_id,
  channel: row.channel,
  planKind: row.plan_kind,
  sendAt: row.send_at,
  price: money(row.price, row.currency),
  status: row.status,
  credited: row.credited,
  creditId: row.credit_id,
  settledAt: row.settled_at,
});
