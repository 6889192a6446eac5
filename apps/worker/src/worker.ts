// A worker: carries out what is due and keeps the projections in step with the log. Any number of them may run at once.
import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import type { Logger as Pino } from 'pino';
import { AccountEffects, AccountImports, AccountPurges, Beliefs, DATA_STORES, FoundAccounts, places, reapplyPurges, RearmedAccounts, WebhookPayloads } from '#application';
import { Auditor, FindingsTable } from '#audit';
import { DriftChecker, DriftFindings, DriftRuns } from '#carrier-drift';
import { carrierFrom } from '#carriers';
import { alarmQueues, Alarms, ClockWatch, DeadlineConsumer, DeadlineFigures, Deadlines, DeadlineWorker, jointAgenda, testClockHand } from '#deadlines';
import { type Assigned, bookCall, effectAgenda, EffectQueries, Effects, EffectsEngine, Notices, SandboxCarrier, usualStormLimits, wakeUpQueue } from '#effects';
import type { MembershipEvent } from '#domain';
import { EventStore } from '#event-store';
import { Holders } from '#holders';
import { ImportEngine, Imports } from '#imports';
import { type MasterKeys, PersonalData } from '#personal-data';
import { Database } from '#postgres';
import { Policies } from '#policies';
import { bePresent, sandboxWarning, ServiceFaults } from '#processes';
import { Projections } from '#projections';
import { openPurgeLedger, purgeAgenda, PurgeEngine, PurgeGuard, Purges } from '#purge';
import { projections as every } from '#read-models';
import { PlatformTables } from '#retained-data';
import { asLogger, describe, HintListener, Loop, OpenQueues, queueBackend, QueueContents, queueKind } from '#running';
import { Endpoints, Targets, WebhookEngine } from '#webhooks';
import { DeadlineCommands } from './deadline-commands.js';
import { expire } from './expiry.js';
import { Health } from './health.js';
import { interruptible, type Work } from './interruptible.js';
import { nestLog } from './logging.js';
import { mailing } from './mailing.js';
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
  const sandbox = sandboxCarrier(database, masterKeys, (place) => context.get(Beliefs).assigned(place));
  const carrier = await carrierFrom(settings.environment, () => sandbox);
  const driftEveryMs = (settings.driftEveryHours ?? (carrier === sandbox ? 0 : 24)) * 3_600_000;
  const logger = asLogger(log);
  const { platformTables, policy, purgesPerHour, pageUrl, webhookReach } = settings;
  const { mailer, mailerOnTestClocks } = mailing(settings.environment, database, new PersonalData(database, masterKeys));
  const application = { database, masterKeys, policy, carrier: carrier.name, mailer: mailer?.name ?? null, pageUrl, platformTables, purgesPerHour, webhookReach, logger };
  const context = await NestFactory.createApplicationContext(WorkerModule.with(application), { logger: nestLog(log), abortOnError: false });
  const projections = new Projections(database, context.get(EventStore), every);
  const { registry, observer, effectObserver, webhookObserver, ended } = createMetrics(database, {
    deadlines: context.get(DeadlineFigures), effects: context.get(EffectQueries), notices: context.get(Notices), projections, purges: context.get(Purges), clockWatch: context.get(ClockWatch), endpoints: context.get(Endpoints), imports: context.get(Imports), audit: context.get(FindingsTable),
    drift: context.get(DriftFindings), driftRuns: driftEveryMs > 0 ? context.get(DriftRuns) : null,
  });
  const commands = context.get(DeadlineCommands);
  commands.check();
  if (await new Policies(database).begin(policy)) log.warn({ policy: policy.version }, 'the policy is new here: npm run policy -- check FILE says what a policy changes, before it is in force');
  await projections.ensureTables();

  const ledger = await openPurgeLedger(settings.purgeLedger, database);
  const reapplied = await reapplyPurges(ledger, context.get(Purges), context.get(CommandBus));
  if (reapplied.length > 0) log.warn({ purges: reapplied.length }, 'purges of the ledger are applied again: the database was restored from before them');

  await tellUnserved(context.get(EffectQueries), { carrier: carrier.name, mailer: mailer?.name ?? null }, log);

  const consumer = new DeadlineConsumer(database, (due, alone) => commands.carryOut(due, alone), { logger, observer });
  const agenda = jointAgenda(effectAgenda(database), purgeAgenda(database, context.get(Effects)));
  const payloads = context.get(WebhookPayloads);
  const queues = [...alarmQueues(settings.queues.count), wakeUpQueue];
  const queueContents = new QueueContents(queueBackend(settings.queues), queues, logger);
  const begin = (): Work => {
    const alarms = new Alarms(queueBackend(settings.queues), { queues: settings.queues.count, logger });
    const deadlines = new DeadlineWorker(database, consumer, alarms, { concurrency: settings.concurrency, logger, observer, agenda });
    const effects = new EffectsEngine(database, [carrier], context.get(AccountEffects), queueBackend(settings.queues), {
      logger, observer: effectObserver, onTestClocks: carrier === sandbox ? null : sandbox, mailer, mailerOnTestClocks, storm: { ...usualStormLimits, floor: settings.effectsPerHour },
    });
    const webhooks = new WebhookEngine(
      database, context.get(PersonalData), context.get<EventStore<MembershipEvent>>(EventStore), context.get(Targets), (events) => payloads.tell(events), { logger, observer: webhookObserver },
    );
    const purges = new PurgeEngine(
      {
        database, stores: context.get(DATA_STORES), personalData: context.get(PersonalData), eventStore: context.get(EventStore), deadlines: context.get(Deadlines),
        effects: context.get(Effects), guard: context.get(PurgeGuard), clockWatch: context.get(ClockWatch), ledger, commands: context.get(AccountPurges), places, jobs: queueContents,
      },
      { logger },
    );
    const imports = new ImportEngine(database, context.get(PersonalData), context.get(AccountImports), { logger });
    const running = new AbortController();
    const followed = projections.run({
      signal: running.signal,
      onError: (error, name) => log.warn({ error: describe(error) }, `projection ${name}: failed, and is tried until it works again`),
      onRecovery: (name) => log.info(`projection ${name}: works again`),
    });
    const listing = new Loop('directory of accounts', 0, async () => beforeNextListing[await context.get(FoundAccounts).listEarlier()], logger);
    const auditor = new Auditor(database, alarms, context.get(RearmedAccounts), { periodMs: settings.auditPeriodMs, logger });
    const auditing = new Loop('auditor', 5_000, () => auditor.round(), logger);
    const checker = new DriftChecker(
      database, carrier, context.get(DriftRuns), context.get(DriftFindings), context.get(Holders), context.get(Beliefs), () => bookCall(database, carrier), { everyMs: driftEveryMs, logger },
    );
    const comparing = new Loop('drift', 5_000, () => checker.round(), logger);
    const expired = expire(database, context.get(ClockWatch), running.signal, {
      endedKeptDays: settings.endedKeptDays, onError: (error) => log.warn({ error: describe(error) }, 'expiry: failed'),
      onEnded: (of, count) => {
        ended(of, count);
        log.info({ of, count }, 'expiry: what was over has left its table');
      },
    });
    deadlines.start();
    effects.start();
    purges.start();
    webhooks.start();
    listing.start();
    imports.start();
    auditing.start();
    comparing.start();
    return {
      async stop() {
        running.abort();
        await Promise.all([deadlines.stop(), effects.stop(), purges.stop(), webhooks.stop(), listing.stop(), imports.stop(), auditing.stop(), comparing.stop(), followed, expired]);
        await checker.stop().catch((error: unknown) => log.warn({ error: describe(error) }, 'drift: the run is left to its lease'));
        await alarms.close();
      },
    };
  };
  const rest = (): Work => {
    const alarms = new Alarms(queueBackend(settings.queues), { queues: settings.queues.count, logger });
    const hand = testClockHand(database, alarms, agenda, logger);
    hand.start();
    return { stop: () => hand.stop().then(() => alarms.close()) };
  };
  const hints = settings.listeningUrl === null ? null : new HintListener(database, settings.listeningUrl, logger);
  hints?.start();
  const presence = await bePresent(database, 'worker', masterKeys.ids, logger);
  const warning = settings.sandboxInsisted ? sandboxWarning(logger) : null;
  warning?.start();
  const health = settings.port === undefined ? null : await new Health(context.get(DeadlineFigures), registry, () => context.get(PersonalData).probe(), () => consumer.leftAlone.keys()).listen(settings.port, settings.host);
  const work = settings.sandbox ? interruptible({ begin, rest, faults: new ServiceFaults(database), queues: new OpenQueues(queueBackend(settings.queues), queues, logger), logger }) : begin();
  log.info({ queue: queueKind(settings.queues), queues: settings.queues.count, concurrency: settings.concurrency, carrier: carrier.name, mailer: mailer?.name ?? null }, 'worker started');

  return {
    port: portOf(health),
    async stop() {
      // A purge that waits for the platform's database would not end before that answers.
      await Promise.all([work.stop(), context.get(PlatformTables).close()]);
      await queueContents.close();
      await close(health);
      await Promise.all([warning?.stop(), hints?.stop(), presence.end()]);
      await context.close();
      log.info('worker stopped');
    },
  };
}

