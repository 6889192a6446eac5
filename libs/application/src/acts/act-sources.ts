// The lists that operators act on, each as entries of one shape; read by the same questions as the lists that they look at.
import { Injectable } from '@nestjs/common';
import type { ActFilter, ActList, Target } from '#acts';
import { ClockWatch, Deadlines, type DeadlineStatus } from '#deadlines';
import { EffectQueries, Pauses, type EffectKind, type PauseStatus, type ShownEffectStatus } from '#effects';
import { Database } from '#postgres';
import { Purges, type PurgeStatus } from '#purge';
import { standingHolds } from '#read-models';
import { Endpoints, type ShownEndpointStatus } from '#webhooks';

/** Entries of a list, `limit` at most, behind `after`. */
type Source = (filter: ActFilter, after: Target | undefined, limit: number) => Promise<readonly Target[]>;

/** What of an entry can be asked for, beside its id and what an act has made of it. */
export const asksFor: Readonly<Record<ActList, readonly (keyof ActFilter)[]>> = {
  deadlines: ['kind', 'status', 'error', 'accountId', 'dueBefore'],
  effects: ['kind', 'status', 'carrier', 'error', 'accountId', 'dueBefore'],
  pauses: ['kind', 'status', 'carrier'],
  purges: ['status', 'error', 'accountId', 'dueBefore'],
  'webhook-endpoints': ['status'],
  'legal-holds': ['status', 'accountId'],
  'clock-stops': ['status'],
};

@Injectable()
export class ActSources {
  readonly of: Readonly<Record<ActList, Source>>;

  constructor(
    private readonly deadlines: Deadlines,
    private readonly effects: EffectQueries,
    private readonly pauses: Pauses,
    private readonly purges: Purges,
    private readonly endpoints: Endpoints,
    private readonly clockWatch: ClockWatch,
    private readonly database: Database,
  ) {
    this.of = {
      deadlines: (filter, after, limit) => this.deadlinesOf(filter, after, limit),
      effects: (filter, after, limit) => this.effectsOf(filter, after, limit),
      pauses: (filter, after, limit) => this.pausesOf(filter, after, limit),
      purges: (filter, after, limit) => this.purgesOf(filter, after, limit),
      'webhook-endpoints': (filter, after, limit) => this.endpointsOf(filter, after, limit),
      'legal-holds': (filter, after, limit) => this.holdsOf(filter, after, limit),
      'clock-stops': (filter) => this.stopsOf(filter),
    };
  }

  /** How many effects wait in what a pause of that kind and carrier would hold, on real time. */
  async openEffects({ kind, carrier }: ActFilter): Promise<number> {
    const open = await this.effects.open();
    return open.filter((one) => (kind === undefined || one.kind === kind) && (carrier === undefined || one.carrier === carrier)).reduce((sum, { count }) => sum + count, 0);
  }

  private async deadlinesOf({ id, kind, status, error, accountId, dueBefore }: ActFilter, after: Target | undefined, limit: number): Promise<readonly Target[]> {
    const found = await one(id, (known) => this.deadlines.get(known), async () => {
      const filter = { ...(kind && { kind }), ...(status && { status: status as DeadlineStatus }), ...(error && { error }), ...(accountId && { accountId }), ...(dueBefore && { dueBefore }) };
      return (await this.deadlines.list(filter, { limit, ...(after && { after: { dueAt: after.at!, deadlineId: after.id } }) })).data;
    });
    return found.map((deadline) => ({ id: deadline.deadlineId, accountId: deadline.accountId, kind: deadline.kind, status: deadline.status, at: deadline.dueAt }));
  }

  private async effectsOf({ id, kind, status, carrier, error, accountId, dueBefore }: ActFilter, after: Target | undefined, limit: number): Promise<readonly Target[]> {
    const filter = {
      ...(kind && { kind: kind as EffectKind }), ...(status && { status: status as ShownEffectStatus }), ...(carrier && { carrier }), ...(error && { error }), ...(accountId && { accountId }), ...(dueBefore && { dueBefore }),
    };
    const found = await one(id, (known) => this.effects.get(known), () => this.effects.list(filter, { limit, ...(after && { after: { dueAt: after.at!, effectId: after.id } }) }));
    return found.map((effect) => ({ id: effect.effectId, accountId: effect.accountId, kind: effect.kind, status: effect.status, at: effect.dueAt }));
  }

  private async pausesOf({ id, kind, status, carrier }: ActFilter, after: Target | undefined, limit: number): Promise<readonly Target[]> {
    const filter = { ...(kind && { kind: kind as EffectKind }), ...(status && { status: status as PauseStatus }), ...(carrier && { carrier }) };
    const found = await one(id, (known) => this.pauses.get(known), () => this.pauses.list(filter, { limit, ...(after && { after: { pausedAt: after.at!, pauseId: after.id } }) }));
    return found.map((pause) => ({ id: pause.pauseId, accountId: null, kind: pause.kind, status: pause.resumedAt === null ? 'in-force' : 'ended', at: pause.pausedAt }));
  }

  private async purgesOf({ id, status, error, accountId, dueBefore }: ActFilter, after: Target | undefined, limit: number): Promise<readonly Target[]> {
    const filter = { ...(status && { status: status as PurgeStatus }), ...(error && { error }), ...(accountId && { accountId }), ...(dueBefore && { startedBefore: dueBefore }) };
    const found = await one(id, (known) => this.purges.get(known), () => this.purges.list(filter, { limit, ...(after && { after: { startedAt: after.at!, purgeId: after.id } }) }));
    return found.map((purge) => ({ id: purge.purgeId, accountId: purge.accountId, kind: purge.step, status: purge.status, at: purge.startedAt }));
  }

  private async endpointsOf({ id, status }: ActFilter, after: Target | undefined, limit: number): Promise<readonly Target[]> {
    const found = await one(id, (known) => this.endpoints.get(known), () =>
      this.endpoints.list({ limit, status: status as ShownEndpointStatus | undefined, ...(after && { after: { createdAt: after.at!, endpointId: after.id } }) }));
    return found.map((endpoint) => ({ id: endpoint.endpointId, accountId: null, kind: null, status: status ?? endpoint.status, at: endpoint.createdAt }));
  }

  private async holdsOf({ id, status, accountId }: ActFilter, after: Target | undefined, limit: number): Promise<readonly Target[]> {
    const filter = { ...(status && { due: status === 'review-due' }), ...(accountId && { accountId }) };
    const found = await standingHolds(this.database, filter, { limit, ...(after && { after: { reviewAt: after.at!, holdId: after.id } }) });
    return found.filter(({ holdId }) => id === undefined || holdId === id)
      .map((hold) => ({ id: hold.holdId, accountId: hold.accountId, kind: null, status: hold.isDue ? 'review-due' : 'standing', at: hold.reviewAt }));
  }

  private async stopsOf({ id, status }: ActFilter): Promise<readonly Target[]> {
    const stops = (await this.clockWatch.stops()).map((stop): Target => ({ id: stop.stopId, accountId: null, kind: stop.cause, status: stop.confirmedAt === null ? 'open' : 'confirmed', at: stop.stoppedAt }));
    return stops.filter((stop) => (id === undefined || stop.id === id) && (status === undefined || stop.status === status));
  }
}

async function one<Row>(id: string | undefined, get: (id: string) => Promise<Row | null>, list: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
  if (id === undefined) return list();
  const found = await get(id);
  return found ? [found] : [];
}
