// Fires deadlines, many together: the fences, the handler and the rows' new state in one transaction; what fails is counted in its own row.
import { grouped } from '#kernel';
import { WrittenByNewerRelease } from '#event-store';
import { type Database, isTimeLimit, ofAccount } from '#postgres';
import { type BackOff, backOffMs, describe, Gathering, inParts, isAway, isUnavailable, LeftAlone, type Logger, silentLogger, type Waiting } from '#running';
import { beginSpan, nearest, type Span, spanned, traceparentNow } from '#tracing';
import type { AlarmPayload } from './alarms.js';
import { type Claim, Claims, type Ended } from './claims.js';
import { ClockInDoubt } from './clock-watch.js';
import type { DeadlineStatus, DueDeadline } from './deadline.js';
import { deadlinesHint } from './hinted.js';
import { type DeadlineObserver, silentObserver } from './observer.js';

/**
 * - `fired`: carried out.
 * - `blocked`: the account holds it.
 * - `moved`: the account waits for it still, at a later date.
 * - `early`: not due yet, or its next attempt is not.
 * - `held`: the clock by which it is due is in doubt; does not count.
 * - `stale`: fired or void already, of another generation, or nobody waits for it any more; in the last case the row is now void.
 * - `busy`: somebody is at work on the account.
 * - `failed`, `dead`: the handler threw; will be tried again, or not until an operator says so.
 * - `newer`: a newer release wrote what this process cannot read; does not count, and the row is left alone for a while.
 * - `unavailable`: the database was away; does not count. A statement that took too long does.
 */
export type Outcome = 'fired' | 'blocked' | 'moved' | 'early' | 'held' | 'stale' | 'busy' | 'failed' | 'dead' | 'newer' | 'unavailable';

/**
 * What became of one deadline among others. `apart`: it has to be handed over without them. An `Error`: it failed. Either way nothing was
 * written of its account.
 */
export type Carried = 'carried-out' | 'apart' | Error;

/**
 * Carries out what is due, and answers of each what became of it: loads the accounts, decides, syncs their rows and appends, all in the transaction
 * it is called in, which holds their locks. It may be called more than once for one delivery, when the database asks for another try. What it throws
 * undoes all of them, and they are handed over again in parts. `alone`: it is one that was answered as `apart`, which may take long, and whose failure is thrown.
 */
export type DeadlineHandler = (due: readonly DueDeadline[], alone: boolean) => Promise<readonly Carried[]>;

/** Of one transaction, and of those at once. */
const batchLimits = { most: 64, bytesMost: 64, underWayMost: 2, gatherMs: 2 } as const;

/** Of those that cannot go with others, one in each transaction: they have a place of their own, since they may take long. */
const apartLimits = { most: 1, bytesMost: 1, underWayMost: 2, gatherMs: 0 } as const;

type Ending = Ended | 'apart' | Error;

interface Delivery extends Waiting, AlarmPayload {
  readonly goesApart: () => void;
  readonly done: (outcome: Outcome) => void;
  /** The trace of who rings. */
  readonly around: string | null;
  /** Once it was claimed, for as long as it takes to carry it out. */
  span?: Span;
}

export interface ConsumerSettings {
  /** Failed attempts after which a row is dead. */
  readonly attempts?: number;
  readonly backOff?: BackOff;
  /** For rows on a test clock, in real time. */
  readonly testClockBackOff?: BackOff;
  readonly logger?: Logger;
  readonly observer?: DeadlineObserver;
}

