// What every controller stands on: database, settings, log, metrics, idempotency, and the guards, pipes and filters of every route.
import { Global, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { Database } from '#postgres';
import { AccessGuard } from '../../auth/access.guard.js';
import { ACTOR_IDS, type ActorIds } from '../../auth/actor-ids.js';
import { Tokens } from '../../auth/tokens.js';
import { BodilessInterceptor } from './bodiless.interceptor.js';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.js';
import { ANSWER_SEAL, Idempotency, SILENT_SINCE, type AnswerSeal, type SilentSince } from '../idempotency/idempotency.js';
import { InputPipe } from '../input/input.pipe.js';
import { LOG } from './logging.js';
import { ProblemFilter } from './problem.filter.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { SETTINGS, type ApiSettings } from './settings.js';

/** Injection token of {@link OpensSealed}. */
export const OPENS_SEALED = Symbol('OpensSealed');

export type OpensSealed = () => Promise<void>;

export interface Foundation {
  readonly settings: ApiSettings;
  readonly database: Database;
  readonly tokens: Tokens;
  readonly log: Logger;
  readonly registry: Registry;
  readonly seal: AnswerSeal;
  readonly actorIds: ActorIds;
  /** Opens something sealed; throws where this process lacks a master key in use. */
  readonly opensSealed: OpensSealed;
  /** Made once the modules are there, since the application knows. */
  readonly silentSince: Omit<FactoryProvider<SilentSince>, 'provide'>;
}

@Global()
@Module({})
export class FoundationModule {
  static register({ settings, database, tokens, log, registry, seal, actorIds, opensSealed, silentSince }: Foundation): DynamicModule {
    return {
      module: FoundationModule,
      imports: [DiscoveryModule],
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: Database, useValue: database },
        { provide: Tokens, useValue: tokens },
        { provide: LOG, useValue: log },
        { provide: Registry, useValue: registry },
        { provide: ANSWER_SEAL, useValue: seal },
        { provide: ACTOR_IDS, useValue: actorIds },
        { provide: OPENS_SEALED, useValue: opensSealed },
        { provide: SILENT_SINCE, ...silentSince },
        Idempotency,
        AccessGuard,
        { provide: APP_GUARD, useClass: RateLimitGuard },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_INTERCEPTOR, useClass: BodilessInterceptor },
        { provide: APP_PIPE, useClass: InputPipe },
        { provide: APP_FILTER, useFactory: () => new ProblemFilter(log) },
      ],
      exports: [SETTINGS, Database, LOG, Registry, OPENS_SEALED, Idempotency],
    };
  }
}