/** How long until the accounts from before the directory are looked for again, in milliseconds. */
const beforeNextListing = { listed: 0, busy: 1_000, done: 3_600_000 } as const;

/** What was asked for while `CARRIER` or `SMTP_URL` said something else stays due until a worker says it again; nobody else would notice. */
async function tellUnserved(effects: EffectQueries, served: { readonly carrier: string; readonly mailer: string | null }, log: Pino): Promise<void> {
  for (const { kind, carrier: other, status, count } of await effects.open()) {
    if (kind === 'notify' && other !== served.mailer) log.error({ kind, carrier: other, status, count }, `notices are open that only a worker that mails by ${other} sends`);
    else if (kind !== 'notify' && other !== served.carrier) log.error({ kind, carrier: other, status, count }, `effects are open that only a worker with CARRIER=${other} attempts`);
  }
}

/** Knows its numbers by hashes that outlive every purge and name nobody. */
const sandboxCarrier = (database: Database, masterKeys: MasterKeys, assigned: Assigned): SandboxCarrier =>
  new SandboxCarrier(database, () => new PersonalData(database, masterKeys).globalHash(), assigned);

function portOf(server: Server | null): number | null {
  const address = server?.address();
  return typeof address === 'object' && address !== null ? address.port : null;
}

async function close(server: Server | null): Promise<void> {
  if (!server) return;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
