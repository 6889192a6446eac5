// Gathers what a preview needs beside the account's state: the policy in force, and which of its scheduled messages would be credited.
import { Inject, Injectable } from '@nestjs/common';
import { nothingUnsent, sayingIn, subscriptionById, termsOf, type Language, type PolicyInForce, type Subscription, type Unsent } from '#domain';
import { previewView, type PreviewView } from '#read-models';
import { ScheduledMessages } from '#scheduled-messages';
import type { Account } from '../memberships.js';
import { POLICY } from '../policy/in-force.js';

@Injectable()
export class Previews {
  constructor(
    private readonly messages: ScheduledMessages,
    @Inject(POLICY) readonly policy: PolicyInForce,
  ) {}

  /** What would be credited; nothing of a plan that is not there. */
  async unsent({ state }: Pick<Account, 'state'>, subscriptionId: string): Promise<Unsent> {
    const subscription = subscriptionById(state, subscriptionId);
    return subscription ? this.messages.unsent(state.accountId, subscription.term.kind, { from: subscription.period.end }) : nothingUnsent;
  }

  async of(account: Account, subscription: Subscription, language: Language): Promise<PreviewView> {
    const { state, now } = account;
    const unsent = await this.unsent(account, subscription.subscriptionId);
    return previewView(state, subscription, unsent, now, this.policy, sayingIn(this.policy, language, termsOf(state).timeZone));
  }
}
