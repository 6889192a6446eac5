// Accounts and the catalogue of plans.
import { Module } from '@nestjs/common';
import { AccountsController } from './accounts.controller.js';
import { PlansController } from './plans.controller.js';

@Module({ controllers: [AccountsController, PlansController] })
export class AccountsModule {}
