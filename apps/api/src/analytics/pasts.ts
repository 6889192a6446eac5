// What reports are made of: the tables as they are, or as they were. A past is made when somebody asks for it, once for all who ask, and kept for a while.
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '#deadlines';
import type { MembershipEvent } from '#domain';
import { EventStore, type Past } from '#event-store';
import { instant, later, plusMs, type Instant } from '#kernel';
import { Database, NoTurn, Turns } from '#postgres';
import { PastTables, Projections, type PastProgress } from '#projections';
import { databaseThen, projections as everyProjection, viewsThen, type Seen } from '#read-models';
import { explain } from '#running';
import { invalidRequest } from '../http/problems/problems.js';
import { LOG } from '../http/server/logging.js';
import type { PastQuery } from './query.js';
import type { Asker } from './report-room.js';

/** What an answer stands for, and the database to ask for it. */
export interface Sight {
  readonly asOf: Instant;
  readonly knownAt: Instant;
  readonly position: number;
  on(database: Database): Database;
}

/** How many pasts are kept at once, and how long after somebody last asked for one. Each is a copy of the tables of reports: there are never more than the most. */
const [keptMost, most] = [4, 8];
const keptMs = 300_000;
/** One that says nothing of `knownAt` is of the present log, and stands for that as long as reports may lag. */
const presentMs = 10_000;
/** No process keeps one so long: it was left by one that is gone. */
const leftMs = 24 * 3_600_000;
const tellEveryMs = 5_000;
const askEveryMs = 20;

interface Made extends Past {
  readonly seen: Seen;
  readonly position: number;
}

interface Kept {
  readonly made: Promise<Made>;
  /** Nobody waits for it any more. */
  readonly gone: AbortController;
  /** It is of the present log, until then. */
  readonly staleAt: number;
  isMade: boolean;
  askers: number;
  lastAskedAt: number;
}

/** Later than anything that happens. */
const always = instant('9999-12-31T23:59:59.999Z');

@Injectable()
export class ReportPasts implements OnApplicationShutdown {
  private readonly tables: PastTables;
  /** By what was asked for. */
  private readonly current = new Map<string, Kept>();
  private readonly all = new Set<Kept>();
  /** Making one takes what the database has to give: each asker's in turn. */
  private readonly turns = new Turns(1);
  private nextTidy: NodeJS.Timeout | undefined;

