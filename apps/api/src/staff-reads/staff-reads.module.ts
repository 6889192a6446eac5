// What staff read of whom, for operators.
import { Module, type DynamicModule } from '@nestjs/common';
import { StaffReads } from '#staff-reads';
import { StaffReadsController } from './staff-reads.controller.js';

@Module({ controllers: [StaffReadsController] })
export class StaffReadsModule {
  static with(staffReads: StaffReads): DynamicModule {
    return { module: StaffReadsModule, providers: [{ provide: StaffReads, useValue: staffReads }] };
  }
}
