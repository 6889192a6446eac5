// Opt-outs.
import { Module } from '@nestjs/common';
import { OptOutsController } from './opt-outs.controller.js';

@Module({ controllers: [OptOutsController] })
export class OptOutsModule {}
