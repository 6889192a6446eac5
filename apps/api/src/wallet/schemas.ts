// The shapes of the wallet, of a charge and of a movement.
import { bool, InstantSchema, list, MoneySchema, object, oneOf, schema, text, whole } from '../http/answers/schemas.js';

const chargeStatus = oneOf('requested', 'collected', 'failed');

export const ChargeSchema = schema(
  'Charge',
  object({ chargeId: text, purpose: oneOf('plan', 'auto-recharge', 'top-up'), amount: MoneySchema, status: chargeStatus, requestedAt: InstantSchema }, { subscriptionId: text }),
);

export const WalletSchema = schema(
  'Wallet',
  object({
    balance: MoneySchema,
    autoRecharge: object({ enabled: bool, threshold: MoneySchema, amount: MoneySchema, suspended: bool }),
    openCharges: list(ChargeSchema),
  }),
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
      chargeId: text,
      chargeStatus,
      itemCount: whole,
      items: list(object({ messageId: text, channel: oneOf('sms', 'rvm'), amount: MoneySchema })),
    },
  ),
);
