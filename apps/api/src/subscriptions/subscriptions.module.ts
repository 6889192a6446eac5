// Subscriptions and their cancellation.
import { Module } from '@nestjs/common';
import { CancellationController } from './cancellation.controller.js';
import { ConsentsController } from './consents.controller.js';
import { SubscriptionsController } from './subscriptions.controller.js';

@Module({ controllers: [SubscriptionsController, CancellationController, ConsentsController] })
export class SubscriptionsModule {}
