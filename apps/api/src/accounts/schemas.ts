// The shape of an account.
import { InstantSchema, MoneySchema, nullable, object, oneOf, schema, text, whole } from '../http/answers/schemas.js';

export const StandingSchema = schema('Standing', oneOf('none', 'active', 'cancelling', 'lapsed', 'purged'));

export const AccountSchema = schema(
  'Account',
  object({
    accountId: text,
    name: nullable(text),
    email: nullable(text),
    timeZone: text,
    currency: text,
    testClockId: nullable(text),
    numberBillingAnchorDay: nullable(whole),
    numberFee: MoneySchema,
    cancellationMode: oneOf('two-step', 'one-step'),
    standing: StandingSchema,
    openedAt: InstantSchema,
  }),
);
