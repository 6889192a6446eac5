// Every use case, in one list, for whoever puts an application together.
import { ChangeAccountHandler } from './accounts/commands.js';
import { OpenAccountHandler } from './accounts/open-account.js';
import { AttemptCancellationHandler } from './cancellation/attempt-cancellation.js';
import { RequestCancellationHandler, ResumeSubscriptionHandler } from './cancellation/commands.js';
import { ConfirmCancellationHandler } from './cancellation/confirm-cancellation.js';
import { AdvanceTestClockHandler, ConfirmClockHandler, CreateTestClockHandler, RedactClockStopHandler } from './clock/commands.js';
import { StoreDataHandler } from './data/store-data.js';
import {
  PauseEffectsHandler, RedactPauseHandler, ResumeEffectsHandler, RetryEffectHandler, SettleEffectElsewhereHandler, TellOfEffectHandler,
} from './effects/commands.js';
import { MarkMessageSentHandler, RemoveMessageHandler } from './messages/commands.js';
import { ScheduleMessagesHandler } from './messages/schedule-messages.js';
import { BuyNumberHandler } from './numbers/buy-number.js';
import { RemoveNumberHandler } from './numbers/remove-number.js';
import { RedactNoteHandler } from './operators/redact-note.js';
import { RetryDeadlineHandler } from './operators/retry-deadline.js';
import { CompletePurgeHandler, LiftLegalHoldHandler, ReapplyPurgeHandler, RedactPurgeHandler, RetryPurgeHandler } from './retention/commands.js';
import { PlaceLegalHoldHandler } from './retention/place-legal-hold.js';
import { StartErasureHandler } from './retention/start-erasure.js';
import { SettleAccountHandler, SettleAccountsHandler } from './settle-accounts.js';
import { ChangePlanHandler, MarkPaidHandler, MarkPastDueHandler } from './subscriptions/commands.js';
import { SubscribeHandler } from './subscriptions/subscribe.js';
import { ApplyTenDlcHandler, ApproveTenDlcHandler } from './ten-dlc/commands.js';
import { ConfigureAutoRechargeHandler, TopUpWalletHandler } from './wallet/commands.js';

export const handlers = [
  OpenAccountHandler, ChangeAccountHandler,
  SubscribeHandler, ChangePlanHandler, MarkPastDueHandler, MarkPaidHandler,
  AttemptCancellationHandler, ConfirmCancellationHandler, RequestCancellationHandler, ResumeSubscriptionHandler,
  BuyNumberHandler, RemoveNumberHandler,
  ApplyTenDlcHandler, ApproveTenDlcHandler,
  TopUpWalletHandler, ConfigureAutoRechargeHandler,
  ScheduleMessagesHandler, MarkMessageSentHandler, RemoveMessageHandler,
  StoreDataHandler,
  PlaceLegalHoldHandler, LiftLegalHoldHandler, StartErasureHandler, CompletePurgeHandler, ReapplyPurgeHandler, RetryPurgeHandler, RedactPurgeHandler,
  TellOfEffectHandler, RetryEffectHandler, SettleEffectElsewhereHandler, PauseEffectsHandler, ResumeEffectsHandler, RedactPauseHandler,
  RetryDeadlineHandler, RedactNoteHandler,
  ConfirmClockHandler, RedactClockStopHandler, CreateTestClockHandler, AdvanceTestClockHandler,
  SettleAccountHandler, SettleAccountsHandler,
] as const;