export class DeadlineConsumer {
  /** The rows that are left to processes of a newer release, by their ids. */
  readonly leftAlone = new LeftAlone();
  private readonly settings: Required<ConsumerSettings>;
  private readonly claims: Claims;
  private readonly deliveries = new Gathering<Delivery>(batchLimits, (deliveries) => this.fireShards(deliveries, false));
  private readonly alone = new Gathering<Delivery>(apartLimits, (deliveries) => this.fireShards(deliveries, true));
  private readonly underWay = new Set<Promise<Outcome>>();
  private readonly apart = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly handler: DeadlineHandler,
    settings: ConsumerSettings = {},
  ) {
    this.claims = new Claims(database);
    this.settings = {
      attempts: 12,
      backOff: { firstMs: 1_000, longestMs: 3_600_000 },
      testClockBackOff: { firstMs: 50, longestMs: 1_000 },
      logger: silentLogger,
      observer: silentObserver,
      ...settings,
    };
  }

  /** Together with what else is to be fired just now. `goesApart` is called when it cannot be, and may take longer than the others. Never throws. */
  async fire({ deadlineId, accountId, generation }: AlarmPayload, goesApart: () => void = () => undefined): Promise<Outcome> {
    if (this.leftAlone.has(deadlineId)) return 'newer';
    const fired = new Promise<Outcome>((done, failed) => this.deliveries.add({ subject: deadlineId, bytes: 1, deadlineId, accountId, generation, around: traceparentNow(), goesApart, done, failed }));
    this.underWay.add(fired);
    return fired.finally(() => {
      this.underWay.delete(fired);
      this.apart.delete(deadlineId);
    });
  }

  /** The rows that nobody needs to take up just now: they are left to a newer release, or being fired apart. */
  get passedOver(): readonly string[] {
    return [...this.leftAlone.keys(), ...this.apart];
  }

  /** Resolves once nothing is being fired. */
  async ended(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  /** No transaction is of several shards. */
  private async fireShards(deliveries: readonly Delivery[], alone: boolean): Promise<void> {
    for (const those of grouped(deliveries, ({ accountId }) => this.database.shardOf(accountId)).values()) await this.database.apart(() => this.fireAll(those, alone));
  }

  private async fireAll(deliveries: readonly Delivery[], alone: boolean): Promise<void> {
    const claims = new Map<Delivery, Claim>();
    let endings: ReadonlyMap<Delivery, Ending>;
    try {
      endings = await this.database.transaction(async () => {
        claims.clear();
        for (const [delivery, claim] of await this.claims.claim(deliveries)) claims.set(delivery, claim);
        return this.carryOut(claims, alone);
      });
    } catch (error) {
      if (deliveries.length === 1 || isAway(error)) {
        for (const delivery of deliveries) await this.conclude(delivery, claims.get(delivery), error instanceof Error ? error : new Error('a handler threw what is not an error'));
      } else {
        for (const part of inParts(deliveries)) await this.fireAll(part, alone);
      }
      return;
    }
    for (const delivery of deliveries) {
      const ending = endings.get(delivery)!;
      if (ending === 'apart') this.fireApart(delivery);
      else await this.conclude(delivery, claims.get(delivery), ending);
    }
  }

  private fireApart(delivery: Delivery): void {
    this.apart.add(delivery.deadlineId);
    delivery.goesApart();
    this.alone.add(delivery);
  }

  /** In the transaction. */
  private async carryOut(claims: ReadonlyMap<Delivery, Claim>, alone: boolean): Promise<ReadonlyMap<Delivery, Ending>> {
    const due = [...claims].filter((one): one is [Delivery, DueDeadline] => typeof one[1] === 'object');
    const carried = due.length === 0 ? [] : await this.hand(due, alone);
    const endings = new Map<Delivery, Ending>();
    for (const [delivery, claim] of claims) if (typeof claim === 'string') endings.set(delivery, { outcome: claim });
    for (const [index, [delivery]] of due.entries()) {
      const what = carried[index]!;
      if (what !== 'carried-out') endings.set(delivery, what);
    }
    await this.claims.giveBack(due.filter(([delivery]) => endings.has(delivery)).map(([, claim]) => claim));
    const fired = due.filter(([delivery]) => !endings.has(delivery));
    const rows = await this.claims.endings(fired.map(([, claim]) => claim));
    for (const [index, [delivery]] of fired.entries()) endings.set(delivery, rows[index]!);
    return endings;
  }

  private hand(due: readonly (readonly [Delivery, DueDeadline])[], alone: boolean): Promise<readonly Carried[]> {
    const spans = due.map(([delivery, claim]) => (delivery.span ??= beginFiring(claim, delivery.around)));
    const words = () => ({ from: spans.map(({ traceparent }) => traceparent), attributes: { 'batch.size': due.length } });
    return spanned('fire deadlines', words, () => this.handler(due.map(([, claim], index) => ({ ...claim, traceparent: spans[index]!.traceparent })), alone));
  }

  private async conclude({ deadlineId, accountId, generation, done, span }: Delivery, claim: Claim | undefined, ending: Exclude<Ending, 'apart'>): Promise<void> {
    const claimed = typeof claim === 'object' ? claim : undefined;
    const { outcome, latenessMs = 0 } = ending instanceof Error ? { outcome: await this.fail({ deadlineId, accountId, generation }, claimed, ending) } : ending;
    const { observer, logger } = this.settings;
    observer.delivered(outcome, claimed?.kind);
    if (claimed && outcome === 'fired') observer.lateness(claimed.kind, latenessMs);
    span?.tell({ 'deadline.outcome': outcome, 'deadline.lateness_ms': latenessMs });
    span?.end(outcome === 'failed' || outcome === 'dead' ? outcome : undefined);
    if (outcome === 'stale') logger.debug('a deadline nobody waits for was left alone', { deadlineId, generation, kind: claimed?.kind });
    done(outcome);
  }

  private async fail({ deadlineId, accountId, generation }: AlarmPayload, claimed: DueDeadline | undefined, error: unknown): Promise<Outcome> {
    const { logger, attempts, backOff, testClockBackOff } = this.settings;
    const lastError = describe(error);
    if (error instanceof ClockInDoubt) return 'held';
    if (error instanceof WrittenByNewerRelease) {
      if (this.leftAlone.add(deadlineId)) logger.warn('a deadline is left to a newer release: this process should be replaced', { deadlineId, error: lastError });
      return 'newer';
    }
    if (isUnavailable(error) || !(claimed || isTimeLimit(error))) {
      logger.warn('the database was not there for a deadline', { deadlineId, error: lastError });
      return 'unavailable';
    }
    const waitMs = backOffMs(claimed && claimed.testClockId !== null ? testClockBackOff : backOff, claimed?.attempts ?? 0);
    try {
      const [row] = await this.database.query<{ status: DeadlineStatus; attempts: number; kind: string }>(
        `UPDATE sunset.deadlines
         SET attempts = attempts + 1, last_error = $3, updated_at = statement_timestamp(), alarm_at = statement_timestamp(),
           status = CASE WHEN attempts + 1 >= $4 THEN 'dead' ELSE status END,
           next_attempt_at = CASE WHEN attempts + 1 >= $4 THEN NULL ELSE statement_timestamp() + $5 * interval '1 ms' END
         WHERE ${ofAccount('$6')} AND deadline_id = $1 AND generation = $2 AND status = 'pending'
         RETURNING status, attempts, kind`,
        [deadlineId, generation, lastError, attempts, waitMs, accountId],
      );
      if (!row) return 'stale';
      this.database.hint(deadlinesHint);
      const fields = { deadlineId, kind: row.kind, attempts: row.attempts, error: lastError };
      if (row.status === 'dead') logger.error('a deadline is dead until an operator retries it', fields);
      else logger.warn('a deadline failed and will be tried again', fields);
      return row.status === 'dead' ? 'dead' : 'failed';
    } catch (recording) {
      logger.warn('a failed deadline could not be recorded', { deadlineId, error: describe(recording) });
      return 'unavailable';
    }
  }
}

const beginFiring = ({ deadlineId, kind, traceparent }: DueDeadline, around: string | null): Span =>
  beginSpan(`fire ${kind}`, () => ({ kind: 'consumer', from: [nearest(around, traceparent)], attributes: { 'deadline.id': deadlineId, 'deadline.kind': kind } }));

