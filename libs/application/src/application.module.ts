// Puts the core together for an app: one database, the log, the deadlines, the use cases.
import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { membershipEvents } from '#domain';
import { Clock, Deadlines, type Logger, silentLogger, TestClocks } from '#deadlines';
import { Effects } from '#effects';
import { EventStore } from '#event-store';
import { KeptAnswers } from '#kept-answers';
import { type MasterKeys, PersonalData } from '#personal-data';
import { Database } from '#postgres';
import { type DataStore, KeptEvidence, PurgeGuard, Purges, usualPurgeLimits } from '#purge';
import { RetainedData } from '#retained-data';
import { ScheduledMessages } from '#scheduled-messages';
import { Previews } from './cancellation/previews.js';
import { AccountEffects } from './effects/account-effects.js';
import { handlers } from './handlers.js';
import { Memberships } from './memberships.js';
import { AccountPurges } from './retention/account-purges.js';
import { Ledgers } from './wallet/ledgers.js';

export interface ApplicationSettings {
  readonly database: Database;
  readonly masterKeys: MasterKeys;
  /** The name of the carrier that new effects are meant for. */
  readonly carrier: string;
  /** Purges on real time that may begin within an hour. */
  readonly purgesPerHour?: number | undefined;
  readonly logger?: Logger;
}

/** Injection token of every place that holds an account's data: readonly {@link DataStore}[]. */
export const DATA_STORES = Symbol('DataStores');

@Module({})
export class ApplicationModule {
  static with({ database, masterKeys, carrier, purgesPerHour = usualPurgeLimits.perHour, logger = silentLogger }: ApplicationSettings): DynamicModule {
    const personalData = new PersonalData(database, masterKeys);
    const eventStore = new EventStore(database, personalData, membershipEvents);
    const messages = new ScheduledMessages(database);
    const retainedData = new RetainedData(database, personalData);
    const stores: readonly DataStore[] = [retainedData, messages, new KeptAnswers(database)];
    const values = [
      [Database, database],
      [PersonalData, personalData],
      [EventStore, eventStore],
      [ScheduledMessages, messages],
      [RetainedData, retainedData],
      [Deadlines, new Deadlines(database)],
      [Effects, new Effects(database, carrier)],
      [Clock, new Clock(database)],
      [TestClocks, new TestClocks(database)],
      [Purges, new Purges(database)],
      [PurgeGuard, new PurgeGuard(database, { ...usualPurgeLimits, perHour: purgesPerHour }, logger)],
      [KeptEvidence, new KeptEvidence(database)],
      [DATA_STORES, stores],
    ] as const;
    const core = [...values.map(([provide, useValue]) => ({ provide, useValue })), Memberships, AccountEffects, AccountPurges, Previews, Ledgers];
    return {
      module: ApplicationModule,
      global: true,
      imports: [CqrsModule.forRoot()],
      providers: [...core, ...handlers],
      exports: [CqrsModule, ...core],
    };
  }
}
