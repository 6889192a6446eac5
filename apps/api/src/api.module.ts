// The modules of the API. A resource is one folder with its module; add the module to `resources`.
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { Sandbox } from './auth/sandbox.js';
import { DevModule } from './dev/dev.module.js';
import { HealthModule } from './health/health.module.js';
import { FoundationModule, type Foundation } from './http/foundation.module.js';

const resources: readonly Type[] = [HealthModule];

@Module({})
export class ApiModule {
  /** Without a `sandbox` what only it has does not exist. */
  static register(foundation: Foundation, sandbox: Sandbox | undefined): DynamicModule {
    return {
      module: ApiModule,
      imports: [FoundationModule.register(foundation), ...resources, ...(sandbox ? [DevModule.register(sandbox)] : [])],
    };
  }
}
