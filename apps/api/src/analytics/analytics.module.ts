// Reports for analysts.
import { Module } from '@nestjs/common';
import { ProjectionsModule } from '../projections/projections.module.js';
import { AnalyticsController } from './analytics.controller.js';
import { ReportPasts } from './pasts.js';
import { ReportAnswers } from './report-answers.js';
import { reportControllers } from './report-controllers.js';
import { ReportRoom } from './report-room.js';

@Module({ imports: [ProjectionsModule], controllers: [AnalyticsController, ...reportControllers], providers: [ReportPasts, ReportRoom, ReportAnswers] })
export class AnalyticsModule {}
