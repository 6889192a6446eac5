// An account that is taken over has happened as it is told.
import { e164Of, importAccount, open, usd } from '../../../../test/stories/commands.js';
import { examples, type Expected } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { april, asked, began, ended, now, number, period, plan, registration } from '../../test/importing.js';

const imported = (held: readonly string[] = []): Expected => ['AccountImported', now, { importId: 'import', externalId: 'theirs-1', held: held.map((kind) => ({ kind, subject: '', generation: 1 })) }];

examples('an account that is taken over', {
  'without a plan was opened now': { given: [], when: [now, importAccount()], then: [['AccountOpened', now, { testClockId: null, numberFee: usd(200) }], imported()] },

  'began when its plan did, and came into its period by the calendar of that day; nothing is charged': {
    given: [],
    when: [now, importAccount({ subscriptions: [plan()] })],
    then: [
      ['AccountOpened', began],
      ['SubscriptionStarted', began, { period: period('2026-01-31T10:00Z', '2026-02-28T10:00Z'), anchor: '2026-01-31T10:00:00.000', trialDays: null, returned: null }],
      ['SubscriptionRenewed', april.start, { period: april, periodNumber: 3, monthsFromAnchor: 3 }],
      imported(),
    ],
  },

  'is in the period that has come since it was described, and nobody is asked for the money of that': {
    given: [],
    when: [now, importAccount({ subscriptions: [plan({ currentPeriod: period('2026-02-28T10:00Z', '2026-03-31T10:00Z') })] })],
    then: [['AccountOpened', began], ['SubscriptionStarted', began], ['SubscriptionRenewed', moment('2026-02-28T10:00Z'), { periodNumber: 2 }], ['SubscriptionRenewed', april.start, { period: april, periodNumber: 3 }], imported()],
  },

  'keeps a trial, whose end is what its periods are counted from': {
    given: [],
    when: [now, importAccount({ subscriptions: [plan({ status: 'trialing', startedAt: moment('2026-04-05T10:00Z'), currentPeriod: period('2026-04-05T10:00Z', '2026-04-19T10:00Z') })] })],
    then: [['AccountOpened', moment('2026-04-05T10:00Z')], ['SubscriptionStarted', moment('2026-04-05T10:00Z'), { trialDays: 14, anchor: '2026-04-19T10:00:00.000' }], imported()],
  },

  'keeps what was paid for, however it was counted, and goes on from there': {
    given: [],
    when: [now, importAccount({ subscriptions: [plan({ currentPeriod: period('2026-04-01T00:00Z', '2026-05-01T00:00Z') })] })],
    then: [['AccountOpened', began], ['SubscriptionStarted', began, { anchor: '2026-01-31T10:00:00.000' }], ['SubscriptionRenewed', moment('2026-04-01T00:00Z'), { anchor: '2026-05-01T00:00:00.000', monthsFromAnchor: 0 }], imported()],
  },

  'is billed on the agreed day of the month, also where this one is too short for it': {
    given: [],
    when: [now, importAccount({ anchorDay: 31, subscriptions: [plan({ startedAt: moment('2026-01-10T10:00Z') })] })],
    then: [['AccountOpened', moment('2026-01-10T10:00Z')], ['SubscriptionStarted', moment('2026-01-10T10:00Z')], ['SubscriptionRenewed', april.start, { anchor: '2026-03-31T10:00:00.000', monthsFromAnchor: 1 }], imported()],
  },

  'leaves at the end of its period, with the dates that follow, by the policy of that day; the card rests': {
    given: [],
    when: [now, importAccount({ subscriptions: [plan({ cancellation: asked('2026-04-02T09:00Z', { reason: { code: 'unused', comment: 'Farewell.' } }) })] })],
    then: [
      ['AccountOpened', began], ['SubscriptionStarted', began], ['SubscriptionRenewed', april.start],
      ['CancellationRequested', moment('2026-04-02T09:00Z'), {
        effectiveAt: april.end, reason: 'unused', comment: 'Farewell.', consent: null, promised: null, attemptId: null,
        told: { consequences: { 'release-numbers': moment('2026-05-14T10:00Z'), 'expire-ten-dlc': moment('2026-05-30T10:00Z'), 'purge-data': moment('2027-04-30T10:00Z') }, numberFees: [{ at: moment('2026-04-30T00:00Z'), date: 20260430 }] },
      }],
      ['AutoRechargeSuspended', moment('2026-04-02T09:00Z')],
      imported(),
    ],
  },

  'has left when the end that was asked for has come': {
    given: [],
    when: [now, importAccount({ subscriptions: [plan({ currentPeriod: period('2026-02-28T10:00Z', '2026-03-31T10:00Z'), cancellation: asked('2026-03-02T09:00Z') })] })],
    then: [['AccountOpened', began], ['SubscriptionStarted', began], ['SubscriptionRenewed', moment('2026-02-28T10:00Z')], ['CancellationRequested', moment('2026-03-02T09:00Z')], ['AutoRechargeSuspended', moment('2026-03-02T09:00Z')], ['PeriodEnded', moment('2026-03-31T10:00Z'), { lastPlan: true }], imported()],
  },

  'whose plan has ended, nobody says when that was asked for, has asked by then; what is due waits': {
    given: [],
    when: [moment('2026-05-10T12:00Z'), importAccount({ subscriptions: [ended()], numbers: [number('n0')], tenDlc: registration('active', { brandId: null }) })],
    then: [
      ['AccountOpened', began], ['SubscriptionStarted', began], ['SubscriptionRenewed', moment('2026-02-28T10:00Z')],
      ['CancellationRequested', moment('2026-03-31T10:00Z'), { effectiveAt: moment('2026-03-31T10:00Z'), reason: null }], ['AutoRechargeSuspended', moment('2026-03-31T10:00Z')],
      ['PeriodEnded', moment('2026-03-31T10:00Z'), { lastPlan: true }],
      ['TenDlcApplied', moment('2026-05-10T12:00Z'), { campaignId: 'C1', atCarrier: { campaign: true, brand: false } }], ['TenDlcRegistered', moment('2026-05-10T12:00Z')],
      ['NumberPurchased', moment('2026-05-10T12:00Z'), { e164: e164Of('n0') }],
      ['AccountImported', moment('2026-05-10T12:00Z'), { held: ['release-numbers', 'expire-ten-dlc'].map((kind) => ({ kind, subject: '', generation: 1 })) }],
    ],
  },

  'has come back, and kept what nobody gave up': {
    given: [],
    when: [now, importAccount({ subscriptions: [plan({ subscriptionId: 'again', startedAt: april.start }), ended()] })],
    then: [
      ['AccountOpened', began], ['SubscriptionStarted', began], ['SubscriptionRenewed', moment('2026-02-28T10:00Z')], ['CancellationRequested', april.start], ['AutoRechargeSuspended', april.start], ['PeriodEnded', april.start],
      ['SubscriptionStarted', april.start, { subscriptionId: 'again', returned: { lapsedAt: april.start, lost: [] } }], ['AutoRechargeRestored', april.start], imported(),
    ],
  },

  'owes, has money, is held': {
    given: [],
    when: [now, importAccount({ subscriptions: [plan({ status: 'past_due' })], wallet: { balance: usd(700) }, holds: [{ holdId: 'h', reason: 'case 7', reviewAt: moment('2026-01-01T00:00Z'), placedAt: null }] })],
    then: [
      ['AccountOpened', began], ['SubscriptionStarted', began], ['SubscriptionRenewed', april.start], ['LegalHoldPlaced', now, { reason: 'case 7' }],
      ['SubscriptionPastDue', now, { owed: usd(4900), periodNumber: 3 }],
      ['WalletToppedUp', now, { amount: usd(700) }], imported(),
    ],
  },

  'had a registration that has expired: nothing at the carrier is ours to end': {
    given: [],
    when: [now, importAccount({ tenDlc: registration('expired') })],
    then: [['AccountOpened', now], ['TenDlcApplied', now, { campaignId: null, brandId: null, atCarrier: { campaign: false, brand: false } }], ['TenDlcExpired', now], imported()],
  },

  'had it expire before it came back, and was held then: each on its day': {
    given: [],
    when: [now, importAccount({
      tenDlc: registration('expired', { appliedAt: moment('2025-01-01T00:00Z'), registeredAt: moment('2025-01-05T00:00Z'), expiredAt: moment('2025-06-01T00:00Z') }),
      holds: [{ holdId: 'h', reason: 'case 7', reviewAt: moment('2027-01-01T00:00Z'), placedAt: moment('2025-03-01T00:00Z') }],
    })],
    then: [
      ['AccountOpened', moment('2025-01-01T00:00Z')], ['TenDlcApplied', moment('2025-01-01T00:00Z')], ['TenDlcRegistered', moment('2025-01-05T00:00Z')], ['LegalHoldPlaced', moment('2025-03-01T00:00Z')],
      ['TenDlcExpired', moment('2025-06-01T00:00Z')], imported(),
    ],
  },

  'is not one that is here already': { given: [[began, open()]], when: [now, importAccount()], then: [['refused', 'account_exists']] },
});
