// The receipt of a cancellation: what was promised with it, signed, and its dates for a calendar.
import { Controller, Get, Inject, Param, Query, Req, StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { refuse, Refused } from '#kernel';
import { calendarOfReceipt, Memberships, POLICY, type Account } from '#application';
import { latestRequest, receiptFormat, receiptOf, receiptTypes, signDocument, type CancellationReceipt } from '#certificates';
import { consequenceKinds, languageFor, subscriptionById, type Language, type PolicyInForce } from '#domain';
import { PageAccess } from '../auth/page-access.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { found } from '../http/answers/not-found.js';
import { InstantSchema, list, MoneySchema, nullable, object, oneOf, schema, text, whole } from '../http/answers/schemas.js';
import { ShownIn } from '../http/input/fields.js';
import { listed } from '../http/input/policy-lists.js';
import type { SigningKey } from '../keys/signing-key.js';
import { CERTIFICATE_KEY } from './certificate.controller.js';

const counted = object({ count: whole, amount: MoneySchema });

const ReceiptSchema = schema(
  'CancellationReceipt',
  object({
    receipt: object({
      format: oneOf(receiptFormat),
      accountId: text,
      subscriptionId: text,
      planId: text,
      cancellationId: { ...text, description: 'The id of the event, which the certificate of a purge names too.' },
      requestedAt: InstantSchema,
      recordedAt: { $ref: InstantSchema.$ref, description: 'In real time; all other dates are of the time of the account.' },
      effectiveAt: InstantSchema,
      timeZone: text,
      policyVersion: text,
      reason: nullable(oneOf(listed.reasons)),
      consequences: list(object({ kind: oneOf(...consequenceKinds), at: InstantSchema })),
      credits: object({ total: MoneySchema, sms: counted, rvm: counted }),
      numberFees: list(object({ at: InstantSchema, count: whole, amount: MoneySchema })),
      disclosures: {
        ...object({ accepted: list(object({ id: text, version: text })), language: oneOf(listed.languages), textHash: nullable(text) }),
        description: 'What was accepted, and the SHA-256 of that text in the language in which it was shown.',
      },
      previewHash: { ...nullable(text), description: 'Of the preview that the attempt was bound to; null: it was cancelled in one call.' },
      resumedAt: { ...nullable(InstantSchema), description: 'When the cancellation was taken back, so that nothing of this follows.' },
    }),
    jws: { type: 'string', description: 'Compact JWS, EdDSA, with the keys of certificates; the payload is the canonical JSON (RFC 8785) of the receipt.' },
  }),
);

const calendarType = 'text/calendar; charset=utf-8';

class CalendarQuery {
  @ShownIn() locale?: Language;
}

@Controller('v1/accounts/:accountId/subscriptions/:subscriptionId/cancellation')
export class ReceiptController {
  constructor(
    private readonly memberships: Memberships,
    private readonly pages: PageAccess,
    @Inject(CERTIFICATE_KEY) private readonly key: SigningKey,
    @Inject(POLICY) private readonly policy: PolicyInForce,
  ) {}

  @Get('receipt')
  @Summary('Get the receipt of a cancellation')
  @Allow('customer', 'service')
  @Answers(200, ReceiptSchema, 'What the latest cancellation of the plan promised when it was confirmed, signed; also once it has taken effect, and once it was taken back.')
  @Refuses('account_purged')
  async receipt(@Param('accountId') accountId: string, @Param('subscriptionId') subscriptionId: string): Promise<{ receipt: CancellationReceipt; jws: string }> {
    const { receipt } = await this.found(await this.memberships.read(accountId), subscriptionId);
    return { receipt, jws: signDocument('receipt', receipt, this.key) };
  }

  @Get('receipt.ics')
  @Summary('Get the dates of a cancellation as a calendar')
  @Allow('customer', 'service')
  @Answers(200, { type: 'string', contentMediaType: 'text/calendar' }, 'iCalendar: the end of the plan, and what is lost when. As it comes with the receipt by mail.', { mediaTypes: ['text/calendar'] })
  @Refuses('cancellation_not_pending', 'account_purged')
  async calendar(
    @Req() request: FastifyRequest, @Param('accountId') accountId: string, @Param('subscriptionId') subscriptionId: string, @Query() { locale }: CalendarQuery,
  ): Promise<StreamableFile> {
    const account = await this.memberships.read(accountId);
    const { receipt, subscription, requested } = await this.found(account, subscriptionId);
    if (receipt.resumedAt !== null) throw new Refused(refuse('cancellation_not_pending'));
    const calendar = calendarOfReceipt(account.state, subscription, requested, languageFor(this.policy, account.state, locale), `${this.pages.originOf(request)}/membership/`, this.policy);
    return new StreamableFile(Buffer.from(calendar), { type: calendarType, disposition: 'attachment; filename="dates.ics"' });
  }

  /** Throws `not_found` where the plan, or a cancellation of it, is not there. */
  private async found({ state, events }: Account, subscriptionId: string) {
    const subscription = found('subscription', subscriptionById(state, subscriptionId));
    const told = await events({ types: receiptTypes });
    const receipt = found('cancellation', receiptOf(state.accountId, subscriptionId, told));
    return { subscription, receipt, requested: latestRequest(subscriptionId, told)! };
  }
}
