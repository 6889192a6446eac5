// Every movement of money, one line each, straight from the events: the account's ledger and the analysts' are this function.
import { money, type Instant, type Money, type RecordedEvent } from '#kernel';
import { inWords, type ChargeStatus, type MembershipEvent } from '#domain';

export type LedgerKind = 'card_charge' | 'auto_recharge' | 'top_up' | 'number_fee' | 'number_fee_shortfall' | 'unsent_message_credit';

export interface LedgerEntry {
  readonly entryId: string;
  readonly kind: LedgerKind;
  readonly source: 'wallet' | 'card';
  /** Into the wallet positive, out of it negative; a card charge positive; a shortfall states what was not paid. */
  readonly amount: Money;
  readonly effectiveAt: Instant;
  readonly subscriptionId?: string;
  /** Of what was asked of the card. */
  readonly chargeId?: string;
  readonly detail: string;
}

/** The events that say something about money. A line below that is not of one of these does not compile. */
export const ledgerTypes = [
  'CardChargeRequested', 'WalletRecharged', 'WalletToppedUp', 'NumberFeesCharged', 'NumberFeesFellShort', 'UnsentMessagesCredited',
] as const satisfies readonly MembershipEvent['type'][];

type MoneyEvent = Extract<MembershipEvent, { readonly type: (typeof ledgerTypes)[number] }>;

const isOfMoney = (event: MembershipEvent): event is MoneyEvent => ledgerTypes.some((type) => type === event.type);

type Line = Pick<LedgerEntry, 'kind' | 'source' | 'amount' | 'detail'>;

/** `null`: nothing moves by it. */
function lineOf({ type, data }: MoneyEvent): Line | null {
  switch (type) {
    case 'CardChargeRequested':
      // What fills the wallet moves when it is collected.
      return data.purpose !== 'plan' ? null : { kind: 'card_charge', source: 'card', amount: data.amount, detail: `charge ${data.chargeId}` };
    case 'WalletRecharged':
      return { kind: 'auto_recharge', source: 'card', amount: data.amount, detail: `charge ${data.chargeId}` };
    case 'WalletToppedUp':
      return { kind: 'top_up', source: 'wallet', amount: data.amount, detail: `top-up ${data.topUpId}` };
    case 'NumberFeesCharged':
      return { kind: 'number_fee', source: 'wallet', amount: taken(data.amount), detail: fee(data) };
    case 'NumberFeesFellShort':
      return { kind: 'number_fee_shortfall', source: 'wallet', amount: data.amount, detail: `not paid of ${fee(data)}` };
    case 'UnsentMessagesCredited':
      return { kind: 'unsent_message_credit', source: 'wallet', amount: data.amount, detail: `${data.sms.count} SMS and ${data.rvm.count} ringless voicemails, not sent` };
  }
}

/** Out of the wallet; nothing is 0, never -0. */
const taken = ({ amount, currency }: Money): Money => money(0 - amount, currency);

const fee = ({ count, rate }: { readonly count: number; readonly rate: Money }): string => `${count} numbers at ${inWords(rate)}`;

/** What one event says about money; `null`: nothing. */
export function ledgerEntry(event: RecordedEvent<MembershipEvent>): LedgerEntry | null {
  if (!isOfMoney(event)) return null;
  const line = lineOf(event);
  if (!line) return null;
  const { kind, source, amount, detail } = line;
  return {
    entryId: event.eventId,
    kind,
    source,
    amount,
    effectiveAt: event.effectiveAt,
    ...('subscriptionId' in event.data && { subscriptionId: event.data.subscriptionId }),
    ...('chargeId' in event.data && { chargeId: event.data.chargeId }),
    detail,
  };
}

/** The kinds that change the balance: it is their sum, at every position. */
export const movesWallet = ({ kind }: Pick<LedgerEntry, 'kind'>): boolean => kind !== 'card_charge' && kind !== 'number_fee_shortfall';

/** One scheduled message that a credit is made of. */
export interface CreditItem {
  readonly messageId: string;
  readonly channel: 'sms' | 'rvm';
  readonly amount: Money;
}

/** An entry as it is shown: credits are itemised, up to as many items as a page holds, and a card charge says what became of it. */
export interface LedgerLine extends LedgerEntry {
  readonly chargeStatus?: ChargeStatus;
  readonly itemCount?: number;
  readonly items?: readonly CreditItem[];
}
