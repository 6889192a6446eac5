// The shape of a subscription and of its pending cancellation.
import { listed } from '../http/input/policy-lists.js';
import { bool, InstantSchema, MoneySchema, nullable, object, oneOf, schema, text } from '../http/answers/schemas.js';

export const CancellationSchema = schema(
  'Cancellation',
  object({ requestedAt: InstantSchema, effectiveAt: InstantSchema, reason: nullable(object({ code: oneOf(listed.reasons) })) }),
);

export const SubscriptionSchema = schema(
  'Subscription',
  object({
    subscriptionId: text,
    planId: text,
    planName: { ...text, description: 'In the language of the account, or in the one that was asked for.' },
    kind: oneOf('messaging', 'calling'),
    interval: oneOf('month', 'year'),
    price: MoneySchema,
    status: oneOf('trialing', 'active', 'past_due', 'ended'),
    startedAt: InstantSchema,
    currentPeriod: object({ start: InstantSchema, end: InstantSchema }),
    cancellation: nullable(CancellationSchema),
    cancelAtPeriodEnd: bool,
    nextPlanId: nullable(text),
    endedAt: nullable(InstantSchema),
  }),
);
