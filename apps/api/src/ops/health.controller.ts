// The state of the machinery in one answer, from tables alone: a request never touches the queue. The queue is among the worker's metrics.
import { Controller, Get, Inject } from '@nestjs/common';
import type { Instant } from '#kernel';
import { MAILER } from '#application';
import { type Drift, FindingsTable } from '#audit';
import { DriftFindings, DriftRuns, type DriftFinding, type DriftRun } from '#carrier-drift';
import { Clock, DeadlineFigures, type OverdueDeadlines, TestClocks } from '#deadlines';
import { EffectQueries, Notices, Pauses, type OverdueEffects, type Pause, type Untold } from '#effects';
import { EventStore } from '#event-store';
import { Imports, type ImportsWaiting } from '#imports';
import { Database } from '#postgres';
import { Processes, type Workers } from '#processes';
import { Projections, type ProjectionStatus } from '#projections';
import { Purges, type PurgeStatus } from '#purge';
import { holdsToReview, type HoldsToReview } from '#read-models';
import { Endpoints, type WebhookHealth } from '#webhooks';
import { Allow } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { OpsHealthSchema } from './schemas.js';

interface OpsHealth {
  readonly now: Instant;
  readonly clock: { readonly inDoubt: boolean; readonly deadlines: number; readonly effects: number };
  readonly newerRelease: string | null;
  readonly overdue: readonly OverdueDeadlines[];
  readonly dead: number;
  readonly blocked: number;
  readonly effects: { readonly overdue: readonly OverdueEffects[]; readonly dead: number; readonly blocked: number; readonly pauses: readonly Pause[] };
  readonly announcements: { readonly mail: string | null; readonly untold: Untold };
  readonly purges: { readonly running: number; readonly failed: number; readonly stopped: boolean; readonly waiting: { readonly count: number; readonly oldestMs: number | null } };
  readonly webhooks: WebhookHealth;
  readonly legalHolds: HoldsToReview;
  readonly imports: ImportsWaiting;
  readonly workers: Workers;
  readonly testClocks: { readonly advancing: number; readonly failed: number };
  readonly drift: Drift;
  readonly carrierDrift: { readonly findings: readonly { readonly finding: DriftFinding; readonly count: number }[]; readonly lastRun: DriftRun | null };
  readonly projections: readonly Pick<ProjectionStatus, 'name' | 'lag' | 'status'>[];
}

@Controller('v1/ops/health')
export class OpsHealthController {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly testClocks: TestClocks,
    private readonly deadlines: DeadlineFigures,
    private readonly effects: EffectQueries,
    private readonly notices: Notices,
    @Inject(MAILER) private readonly mailer: string | null,
    private readonly pauses: Pauses,
    private readonly purges: Purges,
    private readonly projections: Projections,
    private readonly eventStore: EventStore,
    private readonly endpoints: Endpoints,
    private readonly imports: Imports,
    private readonly audit: FindingsTable,
    private readonly carrierDrift: DriftFindings,
    private readonly driftRuns: DriftRuns,
  ) {}

  @Get()
  @Summary('Show the health of the service')
  @Allow('operator')
  @Answers(200, OpsHealthSchema, 'What is overdue, stuck or behind.')
  opsHealth(): Promise<OpsHealth> {
    return this.database.snapshot(() => this.look());
  }

  /** At one moment: what dies between two looks would be in neither, and nobody would hear of it. */
  private async look(): Promise<OpsHealth> {
    const now = await this.clock.now(null);
    const [deadlines, effects, purges, stopped] = [await this.deadlines.stuck(), await this.effects.stuck(), await this.purges.open(), await this.clock.inDoubt(null)];
    const purgesThat = (status: PurgeStatus): number => purges.find((one) => one.status === status)?.count ?? 0;
    const projections = await this.projections.status();
    return {
      now,
      newerRelease: this.eventStore.newerRelease,
      clock: { inDoubt: stopped, deadlines: await this.deadlines.waitingForClock(), effects: await this.effects.waitingForClock() },
      overdue: await this.deadlines.overdue(),
      dead: deadlines.dead,
      blocked: deadlines.blocked,
      effects: { overdue: await this.effects.overdue(), dead: effects.dead, blocked: effects.blocked, pauses: await this.pauses.inForce() },
      announcements: { mail: this.mailer, untold: await this.notices.untold() },
      purges: { running: purgesThat('running'), failed: purgesThat('failed'), stopped, waiting: await this.purges.waiting() },
      webhooks: await this.endpoints.health(),
      legalHolds: await holdsToReview(this.database),
      imports: await this.imports.waiting(),
      workers: await new Processes(this.database).workers(),
      testClocks: await this.testClocks.counts(),
      drift: await this.audit.drift(),
      carrierDrift: { findings: await this.carrierDrift.counts(), lastRun: await this.driftRuns.last() },
      projections: projections.map(({ name, lag, status }) => ({ name, lag, status })),
    };
  }
}
