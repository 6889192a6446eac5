// A worker: carries out what is due and keeps the projections in step with the log. Any number of them may run at once.
import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import type { Logger as Pino } from 'pino';
import { AccountEffects, AccountPurges, DATA_STORES, places, reapplyPurges } from '#application';
import { carrierFrom } from '#carriers';
import { alarmQueues, Alarms, ClockWatch, DeadlineConsumer, Deadlines, DeadlineWorker, jointAgenda } from '#deadlines';
import { effectAgenda, Effects, EffectsEngine, SandboxCarrier, usualStormLimits, wakeUpQueue } from '#effects';
import { EventStore } from '#event-store';
import { type MasterKeys, PersonalData } from '#personal-data';
import { Database } from '#postgres';
import { bePresent } from '#processes';
import { Projections } from '#projections';
import { openPurgeLedger, purgeAgenda, PurgeEngine, PurgeGuard, Purges } from '#purge';
import { projections as every } from '#read-models';
import { PlatformTables } from '#retained-data';
import { asLogger, describe, postgresQueues, type QueueBackend, QueueContents, redisQueues } from '#running';
import { DeadlineCommands } from './deadline-commands.js';
import { expire } from './expiry.js';
import { Health } from './health.js';
import { nestLog } from './logging.js';
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
  const sandbox = sandboxCarrier(database, masterKeys);
  const carrier = carrierFrom(settings.environment, () => sandbox);
  const logger = asLogger(log);
  const { platformTables, purgesPerHour } = settings;
  const application = { database, masterKeys, carrier: carrier.name, platformTables, purgesPerHour, logger };
  const context = await NestFactory.createApplicationContext(WorkerModule.with(application), { logger: nestLog(log), abortOnError: false });
  const projections = new Projections(database, context.get(EventStore), every);
  const { registry, observer, effectObserver } = createMetrics(database, {
    deadlines: context.get(Deadlines), effects: context.get(Effects), projections, purges: context.get(Purges), clockWatch: context.get(ClockWatch),
  });
  const commands = context.get(DeadlineCommands);
  commands.check();
  await projections.ensureTables();

  const ledger = await openPurgeLedger(settings.purgeLedger, database);
  const reapplied = await reapplyPurges(ledger, context.get(Purges), context.get(CommandBus));
  if (reapplied.length > 0) log.warn({ purges: reapplied.length }, 'purges of the ledger are applied again: the database was restored from before them');

  await tellUnserved(context.get(Effects), carrier.name, log);

  const consumer = new DeadlineConsumer(database, (due, alone) => commands.carryOut(due, alone), { logger, observer });
  const alarms = new Alarms(backend(settings), { logger });
  const deadlines = new DeadlineWorker(database, consumer, alarms, {
    concurrency: settings.concurrency, logger, observer, agenda: jointAgenda(effectAgenda(database), purgeAgenda(database, context.get(Effects))),
  });
  const effects = new EffectsEngine(database, [carrier], context.get(AccountEffects), backend(settings), {
    logger, observer: effectObserver, onTestClocks: carrier === sandbox ? null : sandbox, storm: { ...usualStormLimits, floor: settings.effectsPerHour },
  });
  const queueContents = new QueueContents(backend(settings), [...alarmQueues(), wakeUpQueue], logger);
  const purges = new PurgeEngine(
    {
      database, stores: context.get(DATA_STORES), personalData: context.get(PersonalData), eventStore: context.get(EventStore), deadlines: context.get(Deadlines),
      effects: context.get(Effects), guard: context.get(PurgeGuard), clockWatch: context.get(ClockWatch), ledger, commands: context.get(AccountPurges), places, jobs: queueContents,
    },
    { logger },
  );
  const presence = await bePresent(database, 'worker', masterKeys.ids, logger);
  const health = settings.port === undefined ? null : await new Health(context.get(Deadlines), registry, () => context.get(PersonalData).probe(), () => consumer.leftAlone.keys()).listen(settings.port, settings.host);

  const running = new AbortController();
  const followed = projections.run({
    signal: running.signal,
    onError: (error, name) => log.warn({ error: describe(error) }, `projection ${name}: failed, and is tried until it works again`),
    onRecovery: (name) => log.info(`projection ${name}: works again`),
  });
  const expired = expire(database, context.get(ClockWatch), running.signal, (error) => log.warn({ error: describe(error) }, 'expiry: failed'));
  deadlines.start();
  effects.start();
  purges.start();
  log.info({ queue: settings.redisUrl === undefined ? 'postgres' : 'redis', concurrency: settings.concurrency, carrier: carrier.name }, 'worker started');

  return {
    port: portOf(health),
    async stop() {
      running.abort();
      // A purge that waits for the platform's database would not end before that answers.
      await Promise.all([deadlines.stop(), effects.stop(), purges.stop(), context.get(PlatformTables).close(), followed, expired]);
      await Promise.all([alarms.close(), queueContents.close()]);
      await close(health);
      await presence.end();
      await context.close();
      log.info('worker stopped');
    },
  };
}

const backend = ({ redisUrl, databaseUrl }: WorkerSettings): QueueBackend => (redisUrl === undefined ? postgresQueues(databaseUrl) : redisQueues(redisUrl));

/** What was asked for while `CARRIER` said something else stays due until a worker says it again; nobody else would notice. */
async function tellUnserved(effects: Effects, carrier: string, log: Pino): Promise<void> {
  for (const { kind, carrier: other, status, count } of await effects.open()) {
    if (other !== carrier) log.error({ kind, carrier: other, status, count }, `effects are open that only a worker with CARRIER=${other} attempts`);
  }
}

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
