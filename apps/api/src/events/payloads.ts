// What each event tells, field by field, and when it happens; an event or a field without its line does not compile.
import { belongings, deadlineKinds, lossKinds, messages, type MembershipEvent } from '#domain';
import { listed } from '../http/input/policy-lists.js';
import { bool, InstantSchema, list, MoneySchema, nullable, object, oneOf, record, text, whole, type JsonSchema } from '../http/answers/schemas.js';

/** A field that some events of the type lack. */
interface Optional {
  readonly mayLack: JsonSchema;
}

const optional = (mayLack: JsonSchema): Optional => ({ mayLack });

export const isOptional = (field: JsonSchema | Optional): field is Optional => 'mayLack' in field;

/** Of a payload that comes in several shapes, the fields of all of them. */
type FieldOf<Data> = Data extends unknown ? keyof Data : never;

type DataOf<Event extends MembershipEvent> = { readonly [Field in FieldOf<Event['data']>]: JsonSchema | Optional };

/** `what` is a sentence; personal fields are given as what they are while nobody is forgotten. */
export type Payloads = { readonly [Event in MembershipEvent as Event['type']]: { readonly what: string; readonly data: DataOf<Event> } };

const period = object({ start: InstantSchema, end: InstantSchema });
const disclosure = object({ id: text, version: text });
const term = {
  planId: text, kind: oneOf('messaging', 'calling'), interval: oneOf('month', 'year'), price: MoneySchema, timeZone: text,
  anchor: { ...text, description: 'Wall clock of the first paid period\'s start, from which all periods are counted.' },
};
const subscriptionId = text;
const { planId } = term;
const billed = { count: whole, rate: MoneySchema, amount: MoneySchema };
const credited = object({ count: whole, amount: MoneySchema });
const charge = {
  chargeId: text, amount: MoneySchema, purpose: { ...oneOf('plan', 'auto-recharge', 'top-up'), description: '`plan` pays a period; the others go into the wallet once they are collected.' },
  subscriptionId: optional(text),
};
const notice = { noticeId: text, message: oneOf(...messages) };
const part = oneOf('campaign', 'brand');
const outcome = oneOf('released', 'already-gone', 'settled-elsewhere');
const reasonCode = oneOf(listed.reasons);
const language = { ...oneOf(listed.languages), description: 'In which it was shown.' };
const counts = record(whole);
const policy = object({
  version: text, numbersReleaseAfterDays: whole, tenDlcExpireAfterDays: whole, purgeAfterYears: whole, tenDlcScope: oneOf('account', 'messaging'), numberFeesAfterEnd: bool,
});

