// What has to be true after any fault, asked of the database with SQL of its own, of the carrier's record and of the receivers': nothing here asks the service or its rules.
import { membershipEvents, type MembershipEvent } from '#domain';
import { EventStore } from '#event-store';
import { MasterKeys, PersonalData } from '#personal-data';
import type { Database } from '#postgres';
import { Projections } from '#projections';
import { projections } from '#read-models';
import type { TwilioStub } from '../carriers/twilio-stub.js';
import { rowsWith } from '../support/in-clear.js';
import type { MailServer } from '../support/mail-server.js';
import type { EarlierLife } from './earlier-lives.js';
import type { FeedConsumer, Receiver } from './outside.js';
import { until } from './patience.js';
import { type Asked, purged } from './traffic.js';

/** Whom a row was about. */
export interface Scope {
  readonly asked: readonly Asked[];
  /** In real time, each waiting for one consequence. */
  readonly leavers: readonly EarlierLife[];
  /** Who lived his year on a test clock, and whose name is to be found nowhere any more. */
  readonly traveller: { readonly accountId: string; readonly name: string } | null;
  /** Of the row: those that are meant to fail are not looked at. */
  readonly except: readonly string[];
}

export type Sort = 'lost' | 'doubled' | 'early' | 'wrong';

export interface Finding {
  readonly sort: Sort;
  readonly what: string;
}

const leadsTo: Readonly<Record<EarlierLife['waitsFor'], string>> = { 'period-end': 'PeriodEnded', 'release-numbers': 'NumberReleaseStarted', 'expire-ten-dlc': 'TenDlcExpired', 'purge-data': 'PurgeStarted' };
/** Of who leaves for good: once each, in this order. */
const year = ['PeriodEnded', 'NumberReleaseStarted', 'TenDlcExpired', 'PurgeStarted', 'DataPurged'] as const;

export class Records {
  private readonly projections: Projections;
  private told = 0;

  constructor(
    readonly database: Database,
    masterKey: string,
  ) {
    const personalData = new PersonalData(database, new MasterKeys([Buffer.from(masterKey, 'base64')]));
    this.projections = new Projections(database, new EventStore<MembershipEvent>(database, personalData, membershipEvents), projections);
  }

  /** Receivers are told what comes from then on. */
  async registered(register: () => Promise<void>): Promise<void> {
    await register();
    this.told = await this.position();
  }

  private async position(): Promise<number> {
    return (await this.database.query<{ last: number }>('SELECT coalesce(max(position), 0)::float8 AS last FROM sunset.events'))[0]!.last;
  }

  /** What goes on still; nothing: it is quiet. What waits for another attempt minutes away is told that it is time. */
  async unrest(except: readonly string[]): Promise<readonly string[]> {
    await this.database.query(`UPDATE sunset.webhook_deliveries SET next_attempt_at = clock_timestamp() WHERE status = 'waiting' AND next_attempt_at > clock_timestamp() + interval '2 s'`);
    await this.database.query(`UPDATE sunset.webhook_endpoints SET probe_at = clock_timestamp() WHERE probe_at > clock_timestamp() + interval '2 s'`);
    await this.database.query(`UPDATE sunset.effects SET next_attempt_at = clock_timestamp(), queue_at = clock_timestamp() WHERE test_clock_id IS NULL AND status IN ('pending', 'waiting') AND next_attempt_at > clock_timestamp() + interval '2 s' AND failures > 0`);
    await this.database.query(`UPDATE sunset.deadlines SET next_attempt_at = clock_timestamp() WHERE test_clock_id IS NULL AND status = 'pending' AND next_attempt_at > clock_timestamp() + interval '2 s' AND account_id <> ALL ($1)`, [except]);
    const rows = await this.database.query<{ what: string; count: number }>(
      `SELECT 'overdue ' || kind AS what, count(*)::int AS count FROM sunset.deadlines WHERE test_clock_id IS NULL AND status IN ('pending', 'claimed', 'blocked') AND due_at <= clock_timestamp() AND account_id <> ALL ($1) GROUP BY 1
       UNION ALL SELECT 'effects ' || kind || ' ' || status, count(*)::int FROM sunset.effects WHERE status NOT IN ('done', 'void') AND account_id <> ALL ($1) GROUP BY 1
       UNION ALL SELECT 'purges', count(*)::int FROM sunset.events s WHERE type = 'PurgeStarted' AND account_id <> ALL ($1) AND NOT EXISTS (SELECT FROM sunset.events d WHERE d.account_id = s.account_id AND d.type = 'DataPurged' AND d.version > s.version)
       UNION ALL SELECT 'clocks', count(*)::int FROM sunset.test_clocks c WHERE status = 'advancing' AND NOT EXISTS (SELECT FROM sunset.deadlines d WHERE d.test_clock_id = c.test_clock_id AND d.account_id = ANY ($1))
       UNION ALL SELECT 'projection ' || name, 1 FROM sunset.projections WHERE position < (SELECT coalesce(max(position), 0) FROM sunset.events)
       UNION ALL SELECT 'receivers behind', 1 FROM sunset.webhook_positions WHERE position < (SELECT coalesce(max(position), 0) FROM sunset.events)
       UNION ALL SELECT 'deliveries', count(*)::int FROM sunset.webhook_deliveries WHERE status = 'waiting'
       UNION ALL SELECT 'imports', count(*)::int FROM sunset.imports WHERE status = 'running'`,
      [except],
    );
    return rows.filter(({ count }) => count > 0).map(({ what, count }) => `${count} ${what}`);
  }

