// Every state an account can be in, and one command of each type.
import {
  applyTenDlc, approveTenDlc, attempt, autoRecharge, buyNumber, cancel, change, changePlan, collected, completePurge, confirm, erase, failed, hold, importAccount, lift, markPaid,
  markPastDue, open, reapplyPurge, removeNumber, requestTopUp, resume, subscribe, topUp,
} from '../../../test/stories/commands.js';
import type { Step } from '../../../test/stories/examples.js';
import { moment } from '../../../test/stories/life.js';
import type { Command, CommandType } from '../src/membership/commands.js';

const start = moment('2026-03-30T07:00Z');
const asked = moment('2026-04-10T17:00Z');
const E = moment('2026-04-30T07:00Z');
const D14 = moment('2026-05-14T07:00Z');
const D30 = moment('2026-05-30T07:00Z');
const P = moment('2027-04-30T07:00Z');

const opened: Step = [start, open({ timeZone: 'America/Los_Angeles' }), hold(P, 'old'), lift('old')];
const active: readonly Step[] = [opened, [start, subscribe('messaging-monthly'), buyNumber('n0')]];
const trialing: readonly Step[] = [opened, [start, subscribe('messaging-monthly', { trialDays: 30 }), buyNumber('n0')]];
const pending: readonly Step[] = [...active, [start, attempt()], [asked, cancel()]];
const purging: readonly Step[] = [...pending, [D30], [P]];

/** How an account got there, and when it is asked. */
export const states = {
  nobody: { given: [], at: asked },
  'no plan': { given: [opened], at: asked },
  trialing: { given: trialing, at: asked },
  active: { given: active, at: asked },
  'past due': { given: [...active, [start, markPastDue()]], at: asked },
  'without its number': { given: [...active, [start, removeNumber('n0')]], at: asked },
  pending: { given: pending, at: moment(E, -1) },
  'pending trial': { given: [...trialing, [start, cancel()]], at: asked },
  lapsed: { given: [...pending, [E]], at: E },
  'after D14': { given: [...pending, [D14]], at: D14 },
  'after D30': { given: [...pending, [D30]], at: D30 },
  purging: { given: purging, at: P },
  purged: { given: [...purging, [P, completePurge()]], at: moment(P, 1) },
} satisfies Readonly<Record<string, { given: readonly Step[]; at: typeof E }>>;

export const commands: { readonly [Type in CommandType]: Command & { type: Type } } = {
  OpenAccount: open(),
  ImportAccount: importAccount(),
  ChangeAccount: change({ name: 'Bea' }),
  Subscribe: subscribe('messaging-monthly', { as: 'again' }),
  ChangePlan: changePlan('messaging-annual'),
  MarkPastDue: markPastDue(),
  MarkPaid: markPaid(),
  AttemptCancellation: attempt({ attemptId: 'second' }),
  ConfirmCancellation: confirm(),
  RequestCancellation: cancel(),
  ResumeSubscription: resume(),
  BuyNumber: buyNumber('n1'),
  RemoveNumber: removeNumber('n0'),
  SettleNumberRelease: { type: 'SettleNumberRelease', numberId: 'n0', outcome: 'released', reason: null },
  BlockNumberRelease: { type: 'BlockNumberRelease', numberId: 'n0', reason: 'deletion-lock' },
  AbandonNumberRelease: { type: 'AbandonNumberRelease', numberId: 'n0' },
  RetryNumberRelease: { type: 'RetryNumberRelease', numberId: 'n0', reason: 'unlocked' },
  SettleDeregistration: { type: 'SettleDeregistration', registrationId: 'r0', part: 'campaign', outcome: 'released', reason: null },
  BlockDeregistration: { type: 'BlockDeregistration', registrationId: 'r0', part: 'campaign', reason: 'account-locked' },
  RetryDeregistration: { type: 'RetryDeregistration', registrationId: 'r0', part: 'campaign', reason: 'unlocked' },
  ApplyTenDlc: applyTenDlc(),
  ApproveTenDlc: approveTenDlc,
  TopUpWallet: topUp(100),
  RequestTopUp: requestTopUp(100),
  MarkChargeCollected: collected(),
  MarkChargeFailed: failed(),
  ConfigureAutoRecharge: autoRecharge(100, 1000),
  PlaceLegalHold: hold(P),
  LiftLegalHold: lift('old'),
  RetryDeadline: { type: 'RetryDeadline', kind: 'period-end', subject: 'messaging', generation: 1, reason: 'mended' },
  TellOfNotice: { type: 'TellOfNotice', noticeId: 'plan-ended.3', message: 'plan-ended', channel: 'e-mail', language: 'en', templateVersion: '1', note: null },
  BlockNotice: { type: 'BlockNotice', noticeId: 'plan-ended.3', message: 'plan-ended', reason: 'address-rejected' },
  RetryNotice: { type: 'RetryNotice', noticeId: 'plan-ended.3', message: 'plan-ended', reason: 'mended' },
  RedactNote: { type: 'RedactNote', eventId: 'event', holdsNote: true },
  StartErasure: erase(),
  ReapplyPurge: reapplyPurge(P),
  CompletePurge: completePurge(),
};

export type State = keyof typeof states;
