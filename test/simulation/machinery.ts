// A model of the deadline table and of a queue and worker that fail in every way they can: nothing they do may show but lateness.
import { epochMs, instant, plusMs, type Instant } from '#kernel';
import { deadlineKey, openDeadlines, type OpenDeadline } from '#domain';
import type { Coverage } from './coverage.js';
import type { Random } from './random.js';
import type { SimulatedLife } from './simulated-life.js';

interface Row {
  deadline: OpenDeadline;
  status: 'pending' | 'fired' | 'void';
}

interface Job {
  readonly key: string;
  readonly wakeAt: Instant;
}

const dayMs = 86_400_000;

export class Machinery {
  private readonly rows = new Map<string, Row>();
  private jobs: Job[] = [];
  private firedSeen = 0;
  private now: Instant | null = null;
  private downUntil: Instant | null = null;
  private sweepAt: Instant | null = null;

  constructor(
    private readonly life: SimulatedLife,
    private readonly random: Random,
    private readonly coverage: Coverage,
  ) {}

  /** Brings the table in step with what the account waits for, as the append's transaction does. */
  sync(now: Instant): void {
    for (const deadline of this.life.fired.slice(this.firedSeen)) {
      const row = this.rows.get(deadlineKey(deadline));
      if (row?.status === 'fired') throw new Error(`${deadlineKey(deadline)} fired twice`);
      this.rows.set(deadlineKey(deadline), { deadline, status: 'fired' });
    }
    this.firedSeen = this.life.fired.length;
    const open = new Map(openDeadlines(this.life.state).map((one) => [deadlineKey(one), one]));
    for (const [key, deadline] of open) {
      const row = this.rows.get(key);
      if (row?.status === 'fired') throw new Error(`${key} has fired and is waited for again`);
      if (row?.status !== 'pending' || row.deadline.dueAt !== deadline.dueAt) this.enqueue(key, deadline.dueAt);
      if (row?.status === 'void') this.coverage.met('table: a void deadline opened again');
      this.rows.set(key, { deadline, status: 'pending' });
    }
    for (const [key, row] of this.rows) if (row.status === 'pending' && !open.has(key)) row.status = 'void';
    this.now = now;
  }

  /** Lets everything happen that the queue and the worker do until `to`, exclusively: the command that comes then may be first. */
  runUntil(to: Instant): void {
    for (;;) {
      const from = this.now ?? to;
      if (!this.downUntil && this.random.chance(0.05)) this.goDown(from);
      const due = this.jobs.filter(({ wakeAt }) => later(wakeAt, this.downUntil) < to);
      const wake = due.map(({ wakeAt }) => later(later(wakeAt, this.downUntil), from)).toSorted()[0];
      const sweep = this.sweepAt === null ? null : later(later(this.sweepAt, this.downUntil), from);
      if (sweep !== null && sweep < to && (wake === undefined || sweep <= wake)) this.sweep(sweep);
      else if (wake !== undefined) this.work(due.filter(({ wakeAt }) => later(later(wakeAt, this.downUntil), from) <= wake), wake);
      else return;
    }
  }

  private enqueue(key: string, dueAt: Instant): void {
    const fate = this.random.weighted([[30, 'prompt'], [20, 'lost'], [15, 'doubled'], [15, 'early'], [20, 'late']] as const);
    this.coverage.met(`job: ${fate}`);
    const days = (most: number) => this.random.below(most * dayMs);
    const offsets = { prompt: [0], lost: [], doubled: [0, days(3)], early: [-1 - days(20)], late: [days(60)] }[fate];
    this.jobs.push(...offsets.map((ms) => ({ key, wakeAt: plusMs(dueAt, ms) })));
    this.sweepAt ??= plusMs(dueAt, days(90));
  }

  private goDown(from: Instant): void {
    this.coverage.met('worker: down for months');
    this.downUntil = plusMs(from, (30 + this.random.below(150)) * dayMs);
  }

  private work(jobs: readonly Job[], at: Instant): void {
    this.jobs = this.jobs.filter((job) => !jobs.includes(job));
    if (jobs.length > 1) this.coverage.met('queue: several at once, in any order');
    if (this.downUntil !== null && at >= this.downUntil) this.downUntil = null;
    for (const { key } of this.random.shuffled(jobs)) this.fire(key, at);
  }

  /** The fence: only a row that stands, is due and is not held may be fired. */
  private fire(key: string, at: Instant): void {
    const row = this.rows.get(key);
    const before = this.life.happened.length;
    if (row?.status !== 'pending') this.coverage.met(`fence: ${row?.status ?? 'unknown'} deadline`);
    else if (row.deadline.dueAt > at) this.coverage.met('fence: early job');
    else if (row.deadline.held) this.coverage.met('fence: held deadline');
    else {
      this.coverage.met(epochMs(at) - epochMs(row.deadline.dueAt) > dayMs ? 'fired: late' : 'fired: in time');
      this.life.bringUpToDate(at);
      this.sync(at);
      if (this.rows.get(key)?.status !== 'fired') throw new Error(`${key} was due at ${row.deadline.dueAt} and did not fire at ${at}`);
      return;
    }
    if (this.life.happened.length !== before) throw new Error(`${key} was refused at ${at} and something happened`);
    this.now = at;
  }

  private sweep(at: Instant): void {
    if (this.downUntil !== null && at >= this.downUntil) this.downUntil = null;
    const overdue = [...this.rows].filter(([, { status, deadline }]) => status === 'pending' && !deadline.held && deadline.dueAt <= at);
    for (const [key] of this.random.shuffled(overdue)) {
      if (this.rows.get(key)?.status !== 'pending') continue;
      this.coverage.met('sweeper: overdue row');
      this.fire(key, at);
    }
    this.now = at;
    this.sweepAt = instant(epochMs(at) + (1 + this.random.below(120)) * dayMs);
  }
}

const later = (a: Instant, b: Instant | null): Instant => (b !== null && a < b ? b : a);
