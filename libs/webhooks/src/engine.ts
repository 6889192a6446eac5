// Everything a worker does about webhooks: looks for endpoints with something to be sent, and sends to each by itself. Any number of processes may.
import { performance } from 'node:perf_hooks';
import { setMaxListeners } from 'node:events';
import { type EventStore, logHint } from '#event-store';
import type { AnyEvent } from '#kernel';
import type { PersonalData } from '#personal-data';
import { type Database, Turns } from '#postgres';
import { backOffMs, describe, type Logger, Loop, type NextTurn, restMs, silentLogger } from '#running';
import { Bundles } from './bundles.js';
import { Courier, type CourierParts } from './courier.js';
import { webhooksHint } from './hinted.js';
import type { Tell } from './message.js';
import { silentWebhookObserver, type WebhookObserver } from './observer.js';
import { Secrets } from './secrets.js';
import { Sender, type SenderSettings } from './sender.js';
import type { Targets } from './targets.js';
import { type Held, Work } from './work.js';

export interface WebhookEngineSettings {
  readonly logger?: Logger;
  readonly observer?: WebhookObserver;
  readonly sender?: SenderSettings;
  /** How often it is looked whether something is due. */
  readonly pauseMs?: number;
  readonly leaseMs?: number;
  /** Requests at once to one endpoint. */
  readonly concurrency?: number;
  /** Messages that are read and written down together, at most. */
  readonly bundle?: number;
  /** How long requests that are under way at the end are waited for. */
  readonly graceMs?: number;
}

/** Statements of all endpoints at once: as many connections has a worker for them. */
export const webhookConnections = 4;

const failed = { firstMs: 1_000, longestMs: 60_000 } as const;

/** `Event`: what the catalogue of the log declares. */
export class WebhookEngine<Event extends AnyEvent = AnyEvent> {
  private readonly work: Work;
  private readonly couriers = new Map<string, { readonly courier: Courier; readonly done: Promise<void> }>();
  /** Endpoints whose messages could not be made or written down, and until when they are left alone. */
  private readonly troubled = new Map<string, { readonly until: number; readonly times: number }>();
  private readonly parts: CourierParts;
  private readonly stopping = new AbortController();
  private readonly cutOff = new AbortController();
  private readonly loops: readonly Loop[];
  private readonly graceMs: number;

  constructor(
    database: Database,
    personalData: PersonalData,
    log: Pick<EventStore<Event>, 'read' | 'byIds'>,
    targets: Targets,
    tell: Tell<Event>,
    { logger = silentLogger, observer = silentWebhookObserver, sender = {}, pauseMs = 200, leaseMs = 30_000, concurrency = 16, bundle = 400, graceMs = 8_000 }: WebhookEngineSettings = {},
  ) {
    this.work = new Work(database, leaseMs);
    this.graceMs = graceMs;
    this.parts = {
      work: this.work, bundles: new Bundles(this.work, log, tell), secrets: new Secrets(database, personalData), sender: new Sender(targets, sender), observer, logger,
      turns: new Turns(webhookConnections), concurrency, bundleMost: bundle, leaseMs,
    };
    // Every request that is under way listens.
    setMaxListeners(0, this.cutOff.signal);
    this.loops = [
      new Loop('webhooks', pauseMs, () => this.look(), logger, database.hints.about(logHint, webhooksHint)),
      new Loop('leases of webhook endpoints', leaseMs / 3, () => this.work.renew([...this.couriers.values()].map(({ courier }) => courier.held)), logger),
    ];
  }

  start(): void {
    for (const loop of this.loops) loop.start();
  }

  /** Begins nothing any more, waits for what is under way, and cuts off what takes longer than it may. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const late = setTimeout(() => this.cutOff.abort(), this.graceMs);
    await this.loops[0]!.stop();
    await Promise.all([...this.couriers.values()].map(({ done }) => done));
    clearTimeout(late);
    await this.loops[1]!.stop();
    await this.parts.sender.close();
  }

  /** Sends what is due, until nothing is: for who does not want to wait for the loop. */
  async drain(): Promise<void> {
    await this.look();
    await Promise.all([...this.couriers.values()].map(({ done }) => done));
  }

  private async look(): Promise<NextTurn> {
    if (this.stopping.signal.aborted) return undefined;
    if (!(await this.work.someWithin(restMs))) return 'rest';
    for (const [endpointId, { until }] of this.troubled) if (until <= performance.now() - failed.longestMs) this.troubled.delete(endpointId);
    const leftAlone = [...this.troubled].filter(([, { until }]) => until > performance.now()).map(([endpointId]) => endpointId);
    await this.work.passOver();
    for (const held of await this.work.take([...this.couriers.keys(), ...leftAlone])) this.send(held);
    return undefined;
  }

  private send(held: Held): void {
    const courier = new Courier(held, this.parts, this.stopping.signal, this.cutOff.signal);
    const done = courier.run()
      .then(() => void this.troubled.delete(held.endpointId), (error: unknown) => this.trouble(held, error))
      .then(() => this.work.release(held))
      .catch((error: unknown) => this.parts.logger.warn('a webhook endpoint could not be let go of, and is free once its lease is over', { endpointId: held.endpointId, error: describe(error) }))
      .finally(() => this.couriers.delete(held.endpointId));
    this.couriers.set(held.endpointId, { courier, done });
  }

  private trouble({ endpointId }: Held, error: unknown): void {
    const { times } = this.troubled.get(endpointId) ?? { times: 0 };
    this.troubled.set(endpointId, { until: performance.now() + backOffMs(failed, times), times: times + 1 });
    if (times === 0) this.parts.logger.warn('a webhook endpoint could not be sent to, and is tried until it works again', { endpointId, error: describe(error) });
  }
}
