// What Prometheus may scrape: what the deadlines do, how late, what is overdue, how far the projections are.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { findings, type FindingsTable } from '#audit';
import { driftFindings, type DriftFindings, type DriftRuns } from '#carrier-drift';
import { type ClockWatch, type DeadlineFigures, type DeadlineObserver, TestClocks } from '#deadlines';
import { type EffectObserver, type EffectQueries, type Notices, Pauses } from '#effects';
import type { Imports } from '#imports';
import type { Database } from '#postgres';
import type { Projections } from '#projections';
import type { Purges } from '#purge';
import { holdsToReview } from '#read-models';
import type { Endpoints, WebhookObserver } from '#webhooks';
import { observeEffects } from './effect-metrics.js';
import { observeWebhooks } from './webhook-metrics.js';

export interface Metrics {
  readonly registry: Registry;
  readonly observer: DeadlineObserver;
  readonly effectObserver: EffectObserver;
  readonly webhookObserver: WebhookObserver;
  readonly ended: (of: 'deadlines' | 'effects', count: number) => void;
}

/** What is looked at whenever somebody scrapes. */
interface Measured {
  readonly deadlines: DeadlineFigures;
  readonly effects: EffectQueries;
  readonly notices: Notices;
  readonly projections: Projections;
  readonly purges: Purges;
  readonly clockWatch: ClockWatch;
  readonly endpoints: Endpoints;
  readonly imports: Imports;
  readonly audit: FindingsTable;
  readonly drift: DriftFindings;
  /** `null`: nothing is compared unless an operator asks. */
  readonly driftRuns: DriftRuns | null;
}

/** From a tenth of a second to a day. */
const latenessBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400];

