// The shape of a subscription and of its pending cancellation.
import { bool, InstantSchema, MoneySchema, nullable, object, oneOf, schema, text } from '../http/answers/schemas.js';

export const CancellationSchema = schema(
  'Cancellation',
  object({ requestedAt: InstantSchema, effectiveAt: InstantSchema, reason: nullable(object({ code: text })) }),
);

export const SubscriptionSchema = schema(
  'Subscription',
  object({
    subscriptionId: text,
    planId: text,
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