  async findings(scope: Scope, outside: { readonly carrier: TwilioStub; readonly mails: MailServer; readonly receiver: Receiver; readonly feed: FeedConsumer }): Promise<readonly Finding[]> {
    const found: Finding[] = [];
    const say = (sort: Sort, what: string): void => void found.push({ sort, what });
    await this.ofRequests(scope, say);
    await this.ofLeavers(scope, say, outside.carrier);
    await this.ofTraveller(scope, say);
    await this.ofEverybody(scope, say);
    await this.ofFollowers(say, outside);
    await this.ofMails(say, outside.mails);
    await this.ofPurged(scope, say);
    return found;
  }

  /** What each row of real time was late by, in milliseconds. */
  async lateness(leavers: readonly EarlierLife[]): Promise<readonly number[]> {
    const rows = await this.database.query<{ late: number }>(
      `SELECT (extract(epoch FROM d.fired_at - d.due_at) * 1000)::float8 AS late FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS life (account_id, kind, due_at)
       JOIN sunset.deadlines d USING (account_id, kind, due_at) WHERE d.status = 'fired' ORDER BY 1`,
      [leavers.map(({ accountId }) => accountId), leavers.map(({ waitsFor }) => waitsFor), leavers.map(({ dueAt }) => dueAt)],
    );
    return rows.map(({ late }) => late);
  }

