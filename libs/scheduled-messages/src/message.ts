// What is known about one prepaid message that waits for its time.
import type { Instant, Money } from '#kernel';

export type Channel = 'sms' | 'rvm';
export type PlanKind = 'messaging' | 'calling';
export type MessageStatus = 'scheduled' | 'sent' | 'cancelled';

export interface NewMessage {
  /** Unique within the account. */
  readonly messageId: string;
  readonly channel: Channel;
  /** The plan the message belongs to: with its end an unsent one is cancelled. */
  readonly planKind: PlanKind;
  readonly sendAt: Instant;
  /** What was prepaid: 0 to {@link priceMax} minor units of the account's currency. */
  readonly price: Money;
}

export interface ScheduledMessage extends NewMessage {
  readonly status: MessageStatus;
  /** Whether the price went back into the wallet. What was removed by hand is cancelled and not credited. */
  readonly credited: boolean;
  readonly creditId: string | null;
  /** When it was sent or cancelled, in the account's time. */
  readonly settledAt: Instant | null;
}

/** Ten million of a currency with two decimals; what nine million messages at that price cost is still a safe integer. */
export const priceMax = 1_000_000_000;

/** Amounts in minor units. */
export interface UnsentTotals {
  readonly sms: { readonly count: number; readonly amount: number };
  readonly rvm: { readonly count: number; readonly amount: number };
}

/** The last message of a page; the next page begins behind it. */
export interface MessageCursor {
  readonly sendAt: Instant;
  readonly messageId: string;
}

export interface MessagePage {
  readonly data: readonly ScheduledMessage[];
  readonly next: MessageCursor | null;
}
