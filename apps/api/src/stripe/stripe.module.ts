// Stripe, where it is configured; without it the route does not exist.
import { Module, type DynamicModule } from '@nestjs/common';
import Stripe from 'stripe';
import type { StripeSettings } from '../http/server/settings.js';
import { StripeController } from './stripe.controller.js';

/** Stripe waits ten seconds for an answer; whoever asks it meanwhile gives up before. */
const timeoutMs = 8_000;

@Module({})
export class StripeModule {
  static with({ apiKey, apiUrl }: StripeSettings): DynamicModule {
    const { hostname, port, protocol } = apiUrl;
    const stripe = new Stripe(apiKey, {
      host: hostname, port: port || (protocol === 'http:' ? 80 : 443), protocol: protocol === 'http:' ? 'http' : 'https', timeout: timeoutMs, maxNetworkRetries: 0, telemetry: false,
    });
    return { module: StripeModule, controllers: [StripeController], providers: [{ provide: Stripe, useValue: stripe }] };
  }
}