  constructor(
    database: Database,
    private readonly eventStore: EventStore<MembershipEvent>,
    private readonly projections: Projections,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {
    this.tables = new PastTables(database, eventStore, everyProjection);
  }

  /**
   * The present, read before the rows are, so that they are of it or a later one; or a past, once it is made. `projection`: whose position the present stands for. Throws `invalid_request` for what is
   * still to come, and `NoTurn` where too many are to be made.
   */
  async see(projection: string, asked: PastQuery, asker: Asker): Promise<Sight> {
    const { asOf, knownAt } = asked;
    if (asOf === undefined && knownAt === undefined) {
      const present = await this.projections.position(projection);
      return { asOf: present.asOf, knownAt: present.asOf, position: present.position, on: (database) => database };
    }
    await this.refuseFuture(asked);
    const made = await this.made(asked, asker);
    return { asOf: asOf ?? (await this.clock.now(null)), knownAt: made.knownAt, position: made.position, on: (database) => databaseThen(database, made.seen) };
  }

  /** Waits for what is being made, and leaves nothing in the database. */
  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.nextTidy);
    for (const { gone } of this.all) gone.abort(new Error('the process ends'));
    await Promise.all([...this.all].map((kept) => this.drop(kept)));
  }

  /** The time of reports is the real one, and that of the clock that is furthest where accounts on test clocks alone are asked for. */
  private async refuseFuture({ asOf, knownAt, onTestClock = false }: PastQuery): Promise<void> {
    const now = await this.clock.now(null);
    const furthest = (onTestClock && asOf !== undefined && asOf > now ? await this.clock.furthest() : null) ?? now;
    const errors = [
      ...(asOf !== undefined && asOf > furthest && asOf > now ? [{ pointer: '/query/asOf', message: `must not be later than ${later(furthest, now)}, which is now` }] : []),
      ...(knownAt !== undefined && knownAt > now ? [{ pointer: '/query/knownAt', message: `must not be later than ${now}, which is now` }] : []),
    ];
    if (errors.length > 0) throw invalidRequest(errors);
  }

  private async made({ asOf, knownAt }: PastQuery, { name, gone, answer }: Asker): Promise<Made> {
    gone.throwIfAborted();
    const key = JSON.stringify([asOf ?? null, knownAt ?? null]);
    const known = this.current.get(key);
    const kept = known && performance.now() < known.staleAt ? known : this.begin(key, { asOf, knownAt }, name);
    kept.askers += 1;
    answer.once('close', () => this.leave(key, kept));
    if (answer.closed) this.leave(key, kept);
    return Promise.race([kept.made, whenAborted(gone)]);
  }

  private begin(key: string, asked: PastQuery, name: string): Kept {
    if (this.all.size >= most) throw new NoTurn('too many pasts are read already');
    const gone = new AbortController();
    const staleAt = asked.knownAt === undefined ? performance.now() + presentMs : Infinity;
    const kept: Kept = { gone, staleAt, made: this.make(asked, name, gone.signal), isMade: false, askers: 0, lastAskedAt: performance.now() };
    this.current.set(key, kept);
    this.all.add(kept);
    kept.made.then(() => (kept.isMade = true), () => this.forget(key, kept));
    void this.tidy();
    return kept;
  }

  private leave(key: string, kept: Kept): void {
    kept.askers -= 1;
    kept.lastAskedAt = performance.now();
    if (kept.askers === 0 && !kept.isMade) {
      kept.gone.abort(new Error('nobody waits for it any more'));
      this.forget(key, kept);
    }
    void this.tidy();
  }

  private forget(key: string, kept: Kept): void {
    if (this.current.get(key) === kept) this.current.delete(key);
    if (!kept.isMade) this.all.delete(kept);
  }

  /** Those that nobody reads, and that nobody has asked for lately or that are too many. */
  private async tidy(): Promise<void> {
    const latest = [...this.all].filter(({ isMade, askers }) => isMade && askers === 0).toSorted((a, b) => b.lastAskedAt - a.lastAskedAt);
    const over = latest.filter(({ lastAskedAt, staleAt }, index) => index >= keptMost - (this.all.size - latest.length) || performance.now() >= Math.min(lastAskedAt + keptMs, staleAt));
    for (const [key, kept] of this.current) if (over.includes(kept)) this.current.delete(key);
    for (const kept of over) await this.drop(kept);
    if (this.all.size > 0) this.nextTidy ??= setTimeout(() => this.tidyAgain(), keptMs).unref();
  }

  private tidyAgain(): void {
    this.nextTidy = undefined;
    void this.tidy();
  }

  private async drop(kept: Kept): Promise<void> {
    this.all.delete(kept);
    try {
      await this.tables.drop((await kept.made).seen.suffix);
    } catch (error) {
      // Its tables are dropped by whoever sweeps, where they are not already.
      if (kept.isMade) this.log.warn({ error: explain(error) }, 'a past could not be dropped');
    }
  }

  private async make({ asOf, knownAt: asked }: PastQuery, name: string, signal: AbortSignal): Promise<Made> {
    const give = await this.turns.take({ of: name, signal });
    try {
      await this.tables.sweep(leftMs);
      const knownAt = await this.complete(asked, signal);
      const past = { asOf: asOf ?? always, knownAt };
      const [begun, seenAsOf] = [performance.now(), asOf ?? null];
      let toldAt = begun;
      const tell = (progress: PastProgress, message: string): void => this.log.info({ asOf, knownAt, accounts: progress.accounts, folded: progress.folded, ms: Math.round(performance.now() - begun) }, message);
      const made = await this.tables.make(past, (projection, table, suffix) => viewsThen(projection, table, { suffix, asOf: seenAsOf }), {
        signal,
        onProgress: (progress) => {
          if (performance.now() - toldAt < tellEveryMs) return;
          toldAt = performance.now();
          tell(progress, 'a past is being made');
        },
      });
      tell(made, 'a past is made');
      return { ...past, seen: { suffix: made.suffix, asOf: seenAsOf }, position: await this.positionAt(knownAt) };
    } finally {
      give();
    }
  }

  /** Whatever was written by then is committed: waited for, where it is just being written. */
  private async complete(asked: Instant | undefined, signal: AbortSignal): Promise<Instant> {
    for (;;) {
      const until = await this.eventStore.completeUntil();
      if (asked === undefined) return plusMs(until, -1);
      if (asked < until) return asked;
      await sleep(askEveryMs, undefined, { signal });
    }
  }

  private async positionAt(knownAt: Instant): Promise<number> {
    let position = 0;
    for (let shard = 0; shard < this.eventStore.shards; shard += 1) position += await this.eventStore.positionBefore(shard, plusMs(knownAt, 1));
    return position;
  }
}

const whenAborted = (signal: AbortSignal): Promise<never> => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
