// The commands of a story, with everything said for them that a story need not say. A plan's id is its kind unless told otherwise.
import type { Instant } from '#kernel';
import { builtInPolicy, nothingUnsent, planById, type Command, type CommandOf, type CommandType, type NumberOrigin } from '#domain';

export const usd = (amount: number) => ({ amount, currency: 'USD' });

export const consent = builtInPolicy.disclosures.map(({ id, version }) => ({ id, version }));

type Options<Type extends CommandType> = Partial<Omit<CommandOf<Type>, 'type'>>;

export const open = (options: Options<'OpenAccount'> = {}): CommandOf<'OpenAccount'> => ({
  type: 'OpenAccount',
  name: 'Ada',
  email: 'ada@example.com',
  timeZone: 'UTC',
  currency: 'USD',
  testClockId: null,
  numberBillingAnchorDay: null,
  numberFee: usd(200),
  cancellationMode: 'two-step',
  ...options,
});

export const importAccount = (options: Options<'ImportAccount'> = {}): CommandOf<'ImportAccount'> => {
  const { type: _type, testClockId: _clock, ...account } = open();
  return { type: 'ImportAccount', ...account, importId: 'import', externalId: 'theirs-1', anchorDay: null, subscriptions: [], numbers: [], tenDlc: null, wallet: null, holds: [], ...options };
};

export const change = (options: Options<'ChangeAccount'>): CommandOf<'ChangeAccount'> => ({ type: 'ChangeAccount', ...options });

interface Subscribing {
  readonly as?: string;
  readonly trialDays?: number | null;
  /** Numbers whose release has begun and which no carrier has been asked for. */
  readonly keeping?: readonly string[];
  /** Numbers that were left alone and are another account's by now. */
  readonly without?: readonly string[];
}

export const subscribe = (planId: string, { as, trialDays = null, keeping, without }: Subscribing = {}): CommandOf<'Subscribe'> => ({
  type: 'Subscribe',
  subscriptionId: as ?? planById(builtInPolicy, planId)?.kind ?? planId,
  planId,
  trialDays,
  ...(keeping && { keptNumberIds: keeping }),
  ...(without && { takenNumberIds: without }),
});

export const changePlan = (planId: string, subscriptionId = 'messaging'): CommandOf<'ChangePlan'> => ({ type: 'ChangePlan', subscriptionId, planId });
export const markPastDue = (subscriptionId = 'messaging'): CommandOf<'MarkPastDue'> => ({ type: 'MarkPastDue', subscriptionId });
export const markPaid = (subscriptionId = 'messaging'): CommandOf<'MarkPaid'> => ({ type: 'MarkPaid', subscriptionId });

export const attempt = (options: Options<'AttemptCancellation'> = {}): CommandOf<'AttemptCancellation'> => ({
  type: 'AttemptCancellation',
  attemptId: 'attempt',
  subscriptionId: 'messaging',
  reason: { code: 'unused' },
  acknowledgedConsequences: true,
  language: 'en',
  previewHash: undefined,
  currentPreviewHash: 'shown',
  ...options,
});

export const confirm = (options: Options<'ConfirmCancellation'> = {}): CommandOf<'ConfirmCancellation'> => ({
  type: 'ConfirmCancellation',
  subscriptionId: 'messaging',
  attemptId: 'attempt',
  comment: null,
  acceptedDisclosures: consent,
  acknowledgedConsequences: true,
  textHash: 'hash',
  unsent: nothingUnsent,
  ...options,
});

export const cancel = (subscriptionId = 'messaging', options: Options<'RequestCancellation'> = {}): CommandOf<'RequestCancellation'> => ({
  type: 'RequestCancellation',
  subscriptionId,
  reason: { code: 'too_expensive' },
  acceptedDisclosures: consent,
  acknowledgedConsequences: true,
  language: 'en',
  textHash: 'hash',
  unsent: nothingUnsent,
  ...options,
});

export const resume = (subscriptionId = 'messaging'): CommandOf<'ResumeSubscription'> => ({ type: 'ResumeSubscription', subscriptionId });

