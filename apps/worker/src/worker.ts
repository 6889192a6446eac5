// A worker: carries out what is due and keeps the projections in step with the log. Any number of them may run at once.
import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { Logger as Pino } from 'pino';
import { AccountEffects } from '#application';
import { carrierFrom } from '#carriers';
import { type AlarmBackend, Alarms, DeadlineConsumer, Deadlines, DeadlineWorker, postgresAlarms, redisAlarms } from '#deadlines';
import { effectAgenda, Effects, EffectsEngine, SandboxCarrier } from '#effects';
import { EventStore } from '#event-store';
import { type MasterKeys, PersonalData } from '#personal-data';
import { Database } from '#postgres';
import { Projections } from '#projections';
import { projections as every } from '#read-models';
import { DeadlineCommands } from './deadline-commands.js';
import { expire } from './expiry.js';
import { Health } from './health.js';
import { asLogger, describeError, nestLog } from './logging.js';
import { createMetrics } from './metrics.js';
import type { WorkerSettings } from './settings.js';
import { WorkerModule } from './worker.module.js';

export interface Worker {
  /** Where health and metrics are served; `null`: nowhere. */
  readonly port: number | null;
  /** Takes nothing new, waits for what is under way, closes what it opened; the database stays its owner's. */
  stop(): Promise<void>;
}

export async function startWorker(settings: WorkerSettings, database: Database, masterKeys: MasterKeys, log: Pino): Promise<Worker> {
  const carrier = carrierFrom(settings.environment, () => sandboxCarrier(database, masterKeys));
  const context = await NestFactory.createApplicationContext(WorkerModule.with({ database, masterKeys, carrier: carrier.name, platformTables: settings.platformTables }), { logger: nestLog(log), abortOnError: false });
  const projections = new Projections(database, context.get(EventStore), every);
  const { registry, observer, effectObserver } = createMetrics(database, context.get(Deadlines), context.get(Effects), projections);
  const commands = context.get(DeadlineCommands);
  commands.check();
  await projections.ensureTables();

  const logger = asLogger(log);
  const consumer = new DeadlineConsumer(database, (deadline) => commands.carryOut(deadline), { logger, observer });
  const alarms = new Alarms(backend(settings), { logger });
  const deadlines = new DeadlineWorker(database, consumer, alarms, { concurrency: settings.concurrency, logger, observer, agenda: effectAgenda(database) });
  const effects = new EffectsEngine(database, [carrier], context.get(AccountEffects), backend(settings), { logger, observer: effectObserver });
  const health = settings.port === undefined ? null : await new Health(database, registry).listen(settings.port, settings.host);

  const running = new AbortController();
  const warn = (what: string) => (error: unknown): void => log.warn({ error: describeError(error) }, `${what}: failed`);
  const followed = projections.run({ signal: running.signal, onError: warn('projections') });
  const expired = expire(database, running.signal, warn('expiry'));
  deadlines.start();
  effects.start();
  log.info({ queue: settings.redisUrl === undefined ? 'postgres' : 'redis', concurrency: settings.concurrency, carrier: carrier.name }, 'worker started');

  return {
    port: portOf(health),
    async stop() {
      running.abort();
      await Promise.all([deadlines.stop(), effects.stop(), followed, expired]);
      await alarms.close();
      await close(health);
      await context.close();
      log.info('worker stopped');
    },
  };
}

const backend = ({ redisUrl, databaseUrl }: WorkerSettings): AlarmBackend => (redisUrl === undefined ? postgresAlarms(databaseUrl) : redisAlarms(redisUrl));

/** Knows its numbers by hashes that outlive every purge and name nobody. */
const sandboxCarrier = (database: Database, masterKeys: MasterKeys): SandboxCarrier =>
  new SandboxCarrier(database, () => new PersonalData(database, masterKeys).globalHash());

function portOf(server: Server | null): number | null {
  const address = server?.address();
  return typeof address === 'object' && address !== null ? address.port : null;
}

async function close(server: Server | null): Promise<void> {
  if (!server) return;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
