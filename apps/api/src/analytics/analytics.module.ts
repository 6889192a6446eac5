// Reports for analysts.
import { Module } from '@nestjs/common';
import { ProjectionsModule } from '../projections/projections.module.js';
import { AnalyticsController } from './analytics.controller.js';

@Module({ imports: [ProjectionsModule], controllers: [AnalyticsController] })
export class AnalyticsModule {}
