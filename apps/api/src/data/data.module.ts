// Retained data, the archive of them, and who read them.
import { Module } from '@nestjs/common';
import { DataAccessController } from './data-access.controller.js';
import { DataController } from './data.controller.js';
import { DataExportController } from './data-export.controller.js';
import { Downloads } from './downloads.js';

@Module({ controllers: [DataController, DataAccessController, DataExportController], providers: [Downloads] })
export class DataModule {}
