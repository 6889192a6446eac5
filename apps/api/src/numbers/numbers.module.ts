// Phone numbers and the 10DLC registration that they send under.
import { Module } from '@nestjs/common';
import { NumbersController } from './numbers.controller.js';
import { TenDlcController } from './ten-dlc.controller.js';

@Module({ controllers: [NumbersController, TenDlcController] })
export class NumbersModule {}
