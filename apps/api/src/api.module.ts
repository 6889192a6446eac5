// The modules of the API. A resource is one folder with its module; add the module to `resources`.
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { ApplicationModule, type ApplicationSettings } from '#application';
import type { StaffReads } from '#staff-reads';
import { AccountsModule } from './accounts/accounts.module.js';
import { AnalyticsModule } from './analytics/analytics.module.js';
import type { Sandbox } from './auth/sandbox.js';
import { CarriersModule } from './carriers/carriers.module.js';
import { DataModule } from './data/data.module.js';
import { DevModule, SandboxMachineryModule, SandboxMailboxModule } from './dev/dev.module.js';
import { EffectsModule, SandboxCarrierModule } from './effects/effects.module.js';
import { EventsModule } from './events/events.module.js';
import { HealthModule } from './health/health.module.js';
import { FoundationModule, type Foundation } from './http/server/foundation.module.js';
import type { SigningKey } from './keys/signing-key.js';
import { ImportsModule } from './imports/imports.module.js';
import { MembershipModule } from './membership/membership.module.js';
import { NumbersModule } from './numbers/numbers.module.js';
import { PageSessionsModule } from './page-sessions/page-sessions.module.js';
import { OptOutsModule } from './opt-outs/opt-outs.module.js';
import { OpsModule } from './ops/ops.module.js';
import { RetentionModule } from './retention/retention.module.js';
import { ScheduledMessagesModule } from './scheduled-messages/scheduled-messages.module.js';
import { StaffModule } from './staff/staff.module.js';
import { StaffReadsModule } from './staff-reads/staff-reads.module.js';
import { StripeModule } from './stripe/stripe.module.js';
import { SubscriptionsModule } from './subscriptions/subscriptions.module.js';
import { TestClocksModule } from './test-clocks/test-clocks.module.js';
import { WalletModule } from './wallet/wallet.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

const resources: readonly Type[] = [
  AccountsModule,
  ImportsModule,
  SubscriptionsModule,
  MembershipModule,
  EventsModule,
  NumbersModule,
  ScheduledMessagesModule,
  WalletModule,
  DataModule,
  PageSessionsModule,
  OptOutsModule,
  StaffModule,
  OpsModule,
  EffectsModule,
  CarriersModule,
  AnalyticsModule,
  WebhooksModule,
];

export interface ApiParts {
  readonly foundation: Foundation;
  readonly application: ApplicationSettings;
  readonly staffReads: StaffReads;
  readonly certificateKey: SigningKey;
  /** Without one, what only the sandbox has does not exist. */
  readonly sandbox: Sandbox | undefined;
}

@Module({})
export class ApiModule {
  static with({ foundation, application, staffReads, certificateKey, sandbox }: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        FoundationModule.register(foundation),
        ApplicationModule.with(application),
        RetentionModule.with(certificateKey),
        StaffReadsModule.with(staffReads),
        ...resources,
        HealthModule.with(foundation.settings),
        ...(foundation.settings.stripe ? [StripeModule.with(foundation.settings.stripe)] : []),
        ...(sandbox ? [DevModule.register(sandbox), TestClocksModule, SandboxCarrierModule, SandboxMailboxModule, SandboxMachineryModule.with(foundation.settings.queues)] : []),
      ],
    };
  }
}
