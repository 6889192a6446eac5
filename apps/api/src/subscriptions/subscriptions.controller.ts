// Plans of an account: subscribe, come back, change, and what the payment system found.
import { Body, Controller, Get, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { ChangePlan, MarkPaid, MarkPastDue, Memberships, POLICY, Subscribe } from '#application';
import type { PolicyInForce } from '#domain';
import type { SubscriptionView } from '#read-models';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { Text, Whole } from '../http/input/fields.js';
import { Problem } from '../http/problems/problems.js';
import { EarlierLifeGuard } from '../retention/earlier-life.guard.js';
import { SubscriptionSchema } from './schemas.js';
import { shownSubscription } from './shown.js';

class NewSubscriptionBody {
  @Text({ max: 64 }) planId!: string;
  @Whole({ min: 1, max: 730, optional: true, description: 'Calendar days on the wall clock of the account before the first charge. For the service alone: from anybody else it is `forbidden`.' }) trialDays?: number;
}

class PlanChangeBody {
  @Text({ max: 64, description: 'Of the same kind; begins with the next period.' }) planId!: string;
}

@Controller('v1/accounts/:accountId/subscriptions')
export class SubscriptionsController {
  constructor(
    private readonly memberships: Memberships,
    @Inject(POLICY) private readonly policy: PolicyInForce,
  ) {}

  @Post()
  @Summary('Subscribe to a plan')
  @Allow('customer', 'service')
  @UseGuards(EarlierLifeGuard)
  @Answers(201, SubscriptionSchema, 'The new term.')
  @Refuses('already_subscribed', 'account_purged')
  async subscribe(@Caller() { role, metadata }: Identity, @Param('accountId') accountId: string, @Body() { planId, trialDays }: NewSubscriptionBody, @Execute() execute: Executes<Subscribe>): Promise<SubscriptionView> {
    if (trialDays !== undefined && role !== 'service') throw new Problem('forbidden', { detail: 'Only the service may give a trial.' });
    const { state, subscriptionId } = await execute(new Subscribe(accountId, metadata, planId, trialDays ?? null));
    return shownSubscription(state, subscriptionId, this.policy);
  }

  @Get(':subscriptionId')
  @Summary('Get a subscription')
  @Allow('customer', 'service', 'operator')
  @Answers(200, SubscriptionSchema, 'The subscription.')
  @Refuses('account_purged')
  async get(@Param('accountId') accountId: string, @Param('subscriptionId') subscriptionId: string): Promise<SubscriptionView> {
    const { state } = await this.memberships.read(accountId);
    return shownSubscription(state, subscriptionId, this.policy);
  }

  @Post(':subscriptionId/plan')
  @Summary('Change the plan')
  @Allow('customer', 'service')
  @Answers(200, SubscriptionSchema, 'The subscription; the plan changes with the next period.')
  @Refuses('plan_change_while_cancelling', 'subscription_ended', 'account_purged')
  async changePlan(
    @Caller() { metadata }: Identity,
    @Param('accountId') accountId: string,
    @Param('subscriptionId') subscriptionId: string,
    @Body() { planId }: PlanChangeBody,
    @Execute() execute: Executes<ChangePlan>,
  ): Promise<SubscriptionView> {
    const { state } = await execute(new ChangePlan(accountId, metadata, subscriptionId, planId));
    return shownSubscription(state, subscriptionId, this.policy);
  }

  @Post(':subscriptionId/past-due')
  @Summary('Report a payment that failed')
  @Allow('service')
  @Answers(200, SubscriptionSchema, 'The subscription; its debt is recorded. A trial owes nothing and stays as it is.')
  @Refuses('subscription_ended', 'account_purged')
  async markPastDue(
    @Caller() { metadata }: Identity,
    @Param('accountId') accountId: string,
    @Param('subscriptionId') subscriptionId: string,
    @Execute() execute: Executes<MarkPastDue>,
  ): Promise<SubscriptionView> {
    const { state } = await execute(new MarkPastDue(accountId, metadata, subscriptionId));
    return shownSubscription(state, subscriptionId, this.policy);
  }

  @Post(':subscriptionId/paid')
  @Summary('Report a debt that was paid')
  @Allow('service')
  @Answers(200, SubscriptionSchema, 'The subscription; nothing is owed.')
  @Refuses('subscription_ended', 'account_purged')
  async markPaid(
    @Caller() { metadata }: Identity,
    @Param('accountId') accountId: string,
    @Param('subscriptionId') subscriptionId: string,
    @Execute() execute: Executes<MarkPaid>,
  ): Promise<SubscriptionView> {
    const { state } = await execute(new MarkPaid(accountId, metadata, subscriptionId));
    return shownSubscription(state, subscriptionId, this.policy);
  }
}
