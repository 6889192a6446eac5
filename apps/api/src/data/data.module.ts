// Retained data, and who read them.
import { Module } from '@nestjs/common';
import { DataAccessController } from './data-access.controller.js';
import { DataController } from './data.controller.js';

@Module({ controllers: [DataController, DataAccessController] })
export class DataModule {}