  /** The rows of what they wait for. */
  async deadlinesOf(leavers: readonly EarlierLife[]): Promise<readonly string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT d.deadline_id AS id FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS life (account_id, kind, due_at) JOIN sunset.deadlines d USING (account_id, kind, due_at)`,
      [leavers.map(({ accountId }) => accountId), leavers.map(({ waitsFor }) => waitsFor), leavers.map(({ dueAt }) => dueAt)],
    );
    return rows.map(({ id }) => id);
  }

  /** Acknowledged means there, exactly once; refused means not there. */
  private async ofRequests({ asked }: Scope, say: (sort: Sort, what: string) => void): Promise<void> {
    const rows = await this.database.query<{ key: string; type: string; count: number }>(
      `SELECT metadata ->> 'correlationId' AS key, type, count(*)::int AS count FROM sunset.events WHERE account_id = ANY ($1) GROUP BY 1, 2`, [[...new Set(asked.map(({ accountId }) => accountId))]],
    );
    const counts = new Map(rows.map(({ key, type, count }) => [`${key} ${type}`, count]));
    for (const { key, event, told, method, path } of asked) {
      const count = counts.get(`${key} ${event}`) ?? 0;
      const wanted = told && told.status < 300 ? 1 : 0;
      if (count < wanted) say('lost', `${key} ${method} ${path} was acknowledged (${told?.status}), and there is no ${event}`);
      if (count > 1) say('doubled', `${key} ${method} ${path}: ${count} times ${event}`);
      // Who asks again after a purge is not told what had become of it.
      if (count === 1 && wanted === 0 && told?.status !== purged) say('wrong', `${key} ${method} ${path} was answered ${told?.status}, and there is its ${event}`);
    }
  }

  /** Each consequence once, on its day, and no earlier by the database's clock; and at the carrier what is written. */
  private async ofLeavers({ leavers, asked }: Scope, say: (sort: Sort, what: string) => void, carrier: TwilioStub): Promise<void> {
    const resumed = new Set(asked.filter(({ event, told }) => event === 'SubscriptionResumed' && told?.status === 200).map(({ accountId }) => accountId));
    const ids = leavers.map(({ accountId }) => accountId);
    const events = await this.database.query<{ account: string; type: string; early: boolean; due: string }>(
      `SELECT e.account_id AS account, type, e.recorded_at < life.due_at AS early, coalesce(data ->> 'due', to_char(effective_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) AS due
       FROM unnest($1::text[], $2::timestamptz[], $3::text[]) AS life (account_id, due_at, type) JOIN sunset.events e USING (account_id, type)
       WHERE version > (SELECT max(version) FROM sunset.events s WHERE s.account_id = e.account_id AND s.type = 'SubscriptionStarted')`,
      [ids, leavers.map(({ dueAt }) => dueAt), leavers.map(({ waitsFor }) => leadsTo[waitsFor])],
    );
    for (const { accountId, waitsFor, dueAt } of leavers) {
      const own = events.filter(({ account }) => account === accountId);
      const wanted = resumed.has(accountId) ? 0 : 1;
      if (own.length < wanted) say('lost', `${accountId}: ${waitsFor} of ${dueAt} did not happen`);
      if (own.length > 1) say('doubled', `${accountId}: ${waitsFor} happened ${own.length} times`);
      if (own.length > 0 && wanted === 0) say('wrong', `${accountId}: was resumed, and ended all the same`);
      for (const { early, due } of own) if (early || due !== dueAt) say('early', `${accountId}: ${waitsFor} of ${dueAt} happened ${early ? 'before' : `as of ${due}`}`);
    }
    const released = new Set((await this.database.query<{ account: string }>(`SELECT account_id AS account FROM sunset.events WHERE account_id = ANY ($1) AND type = 'NumberReleased'`, [ids])).map(({ account }) => account));
    // Its certificate says of whom a year after the end nobody had been told by the carrier.
    const unsettled = new Set((await this.database.query<{ account: string }>(`SELECT account_id AS account FROM sunset.events WHERE account_id = ANY ($1) AND type = 'DataPurged' AND data -> 'exceptions' @> '[{"kind": "unsettled-releases"}]'`, [ids])).map(({ account }) => account));
    const standing = new Set([...carrier.numbers.values()].map(({ phone_number: e164 }) => e164));
    for (const { accountId, e164, waitsFor } of leavers) {
      if (waitsFor !== 'period-end' && !released.has(accountId) && !unsettled.has(accountId)) say('lost', `${accountId}: its number was never given up`);
      if (released.has(accountId) && standing.has(e164)) say('lost', `${accountId}: the number is written down as released, and stands at the carrier`);
      if (!released.has(accountId) && !unsettled.has(accountId) && !standing.has(e164)) say('wrong', `${accountId}: the carrier has given the number up, and nothing says so`);
    }
    for (const subject of carrier.askedAgain.splice(0)) say('doubled', `${subject} was asked for again at the carrier, which had said what became of it`);
  }

  private async ofTraveller({ traveller }: Scope, say: (sort: Sort, what: string) => void): Promise<void> {
    if (!traveller) return;
    const account = traveller.accountId;
    const [found] = await this.database.query<{ types: string[] | null; credits: number; numbers: number }>(
      `SELECT array_agg(type ORDER BY version) FILTER (WHERE type = ANY ($2)) AS types,
         count(*) FILTER (WHERE type = 'UnsentMessagesCredited')::int AS credits, count(*) FILTER (WHERE type = 'NumberReleased')::int AS numbers
       FROM sunset.events WHERE account_id = $1 AND version > (SELECT max(version) FROM sunset.events WHERE account_id = $1 AND type = 'SubscriptionStarted')`, [account, year],
    );
    const { types, credits, numbers } = found!;
    for (const type of year) {
      const count = types?.filter((one) => one === type).length ?? 0;
      if (count !== 1) say(count === 0 ? 'lost' : 'doubled', `${account}: ${type} happened ${count} times within its year`);
    }
    if (types?.length === year.length && types.join() !== year.join()) say('wrong', `${account}: in the order ${types.join(', ')}`);
    if (credits !== 1) say(credits === 0 ? 'lost' : 'doubled', `${account}: unsent messages were credited ${credits} times`);
    if (numbers !== 2) say(numbers < 2 ? 'lost' : 'doubled', `${account}: ${numbers} of 2 numbers were released`);
  }

  private async ofEverybody({ except }: Scope, say: (sort: Sort, what: string) => void): Promise<void> {
    const checks: readonly (readonly [Sort, string, string])[] = [
      ['wrong', 'has a gap among its versions', 'SELECT account_id AS what FROM sunset.events GROUP BY account_id HAVING min(version) <> 1 OR max(version) <> count(*)'],
      ['wrong', 'is how many positions there should be', `SELECT max(position)::text AS what FROM sunset.events GROUP BY shard HAVING max(position) <> count(*)`],
      ['early', 'was fired before it was due', `SELECT account_id || ' ' || kind AS what FROM sunset.deadlines WHERE fired_at < due_at`],
      ['early', 'was attempted before it was due', `SELECT account_id || ' ' || kind AS what FROM sunset.effects WHERE test_clock_id IS NULL AND first_attempt_at < due_at`],
      ['wrong', 'is dead', `SELECT account_id || ' ' || kind AS what FROM sunset.deadlines WHERE status = 'dead' AND account_id <> ALL ($1)`],
      ['wrong', 'was resumed after it had ended', `SELECT r.account_id AS what FROM sunset.events e JOIN sunset.events r ON r.account_id = e.account_id AND r.version > e.version AND r.type = 'SubscriptionResumed' AND r.data ->> 'subscriptionId' = e.data ->> 'subscriptionId' WHERE e.type = 'PeriodEnded'`],
      ['doubled', 'ended twice', `SELECT account_id AS what FROM sunset.events WHERE type = 'PeriodEnded' GROUP BY account_id, data ->> 'subscriptionId' HAVING count(*) > 1`],
      ['doubled', 'was released twice', `SELECT account_id AS what FROM sunset.events WHERE type = 'NumberReleased' GROUP BY account_id, data ->> 'numberId' HAVING count(*) > 1`],
      ['doubled', 'was credited twice', `SELECT account_id AS what FROM sunset.events WHERE type = 'UnsentMessagesCredited' GROUP BY account_id, effective_at HAVING count(*) > 1`],
      ['doubled', 'was announced twice', `SELECT account_id || ' ' || (data ->> 'loss') AS what FROM sunset.events WHERE type = 'LossAnnounced' GROUP BY account_id, data ->> 'loss', data ->> 'subject', data ->> 'generation', data ->> 'at', data ->> 'daysLeft' HAVING count(*) > 1`],
      ['doubled', 'was charged twice', `SELECT account_id AS what FROM sunset.events WHERE type = 'NumberFeesCharged' GROUP BY account_id, data ->> 'date' HAVING count(*) > 1`],
      ['doubled', 'was told twice', `SELECT account_id || ' ' || (data ->> 'noticeId') AS what FROM sunset.events WHERE type = 'CustomerNotified' GROUP BY account_id, data ->> 'noticeId' HAVING count(*) > 1`],
      ['wrong', 'is written down as sent, and no event says so', `SELECT account_id || ' ' || subject AS what FROM sunset.effects f WHERE kind = 'notify' AND outcome = 'sent' AND NOT EXISTS (
         SELECT FROM sunset.events e WHERE e.account_id = f.account_id AND e.type = 'CustomerNotified' AND e.data ->> 'noticeId' = f.subject)`],
      ['wrong', 'was purged while a plan was open', `SELECT p.account_id AS what FROM sunset.events p WHERE type = 'PurgeStarted' AND
         (SELECT count(*) FILTER (WHERE type = 'SubscriptionStarted') <> count(*) FILTER (WHERE type = 'PeriodEnded') FROM sunset.events e WHERE e.account_id = p.account_id AND e.version < p.version)`],
      ['wrong', 'has a row that is fired and no event of its own', `SELECT d.account_id || ' ' || d.kind AS what FROM sunset.deadlines d WHERE d.status = 'fired' AND d.kind IN ('period-end', 'purge-data') AND NOT EXISTS (
         SELECT FROM sunset.events e WHERE e.account_id = d.account_id AND e.type = ANY (CASE d.kind WHEN 'period-end' THEN ARRAY['PeriodEnded', 'SubscriptionRenewed'] ELSE ARRAY['PurgeStarted'] END))`],
    ];
    for (const [sort, what, sql] of checks) {
      for (const row of await this.database.query<{ what: string }>(sql, sql.includes('$1') ? [except] : [])) say(sort, `${row.what} ${what}`);
    }
    for (const { name } of projections) {
      const difference = await this.projections.verify(name);
      if (difference.missing.count + difference.unexpected.count > 0) say('wrong', `the projection ${name} is not what the log says: ${JSON.stringify(difference)}`);
    }
  }

  /** Who follows the log has all of it: the feed in its order, receivers each message. */
  private async ofFollowers(say: (sort: Sort, what: string) => void, { receiver, feed }: { readonly receiver: Receiver; readonly feed: FeedConsumer }): Promise<void> {
    const log = await this.database.query<{ id: string; position: number; channel: string }>(`SELECT event_id::text AS id, position::float8 AS position, metadata ->> 'channel' AS channel FROM sunset.events ORDER BY shard, position`);
    // The feed may be an answer behind.
    await until(() => feed.eventIds.length >= log.length);
    const met = new Set(feed.eventIds);
    const missing = log.filter(({ id }) => !met.has(id)).length;
    if (missing > 0) say('lost', `the feed has skipped ${missing} of ${log.length} events`);
    if (met.size < feed.eventIds.length) say('doubled', `the feed has told ${feed.eventIds.length - met.size} events twice`);
    if (missing === 0 && log.some(({ id }, index) => feed.eventIds[index] !== id)) say('wrong', 'the feed has not told the events in the order of the log');
    if (feed.unanswered > 0) say('wrong', `the feed has answered 5xx and not 503, ${feed.unanswered} times`);
    feed.unanswered = 0;
    const untold = log.filter(({ id, position, channel }) => position > this.told && channel !== 'import' && !receiver.acknowledged.has(id));
    if (untold.length > 0) say('lost', `the receiver has not been told of ${untold.length} of ${log.length} events`);
  }

  /** What is written down as sent was taken by the mail server, under an id that begins with the effect's. */
  private async ofMails(say: (sort: Sort, what: string) => void, mails: MailServer): Promise<void> {
    const sent = await this.database.query<{ id: string; account: string; subject: string }>(
      `SELECT effect_id::text AS id, account_id AS account, subject FROM sunset.effects WHERE kind = 'notify' AND carrier = 'smtp' AND outcome = 'sent'`,
    );
    if (sent.length === 0) say('wrong', 'nobody was told anything by mail');
    const taken = new Set(mails.received.map(({ source }) => /^Message-ID: <([0-9a-f-]{36})/im.exec(source)?.[1]));
    for (const { id, account, subject } of sent) if (!taken.has(id)) say('lost', `${account}: the mail of ${subject} is written down as sent, and the mail server has none`);
  }

  /** In no table, whatever it is for. */
  private async ofPurged({ traveller }: Scope, say: (sort: Sort, what: string) => void): Promise<void> {
    if (!traveller) return;
    for (const found of await rowsWith(this.database, traveller.name)) say('wrong', `somebody who was purged is still known to ${found}`);
  }
}
