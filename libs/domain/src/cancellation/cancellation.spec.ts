// The way out and the way back in: what is accepted until when, and what each "no" says (R1, R4–R8, R12, A6, A14, A16–A18).
import { buyNumber, cancel, attempt, confirm, consent, markPastDue, open, subscribe, usd } from '../../../../test/stories/commands.js';
import { examples, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { after, asked, before, E, ended, next, pending, renewal, rests, start, subscribed } from '../../test/cancellation.js';

const oneStep: readonly Step[] = [[start, open({ cancellationMode: 'one-step' }), subscribe('messaging-monthly')]];

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
        consent: { disclosures: consent, textHash: 'hash', language: 'en', acknowledgedConsequences: true },
        policy: { version: '2026-01', numbersReleaseAfterDays: 14, tenDlcExpireAfterDays: 30, purgeAfterYears: 1, tenDlcScope: 'account', numberFeesAfterEnd: false },
      }],
      rests,
    ],
  },
  'and promises what there is to lose, to be credited and to be paid': {
    given: [...subscribed, [start, buyNumber('n0')]],
    when: [asked, cancel('messaging', { unsent: { sms: { count: 2, amount: 80 }, rvm: { count: 0, amount: 0 } } })],
    then: [
      ['CancellationRequested', asked, {
        promised: {
          consequences: [{ kind: 'period-end', at: E }, { kind: 'release-numbers', at: moment('2026-05-14T07:00Z') }, { kind: 'purge-data', at: moment('2027-04-30T07:00Z') }],
          credits: { sms: { count: 2, amount: usd(80) }, rvm: { count: 0, amount: usd(0) } },
          numberFees: [{ at: E, count: 1, amount: usd(200) }],
        },
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
    then: [['refused', 'disclosures_stale', { disclosures: [{ id: consent[0]!.id, version: '2025-01' }] }]],
  },
  'when the only one accepted is stale, and names also what is missing': {
    given: subscribed,
    when: [asked, cancel('messaging', { acceptedDisclosures: [{ ...consent[0]!, version: '2025-01' }] })],
    then: [['refused', 'disclosures_stale', { disclosures: [{ id: consent[0]!.id, version: '2025-01' }], toAccept: consent }]],
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
