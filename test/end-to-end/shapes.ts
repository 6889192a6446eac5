// What the tests read of the answers; that the answers have their full shape is checked against the OpenAPI document.
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

export const usd = (amount: number): Money => ({ amount, currency: 'USD' });

export interface Problem {
  readonly type: string;
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
  readonly [member: string]: unknown;
}

export interface Subscription {
  readonly subscriptionId: string;
  readonly planId: string;
  readonly status: 'trialing' | 'active' | 'past_due' | 'ended';
  readonly currentPeriod: { readonly start: string; readonly end: string };
  readonly cancellation: { readonly requestedAt: string; readonly effectiveAt: string; readonly reason: { readonly code: string } | null } | null;
  readonly cancelAtPeriodEnd: boolean;
  readonly nextPlanId: string | null;
  readonly endedAt: string | null;
}

export interface Disclosure {
  readonly id: string;
  readonly version: string;
  readonly text: string;
  readonly url: string | null;
}

export interface Preview {
  readonly planName: string;
  readonly locale: string;
  readonly effectiveAt: string;
  readonly reasons: readonly { readonly code: string; readonly label: string }[];
  readonly disclosures: readonly Disclosure[];
  readonly consequences: readonly { readonly kind: string; readonly at: string; readonly detail: string }[];
  readonly credits: { readonly total: Money; readonly sms: { readonly count: number; readonly amount: Money }; readonly rvm: { readonly count: number; readonly amount: Money } };
  readonly numberFees: { readonly next: Fee | null; readonly upcoming: readonly Fee[]; readonly avoidableUntil: string | null; readonly shortfall: { readonly at: string; readonly amount: Money } | null };
  readonly ifYouReturn: readonly { readonly until: string | null; readonly kept: readonly string[]; readonly lost: readonly string[] }[];
  readonly hash: string;
}

export interface Fee {
  readonly at: string;
  readonly count: number;
  readonly amount: Money;
}

export interface Attempt {
  readonly attemptId: string;
  readonly disclosures: readonly Disclosure[];
  readonly expiresAt: string;
}

export interface Membership {
  readonly standing: 'none' | 'active' | 'cancelling' | 'lapsed' | 'purged';
  readonly subscriptions: readonly Subscription[];
  readonly numbers: { readonly count: number };
  readonly tenDlc: { readonly status: string };
  readonly wallet: { readonly balance: Money };
  readonly deadlines: readonly { readonly kind: string; readonly dueAt: string; readonly status: string; readonly subscriptionId?: string }[];
  readonly allowedActions: readonly { readonly action: string; readonly subscriptionId?: string; readonly planKind?: string }[];
  readonly ifYouReturnNow: { readonly kept: readonly string[]; readonly lost: readonly string[]; readonly nextLoss: { readonly kind: string; readonly at: string } | null };
}

export interface Entitlements {
  readonly login: boolean;
  readonly features: Readonly<Record<'messaging.send' | 'campaigns.launch' | 'messaging.tenDlc' | 'dialer', boolean>>;
  readonly asOf: string;
}

export interface RecordedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly version: number;
  readonly effectiveAt: string;
  readonly recordedAt: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly actor: { readonly role: string; readonly id: string };
}

export interface TimelineEntry {
  readonly at: string;
  readonly kind: string;
  readonly status: 'done' | 'planned' | 'void' | 'blocked';
}

export interface LedgerEntry {
  readonly entryId: string;
  readonly kind: string;
  readonly source: 'wallet' | 'card';
  readonly amount: Money;
  readonly effectiveAt: string;
  readonly chargeId?: string;
  readonly chargeStatus?: Charge['status'];
  readonly items?: readonly { readonly messageId: string; readonly channel: string; readonly amount: Money }[];
}

export interface Charge {
  readonly chargeId: string;
  readonly purpose: 'plan' | 'auto-recharge' | 'top-up';
  readonly amount: Money;
  readonly status: 'requested' | 'collected' | 'failed';
  readonly requestedAt: string;
  readonly subscriptionId?: string;
}

export interface Wallet {
  readonly balance: Money;
  readonly openCharges: readonly Charge[];
}

export interface PhoneNumber {
  readonly e164: string | null;
  readonly status: string;
  readonly giveBack: string | null;
}

export interface ScheduledMessage {
  readonly messageId: string;
  readonly sendAt: string;
  readonly status: string;
  readonly credited: boolean;
}

export interface OpsDeadline {
  readonly deadlineId: string;
  readonly accountId: string;
  readonly kind: string;
  readonly generation: number;
  readonly dueAt: string;
  readonly firedAt: string | null;
  readonly latenessMs: number | null;
  readonly status: string;
  readonly attempts: number;
}

export interface OpsEffect {
  readonly effectId: string;
  readonly accountId: string;
  readonly kind: string;
  readonly subject: string;
  readonly dueAt: string;
  readonly status: string;
  readonly attempts: number;
  readonly lastOutcome: string | null;
  readonly reason: string | null;
  readonly nextAttemptAt: string | null;
  readonly heldBy: { readonly pauseId: string; readonly reason: string } | null;
}

export interface EffectAttempt {
  readonly attempt: number;
  readonly outcome: string | null;
  readonly reason: string | null;
}

export interface Pause {
  readonly pauseId: string;
  readonly kind: string | null;
  readonly carrier: string | null;
  readonly reason: string;
  readonly pausedBy: string;
  readonly resumedBy: string | null;
  readonly resumeReason: string | null;
}

export interface TestClock {
  readonly testClockId: string;
  readonly now: string;
  readonly status: 'ready' | 'advancing' | 'failed';
}
