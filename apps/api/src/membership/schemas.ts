// The shapes of the Membership page, entitlements and timeline.
import { belongings, deadlineKinds, lossKinds, membershipEvents } from '#domain';
import { StandingSchema } from '../accounts/schemas.js';
import { bool, InstantSchema, list, MoneySchema, nullable, object, oneOf, schema, text, whole } from '../http/answers/schemas.js';
import { SubscriptionSchema } from '../subscriptions/schemas.js';

const belongingsSchema = list(oneOf(...belongings));

export const MembershipSchema = schema(
  'Membership',
  object({
    accountId: text,
    standing: StandingSchema,
    timeZone: text,
    locale: { ...nullable(text), description: 'In which language the account is told what happens, a tag of BCP 47; null: nobody said.' },
    subscriptions: list(SubscriptionSchema),
    numbers: object({ count: whole }),
    tenDlc: object({ status: oneOf('none', 'pending', 'active', 'expired') }),
    wallet: object({ balance: MoneySchema }),
    deadlines: list(
      object({ kind: oneOf(...deadlineKinds), dueAt: InstantSchema, status: oneOf('planned', 'pending', 'fired', 'void', 'blocked', 'held', 'dead') }, { subscriptionId: text }),
    ),
    allowedActions: list(
      object(
        { action: oneOf('subscribe', 'cancel', 'resume', 'resubscribe', 'remove-number', 'apply-ten-dlc', 'export-data') },
        { subscriptionId: text, planKind: oneOf('messaging', 'calling') },
      ),
    ),
    ifYouReturnNow: object({ kept: belongingsSchema, lost: belongingsSchema, nextLoss: nullable(object({ kind: oneOf(...lossKinds), at: InstantSchema })) }),
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
  object({ at: InstantSchema, kind: oneOf(...membershipEvents.map(({ type }) => type), ...deadlineKinds), status: oneOf('done', 'planned', 'void', 'blocked'), detail: text },
    { subscriptionId: text, imported: { ...bool, description: 'true: it happened in the system that the account was taken over from.' } }),
);
