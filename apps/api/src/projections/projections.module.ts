// The projections as the API sees them: asked how far they are and asked to be rebuilt; the worker follows the log.
import { Module } from '@nestjs/common';
import { EventStore } from '#event-store';
import { Database } from '#postgres';
import { Projections } from '#projections';
import { projections } from '#read-models';
import { RebuildProjectionHandler } from './rebuild.js';

@Module({
  providers: [
    {
      provide: Projections,
      inject: [Database, EventStore],
      useFactory: (database: Database, eventStore: EventStore) => new Projections(database, eventStore, projections),
    },
    RebuildProjectionHandler,
  ],
  exports: [Projections],
})
export class ProjectionsModule {}