/** One of its own for each id. */
export const e164Of = (numberId: string): string => {
  const digits = [...numberId].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 10_000_000, 7);
  return `+1206${String(digits).padStart(7, '0')}`;
};

export const buyNumber = (numberId: string, origin: NumberOrigin = 'purchased'): CommandOf<'BuyNumber'> => ({
  type: 'BuyNumber',
  numberId,
  e164: e164Of(numberId),
  e164Hash: `hash of ${numberId}`,
  origin,
});

/** For several accounts on one database, where no two can have the same number. */
export const ofItsOwn = (accountId: string, command: Command): Command =>
  command.type === 'BuyNumber' ? { ...command, e164: e164Of(`${accountId} ${command.numberId}`) } : command;

export const removeNumber = (numberId: string): CommandOf<'RemoveNumber'> => ({ type: 'RemoveNumber', e164Hash: `hash of ${numberId}` });

type Settled = CommandOf<'SettleNumberRelease'>['outcome'];

export const settled = (numberId: string, outcome: Settled = 'released', reason: string | null = null): CommandOf<'SettleNumberRelease'> => ({
  type: 'SettleNumberRelease',
  numberId,
  outcome,
  reason,
});
export const blocked = (numberId: string, reason = 'deletion-lock'): CommandOf<'BlockNumberRelease'> => ({ type: 'BlockNumberRelease', numberId, reason });
export const retried = (numberId: string, reason = 'unlocked'): CommandOf<'RetryNumberRelease'> => ({ type: 'RetryNumberRelease', numberId, reason });

export const abandoned = (numberId: string): CommandOf<'AbandonNumberRelease'> => ({ type: 'AbandonNumberRelease', numberId });

export const applyTenDlc = (registrationId = 'registration'): CommandOf<'ApplyTenDlc'> => ({ type: 'ApplyTenDlc', registrationId, brandName: 'Ada & Co' });
export const approveTenDlc: CommandOf<'ApproveTenDlc'> = { type: 'ApproveTenDlc' };

export const topUp = (amount: number, topUpId = 'top-up'): CommandOf<'TopUpWallet'> => ({ type: 'TopUpWallet', topUpId, amount: usd(amount) });

export const requestTopUp = (amount: number, chargeId = 'top-up'): CommandOf<'RequestTopUp'> => ({ type: 'RequestTopUp', chargeId, amount: usd(amount) });

/** The first charge of the first plan unless told. */
export const collected = (chargeId = 'messaging.1'): CommandOf<'MarkChargeCollected'> => ({ type: 'MarkChargeCollected', chargeId });
export const failed = (chargeId = 'messaging.1', reason: string | null = null): CommandOf<'MarkChargeFailed'> => ({ type: 'MarkChargeFailed', chargeId, reason });

export const autoRecharge = (threshold: number, amount: number, enabled = true): CommandOf<'ConfigureAutoRecharge'> => ({
  type: 'ConfigureAutoRecharge',
  enabled,
  threshold: usd(threshold),
  amount: usd(amount),
});

export const hold = (reviewAt: Instant, holdId = 'hold'): CommandOf<'PlaceLegalHold'> => ({ type: 'PlaceLegalHold', holdId, reason: 'case 7', reviewAt });
export const lift = (holdId = 'hold'): CommandOf<'LiftLegalHold'> => ({ type: 'LiftLegalHold', holdId });
export const erase = (basis = 'gdpr-art-17'): CommandOf<'StartErasure'> => ({ type: 'StartErasure', basis });
export const completePurge = (counts: Readonly<Record<string, number>> = {}): CommandOf<'CompletePurge'> => ({
  type: 'CompletePurge', counts, stores: [], verification: { tables: 1, markers: 1, jobs: 0, findings: 0 }, exceptions: [],
});
/** Of a purge that began when it was due. */
export const reapplyPurge = (due: Instant, life = 1): CommandOf<'ReapplyPurge'> => ({ type: 'ReapplyPurge', purgeId: `acc.${life}`, basis: 'retention', due, begunAt: due });
