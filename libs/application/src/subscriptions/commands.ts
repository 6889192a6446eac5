// What happens to a plan while it runs: it is changed, and the payment system tells what it could and could not collect.
import type { Metadata } from '#kernel';
import { AccountCommand, decides } from '../commands.js';

/** From the next period on. */
export class ChangePlan extends AccountCommand<'ChangePlan'> {
  constructor(accountId: string, metadata: Metadata, readonly subscriptionId: string, readonly planId: string) {
    super(accountId, metadata);
  }
}

/** The payment system could not collect. */
export class MarkPastDue extends AccountCommand<'MarkPastDue'> {
  constructor(accountId: string, metadata: Metadata, readonly subscriptionId: string) {
    super(accountId, metadata);
  }
}

/** The payment system collected after all, whatever was owed. */
export class MarkPaid extends AccountCommand<'MarkPaid'> {
  constructor(accountId: string, metadata: Metadata, readonly subscriptionId: string) {
    super(accountId, metadata);
  }
}

export const ChangePlanHandler = decides(ChangePlan, ({ subscriptionId, planId }) => ({ type: 'ChangePlan', subscriptionId, planId }));
export const MarkPastDueHandler = decides(MarkPastDue, ({ subscriptionId }) => ({ type: 'MarkPastDue', subscriptionId }));
export const MarkPaidHandler = decides(MarkPaid, ({ subscriptionId }) => ({ type: 'MarkPaid', subscriptionId }));
