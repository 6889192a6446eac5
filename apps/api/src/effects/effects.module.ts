// Effects, for operators; and in the sandbox a carrier that fails when it is told to.
import { Module } from '@nestjs/common';
import { SandboxFaults } from '#effects';
import { PersonalData } from '#personal-data';
import { Database } from '#postgres';
import { EffectsController } from './effects.controller.js';
import { FaultsController } from './faults.controller.js';
import { ClearFaultHandler, SetFaultHandler } from './faults.js';
import { PausesController } from './pauses.controller.js';

@Module({ controllers: [EffectsController, PausesController] })
export class EffectsModule {}

@Module({
  controllers: [FaultsController],
  providers: [
    {
      provide: SandboxFaults,
      useFactory: (database: Database, personalData: PersonalData) => new SandboxFaults(database, () => personalData.globalHash()),
      inject: [Database, PersonalData],
    },
    SetFaultHandler,
    ClearFaultHandler,
  ],
})
export class SandboxCarrierModule {}
