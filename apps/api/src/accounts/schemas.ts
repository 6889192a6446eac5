// The shapes of an account, and of one in a list.
import type { Standing } from '#domain';
import { InstantSchema, list, MoneySchema, nullable, object, oneOf, schema, text, whole } from '../http/answers/schemas.js';
import { SubscriptionSchema } from '../subscriptions/schemas.js';

export const standings = ['none', 'active', 'cancelling', 'lapsed', 'purged'] as const satisfies readonly Standing[];

export const StandingSchema = schema('Standing', oneOf(...standings));

export const AccountSchema = schema(
  'Account',
  object({
    accountId: text,
    name: nullable(text),
    email: nullable(text),
    timeZone: text,
    locale: nullable(text),
    currency: text,
    testClockId: nullable(text),
    numberBillingAnchorDay: nullable(whole),
    numberFee: MoneySchema,
    cancellationMode: oneOf('two-step', 'one-step'),
    standing: StandingSchema,
    openedAt: InstantSchema,
  }),
);

export const FoundAccountSchema = schema(
  'FoundAccount',
  object({
    accountId: text,
    name: { ...nullable(text), description: 'Null once the person is forgotten, as is the address.' },
    email: nullable(text),
    standing: StandingSchema,
    openedAt: InstantSchema,
    testClockId: nullable(text),
    subscriptions: list(SubscriptionSchema),
  }),
);
