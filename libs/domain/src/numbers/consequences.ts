// Numbers are billed while the account has them, and released 14 days after its last plan.
import { money } from '#kernel';
import { termsOf } from '../account/state.js';
import type { ChargeEvent } from '../charges/events.js';
import { loss, recurrence } from '../consequence.js';
import { lastPlanEnded, plannedEnd } from '../subscriptions/ends.js';
import { dateBilled, feeBoundaries, releaseDate } from './boundaries.js';
import type { NumberEvent } from './events.js';
import { foretoldFees } from './foretold.js';
import { allNumbers } from './inventory.js';
import { chargeFees, startRelease } from './rules.js';
import { releasableNumbers, type KnownToNumbers } from './state.js';

export const numberFees = recurrence<KnownToNumbers, NumberEvent | ChargeEvent>()('number-fees', {
  waiting: (state) => feeBoundaries(state, 1).map((dueAt) => ({ subject: '', generation: dateBilled(state, dueAt), dueAt })),
  fires: (state, { dueAt }) => chargeFees(state, dueAt),
  takesAccess: () => false,
  foretold: (state) => {
    const { currency } = termsOf(state);
    const [{ count, due, short } = { count: 0, due: 0, short: 0 }] = foretoldFees(state, 1);
    return { count, amount: money(due, currency), short: short > 0 ? money(short, currency) : null };
  },
});

/** Lost once their release has begun, unless there were none, or none of them has been, or can any more be, given up (A13: a half-done release keeps what is left). */
function numbersAreLost({ numbers: { all, release } }: KnownToNumbers): boolean {
  if (!release || release.status === 'waiting') return false;
  const began = new Set(release.numberIds);
  return allNumbers(all).some(({ numberId, status }) => began.has(numberId) && (status === 'releasing' || status === 'released' || status === 'ported-out'));
}

export const releaseNumbers = loss<KnownToNumbers, NumberEvent>()(releaseDate.kind, {
  since: lastPlanEnded,
  plannedSince: plannedEnd,
  dueAt: releaseDate.dueAt,
  settled: ({ numbers: { release } }) => release?.status !== 'waiting',
  carriedOutBy: ['NumberReleaseStarted', 'NumberReleased', 'NumbersReleased'],
  heldByLegalHold: false,
  announcedDaysBefore: [7, 1],
  silentUntil: ({ numbers }) => numbers.backAt,
  takes: ['numbers'],
  atStake: (state) => releasableNumbers(state) > 0,
  lost: numbersAreLost,
  fires: (state, { dueAt }) => startRelease(state, dueAt),
  takesAccess: () => false,
});
