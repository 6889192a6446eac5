// Effects, for operators; and in the sandbox a carrier that fails when it is told to.
import { Module } from '@nestjs/common';
import { AccountEffects } from '#application';
import { OperatorActs, Pauses, SandboxFaults } from '#effects';
import { PersonalData } from '#personal-data';
import { Database } from '#postgres';
import { EffectsController } from './effects.controller.js';
import { FaultsController } from './faults.controller.js';
import { PausesController } from './pauses.controller.js';

@Module({
  controllers: [EffectsController, PausesController],
  providers: [
    { provide: Pauses, useFactory: (database: Database) => new Pauses(database), inject: [Database] },
    { provide: OperatorActs, useFactory: (database: Database, effects: AccountEffects) => new OperatorActs(database, effects), inject: [Database, AccountEffects] },
  ],
  exports: [Pauses],
})
export class EffectsModule {}

@Module({
  controllers: [FaultsController],
  providers: [
    {
      provide: SandboxFaults,
      useFactory: (database: Database, personalData: PersonalData) => new SandboxFaults(database, () => personalData.globalHash()),
      inject: [Database, PersonalData],
    },
  ],
})
export class SandboxCarrierModule {}
