// The whole timetable: every command in every state an account can be in, and what it answers. No cell can be left out.
import { describe, expect, it } from '@jest/globals';
import { lived, outcome } from '../../../../test/stories/examples.js';
import { commands, type State, states } from '../../test/timetable.js';
import type { CommandType } from './commands.js';

/** Answers for groups of states, all five, and for single states that differ from their group. */
type Row = Readonly<Record<'nobody' | 'noPlan' | 'open' | 'lapsed' | 'gone', string>> & { readonly but?: Partial<Readonly<Record<State, string>>> };

const groupOf: Readonly<Record<State, Exclude<keyof Row, 'but'>>> = {
  nobody: 'nobody', 'no plan': 'noPlan', trialing: 'open', active: 'open', 'past due': 'open', 'without its number': 'open', pending: 'open', 'pending trial': 'open',
  lapsed: 'lapsed', 'after D14': 'lapsed', 'after D30': 'lapsed', purging: 'gone', purged: 'gone',
};

const none = 'not_found';
const gone = 'account_purged';
const ended = 'subscription_ended';
const bothPending = (code: string) => ({ pending: code, 'pending trial': code });
const always = (answer: string): Row => ({ nobody: none, noPlan: answer, open: answer, lapsed: answer, gone });
const ofPlan = (open: string, but = {}): Row => ({ nobody: none, noPlan: none, open, lapsed: ended, gone, but });

/** A trial has asked for nothing. */
const ofCharge = (answer: string, but: Row['but']): Row => ({ nobody: none, noPlan: none, open: answer, lapsed: answer, gone, but: { trialing: none, 'pending trial': none, ...but } });

/** What the carrier answers is told to a release under way and to a number that is given back, and to nothing else. */
const whileReleasing = (answer: string, givingBack: string, during = answer): Row => ({
  ...always(''), but: { 'without its number': givingBack, 'after D14': answer, 'after D30': answer, purging: during },
});

const alsoPurging = (answer: string): Row => ({ ...always(answer), but: { purging: answer } });

/** Event types, or the refusal. */
const timetable: Readonly<Record<CommandType, Row>> = {
  OpenAccount: { ...always('account_exists'), nobody: 'AccountOpened' },
  ImportAccount: { ...always('account_exists'), nobody: 'AccountOpened AccountImported' },
  ChangeAccount: { ...always('AccountChanged'), but: { purged: 'AccountChanged' } },
  Subscribe: {
    nobody: none,
    noPlan: 'SubscriptionStarted CardChargeRequested',
    open: 'already_subscribed',
    lapsed: 'SubscriptionStarted CardChargeRequested AutoRechargeRestored',
    gone,
    but: { purged: 'SubscriptionStarted CardChargeRequested' },
  },
  ChangePlan: ofPlan('PlanChangeScheduled', bothPending('plan_change_while_cancelling')),
  MarkPastDue: ofPlan('SubscriptionPastDue', { 'past due': '', trialing: '', 'pending trial': '' }),
  MarkPaid: ofPlan('', { 'past due': 'ChargeCollected SubscriptionPaid' }),
  MarkChargeCollected: ofCharge('ChargeCollected', { 'past due': 'ChargeCollected SubscriptionPaid' }),
  MarkChargeFailed: ofCharge('ChargeFailed SubscriptionPastDue', { 'past due': 'ChargeFailed' }),
  AttemptCancellation: ofPlan('CancellationAttempted', bothPending('cancellation_already_pending')),
  ConfirmCancellation: ofPlan(none),
  RequestCancellation: ofPlan('CancellationRequested AutoRechargeSuspended', bothPending('cancellation_already_pending')),
  ResumeSubscription: ofPlan('cancellation_not_pending', bothPending('SubscriptionResumed AutoRechargeRestored')),
  BuyNumber: { ...always('no_open_plan'), open: 'NumberPurchased' },
  RemoveNumber: { ...always(none), open: 'NumberRemoved', lapsed: 'number_not_removable', but: { lapsed: 'NumberRemoved', 'without its number': none } },
  SettleNumberRelease: whileReleasing('NumberReleased NumbersReleased', 'NumberReleased'),
  BlockNumberRelease: whileReleasing('NumberReleaseBlocked', 'NumberReleaseBlocked'),
  AbandonNumberRelease: { ...always(''), but: { purging: '', 'without its number': 'NumberNotGivenBack' } },
  RetryNumberRelease: whileReleasing('NumberReleaseRetried', 'NumberReleaseRetried', gone),
  SettleDeregistration: alsoPurging('TenDlcDeregistered'),
  BlockDeregistration: alsoPurging('TenDlcDeregistrationBlocked'),
  RetryDeregistration: always('TenDlcDeregistrationRetried'),
  ApplyTenDlc: { ...always('TenDlcApplied'), lapsed: 'no_open_plan' },
  ApproveTenDlc: always('ten_dlc_not_pending'),
  TopUpWallet: always('WalletToppedUp'),
  RequestTopUp: { ...always('CardChargeRequested'), lapsed: 'auto_recharge_suspended', but: bothPending('auto_recharge_suspended') },
  ConfigureAutoRecharge: always('AutoRechargeConfigured'),
  PlaceLegalHold: always('LegalHoldPlaced'),
  LiftLegalHold: always(none),
  RetryDeadline: always('DeadlineRetried'),
  RedactNote: always('NoteRedacted'),
  TellOfNotice: alsoPurging('CustomerNotified'),
  BlockNotice: alsoPurging('NoticeBlocked'),
  RetryNotice: always('NoticeRetried'),
  StartErasure: {
    ...always('PurgeStarted'),
    open: 'subscription_open',
    but: { lapsed: 'PurgeStarted NumberReleaseStarted' },
  },
  ReapplyPurge: { ...always('PurgeStarted'), gone: '' },
  CompletePurge: { ...always(''), gone: '', but: { purging: 'DataPurged' } },
};

const answer = (one: unknown): string => {
  const { type, refused } = one as { type?: string; refused?: string };
  return type ?? refused ?? '';
};

describe.each(Object.entries(states))('an account that is %s answers', (name, { given, at }) => {
  it.each(Object.entries(commands))('%s', (type, command) => {
    const { but, ...groups } = timetable[type as CommandType];
    const expected = but?.[name as State] ?? groups[groupOf[name as State]];
    expect(outcome({ given, when: [at, command], then: [] }).map(answer).join(' ')).toBe(expected);
  });

  it('with the same state as the events give', () => {
    const life = lived(given);
    expect(life.refolded()).toEqual(life.state);
  });
});
