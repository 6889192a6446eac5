// Health, and metrics where they have no port of their own.
import { Module, type DynamicModule } from '@nestjs/common';
import type { ApiSettings } from '../http/server/settings.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsText } from './metrics-text.js';

@Module({})
export class HealthModule {
  static with({ managementPort }: Pick<ApiSettings, 'managementPort'>): DynamicModule {
    return { module: HealthModule, controllers: [HealthController, ...(managementPort === undefined ? [MetricsController] : [])], providers: [MetricsText] };
  }
}
