// The way out and the way back in: what is accepted until when, and what each "no" says (R1, R4–R8, R12, A6, A14, A16–A18).
import { describe, expect, it } from '@jest/globals';
import { cancel, change, changePlan, attempt, confirm, consent, markPastDue, open, resume, subscribe } from '../../../../test/stories/commands.js';
import { examples, lived, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { decide } from '../membership/decide.js';
import { disclosures } from './disclosures.js';

const start = moment('2026-03-30T07:00Z');
const asked = moment('2026-04-10T17:00Z');
const E = moment('2026-04-30T07:00Z');
const before = moment('2026-04-30T07:00Z', -1);
const after = moment('2026-04-30T07:00Z', 1);
const next = moment('2026-05-30T07:00Z');
const D14 = moment('2026-05-14T07:00Z');
const hour = 3_600_000;

const subscribed: readonly Step[] = [[start, open({ timeZone: 'America/Los_Angeles' }), subscribe('messaging-monthly')]];
const oneStep: readonly Step[] = [[start, open({ cancellationMode: 'one-step' }), subscribe('messaging-monthly')]];
const pending: readonly Step[] = [...subscribed, [asked, cancel()]];
const attempted: readonly Step[] = [...subscribed, [asked, attempt()]];
const ended: readonly Step[] = [...pending, [E]];
const renewal = [
  ['SubscriptionRenewed', E, { period: { start: E, end: next }, periodNumber: 2 }],
  ['CardChargeRequested', E, { chargeId: 'messaging.2' }],
] as const;
const rests = ['AutoRechargeSuspended', asked] as const;

examples('a cancellation is accepted', {
  'while active, and takes effect at the end of the period': {
    given: subscribed,
    when: [asked, cancel()],
    then: [['CancellationRequested', asked, { subscriptionId: 'messaging', planId: 'messaging-monthly', effectiveAt: E, reason: 'too_expensive', timeZone: 'America/Los_Angeles' }], rests],
  },
  'up to the last millisecond': {
    given: subscribed,
    when: [before, cancel()],
    then: [['CancellationRequested', before, { effectiveAt: E }], ['AutoRechargeSuspended', before]],
  },
  'exactly at the end only for the period that has begun then': {
    given: subscribed,
    when: [E, cancel()],
    then: [...renewal, ['CancellationRequested', E, { effectiveAt: next }], ['AutoRechargeSuspended', E]],
  },
  'while past due': {
    given: [...subscribed, [asked, markPastDue()]],
    when: [asked, cancel()],
    then: [['CancellationRequested', asked, { effectiveAt: E }], rests],
  },
  'in a trial, which then runs to its end': {
    given: [[start, open(), subscribe('messaging-monthly', { trialDays: 30 })]],
    when: [asked, cancel()],
    then: [['CancellationRequested', asked, { effectiveAt: moment('2026-04-29T07:00Z') }], rests],
  },
  'and keeps the evidence of what was accepted': {
    given: subscribed,
    when: [asked, cancel('messaging', { reason: { code: 'other', comment: 'moving on' } })],
    then: [
      ['CancellationRequested', asked, {
        reason: 'other', comment: 'moving on', attemptId: null,
        consent: { disclosures: consent, textHash: 'hash', acknowledgedConsequences: true },
        policy: { version: '2026-01', numbersReleaseAfterDays: 14, tenDlcExpireAfterDays: 30, purgeAfterYears: 1, tenDlcScope: 'account', numberFeesAfterEnd: false },
      }],
      rests,
    ],
  },
  'for one plan while the other goes on, and auto-recharge with it': {
    given: [...subscribed, [start, subscribe('calling-monthly')]],
    when: [asked, cancel()],
    then: [['CancellationRequested', asked, { subscriptionId: 'messaging' }]],
  },
});

examples('a cancellation is refused', {
  'for a subscription the account does not have': { given: subscribed, when: [asked, cancel('calling')], then: [['refused', 'not_found']] },
  'without a reason': { given: subscribed, when: [asked, cancel('messaging', { reason: undefined })], then: [['refused', 'invalid_request', { errors: [{ pointer: '/reason' }] }]] },
  'for a reason that is not on the list': { given: subscribed, when: [asked, cancel('messaging', { reason: { code: 'bored' } })], then: [['refused', 'reason_unknown']] },
  'for a comment without bounds': {
    given: subscribed,
    when: [asked, cancel('messaging', { reason: { code: 'other', comment: 'x'.repeat(2001) } })],
    then: [['refused', 'invalid_request', { errors: [{ pointer: '/reason/comment' }] }]],
  },
  'though not for one at its bound': {
    given: subscribed,
    when: [asked, cancel('messaging', { reason: { code: 'other', comment: 'x'.repeat(2000) } })],
    then: [['CancellationRequested', asked], rests],
  },
  'nor for one whose characters take two units each': {
    given: subscribed,
    when: [asked, cancel('messaging', { reason: { code: 'other', comment: '😀'.repeat(2000) } })],
    then: [['CancellationRequested', asked], rests],
  },
  'unless the consequences are acknowledged': { given: subscribed, when: [asked, cancel('messaging', { acknowledgedConsequences: false })], then: [['refused', 'acknowledgement_missing']] },
  'when a disclosure is missing, and names it': {
    given: subscribed,
    when: [asked, cancel('messaging', { acceptedDisclosures: consent.slice(1) })],
    then: [['refused', 'disclosures_missing', { disclosures: consent.slice(0, 1), toAccept: consent.slice(0, 1) }]],
  },
  'when none is accepted, and names all': {
    given: subscribed,
    when: [asked, cancel('messaging', { acceptedDisclosures: [] })],
    then: [['refused', 'disclosures_missing', { disclosures: consent }]],
  },
  'when a disclosure is stale, and names it': {
    given: subscribed,
    when: [asked, cancel('messaging', { acceptedDisclosures: [{ ...consent[0]!, version: '2025-01' }, ...consent.slice(1)] })],
    then: [['refused', 'disclosures_stale', { disclosures: [{ id: disclosures[0]!.id, version: '2025-01' }] }]],
  },
  'when the only one accepted is stale, and names also what is missing': {
    given: subscribed,
    when: [asked, cancel('messaging', { acceptedDisclosures: [{ ...consent[0]!, version: '2025-01' }] })],
    then: [['refused', 'disclosures_stale', { disclosures: [{ id: disclosures[0]!.id, version: '2025-01' }], toAccept: consent }]],
  },
  'when a disclosure is not in the catalogue': {
    given: subscribed,
    when: [asked, cancel('messaging', { acceptedDisclosures: [...consent, { id: 'made-up', version: '1' }] })],
    then: [['refused', 'disclosures_stale', { disclosures: [{ id: 'made-up', version: '1' }], toAccept: [] }]],
  },
  'while one is pending, and shows that one': {
    given: pending,
    when: [before, cancel()],
    then: [['refused', 'cancellation_already_pending', { subscriptionId: 'messaging', cancellation: { requestedAt: asked, effectiveAt: E, reason: { code: 'too_expensive' } } }]],
  },
  'after the end': { given: ended, when: [after, cancel()], then: [['refused', 'subscription_ended', { endedAt: E }]] },
  'exactly at the end, no worker having run': {
    given: pending,
    when: [E, cancel()],
    then: [['PeriodEnded', E, { lastPlan: true }], ['refused', 'subscription_ended']],
  },
});

examples('an attempt', {
  'changes no plan': {
    given: subscribed,
    when: [asked, attempt({ reason: { code: 'unused', comment: 'bye' } })],
    then: [['CancellationAttempted', asked, { reason: 'unused', comment: 'bye', previewHash: 'shown', expiresAt: moment('2026-04-10T18:00Z') }]],
  },
  'needs the first acknowledgement': { given: subscribed, when: [asked, attempt({ acknowledgedConsequences: undefined })], then: [['refused', 'acknowledgement_missing']] },
  'needs a reason': { given: subscribed, when: [asked, attempt({ reason: undefined })], then: [['refused', 'invalid_request']] },
  'needs a reason of the list': { given: subscribed, when: [asked, attempt({ reason: { code: '' } })], then: [['refused', 'reason_unknown']] },
  'is bound to the preview that was shown': { given: subscribed, when: [asked, attempt({ previewHash: 'older' })], then: [['refused', 'preview_stale']] },
  'takes the preview that is current': { given: subscribed, when: [asked, attempt({ previewHash: 'shown' })], then: [['CancellationAttempted', asked]] },
  'is refused while a cancellation is pending': { given: pending, when: [before, attempt()], then: [['refused', 'cancellation_already_pending']] },
  'is refused after the end': { given: ended, when: [after, attempt()], then: [['refused', 'subscription_ended']] },
  'may be made again': {
    given: attempted,
    when: [asked, attempt({ attemptId: 'second' })],
    then: [['CancellationAttempted', asked, { attemptId: 'second' }]],
  },
});

examples('a confirmation', {
  'cancels with the reason of the attempt': {
    given: attempted,
    when: [asked, confirm({ comment: 'bye' })],
    then: [['CancellationRequested', asked, { attemptId: 'attempt', reason: 'unused', comment: 'bye', effectiveAt: E, consent: { disclosures: consent, textHash: 'hash' } }], rests],
  },
  'counts for one hour, to the last millisecond': {
    given: attempted,
    when: [moment(asked, hour - 1), confirm()],
    then: [['CancellationRequested', moment(asked, hour - 1)], ['AutoRechargeSuspended', moment(asked, hour - 1)]],
  },
  'comes too late after exactly one hour': {
    given: attempted,
    when: [moment(asked, hour), confirm()],
    then: [['refused', 'attempt_expired', { expiresAt: moment(asked, hour) }]],
  },
  'may come twice': { given: [...attempted, [asked, confirm()]], when: [asked, confirm()], then: [] },
  'of another attempt than the pending one is refused': {
    given: [...attempted, [asked, attempt({ attemptId: 'second' }), confirm()]],
    when: [asked, confirm({ attemptId: 'second' })],
    then: [['refused', 'cancellation_already_pending']],
  },
  'cannot use an attempt again after a resume': {
    given: [...attempted, [asked, confirm(), resume()]],
    when: [asked, confirm({ former: { expiresAt: moment(asked, hour), used: true } })],
    then: [['refused', 'attempt_used']],
  },
  'of an attempt that has left the state is told why': {
    given: [...attempted, [moment(asked, hour), attempt({ attemptId: 'second' })]],
    when: [moment(asked, hour), confirm({ former: { expiresAt: moment(asked, hour), used: false } })],
    then: [['refused', 'attempt_expired', { expiresAt: moment(asked, hour) }]],
  },
  'of an unknown attempt is not found': { given: attempted, when: [asked, confirm({ attemptId: 'none' })], then: [['refused', 'not_found']] },
  "of another plan's attempt is not found": {
    given: [...attempted, [asked, subscribe('calling-monthly')]],
    when: [asked, confirm({ subscriptionId: 'calling' })],
    then: [['refused', 'not_found']],
  },
  'needs every disclosure': { given: attempted, when: [asked, confirm({ acceptedDisclosures: [] })], then: [['refused', 'disclosures_missing']] },
  'needs the second acknowledgement': { given: attempted, when: [asked, confirm({ acknowledgedConsequences: false })], then: [['refused', 'acknowledgement_missing']] },
  'cannot mean a later period than was shown': {
    given: [...subscribed, [before, attempt()]],
    when: [after, confirm({ former: { expiresAt: moment(before, hour), used: false } })],
    then: [...renewal, ['refused', 'preview_stale']],
  },
  'after the end is refused': {
    given: [...subscribed, [before, attempt(), cancel()]],
    when: [E, confirm()],
    then: [['PeriodEnded', E], ['refused', 'subscription_ended']],
  },
});

describe('the attempts that the state keeps', () => {
  const kept = (...more: readonly Step[]) => lived([...attempted, ...more]).state.attempts.map(({ attemptId }) => attemptId);

  it.each<[string, readonly Step[], readonly string[]]>([
    ['one that can be confirmed', [], ['attempt']],
    ['one beside the pending one, which can be confirmed after a resume', [[asked, attempt({ attemptId: 'second' }), confirm()]], ['second']],
    ['none that was confirmed', [[asked, confirm()]], []],
    ['none whose hour is over once something else happens', [[moment(asked, hour), attempt({ attemptId: 'later' })]], ['later']],
    ['none of a period that is over', [[before, attempt({ attemptId: 'late' })], [after]], []],
    ['none of a plan that has ended', [[before, attempt({ attemptId: 'late' }), cancel()], [E]], []],
  ])('are %s', (_, more, expected) => expect(kept(...more)).toEqual(expected));
});

examples('a resume', {
  'is accepted at one millisecond before the end and reverts everything': {
    given: pending,
    when: [before, resume()],
    then: [['SubscriptionResumed', before, { subscriptionId: 'messaging' }], ['AutoRechargeRestored', before]],
  },
  'is refused exactly at the end, no worker having run': {
    given: pending,
    when: [E, resume()],
    then: [['PeriodEnded', E], ['refused', 'subscription_ended']],
  },
  'is refused a month late, no worker having run': {
    given: pending,
    when: [next, resume()],
    then: [
      ['PeriodEnded', E],
      ['NumberReleaseStarted', D14],
      ['NumbersReleased', D14],
      ['TenDlcExpirySkipped', next],
      ['refused', 'subscription_ended'],
    ],
  },
  'needs a cancellation that is pending': { given: subscribed, when: [asked, resume()], then: [['refused', 'cancellation_not_pending']] },
  'of a stranger is not found': { given: subscribed, when: [asked, resume('calling')], then: [['refused', 'not_found']] },
  'lets the plan renew': { given: [...pending, [before, resume()]], when: [E], then: renewal },
  'keeps the plan change that was agreed before the cancellation': {
    given: [...subscribed, [start, changePlan('messaging-annual')], [asked, cancel()], [before, resume()]],
    when: [E],
    then: [['SubscriptionRenewed', E, { planId: 'messaging-annual', period: { start: E, end: moment('2027-04-30T07:00Z') } }], ['CardChargeRequested', E]],
  },
  'does not stop a second cancellation': {
    given: [...pending, [before, resume()]],
    when: [before, cancel()],
    then: [['CancellationRequested', before, { effectiveAt: E }], ['AutoRechargeSuspended', before]],
  },
});

examples('one step is enough where the law says so', {
  'no reason, no disclosure, no acknowledgement': {
    given: oneStep,
    when: [asked, cancel('messaging', { reason: undefined, acceptedDisclosures: [], acknowledgedConsequences: undefined })],
    then: [['CancellationRequested', asked, { reason: null, consent: { disclosures: [], acknowledgedConsequences: false } }], rests],
  },
  'a reason that is given must be of the list': { given: oneStep, when: [asked, cancel('messaging', { reason: { code: 'bored' } })], then: [['refused', 'reason_unknown']] },
  'what is accepted must be current': {
    given: oneStep,
    when: [asked, cancel('messaging', { acceptedDisclosures: [{ id: 'terms', version: '2025-01' }] })],
    then: [['refused', 'disclosures_stale', { toAccept: [{ id: 'terms', version: '2026-01' }] }]],
  },
  'the two steps still work': { given: [...oneStep, [asked, attempt()]], when: [asked, confirm()], then: [['CancellationRequested', asked], rests] },
});

examples('while a cancellation is pending', {
  'the plan cannot change': { given: pending, when: [asked, changePlan('messaging-annual')], then: [['refused', 'plan_change_while_cancelling']] },
  'no card is charged, nothing renews': { given: pending, when: [E], then: [['PeriodEnded', E, { planId: 'messaging-monthly', lastPlan: true }]] },
  'the promised end stands when the account moves': {
    given: [...pending, [asked, change({ timeZone: 'Australia/Lord_Howe' })]],
    when: [D14],
    then: [['PeriodEnded', E], ['NumberReleaseStarted', D14], ['NumbersReleased', D14]],
  },
});

describe('the rule itself', () => {
  it('refuses a resume at the end even of an account that nobody has brought up to date', () => {
    const { state } = lived(pending);
    expect(decide(state, resume(), E)).toMatchObject({ refused: 'subscription_ended' });
    expect(decide(state, resume(), before)).toMatchObject([{ type: 'SubscriptionResumed' }, { type: 'AutoRechargeRestored' }]);
  });
});
