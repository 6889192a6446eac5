// The two steps: an attempt, bound to the preview that was shown, and its confirmation within the hour (R8).
import { describe, expect, it } from '@jest/globals';
import { cancel, attempt, confirm, consent, resume, subscribe } from '../../../../test/stories/commands.js';
import { examples, lived, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { after, asked, before, E, ended, pending, renewal, rests, subscribed } from '../../test/cancellation.js';
import { builtInVersion } from '../built-in-policy.js';

const hour = 3_600_000;
const attempted: readonly Step[] = [...subscribed, [asked, attempt()]];

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
  'counts in the language in which the attempt was shown': {
    given: [...subscribed, [asked, attempt({ language: 'es' })]],
    when: [asked, confirm()],
    then: [['CancellationRequested', asked, { consent: { language: 'es' } }], rests],
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
    when: [asked, confirm({ former: { expiresAt: moment(asked, hour), used: true, shownUnder: builtInVersion } })],
    then: [['refused', 'attempt_used']],
  },
  'of an attempt that has left the state is told why': {
    given: [...attempted, [moment(asked, hour), attempt({ attemptId: 'second' })]],
    when: [moment(asked, hour), confirm({ former: { expiresAt: moment(asked, hour), used: false, shownUnder: builtInVersion } })],
    then: [['refused', 'attempt_expired', { expiresAt: moment(asked, hour) }]],
  },
  'cannot mean the dates and the words of another policy than was shown': {
    given: attempted,
    when: [asked, confirm({ former: { expiresAt: moment(asked, hour), used: false, shownUnder: '2025-01' } })],
    then: [['refused', 'preview_stale']],
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
    when: [after, confirm({ former: { expiresAt: moment(before, hour), used: false, shownUnder: builtInVersion } })],
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
