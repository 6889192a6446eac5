// Every use case, in one list, for whoever puts an application together.
import { ChangeAccountHandler } from './accounts/change-account.js';
import { OpenAccountHandler } from './accounts/open-account.js';
import { AttemptCancellationHandler } from './cancellation/attempt-cancellation.js';
import { ConfirmCancellationHandler } from './cancellation/confirm-cancellation.js';
import { RequestCancellationHandler } from './cancellation/request-cancellation.js';
import { ResumeSubscriptionHandler } from './cancellation/resume-subscription.js';
import { StoreDataHandler } from './data/store-data.js';
import { MarkMessageSentHandler } from './messages/mark-message-sent.js';
import { RemoveMessageHandler } from './messages/remove-message.js';
import { ScheduleMessagesHandler } from './messages/schedule-messages.js';
import { BuyNumberHandler } from './numbers/buy-number.js';
import { RemoveNumberHandler } from './numbers/remove-number.js';
import { RedactNoteHandler } from './operators/redact-note.js';
import { RetryDeadlineHandler } from './operators/retry-deadline.js';
import { LiftLegalHoldHandler } from './retention/lift-legal-hold.js';
import { PlaceLegalHoldHandler } from './retention/place-legal-hold.js';
import { StartErasureHandler } from './retention/start-erasure.js';
import { SettleAccountsHandler } from './settle-accounts.js';
import { ChangePlanHandler } from './subscriptions/change-plan.js';
import { MarkPaidHandler } from './subscriptions/mark-paid.js';
import { MarkPastDueHandler } from './subscriptions/mark-past-due.js';
import { SubscribeHandler } from './subscriptions/subscribe.js';
import { ApplyTenDlcHandler } from './ten-dlc/apply-ten-dlc.js';
import { ApproveTenDlcHandler } from './ten-dlc/approve-ten-dlc.js';
import { ConfigureAutoRechargeHandler } from './wallet/configure-auto-recharge.js';
import { TopUpWalletHandler } from './wallet/top-up-wallet.js';

export const handlers = [
  OpenAccountHandler, ChangeAccountHandler,
  SubscribeHandler, ChangePlanHandler, MarkPastDueHandler, MarkPaidHandler,
  AttemptCancellationHandler, ConfirmCancellationHandler, RequestCancellationHandler, ResumeSubscriptionHandler,
  BuyNumberHandler, RemoveNumberHandler,
  ApplyTenDlcHandler, ApproveTenDlcHandler,
  TopUpWalletHandler, ConfigureAutoRechargeHandler,
  ScheduleMessagesHandler, MarkMessageSentHandler, RemoveMessageHandler,
  StoreDataHandler,
  PlaceLegalHoldHandler, LiftLegalHoldHandler, StartErasureHandler,
  RetryDeadlineHandler, RedactNoteHandler,
  SettleAccountsHandler,
] as const;
