// The shapes of the Membership page, entitlements, timeline and stream.
import { belongings } from '#domain';
import { StandingSchema } from '../accounts/schemas.js';
import { bool, InstantSchema, list, MoneySchema, nullable, object, oneOf, record, schema, text, whole, anything } from '../http/answers/schemas.js';
import { SubscriptionSchema } from '../subscriptions/schemas.js';

const belongingsSchema = list(oneOf(...belongings));

export const MembershipSchema = schema(
  'Membership',
  object({
    accountId: text,
    standing: StandingSchema,
    subscriptions: list(SubscriptionSchema),
    numbers: object({ count: whole }),
    tenDlc: object({ status: oneOf('none', 'pending', 'active', 'expired') }),
    wallet: object({ balance: MoneySchema }),
    deadlines: list(
      object({ kind: text, dueAt: InstantSchema, status: oneOf('planned', 'pending', 'fired', 'void', 'blocked', 'held', 'dead') }, { subscriptionId: text }),
    ),
    allowedActions: list(
      object(
        { action: oneOf('subscribe', 'cancel', 'resume', 'resubscribe', 'remove-number', 'apply-ten-dlc', 'export-data') },
        { subscriptionId: text, planKind: oneOf('messaging', 'calling') },
      ),
    ),
    ifYouReturnNow: object({ kept: belongingsSchema, lost: belongingsSchema, nextLoss: nullable(object({ kind: text, at: InstantSchema })) }),
    asOf: InstantSchema,
  }),
);

export const EntitlementsSchema = schema(
  'Entitlements',
  object({
    login: bool,
    features: object({ 'messaging.send': bool, 'campaigns.launch': bool, 'messaging.tenDlc': bool, dialer: bool }),
    asOf: InstantSchema,
  }),
);

export const TimelineEntrySchema = schema(
  'TimelineEntry',
  object({ at: InstantSchema, kind: text, status: oneOf('done', 'planned', 'void', 'blocked'), detail: text }, { subscriptionId: text }),
);

export const EventSchema = schema(
  'Event',
  object({
    eventId: text,
    type: text,
    version: whole,
    schemaVersion: whole,
    effectiveAt: InstantSchema,
    recordedAt: InstantSchema,
    data: record(anything),
    actor: object({ role: text, id: text }),
    channel: text,
    correlationId: text,
    causation: text,
  }),
);
