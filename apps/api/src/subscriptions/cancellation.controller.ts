// Cancelling a plan: look at what follows, attempt and confirm or do both at once, and take it back while the period runs.
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { type Instant, refuse, Refused } from '#kernel';
import { disclosuresIn, languageFor, subscriptionById, type Disclosure, type Language, type PolicyInForce } from '#domain';
import { AttemptCancellation, ConfirmCancellation, Memberships, POLICY, Previews, RequestCancellation, ResumeSubscription } from '#application';
import type { PreviewView, SubscriptionView } from '#read-models';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { found } from '../http/answers/not-found.js';
import { AttemptBody, CancellationBody, ConfirmationBody, LanguageQuery } from './cancellation.bodies.js';
import { AttemptSchema, PreviewSchema } from './cancellation.schemas.js';
import { SubscriptionSchema } from './schemas.js';
import { shownSubscription } from './shown.js';

interface AttemptView {
  readonly attemptId: string;
  readonly locale: Language;
  readonly disclosures: readonly Disclosure[];
  readonly expiresAt: Instant;
}

@Controller('v1/accounts/:accountId/subscriptions/:subscriptionId')
export class CancellationController {
  constructor(
    private readonly memberships: Memberships,
    private readonly previews: Previews,
    @Inject(POLICY) private readonly policy: PolicyInForce,
  ) {}

  @Get('cancellation/preview')
  @Summary('Preview a cancellation')
  @Allow('customer', 'service')
  @Answers(200, PreviewSchema, 'What would follow, dated for this account. Changes nothing.')
  @Refuses('subscription_ended', 'account_purged')
  async preview(@Param('accountId') accountId: string, @Param('subscriptionId') subscriptionId: string, @Query() { locale }: LanguageQuery): Promise<PreviewView> {
    const account = await this.memberships.read(accountId);
    const subscription = found('subscription', subscriptionById(account.state, subscriptionId));
    if (subscription.endedAt !== null) throw new Refused(refuse('subscription_ended', { endedAt: subscription.endedAt }));
    return this.previews.of(account, subscription, languageFor(this.policy, account.state, locale));
  }

  @Post('cancellation-attempts')
  @Summary('Attempt a cancellation')
  @Allow('customer', 'service')
  @Answers(201, AttemptSchema, 'The attempt, to be confirmed within the hour. No plan has changed.')
  @Refuses('reason_unknown', 'acknowledgement_missing', 'preview_stale', 'cancellation_already_pending', 'subscription_ended', 'account_purged')
  async attempt(
    @Caller() { metadata }: Identity,
    @Param('accountId') accountId: string,
    @Param('subscriptionId') subscriptionId: string,
    @Body() body: AttemptBody,
    @Execute() execute: Executes<AttemptCancellation>,
  ): Promise<AttemptView> {
    const { attemptId, language, expiresAt } = await execute(new AttemptCancellation(accountId, metadata, subscriptionId, body));
    return { attemptId, locale: language, disclosures: disclosuresIn(this.policy, language), expiresAt };
  }

  @Post('cancellation-attempts/:attemptId/confirm')
  @Summary('Confirm a cancellation')
  @Allow('customer', 'service')
  @Answers(200, SubscriptionSchema, 'The subscription with its pending cancellation.')
  @Refuses('acknowledgement_missing', 'disclosures_missing', 'disclosures_stale', 'attempt_expired', 'attempt_used', 'preview_stale', 'cancellation_already_pending', 'subscription_ended', 'account_purged')
  async confirm(
    @Caller() { metadata }: Identity,
    @Param('accountId') accountId: string,
    @Param('subscriptionId') subscriptionId: string,
    @Param('attemptId') attemptId: string,
    @Body() { acceptedDisclosures, acknowledgedConsequences }: ConfirmationBody,
    @Execute() execute: Executes<ConfirmCancellation>,
  ): Promise<SubscriptionView> {
    const { state } = await execute(
      new ConfirmCancellation(accountId, metadata, subscriptionId, attemptId, acceptedDisclosures, acknowledgedConsequences),
    );
    return shownSubscription(state, subscriptionId, this.policy);
  }

  @Post('cancellation')
  @Summary('Cancel a plan')
  @Allow('customer', 'service')
  @Answers(201, SubscriptionSchema, 'The subscription with its pending cancellation.')
  @Refuses('reason_unknown', 'acknowledgement_missing', 'disclosures_missing', 'disclosures_stale', 'cancellation_already_pending', 'subscription_ended', 'account_purged')
  async cancel(
    @Caller() { metadata }: Identity,
    @Param('accountId') accountId: string,
    @Param('subscriptionId') subscriptionId: string,
    @Body() body: CancellationBody,
    @Execute() execute: Executes<RequestCancellation>,
  ): Promise<SubscriptionView> {
    const { state } = await execute(new RequestCancellation(accountId, metadata, subscriptionId, body));
    return shownSubscription(state, subscriptionId, this.policy);
  }

  @Post('resume')
  @Summary('Resume a plan')
  @Allow('customer', 'service')
  @Answers(200, SubscriptionSchema, 'The subscription, as if it had never been cancelled.')
  @Refuses('cancellation_not_pending', 'subscription_ended', 'account_purged')
  async resume(
    @Caller() { metadata }: Identity,
    @Param('accountId') accountId: string,
    @Param('subscriptionId') subscriptionId: string,
    @Execute() execute: Executes<ResumeSubscription>,
  ): Promise<SubscriptionView> {
    const { state } = await execute(new ResumeSubscription(accountId, metadata, subscriptionId));
    return shownSubscription(state, subscriptionId, this.policy);
  }
}