export const payloads: Payloads = {
  AccountOpened: {
    what: 'The account was opened.',
    data: {
      name: text, email: text, timeZone: text, currency: text, testClockId: nullable(text), numberBillingAnchorDay: nullable(whole), numberFee: MoneySchema,
      cancellationMode: oneOf('two-step', 'one-step'), locale: optional(text),
    },
  },
  AccountChanged: { what: 'Who it is, or where its clock stands, was changed; what is absent stays.', data: { name: optional(text), email: optional(text), timeZone: optional(text), locale: optional(text) } },
  AccountImported: {
    what: 'The account was taken over from another system: its events before this one tell what happened there. What was due by then and cannot be undone is in `held`, and waits until an operator lets it go.',
    data: { importId: text, held: list(object({ kind: oneOf(...lossKinds), subject: text, generation: whole })), externalId: text },
  },
  SubscriptionStarted: {
    what: 'A plan began; `returned` says what somebody who comes back still had.',
    data: {
      ...term, subscriptionId, trialDays: nullable(whole), period,
      returned: nullable(object({ lapsedAt: InstantSchema, kept: list(oneOf(...belongings)), lost: list(oneOf(...belongings)) })),
    },
  },
  SubscriptionRenewed: { what: 'The next period began.', data: { ...term, subscriptionId, period, periodNumber: whole, monthsFromAnchor: whole } },
  CardChargeRequested: { what: 'The card is to be charged: the payment system collects it, with `chargeId` as its idempotency key, and tells what became of it.', data: { ...charge, period: optional(period) } },
  ChargeCollected: { what: 'The money of a charge has arrived; what it pays or fills follows with it.', data: charge },
  ChargeFailed: { what: 'The payment system could not collect a charge. It may collect later all the same; the card is not asked again.', data: { ...charge, reason: text } },
  PlanChangeScheduled: { what: 'Another plan follows at the end of the period.', data: { subscriptionId, planId, from: InstantSchema } },
  SubscriptionPastDue: { what: 'The payment system could not collect.', data: { subscriptionId, owed: MoneySchema, periodNumber: { ...nullable(whole), description: 'Which period is not paid.' } } },
  SubscriptionPaid: { what: 'A debt was paid.', data: { subscriptionId, periodNumber: { ...nullable(whole), description: 'The period whose debt is settled; null: all that was owed.' } } },
  PeriodEnded: { what: 'A cancellation took effect: the features of the plan stop. After the last plan everything else is counted from here.', data: { subscriptionId, planId, lastPlan: bool } },
  CancellationAttempted: {
    what: 'The consequences were acknowledged; nothing has changed yet.',
    data: { attemptId: text, subscriptionId, reason: reasonCode, language, previewHash: text, expiresAt: InstantSchema, comment: text },
  },
  CancellationRequested: {
    what: 'A plan was cancelled: it runs until `effectiveAt`, nothing renews, and no card is charged for it.',
    data: {
      subscriptionId, planId, attemptId: nullable(text), effectiveAt: InstantSchema, policy, timeZone: text,
      told: object({ consequences: record(InstantSchema), numberFees: nullable(list(object({ at: InstantSchema, date: { ...whole, description: '20260430 is the 30th of April 2026.' } }))) }),
      promised: {
        ...nullable(object({
          consequences: list(object({ kind: text, at: InstantSchema })),
          credits: object({ sms: credited, rvm: credited }),
          numberFees: list(object({ at: InstantSchema, count: whole, amount: MoneySchema })),
        })),
        description: 'What was shown to follow, as the receipt has it. Null: written before that was noted.',
      },
      reason: nullable(reasonCode), comment: text,
      consent: object({ disclosures: list(disclosure), textHash: nullable(text), language, acknowledgedConsequences: bool }),
    },
  },
  SubscriptionResumed: { what: 'The cancellation was taken back in time.', data: { subscriptionId, planId } },
  NumberPurchased: { what: 'A phone number was added.', data: { numberId: text, e164Hash: text, origin: oneOf('purchased', 'ported', 'verified'), e164: text, carrierNumberId: optional(text) } },
  NumberRemoved: { what: 'A phone number was taken out of the account.', data: { numberId: text } },
  NumberNotGivenBack: { what: 'A removed number is in use again, and is not given back.', data: { numberId: text } },
  NumberFeesCharged: { what: 'Number fees left the wallet.', data: { ...billed, date: { ...nullable(whole), description: 'The local day that was billed, 20260430.' } } },
  NumberFeesFellShort: { what: 'What the wallet could not pay; it moves nothing.', data: billed },
  NumberReleaseStarted: { what: 'The release of all purchased numbers began; `leftIds` are not ours to release.', data: { numberIds: list(text), leftIds: list(text) } },
  NumberReleased: { what: 'The carrier has the number back.', data: { numberId: text, outcome, reason: nullable(text), note: text } },
  NumberReleaseBlocked: { what: 'The carrier refused; an operator is asked.', data: { numberId: text, reason: text } },
  NumberReleaseRetried: { what: 'An operator had the carrier asked again.', data: { numberId: text, reason: text } },
  NumberReleaseWithdrawn: { what: 'Somebody came back before the carrier was asked for these.', data: { numberIds: list(text) } },
  NumbersReleased: { what: 'All numbers are settled.', data: { released: whole, left: whole } },
  TenDlcApplied: {
    what: 'A 10DLC registration was applied for.',
    data: { registrationId: text, atCarrier: object({ campaign: bool, brand: bool }), brandName: text, messagingServiceSid: optional(text), campaignId: optional(text), brandId: optional(text) },
  },
  TenDlcRegistered: { what: 'The 10DLC registration is active.', data: { registrationId: text } },
  TenDlcExpired: { what: 'The 10DLC registration expired.', data: { registrationId: text } },
  TenDlcExpirySkipped: { what: 'There was no registration to expire.', data: {} },
  TenDlcDeregistered: { what: 'The campaign or the brand is gone at the carrier.', data: { registrationId: text, part, outcome, reason: nullable(text), note: text } },
  TenDlcDeregistrationBlocked: { what: 'The carrier refused; an operator is asked.', data: { registrationId: text, part, reason: text } },
  TenDlcDeregistrationRetried: { what: 'An operator had the carrier asked again.', data: { registrationId: text, part, reason: text } },
  WalletToppedUp: { what: 'Money went into the wallet.', data: { topUpId: text, amount: MoneySchema } },
  AutoRechargeConfigured: { what: 'Auto-recharge was set.', data: { enabled: bool, threshold: MoneySchema, amount: MoneySchema } },
  AutoRechargeSuspended: { what: 'No plan will renew: the card rests.', data: {} },
  AutoRechargeRestored: { what: 'A plan will renew again: auto-recharge works.', data: {} },
  WalletRecharged: { what: 'What the card was asked for because the wallet ran low was collected, and fills it.', data: { chargeId: text, amount: MoneySchema } },
  UnsentMessagesCredited: { what: 'Unsent messages of the plan that ended were cancelled, and what was prepaid for them went into the wallet.', data: { creditId: text, subscriptionId, sms: credited, rvm: credited, amount: MoneySchema } },
  LegalHoldPlaced: { what: 'The deletion is stopped.', data: { holdId: text, reviewAt: InstantSchema, reason: text } },
  LegalHoldLifted: { what: 'A legal hold was lifted.', data: { holdId: text } },
  LossAnnounced: { what: 'Something irreversible is near: tell the customer.', data: { loss: oneOf(...lossKinds), at: InstantSchema, daysLeft: whole, subject: text, generation: whole } },
  PurgeStarted: { what: 'The deletion of all data began. From its day on nothing personal is told any more.', data: { purgeId: text, basis: oneOf('retention', 'gdpr-art-17', 'ccpa-1798-105', 'contract'), due: InstantSchema } },
  DataPurged: {
    what: 'Everything is deleted; the certificate can be had.',
    data: {
      purgeId: text, counts,
      stores: list(object({ name: text, counts, commitment: nullable(object({ algorithm: oneOf('sha-256-sum'), salt: text, sum: text })) })),
      verification: object({ tables: whole, markers: whole, jobs: whole, findings: whole }),
      exceptions: list(object({ kind: text, records: whole, reason: text, expiresAt: nullable(InstantSchema) })),
    },
  },
  CustomerNotified: {
    what: 'The customer was told.',
    data: { ...notice, channel: oneOf('e-mail', 'elsewhere'), language: nullable(text), templateVersion: nullable(text), note: text },
  },
  NoticeBlocked: { what: 'The customer cannot be told at the address there is; an operator is asked.', data: { ...notice, reason: text } },
  NoticeRetried: { what: 'An operator had the customer told again.', data: { ...notice, reason: text } },
  DeadlineRetried: { what: 'An operator tried again what had got stuck.', data: { kind: oneOf(...deadlineKinds), subject: text, generation: whole, reason: text } },
  NoteRedacted: { what: 'What an operator had written in another event was taken out.', data: { redacts: text } },
};
