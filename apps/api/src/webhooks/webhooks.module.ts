// Webhooks, for the platform's back end.
import { Module } from '@nestjs/common';
import { DeliveriesController } from './deliveries.controller.js';
import { WebhookEndpointsController } from './endpoints.controller.js';
import './messages.js';

@Module({ controllers: [WebhookEndpointsController, DeliveriesController] })
export class WebhooksModule {}
