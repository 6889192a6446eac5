// The shapes of the wallet and of a movement.
import { bool, InstantSchema, list, MoneySchema, object, oneOf, schema, text, whole } from '../http/answers/schemas.js';

export const WalletSchema = schema(
  'Wallet',
  object({ balance: MoneySchema, autoRecharge: object({ enabled: bool, threshold: MoneySchema, amount: MoneySchema, suspended: bool }) }),
);

export const LedgerEntrySchema = schema(
  'LedgerEntry',
  object(
    {
      entryId: text,
      kind: oneOf('card_charge', 'auto_recharge', 'top_up', 'number_fee', 'number_fee_shortfall', 'unsent_message_credit'),
      source: oneOf('wallet', 'card'),
      amount: MoneySchema,
      effectiveAt: InstantSchema,
      detail: text,
    },
    {
      subscriptionId: text,
      itemCount: whole,
      items: list(object({ messageId: text, channel: oneOf('sms', 'rvm'), amount: MoneySchema })),
    },
  ),
);
