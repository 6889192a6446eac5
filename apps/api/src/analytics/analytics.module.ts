// Reports for analysts.
import { Module } from '@nestjs/common';
import { ProjectionsModule } from '../projections/projections.module.js';
import { AnalyticsController } from './analytics.controller.js';
import { ReportPasts } from './pasts.js';
import { ReportRoom } from './report-room.js';

@Module({ imports: [ProjectionsModule], controllers: [AnalyticsController], providers: [ReportPasts, ReportRoom] })
export class AnalyticsModule {}
