// What operators watch and unblock.
import { Module } from '@nestjs/common';
import { ProjectionsModule } from '../projections/projections.module.js';
import { AskedActsController } from './asked-acts.controller.js';
import { ActsController } from './acts.controller.js';
import { DeadlinesController } from './deadlines.controller.js';
import { DriftController } from './drift.controller.js';
import { OpsEventsController } from './events.controller.js';
import { OpsHealthController } from './health.controller.js';
import { OutlookController } from './outlook.controller.js';
import { ProjectionsController } from './projections.controller.js';
import { StatesController } from './states.controller.js';

@Module({ imports: [ProjectionsModule], controllers: [AskedActsController, DeadlinesController, DriftController, ProjectionsController, OpsHealthController, OutlookController, OpsEventsController, ActsController, StatesController] })
export class OpsModule {}
