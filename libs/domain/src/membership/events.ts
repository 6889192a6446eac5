// What can have happened to a membership: every event type of the account's stream, in one list.
import { accountEvents, type AccountEvent } from '../account/events.js';
import { cancellationEvents, type CancellationEvent } from '../cancellation/events.js';
import { chargeEvents, type ChargeEvent } from '../charges/events.js';
import { importingEvents, type ImportingEvent } from '../importing/events.js';
import { noticeEvents, type NoticeEvent } from '../notices/events.js';
import { numberEvents, type NumberEvent } from '../numbers/events.js';
import { operatorEvents, type OperatorEvent } from '../operators/events.js';
import { retentionEvents, type RetentionEvent } from '../retention/events.js';
import { subscriptionEvents, type SubscriptionEvent } from '../subscriptions/events.js';
import { tenDlcEvents, type TenDlcEvent } from '../ten-dlc/events.js';
import { walletEvents, type WalletEvent } from '../wallet/events.js';

export type MembershipEvent =
  | AccountEvent
  | SubscriptionEvent
  | ChargeEvent
  | CancellationEvent
  | NumberEvent
  | TenDlcEvent
  | WalletEvent
  | RetentionEvent
  | OperatorEvent
  | NoticeEvent
  | ImportingEvent;

export const membershipEvents = [
  ...accountEvents,
  ...subscriptionEvents,
  ...chargeEvents,
  ...cancellationEvents,
  ...numberEvents,
  ...tenDlcEvents,
  ...walletEvents,
  ...retentionEvents,
  ...operatorEvents,
  ...noticeEvents,
  ...importingEvents,
] as const;

/** Every declaration, as a type. */
export type DeclaredEvent = (typeof membershipEvents)[number];
