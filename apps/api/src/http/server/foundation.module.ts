// What every controller stands on: database, settings, log, metrics, idempotency, and the door, pipes and filters of every route.
import { Global, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { POLICY } from '#application';
import type { PolicyInForce } from '#domain';
import { PageSessions } from '#page-sessions';
import { Database, type Replica } from '#postgres';
import type { ActorIds } from '../../auth/actor-ids.js';
import { PageAccess } from '../../auth/page-access.js';
import type { Tokens } from '../../auth/tokens.js';
import { BodilessInterceptor } from './bodiless.interceptor.js';
import { Connections } from './connections.js';
import { Door } from './door.js';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.js';
import { ANSWER_SEAL, Idempotency, KEY_LIMITS, SILENT_SINCE, type AnswerSeal, type SilentSince } from '../idempotency/idempotency.js';
import { InputPipe } from '../input/input.pipe.js';
import { LOG } from './logging.js';
import { RateLimits } from '../requests/rate-limits.js';
import type { NameInLog } from '../requests/name-in-log.js';
import type { RecordReads } from './staff-watch.js';
import { ProblemFilter } from './problem.filter.js';
import { ReservedInterceptor } from './reserved.interceptor.js';
import { Shares } from './shares.js';
import { SETTINGS, type ApiSettings } from './settings.js';

/** Injection token of the {@link Database} of reports: the same one, through connections of their own. */
export const REPORTS_DATABASE = Symbol('ReportsDatabase');

/** Injection token of {@link OpensSealed}. */
export const OPENS_SEALED = Symbol('OpensSealed');

/** Injection tokens of {@link NameInLog} and {@link RecordReads}. */
export const NAME_IN_LOG = Symbol('NameInLog');
export const RECORD_READS = Symbol('RecordReads');

export type OpensSealed = () => Promise<void>;

export interface Foundation {
  readonly settings: ApiSettings;
  readonly database: Database;
  /** One connection more than reports run at once, to cancel on. */
  readonly reportsDatabase: Database | Replica;
  readonly tokens: Tokens;
  readonly log: Logger;
  readonly registry: Registry;
  readonly policy: PolicyInForce;
  readonly seal: AnswerSeal;
  readonly actorIds: ActorIds;
  /** Opens something sealed; throws where this process lacks a master key in use. */
  readonly opensSealed: OpensSealed;
  readonly nameInLog: NameInLog;
  /** What staff reads of somebody. */
  readonly recordReads: RecordReads;
  /** Made once the modules are there, since the application knows. */
  readonly silentSince: Omit<FactoryProvider<SilentSince>, 'provide'>;
}

@Global()
@Module({})
export class FoundationModule {
  static register({ settings, database, reportsDatabase, tokens, log, registry, policy, seal, actorIds, opensSealed, nameInLog, recordReads, silentSince }: Foundation): DynamicModule {
    const pages = new PageSessions(database);
    const access = new PageAccess(pages, settings);
    return {
      module: FoundationModule,
      imports: [DiscoveryModule],
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: POLICY, useValue: policy },
        { provide: Database, useValue: database },
        { provide: REPORTS_DATABASE, useValue: reportsDatabase },
        { provide: LOG, useValue: log },
        { provide: Registry, useValue: registry },
        { provide: ANSWER_SEAL, useValue: seal },
        { provide: OPENS_SEALED, useValue: opensSealed },
        { provide: NAME_IN_LOG, useValue: nameInLog },
        { provide: RECORD_READS, useValue: recordReads },
        { provide: SILENT_SINCE, ...silentSince },
        { provide: PageSessions, useValue: pages },
        { provide: KEY_LIMITS, useValue: new RateLimits(settings.customerKeysPerHour, 3_600_000, 'Too many idempotency keys were used for this account: their answers are kept.') },
        Idempotency,
        { provide: PageAccess, useValue: access },
        { provide: Connections, useValue: new Connections(settings.connections) },
        { provide: Door, useValue: new Door(tokens, access, actorIds, new RateLimits(settings.rateLimitPerMinute, 60_000)) },
        { provide: Shares, useValue: new Shares(settings.shares, registry) },
        { provide: APP_INTERCEPTOR, useClass: ReservedInterceptor },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_INTERCEPTOR, useClass: BodilessInterceptor },
        { provide: APP_PIPE, useValue: new InputPipe(policy) },
        { provide: APP_FILTER, useFactory: () => new ProblemFilter(log) },
      ],
      exports: [SETTINGS, Database, REPORTS_DATABASE, Connections, Shares, PageSessions, PageAccess, LOG, Registry, OPENS_SEALED, Idempotency],
    };
  }
}
