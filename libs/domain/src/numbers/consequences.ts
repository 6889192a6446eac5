// Numbers are billed while the account has them, and released 14 days after its last plan.
import { termsOf } from '../account/state.js';
import { loss, recurrence } from '../consequence.js';
import { lastPlanEnded, plannedEnd } from '../subscriptions/ends.js';
import type { WalletEvent } from '../wallet/events.js';
import { inWords, plural } from '../wording.js';
import { dateBilled, feeBoundaries, releaseDate } from './boundaries.js';
import type { NumberEvent, NumberFeesCharged, NumberFeesFellShort, NumberReleased, NumberReleaseStarted, NumbersReleased } from './events.js';
import { foretoldFees } from './foretold.js';
import { allNumbers } from './inventory.js';
import { chargeFees, startRelease } from './rules.js';
import { releasableNumbers, type KnownToNumbers } from './state.js';

export const numberFees = recurrence<KnownToNumbers, NumberEvent | WalletEvent, typeof NumberFeesCharged | typeof NumberFeesFellShort>()('number-fees', {
  waiting: (state) => feeBoundaries(state, 1).map((dueAt) => ({ subject: '', generation: dateBilled(state, dueAt), dueAt })),
  fires: (state, { dueAt }) => chargeFees(state, dueAt),
  takesAccess: () => false,
  foretold: (state) => {
    const { currency } = termsOf(state);
    const [{ count, due, short } = { count: 0, due: 0, short: 0 }] = foretoldFees(state, 1);
    const missing = short > 0 ? ` ${inWords({ amount: short, currency })} of it cannot be paid unless the wallet is filled before.` : '';
    return `${inWords({ amount: due, currency })} for ${plural(count, 'number')} leave the wallet.${missing}`;
  },
  told: {
    NumberFeesCharged: ({ count, amount }) => `${inWords(amount)} for ${plural(count, 'number')} left the wallet.`,
    NumberFeesFellShort: ({ amount }) => `${inWords(amount)} of number fees could not be paid.`,
  },
});

const releasedHow = {
  released: () => 'A phone number was released.',
  'already-gone': (reason: string | null) =>
    reason === 'ported-out' ? 'A phone number was taken to another carrier.' : 'A phone number was gone at the carrier already.',
  'settled-elsewhere': () => 'The release of a phone number was settled elsewhere.',
} as const;

/** Lost once their release has begun, unless there were none, or none of them has been, or can any more be, given up (A13: a half-done release keeps what is left). */
function numbersAreLost({ numbers: { all, release } }: KnownToNumbers): boolean {
  if (!release || release.status === 'waiting') return false;
  const began = new Set(release.numberIds);
  return allNumbers(all).some(({ numberId, status }) => began.has(numberId) && (status === 'releasing' || status === 'released' || status === 'ported-out'));
}

type ReleaseEvent = typeof NumberReleaseStarted | typeof NumberReleased | typeof NumbersReleased;

export const releaseNumbers = loss<KnownToNumbers, NumberEvent, ReleaseEvent>()(releaseDate.kind, {
  since: lastPlanEnded,
  plannedSince: plannedEnd,
  dueAt: releaseDate.dueAt,
  settled: ({ numbers: { release } }) => release?.status !== 'waiting',
  heldByLegalHold: false,
  announcedDaysBefore: [7, 1],
  announced: 'the phone numbers are released',
  silentUntil: ({ numbers }) => numbers.backAt,
  takes: ['numbers'],
  atStake: (state) => releasableNumbers(state) > 0,
  lost: numbersAreLost,
  fires: (state, { dueAt }) => startRelease(state, dueAt),
  takesAccess: () => false,
  foretold: () => 'All purchased phone numbers are released and cannot be restored.',
  told: {
    NumberReleaseStarted: ({ numberIds, leftIds }) => {
      if (numberIds.length > 0) return `The release of ${plural(numberIds.length, 'number')} began.`;
      return leftIds.length > 0 ? `${plural(leftIds.length, 'number')} not ours to release stay as they are.` : null;
    },
    NumberReleased: ({ outcome, reason }) => releasedHow[outcome](reason),
    NumbersReleased: ({ released, left }) => (released === 0 && left === 0 ? null : `All numbers are settled, ${released} of them released.`),
  },
});
