// Puts the core together for an app: one database, the log, the deadlines, the use cases.
import { type BeforeApplicationShutdown, type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { Acts } from '#acts';
import { FindingsTable } from '#audit';
import { CallbacksHeard, DriftFindings, DriftRuns } from '#carrier-drift';
import { builtInPolicy, membershipEvents, optOutsKeptUntil, type MembershipEvent, type PolicyInForce } from '#domain';
import { Clock, ClockWatch, DeadlineFigures, Deadlines, TestClocks } from '#deadlines';
import { Directory } from '#directory';
import { EffectQueries, Effects, Notices, OperatorActs, Pauses } from '#effects';
import { EventStore } from '#event-store';
import { AskedActs } from '#four-eyes';
import { Holders } from '#holders';
import { Claims, ImportedAccounts, Imports } from '#imports';
import { KeptAnswers } from '#kept-answers';
import { OptOuts } from '#opt-outs';
import { type MasterKeys, PersonalData } from '#personal-data';
import { Database, usualConnectLimitMs } from '#postgres';
import { KeptEvidence, PurgeGuard, Purges, usualPurgeLimits } from '#purge';
import { DataAccesses, type PlatformTable, PlatformTables, RetainedData } from '#retained-data';
import { type Logger, silentLogger } from '#running';
import { ScheduledMessages } from '#scheduled-messages';
import { isTracing } from '#tracing';
import { Deliveries, DeliveryRows, Endpoints, type Reach, Targets } from '#webhooks';
import { FoundAccounts } from './accounts/found-accounts.js';
import { ActSources } from './acts/act-sources.js';
import { ActsOnMany } from './acts/acts-on-many.js';
import { RearmedAccounts } from './audit/rearmed-accounts.js';
import { Previews } from './cancellation/previews.js';
import { AccountEffects } from './effects/account-effects.js';
import { DataReading, HOLDINGS } from './data/data-reading.js';
import { holdingsOf } from './data/holdings.js';
import { Beliefs } from './drift/beliefs.js';
import { CarrierCallbacks } from './drift/carrier-callbacks.js';
import { CarrierHoldings } from './effects/carrier-holdings.js';
import { MAILER, PAGE_URL } from './effects/mailing.js';
import { Feed } from './feed.js';
import { handlers } from './handlers.js';
import { AccountImports } from './imports/account-imports.js';
import { Memberships } from './memberships.js';
import { FOUR_EYES, SecondPerson } from './operators/irreversible.js';
import { AccountPasts } from './past/account-pasts.js';
import { BlastRadii } from './policy/blast-radius.js';
import { POLICY } from './policy/in-force.js';
import { AccountPurges } from './retention/account-purges.js';
import { PurgeWaits } from './retention/purge-waits.js';
import { Ledgers } from './wallet/ledgers.js';
import { WebhookPayloads } from './webhooks/webhook-payloads.js';
import { traceCommands } from './trace-commands.js';
import { Batches, WAIT_MS } from './write-path/batches.js';
import { WritePath } from './write-path/write-path.js';

export interface ApplicationSettings {
  readonly database: Database;
  readonly masterKeys: MasterKeys;
  /** The name of the carrier that new effects are meant for. */
  readonly carrier: string;
  /** What is sold, asked, accepted and promised; the built-in one unless told. */
  readonly policy?: PolicyInForce;
  /** The name of the mailer that new notices are meant for; none unless told: nobody is told by mail. */
  readonly mailer?: string | null;
  /** Where customers find what is pending; it stands in what they are told. */
  readonly pageUrl?: string | null;
  /** Purges on real time that may begin within an hour. */
  readonly purgesPerHour?: number | undefined;
  readonly logger?: Logger;
  /** The platform's own tables that hold accounts' data; none unless told. */
  readonly platformTables?: readonly PlatformTable[];
  /** Where webhooks may go; to public addresses unless told. */
  readonly webhookReach?: Reach;
  /** How long what staff cannot undo waits for a second person, in milliseconds; none unless told: one is enough. */
  readonly fourEyesMs?: number | null;
  /** How long whoever asks for an account waits for it at most, in milliseconds. */
  readonly waitMs?: number;
}

/** Injection token of every place that holds an account's data, as the holdings list them: readonly `DataStore`[]. */
export const DATA_STORES = Symbol('DataStores');

/** How long readers are waited for at the end of a process. */
const readersLimitMs = 10_000;

@Module({})
export class ApplicationModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readersLate: NodeJS.Timeout | undefined;

  constructor(private readonly platform: PlatformTables, commands: CommandBus) {
    if (isTracing()) traceCommands(commands);
  }

  static with(
    {
      database, masterKeys, carrier, policy = builtInPolicy, mailer = null, pageUrl = null, platformTables = [], purgesPerHour = usualPurgeLimits.perHour, logger = silentLogger, webhookReach = 'public', fourEyesMs = null, waitMs = usualConnectLimitMs,
    }: ApplicationSettings,
  ): DynamicModule {
    const personalData = new PersonalData(database, masterKeys);
    const eventStore = new EventStore<MembershipEvent>(database, personalData, membershipEvents);
    const messages = new ScheduledMessages(database);
    const retainedData = new RetainedData(database, personalData);
    const accesses = new DataAccesses(database);
    const optOuts = new OptOuts(database, personalData);
    const holders = new Holders(database, personalData);
    const directory = new Directory(database, personalData);
    const imported = new ImportedAccounts(database);
    const clock = new Clock(database);
    const clockWatch = new ClockWatch(database, logger);
    const platform = new PlatformTables(platformTables, async (addresses) => optOuts.keepLoose(addresses, optOutsKeptUntil(await clock.now(null))));
    const targets = new Targets(webhookReach);
    const holdings = holdingsOf({ retainedData, messages, accesses, holders, directory, imported, answers: new KeptAnswers(database), deliveries: new DeliveryRows(database), platform });
    const values = [
      [Database, database],
      [PersonalData, personalData],
      [EventStore, eventStore],
      [ScheduledMessages, messages],
      [RetainedData, retainedData],
      [DataAccesses, accesses],
      [FindingsTable, new FindingsTable(database)],
      [PlatformTables, platform],
      [OptOuts, optOuts],
      [Holders, holders],
      [Directory, directory],
      [DriftFindings, new DriftFindings(database, personalData)],
      [DriftRuns, new DriftRuns(database)],
      [CallbacksHeard, new CallbacksHeard(database, personalData)],
      [Imports, new Imports(database, personalData)],
      [ImportedAccounts, imported],
      [Claims, new Claims(database)],
      [Deadlines, new Deadlines(database)],
      [DeadlineFigures, new DeadlineFigures(database)],
      [Effects, new Effects(database, carrier, mailer)],
      [EffectQueries, new EffectQueries(database)],
      [Notices, new Notices(database)],
      [POLICY, policy],
      [PAGE_URL, pageUrl],
      [MAILER, mailer],
      [WAIT_MS, waitMs],
      [AskedActs, new AskedActs(database)],
      [FOUR_EYES, fourEyesMs],
      [Pauses, new Pauses(database)],
      [Clock, clock],
      [ClockWatch, clockWatch],
      [TestClocks, new TestClocks(database)],
      [Purges, new Purges(database)],
      [PurgeGuard, new PurgeGuard(database, { ...usualPurgeLimits, perHour: purgesPerHour }, clockWatch)],
      [Targets, targets],
      [Endpoints, new Endpoints(database, personalData, eventStore, targets)],
      [Deliveries, new Deliveries(database, eventStore)],
      [KeptEvidence, new KeptEvidence(database)],
      [Acts, new Acts(database)],
      [HOLDINGS, holdings],
      [DATA_STORES, holdings.map(({ store }) => store)],
    ] as const;
    const acts = { provide: OperatorActs, inject: [AccountEffects], useFactory: (effects: AccountEffects) => new OperatorActs(database, effects) };
    const actsOnMany = {
      provide: ActsOnMany, inject: [Acts, ActSources, Database, Clock, CommandBus, SecondPerson],
      useFactory: (...parts: [Acts, ActSources, Database, Clock, CommandBus, SecondPerson]) => new ActsOnMany(...parts, logger),
    };
    const core = [
      ...values.map(([provide, useValue]) => ({ provide, useValue })), acts, actsOnMany, ActSources, WritePath, Batches, Memberships, AccountPasts, Feed, CarrierHoldings, AccountEffects, AccountPurges, AccountImports, PurgeWaits, Previews, Ledgers,
      DataReading, WebhookPayloads, FoundAccounts, BlastRadii, SecondPerson, RearmedAccounts, Beliefs, CarrierCallbacks,
    ];
    return {
      module: ApplicationModule,
      global: true,
      imports: [CqrsModule.forRoot()],
      providers: [...core, ...handlers],
      exports: [CqrsModule, ...core],
    };
  }

  /** Whoever is reading may end; who still waits for a table of the platform then is cut off. */
  beforeApplicationShutdown(): void {
    this.readersLate = setTimeout(() => void this.platform.close(), readersLimitMs).unref();
  }

  /** The database stays its owner's. */
  onApplicationShutdown(): Promise<void> {
    clearTimeout(this.readersLate);
    return this.platform.close();
  }
}
