// Every movement of money, one line each, straight from the events: the account's ledger and the analysts' are this function.
import { money, type Instant, type Money, type RecordedEvent } from '#kernel';
import { inWords } from '#domain';

export type LedgerKind = 'card_charge' | 'auto_recharge' | 'top_up' | 'number_fee' | 'number_fee_shortfall' | 'unsent_message_credit';

export interface LedgerEntry {
  readonly entryId: string;
  readonly kind: LedgerKind;
  readonly source: 'wallet' | 'card';
  /** Into the wallet positive, out of it negative; a card charge positive; a shortfall states what was not paid. */
  readonly amount: Money;
  readonly effectiveAt: Instant;
  readonly subscriptionId?: string;
  readonly detail: string;
}

interface Line {
  readonly kind: LedgerKind;
  readonly source: 'wallet' | 'card';
  readonly sign: 1 | -1;
  readonly detail: (data: Readonly<Record<string, unknown>>) => string;
}

const fee = ({ count, rate }: Readonly<Record<string, unknown>>): string => `${String(count)} numbers at ${inWords(rate as Money)}`;

const lines: Readonly<Record<string, Line>> = {
  CardChargeRequested: { kind: 'card_charge', source: 'card', sign: 1, detail: ({ chargeId }) => `charge ${String(chargeId)}` },
  WalletRecharged: { kind: 'auto_recharge', source: 'card', sign: 1, detail: ({ chargeId }) => `charge ${String(chargeId)}` },
  WalletToppedUp: { kind: 'top_up', source: 'wallet', sign: 1, detail: ({ topUpId }) => `top-up ${String(topUpId)}` },
  NumberFeesCharged: { kind: 'number_fee', source: 'wallet', sign: -1, detail: fee },
  NumberFeesFellShort: { kind: 'number_fee_shortfall', source: 'wallet', sign: 1, detail: (data) => `not paid of ${fee(data)}` },
  UnsentMessagesCredited: {
    kind: 'unsent_message_credit',
    source: 'wallet',
    sign: 1,
    detail: ({ sms, rvm }) => `${countOf(sms)} SMS and ${countOf(rvm)} ringless voicemails, not sent`,
  },
};

/** What one event says about money; `null`: nothing. */
export function ledgerEntry({ type, eventId, effectiveAt, data }: RecordedEvent): LedgerEntry | null {
  const line = lines[type];
  if (!line) return null;
  const { amount, currency } = data['amount'] as Money;
  const { subscriptionId } = data;
  return {
    entryId: eventId,
    kind: line.kind,
    source: line.source,
    amount: money(amount === 0 ? 0 : line.sign * amount, currency),
    effectiveAt,
    ...(typeof subscriptionId === 'string' && { subscriptionId }),
    detail: line.detail(data),
  };
}

/** The kinds that change the balance: it is their sum, at every position. */
export const movesWallet = ({ kind }: Pick<LedgerEntry, 'kind'>): boolean => kind !== 'card_charge' && kind !== 'number_fee_shortfall';

const countOf = (part: unknown): number => (part as { count: number }).count;

/** One scheduled message that a credit is made of. */
export interface CreditItem {
  readonly messageId: string;
  readonly channel: 'sms' | 'rvm';
  readonly amount: Money;
}

/** An entry as it is shown: credits are itemised, up to as many items as a page holds. */
export interface LedgerLine extends LedgerEntry {
  readonly itemCount?: number;
  readonly items?: readonly CreditItem[];
}
