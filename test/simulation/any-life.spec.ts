// Any life: thousands of random ones, after which the promises still stand. `SEED` and `LIVES` say which and how many.
import { describe, expect, it } from '@jest/globals';
import { membershipEvents } from '#domain';
import { anyLife } from './any-life.js';
import { Coverage } from './coverage.js';

const seed = Number(process.env['SEED'] ?? 20_261_123);
const lives = Number(process.env['LIVES'] ?? 1000);

/** What the far side answers about registrations, and what operators write down, decides nothing; who comes from elsewhere is compared with who lived here by `test/imports`. */
const outsideOfTheModel = ['TenDlcDeregistered', 'TenDlcDeregistrationBlocked', 'TenDlcDeregistrationRetried', 'DeadlineRetried', 'NoteRedacted', 'CustomerNotified', 'NoticeBlocked', 'NoticeRetried', 'AccountImported'];

const required = [
  ...membershipEvents.map(({ type }) => type).filter((type) => !outsideOfTheModel.includes(type)).map((type) => `event: ${type}`),
  ...['prompt', 'lost', 'doubled', 'early', 'late'].map((fate) => `job: ${fate}`),
  'worker: down for months',
  'queue: several at once, in any order',
  'fence: early job',
  'fence: fired deadline',
  'fence: void deadline',
  'fence: held deadline',
  'fired: late',
  'fired: in time',
  'sweeper: overdue row',
  'table: a void deadline opened again',
  ...[
    'not_found', 'invalid_request', 'reason_unknown', 'acknowledgement_missing', 'disclosures_missing', 'disclosures_stale', 'cancellation_already_pending', 'cancellation_not_pending',
    'subscription_ended', 'already_subscribed', 'plan_change_while_cancelling', 'attempt_expired', 'preview_stale', 'account_exists', 'account_purged', 'no_open_plan',
    'number_exists', 'number_not_removable', 'ten_dlc_exists', 'ten_dlc_not_pending', 'subscription_open', 'legal_hold', 'auto_recharge_suspended',
  ].map((code) => `refused: ${code}`),
  'resumed a millisecond before the end',
  'refused to resume exactly at the end',
  'lifted a hold on an overdue purge',
  'came back having lost: nothing',
  'came back having lost: numbers',
  'came back having lost: numbers, ten-dlc',
  'came back after the purge',
  'came back keeping: nothing that was being released',
  'came back keeping: some that were being released',
  ...['released', 'already-gone', 'BlockNumberRelease', 'RetryNumberRelease', 'settled-elsewhere'].map((told) => `carrier: ${told} during the lapse`),
  'carrier: released after a return',
  'carrier: BlockNumberRelease after a return',
  'carrier: already-gone during the lapse, in vain',
  'carrier: BlockNumberRelease during the lapse, in vain',
  'carrier: RetryNumberRelease after a return, in vain',
  ...['released', 'BlockNumberRelease', 'AbandonNumberRelease'].map((told) => `carrier: ${told} of a removed number`),
  'carrier: AbandonNumberRelease of a removed number, in vain',
  'carrier: an answer after the purge',
  ...['collected', 'failed'].flatMap((told) => ['requested', 'collected', 'failed'].map((status) => `charge: ${told} when it was ${status}`)),
  ...['collected', 'failed'].flatMap((told) => ['plan', 'auto-recharge', 'top-up'].map((purpose) => `charge: ${purpose} ${told}`)),
  ...['after the end of its plan', 'while its plan is pending', 'in a later period', 'for the wallet while the card rests'].flatMap((when) => [`charge: collected ${when}`, `charge: failed ${when}`]),
];

describe('any life', () => {
  const coverage = new Coverage();

  it(`keeps the promises, ${lives} times from seed ${seed}`, () => {
    const before = process.cpuUsage();
    for (let index = 0; index < lives; index += 1) anyLife(seed + index, coverage);
    const { user, system } = process.cpuUsage(before);
    // Of the time that this process computed: on a busy machine the clock says nothing of the lives.
    process.stdout.write(`${lives} lives, ${Math.round((lives * 60_000_000) / (user + system))} a minute of one processor\n`);
    if (process.env['COVERAGE']) process.stdout.write(`${coverage.toString()}\n`);
    expect(lives).toBeGreaterThan(0);
  }, 600_000);

  if (lives >= 500) {
    it('has met every fault, every event and every turn it is meant to meet', () => {
      expect(coverage.missing(required)).toEqual([]);
    });
  }
});