/** What is read from tables is read when it is scraped, so that every worker says the same. */
export function createMetrics(database: Database, { deadlines, effects, notices, projections, purges, clockWatch, endpoints, imports, audit, drift, driftRuns }: Measured): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const fed = new Counter({ name: 'sunset_deadlines_fed_total', help: 'Rows that were given an alarm in the queue', registers });
  const delivered = new Counter({
    name: 'sunset_deadlines_delivered_total',
    help: 'Deliveries of a deadline by how they ended: fired, blocked, moved, early, held, stale, busy, failed, dead, newer, unavailable',
    labelNames: ['kind', 'outcome'] as const,
    registers,
  });
  const lateness = new Histogram({
    name: 'sunset_deadline_lateness_seconds',
    help: 'From the due date to the carrying out, in the time of the account',
    labelNames: ['kind'] as const,
    buckets: latenessBuckets,
    registers,
  });
  const ended = new Counter({ name: 'sunset_ended_rows_deleted_total', help: 'Deadlines that were over, and effects that were settled, for so long that they left their tables', labelNames: ['of'] as const, registers });
  const expected = new Gauge({ name: 'sunset_alarms_expected', help: 'Alarms that the last reconciliation looked for in the queue', registers });
  const missing = new Gauge({ name: 'sunset_alarms_missing', help: 'Of these, those that were not there and were set again', registers });

  new Gauge({
    name: 'sunset_deadlines_overdue',
    help: 'Deadlines on real time that are due and not carried out, of the oldest 10,000',
    labelNames: ['kind'] as const,
    registers,
    async collect() {
      this.reset();
      for (const { kind, count } of await deadlines.overdue()) this.set({ kind }, count);
    },
  });
  new Gauge({
    name: 'sunset_deadlines_oldest_overdue_seconds',
    help: 'Age of the oldest overdue deadline; 0 when none is overdue',
    registers,
    async collect() {
      this.set(Math.max(0, ...(await deadlines.overdue()).map(({ oldestMs }) => oldestMs)) / 1000);
    },
  });
  new Gauge({
    name: 'sunset_deadlines_stuck',
    help: 'Deadlines that wait for an operator (dead) or are held by their account (blocked)',
    labelNames: ['status'] as const,
    registers,
    async collect() {
      for (const [status, count] of Object.entries(await deadlines.stuck())) this.set({ status }, count);
    },
  });
  new Gauge({
    name: 'sunset_purges_open',
    help: 'Purges that are running, or wait for an operator (failed)',
    labelNames: ['status'] as const,
    registers,
    async collect() {
      this.reset();
      for (const { status, count } of await purges.open()) this.set({ status }, count);
    },
  });
  new Gauge({
    name: 'sunset_purges_waiting',
    help: 'Early erasures that wait for carriers, also where a pause keeps these',
    registers: [registry],
    async collect() {
      this.set((await purges.waiting()).count);
    },
  });
  new Gauge({
    name: 'sunset_announcements_untold',
    help: 'Announcements of losses that are still ahead and that could not be sent: blocked, dead, or an hour late',
    registers,
    async collect() {
      this.set((await notices.untold()).count);
    },
  });
  new Gauge({
    name: 'sunset_clock_stops',
    help: 'Jumps of the clock that nobody has confirmed: while there is one, nothing that is due on real time is carried out',
    registers,
    async collect() {
      this.set((await clockWatch.stops()).filter(({ confirmedAt }) => confirmedAt === null).length);
    },
  });
  new Gauge({
    name: 'sunset_audit_findings',
    help: 'What is not as the log says, by what is wrong: as the auditor found it when it last looked at the account',
    labelNames: ['finding'] as const,
    registers,
    async collect() {
      const drift = await audit.drift();
      for (const finding of findings) this.set({ finding }, drift.findings.find((one) => one.finding === finding)?.count ?? 0);
    },
  });
  new Gauge({
    name: 'sunset_audit_age_seconds',
    help: 'How long ago the auditor had last looked at every account',
    registers,
    async collect() {
      this.set(await audit.ageSeconds());
    },
  });
  new Gauge({
    name: 'sunset_carrier_drift_findings',
    help: 'What a carrier lists and what we believe do not say alike, by what it is',
    labelNames: ['finding'] as const,
    registers,
    async collect() {
      const counts = await drift.counts();
      for (const finding of driftFindings) this.set({ finding }, counts.find((one) => one.finding === finding)?.count ?? 0);
    },
  });
  new Gauge({
    name: 'sunset_carrier_drift_age_seconds',
    help: 'How long ago what the carrier lists was last compared with what we believe; 0 where that is done on request alone',
    registers,
    async collect() {
      this.set((await driftRuns?.ageSeconds()) ?? 0);
    },
  });
  new Gauge({
    name: 'sunset_clock_skew_seconds',
    help: 'How far the clock of this process is ahead of the database, which alone decides what is due',
    registers,
    async collect() {
      const [row] = await database.query<{ ms: number }>('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms');
      this.set((Date.now() - row!.ms) / 1000);
    },
  });
  new Gauge({
    name: 'sunset_import_lines_waiting',
    help: 'Lines of imports that were received and are still to be carried out',
    registers,
    async collect() {
      this.set((await imports.waiting()).lines);
    },
  });
  new Gauge({
    name: 'sunset_legal_holds_to_review',
    help: 'Legal holds that stand though their review was due',
    registers,
    async collect() {
      this.set((await holdsToReview(database)).toReview);
    },
  });
  new Gauge({
    name: 'sunset_test_clocks',
    help: 'Test clocks that are on their way (advancing), or have stopped on it (failed)',
    labelNames: ['status'] as const,
    registers,
    async collect() {
      for (const [status, count] of Object.entries(await new TestClocks(database).counts())) this.set({ status }, count);
    },
  });
  new Gauge({
    name: 'sunset_projections',
    help: 'Projections by status: live, rebuilding, failing, outdated',
    labelNames: ['status'] as const,
    registers,
    async collect() {
      this.reset();
      for (const { status } of await projections.status()) this.inc({ status });
    },
  });
  new Gauge({
    name: 'sunset_projection_lag_events',
    help: 'Events that the table in use does not know yet',
    labelNames: ['projection'] as const,
    registers,
    async collect() {
      for (const { name, lag } of await projections.status()) this.set({ projection: name }, lag);
    },
  });

  return {
    registry,
    ended: (of, count) => ended.inc({ of }, count),
    effectObserver: observeEffects(registry, effects, new Pauses(database)),
    webhookObserver: observeWebhooks(registry, endpoints),
    observer: {
      fed: (count) => fed.inc(count),
      delivered: (outcome, kind) => delivered.inc({ kind: kind ?? 'unknown', outcome }),
      lateness: (kind, ms) => lateness.observe({ kind }, ms / 1000),
      reconciled: (found) => {
        expected.set(found.expected);
        missing.set(found.missing);
      },
    },
  };
}
