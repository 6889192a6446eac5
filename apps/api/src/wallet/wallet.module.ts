// Money.
import { Module } from '@nestjs/common';
import { ChargesController } from './charges.controller.js';
import { WalletController } from './wallet.controller.js';

@Module({ controllers: [WalletController, ChargesController] })
export class WalletModule {}
