// The core as the worker uses it.
import { Module, type DynamicModule } from '@nestjs/common';
import { ApplicationModule, type ApplicationSettings } from '#application';
import { DeadlineCommands } from './deadline-commands.js';

@Module({})
export class WorkerModule {
  static with(application: ApplicationSettings): DynamicModule {
    return { module: WorkerModule, imports: [ApplicationModule.with(application)], providers: [DeadlineCommands] };
  }
}
