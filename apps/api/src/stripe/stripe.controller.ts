// What Stripe tells of payments. Its signature is all that is believed of an event; what came of the charge is read from Stripe.
import { Body, Controller, Headers, Inject, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import Stripe from 'stripe';
import { Refused, type Metadata } from '#kernel';
import { MarkChargeCollected, MarkChargeFailed } from '#application';
import { Anyone } from '../auth/policy.js';
import { Answers, Refuses } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { bool, object, ProblemSchema, schema, text } from '../http/answers/schemas.js';
import { OwnTransaction } from '../http/idempotency/idempotency.interceptor.js';
import { isRecord } from '../http/input/input.js';
import { Problem } from '../http/problems/problems.js';
import { correlationIdOf } from '../http/requests/request-id.js';
import { LOG } from '../http/server/logging.js';
import { SETTINGS, type ApiSettings } from '../http/server/settings.js';
import { findingOf, type Finding } from './charges-at-stripe.js';

const StripeReceiptSchema = schema('StripeReceipt', { ...object({ received: bool, became: text }), description: '`collected`, `failed` or `ignored`: nothing has come of a charge of ours.' });

interface Receipt {
  readonly received: true;
  readonly became: Finding['became'] | 'ignored';
}

@Controller('v1/stripe')
export class StripeController {
  constructor(
    private readonly stripe: Stripe,
    @Inject(SETTINGS) private readonly settings: Pick<ApiSettings, 'stripe'>,
    @Inject(LOG) private readonly log: Pick<Logger, 'warn'>,
  ) {}

  @Post('webhooks')
  @Anyone()
  @OwnTransaction()
  @RouteConfig({ rawBody: true })
  @Answers(200, StripeReceiptSchema, 'What was made of the event. Events of other types, and about what is not ours, are acknowledged.')
  @Answers(400, ProblemSchema, '`invalid_request`: Stripe has not signed this, or not within the last five minutes, or it is no JSON.', { mediaTypes: ['application/problem+json'] })
  @Refuses('account_purged')
  async receive(
    @Req() request: FastifyRequest,
    @Headers('stripe-signature') signature: string | undefined,
    @Body() body: unknown,
    @Execute() execute: Executes<MarkChargeCollected | MarkChargeFailed>,
  ): Promise<Receipt> {
    const event = this.verified(body, signature);
    const finding = await findingOf(this.stripe, event);
    if (!finding) return { received: true, became: 'ignored' };
    const metadata: Metadata = { actor: { role: 'service', id: 'stripe' }, channel: 'api', correlationId: correlationIdOf(request), causationId: `stripe:${event.id}` };
    try {
      await execute(told(finding, metadata));
      return { received: true, became: finding.became };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // Sent again it would fare no better.
      this.log.warn({ stripeEvent: event.id, code: error.refusal.refused }, 'an event of Stripe names a charge that is not there');
      return { received: true, became: 'ignored' };
    }
  }

  /** Throws 400. */
  private verified(body: unknown, signature: string | undefined): Stripe.Event {
    let event: unknown;
    try {
      event = this.stripe.webhooks.constructEvent(Buffer.isBuffer(body) ? body : '', signature ?? '', this.settings.stripe!.webhookSecret);
    } catch (error) {
      const unsigned = error instanceof Stripe.errors.StripeSignatureVerificationError;
      throw badRequest(unsigned ? 'The signature is not one of Stripe, or is too old.' : noEvent);
    }
    if (!isEvent(event)) throw badRequest(noEvent);
    return event;
  }
}

const noEvent = 'The body is no event of Stripe.';

const badRequest = (detail: string): Problem => new Problem('invalid_request', { status: 400, detail });

const isEvent = (body: unknown): body is Stripe.Event => isRecord(body) && typeof body['id'] === 'string' && typeof body['type'] === 'string' && isRecord(body['data']) && isRecord(body['data']['object']);

const told = ({ accountId, chargeId, became, reason }: Finding, metadata: Metadata): MarkChargeCollected | MarkChargeFailed =>
  became === 'collected' ? new MarkChargeCollected(accountId, metadata, chargeId) : new MarkChargeFailed(accountId, metadata, chargeId, reason);
