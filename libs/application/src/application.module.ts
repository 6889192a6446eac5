// Puts the core together for an app: one database, the log, the deadlines, the use cases.
import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { membershipEvents } from '#domain';
import { Clock, Deadlines, TestClocks } from '#deadlines';
import { Effects } from '#effects';
import { EventStore } from '#event-store';
import { KeptAnswers } from '#kept-answers';
import { type MasterKeys, PersonalData } from '#personal-data';
import { Database } from '#postgres';
import { RetainedData } from '#retained-data';
import { ScheduledMessages } from '#scheduled-messages';
import { Previews } from './cancellation/previews.js';
import { AccountEffects } from './effects/account-effects.js';
import { handlers } from './handlers.js';
import { Memberships } from './memberships.js';
import { type DataStore, Purge } from './retention/purge.js';
import { Ledgers } from './wallet/ledgers.js';

export interface ApplicationSettings {
  readonly database: Database;
  readonly masterKeys: MasterKeys;
  /** The name of the carrier that new effects are meant for. */
  readonly carrier: string;
}

@Module({})
export class ApplicationModule {
  static with({ database, masterKeys, carrier }: ApplicationSettings): DynamicModule {
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
      [Purge, new Purge(stores, personalData, eventStore)],
    ] as const;
    const core = [...values.map(([provide, useValue]) => ({ provide, useValue })), Memberships, AccountEffects, Previews, Ledgers];
    return {
      module: ApplicationModule,
      global: true,
      imports: [CqrsModule.forRoot()],
      providers: [...core, ...handlers],
      exports: [CqrsModule, ...core],
    };
  }
}
