// The state of the machinery in one answer, from tables alone: a request never touches the queue. The queue is among the worker's metrics.
import { Controller, Get } from '@nestjs/common';
import type { Instant } from '#kernel';
import { clockInDoubt, Deadlines, type OverdueDeadlines } from '#deadlines';
import { Effects, Pauses, type OverdueEffects, type Pause } from '#effects';
import { EventStore } from '#event-store';
import { Database } from '#postgres';
import { Processes, type Workers } from '#processes';
import { Projections, type ProjectionStatus } from '#projections';
import { Purges } from '#purge';
import { holdsToReview, type HoldsToReview } from '#read-models';
import { Allow } from '../auth/policy.js';
import { Answers } from '../http/answers.js';
import { OpsHealthSchema } from './schemas.js';

interface OpsHealth {
  readonly now: Instant;
  readonly clock: { readonly inDoubt: boolean; readonly deadlines: number; readonly effects: number };
  readonly newerRelease: string | null;
  readonly overdue: readonly OverdueDeadlines[];
  readonly dead: number;
  readonly blocked: number;
  readonly effects: { readonly overdue: readonly OverdueEffects[]; readonly dead: number; readonly blocked: number; readonly pauses: readonly Pause[] };
  readonly purges: { readonly running: number; readonly failed: number; readonly stopped: boolean; readonly waiting: { readonly count: number; readonly oldestMs: number | null } };
  readonly legalHolds: HoldsToReview;
  readonly workers: Workers;
  readonly testClocks: { readonly advancing: number; readonly failed: number };
  readonly projections: readonly Pick<ProjectionStatus, 'name' | 'lag' | 'status'>[];
}

interface Counts {
  readonly now: Instant;
  readonly dead: number;
  readonly blocked: number;
  readonly effectsDead: number;
  readonly effectsBlocked: number;
  readonly advancing: number;
  readonly failed: number;
  readonly purgesRunning: number;
  readonly purgesFailed: number;
  readonly stopped: boolean;
}

@Controller('v1/ops/health')
export class OpsHealthController {
  constructor(
    private readonly database: Database,
    private readonly deadlines: Deadlines,
    private readonly effects: Effects,
    private readonly pauses: Pauses,
    private readonly purges: Purges,
    private readonly projections: Projections,
    private readonly eventStore: EventStore,
  ) {}

  @Get()
  @Allow('operator')
  @Answers(200, OpsHealthSchema, 'What is overdue, stuck or behind.')
  opsHealth(): Promise<OpsHealth> {
    return this.database.snapshot(() => this.look());
  }

  /** At one moment: what dies between two looks would be in neither, and nobody would hear of it. */
  private async look(): Promise<OpsHealth> {
    const [counts] = await this.database.query<Counts>(`
      SELECT clock_timestamp() AS now,
        (SELECT count(*) FROM sunset.deadlines WHERE status = 'dead') AS dead,
        (SELECT count(*) FROM sunset.deadlines WHERE status = 'blocked') AS blocked,
        (SELECT count(*) FROM sunset.effects WHERE status = 'dead') AS "effectsDead",
        (SELECT count(*) FROM sunset.effects WHERE status = 'blocked') AS "effectsBlocked",
        (SELECT count(*) FROM sunset.test_clocks WHERE status = 'advancing') AS advancing,
        (SELECT count(*) FROM sunset.test_clocks WHERE status = 'failed') AS failed,
        (SELECT count(*) FROM sunset.purges WHERE status = 'running') AS "purgesRunning",
        (SELECT count(*) FROM sunset.purges WHERE status = 'failed') AS "purgesFailed",
        ${clockInDoubt} AS stopped`);
    const { now, dead, blocked, effectsDead, effectsBlocked, advancing, failed, purgesRunning, purgesFailed, stopped } = counts!;
    const projections = await this.projections.status();
    return {
      now,
      newerRelease: this.eventStore.newerRelease,
      clock: { inDoubt: stopped, deadlines: await this.deadlines.waitingForClock(), effects: await this.effects.waitingForClock() },
      overdue: await this.deadlines.overdue(),
      dead,
      blocked,
      effects: { overdue: await this.effects.overdue(), dead: effectsDead, blocked: effectsBlocked, pauses: await this.pauses.inForce() },
      purges: { running: purgesRunning, failed: purgesFailed, stopped, waiting: await this.purges.waiting() },
      legalHolds: await holdsToReview(this.database),
      workers: await new Processes(this.database).workers(),
      testClocks: { advancing, failed },
      projections: projections.map(({ name, lag, status }) => ({ name, lag, status })),
    };
  }
}
