// Every use case, in one list, for whoever puts an application together.
import { ChangeAccountHandler } from './accounts/commands.js';
import { OpenAccountHandler } from './accounts/open-account.js';
import { BeginAskedActHandler } from './acts/begin-asked-act.js';
import { BeginActHandler, GoOnWithActHandler, RedactActHandler, ShowActHandler } from './acts/commands.js';
import { AttemptCancellationHandler } from './cancellation/attempt-cancellation.js';
import { RequestCancellationHandler, ResumeSubscriptionHandler } from './cancellation/commands.js';
import { ConfirmCancellationHandler } from './cancellation/confirm-cancellation.js';
import { MarkChargeCollectedHandler, MarkChargeFailedHandler } from './charges/commands.js';
import { AdvanceTestClockHandler, ConfirmClockHandler, CreateTestClockHandler, RedactClockStopHandler } from './clock/commands.js';
import { StoreDataHandler } from './data/store-data.js';
import { AskForDriftRunHandler, HearCarrierHandler } from './drift/commands.js';
import {
  PauseEffectsHandler, RedactPauseHandler, ResumeEffectsHandler, RetryEffectHandler, SettleEffectElsewhereHandler, TellOfEffectHandler,
} from './effects/commands.js';
import { BeginImportHandler, TakeOverAccountsHandler } from './imports/commands.js';
import { MarkMessageSentHandler, MarkMessagesSentHandler, RemoveMessageHandler } from './messages/commands.js';
import { ScheduleMessagesHandler } from './messages/schedule-messages.js';
import { BuyNumberHandler } from './numbers/buy-number.js';
import { RemoveNumberHandler } from './numbers/remove-number.js';
import { ConfirmAskedActHandler, DeclineAskedActHandler, RedactAskedActHandler } from './operators/asked-acts.js';
import { RedactNoteHandler } from './operators/redact-note.js';
import { RetryDeadlineHandler } from './operators/retry-deadline.js';
import { CompletePurgeHandler, LiftLegalHoldHandler, ReapplyPurgeHandler, RedactPurgeHandler, RetryPurgeHandler } from './retention/commands.js';
import { PlaceLegalHoldHandler } from './retention/place-legal-hold.js';
import { StartErasureHandler } from './retention/start-erasure.js';
import { BringUpToDateHandler, BringAllUpToDateHandler } from './bring-up-to-date.js';
import { ChangePlanHandler, MarkPaidHandler, MarkPastDueHandler } from './subscriptions/commands.js';
import { SubscribeHandler } from './subscriptions/subscribe.js';
import { ApplyTenDlcHandler, ApproveTenDlcHandler } from './ten-dlc/commands.js';
import { ConfigureAutoRechargeHandler, RequestTopUpHandler, TopUpWalletHandler } from './wallet/commands.js';
import {
  ChangeWebhookEndpointHandler, RegisterWebhookEndpointHandler, RemoveWebhookEndpointHandler, ReplayDeliveriesHandler, ReplayDeliveryHandler, RotateWebhookSecretHandler,
  TestWebhookEndpointHandler,
} from './webhooks/commands.js';

export const handlers = [
  OpenAccountHandler, ChangeAccountHandler, BeginImportHandler, TakeOverAccountsHandler,
  SubscribeHandler, ChangePlanHandler, MarkPastDueHandler, MarkPaidHandler,
  AttemptCancellationHandler, ConfirmCancellationHandler, RequestCancellationHandler, ResumeSubscriptionHandler,
  BuyNumberHandler, RemoveNumberHandler,
  ApplyTenDlcHandler, ApproveTenDlcHandler,
  TopUpWalletHandler, RequestTopUpHandler, ConfigureAutoRechargeHandler,
  MarkChargeCollectedHandler, MarkChargeFailedHandler,
  ScheduleMessagesHandler, MarkMessageSentHandler, MarkMessagesSentHandler, RemoveMessageHandler,
  StoreDataHandler,
  PlaceLegalHoldHandler, LiftLegalHoldHandler, StartErasureHandler, CompletePurgeHandler, ReapplyPurgeHandler, RetryPurgeHandler, RedactPurgeHandler,
  TellOfEffectHandler, RetryEffectHandler, SettleEffectElsewhereHandler, PauseEffectsHandler, ResumeEffectsHandler, RedactPauseHandler,
  AskForDriftRunHandler, HearCarrierHandler,
  RetryDeadlineHandler, RedactNoteHandler, ConfirmAskedActHandler, DeclineAskedActHandler, RedactAskedActHandler, ShowActHandler, BeginActHandler, BeginAskedActHandler, GoOnWithActHandler, RedactActHandler,
  ConfirmClockHandler, RedactClockStopHandler, CreateTestClockHandler, AdvanceTestClockHandler,
  RegisterWebhookEndpointHandler, ChangeWebhookEndpointHandler, RotateWebhookSecretHandler, RemoveWebhookEndpointHandler, TestWebhookEndpointHandler, ReplayDeliveryHandler, ReplayDeliveriesHandler,
  BringUpToDateHandler, BringAllUpToDateHandler,
] as const;
