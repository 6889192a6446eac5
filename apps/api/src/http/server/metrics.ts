// What Prometheus may scrape: durations by route template, and the process itself. Others add to the same registry.
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Memberships } from '#application';
import type { Processes } from '#processes';
import type { AskedActs } from '#four-eyes';
import type { StaffReads } from '#staff-reads';
import type { Issuer } from '../../auth/tokens.js';
import { routeOf } from '../requests/route.js';

export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Told by the API: where no worker lives none could tell it. While the database is away it stays as it was. */
export function countWorkers(registry: Registry, processes: Processes): void {
  new Gauge({
    name: 'sunset_workers_living',
    help: 'Workers seen within the last minute',
    registers: [registry],
    async collect() {
      const workers = await processes.workers().catch(() => null);
      if (workers) this.set(workers.living);
    },
  });
}

/** Commands that wait for an account, and those that were refused because too many did or too long. */
export function measureCrowd(registry: Registry, memberships: Pick<Memberships, 'crowd'>): void {
  new Gauge({ name: 'sunset_commands_waiting', help: 'Commands that wait for their account', registers: [registry], collect() { this.set(memberships.crowd.waiting); } });
  new Counter({
    name: 'sunset_commands_shed_total',
    help: 'Commands that were not begun, because too many waited for their account or for too long',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(memberships.crowd.refused);
    },
  });
}

/** How many records there should be: whoever sees it fall sees that the end was cut off. While the database is away it stays as it was. */
export function countStaffReads(registry: Registry, staffReads: StaffReads): void {
  new Gauge({
    name: 'sunset_staff_reads',
    help: 'Records of what staff read of somebody, which never become fewer',
    registers: [registry],
    async collect() {
      const last = await staffReads.last().catch(() => null);
      if (last !== null) this.set(last);
    },
  });
}

/** While the database is away it stays as it was. */
export function countAskedActs(registry: Registry, acts: AskedActs): void {
  new Gauge({
    name: 'sunset_asked_acts_waiting',
    help: 'Acts of staff that wait for a second person',
    registers: [registry],
    async collect() {
      const waiting = await acts.waiting().catch(() => null);
      if (waiting !== null) this.set(waiting);
    },
  });
}

/** Of the issuers whose keys are not our own. */
export function tellIssuers(registry: Registry, issuers: readonly Issuer[]): void {
  const remote = issuers.flatMap(({ issuer, remote: keys }) => (keys ? [{ issuer, keys }] : []));
  if (remote.length === 0) return;
  new Gauge({
    name: 'sunset_issuer_keys_age_seconds',
    help: 'Since the token issuer last told its keys; it is asked while tokens come',
    labelNames: ['issuer'] as const,
    registers: [registry],
    collect() {
      for (const { issuer, keys } of remote) if (keys.ageSeconds !== null) this.set({ issuer }, keys.ageSeconds);
    },
  });
  new Gauge({
    name: 'sunset_issuer_away',
    help: '1 where the token issuer did not answer when it was last asked',
    labelNames: ['issuer'] as const,
    registers: [registry],
    collect() {
      for (const { issuer, keys } of remote) this.set({ issuer }, keys.away ? 1 : 0);
    },
  });
}

export function measureRequests(instance: FastifyInstance, registry: Registry): void {
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last byte of its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers: [registry],
  });
  instance.addHook('onResponse', (request, reply, done) => {
    durations.observe({ method: request.method, route: routeOf(request), status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
}
