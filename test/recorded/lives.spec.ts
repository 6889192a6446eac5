// Streams that an earlier version has written, and what it answered after each of their events: today's version answers the same.
//
// `lives.json` holds random lives of the simulation that have come by every type of event, recorded on 2026-11-26 before the domain was put together of
// subjects. `after`: the first 16 digits of the SHA-256 of the answers after each event; `told`: its sentence, `null` where there is none. An event whose shape
// changes since is brought to today's by its upcasters, as the log does it; what stands here is not touched. A consequence that came later follows from none of these: it was told to nobody.
import { createHash } from 'node:crypto';
import { describe as suite, expect, it } from '@jest/globals';
import {
  allNumbers, asWritten, billableNumbers, describe, evolve, feeBoundaries, foretell, ifYouReturn, membershipEvents, nextLoss, noMembership, openDeadlines, plannedDeadlines, standingOf,
  type Membership,
} from '#domain';
import { lives } from './recorded-lives.js';

/** What there was to lose then. */
const belongings: readonly string[] = ['numbers', 'ten-dlc', 'data', 'wallet'];

function ifYouReturnThen(state: Membership) {
  const { kept, lost } = ifYouReturn(state);
  return { kept: kept.filter((one) => belongings.includes(one)), lost: lost.filter((one) => belongings.includes(one)) };
}

/** What the card was asked for before a fee was in the wallet at once then: what fees leave of it was foretold with that. */
function filledAtOnce(state: Membership): Membership {
  const { balance, autoRecharge: { enabled, suspended, threshold, amount } } = state.wallet;
  const due = state.terms === null ? 0 : billableNumbers(state) * state.terms.numberFee.amount;
  return enabled && !suspended && balance - due < threshold ? { ...state, wallet: { ...state.wallet, balance: balance + amount } } : state;
}

const answers = (state: Membership) => ({
  standing: standingOf(state),
  open: openDeadlines(state).map((one) => ({ ...one, foretold: foretell(filledAtOnce(state), one.kind, one.subject, asWritten) })),
  planned: plannedDeadlines(state),
  fees: feeBoundaries(state, 6),
  ifYouReturn: ifYouReturnThen(state),
  nextLoss: nextLoss(state),
  subscriptions: state.subscriptions.map(({ subscriptionId, period, periodNumber, unpaidPeriods, cancellation, endedAt }) => [
    subscriptionId, period.end, periodNumber, unpaidPeriods.at(-1) ?? null, cancellation?.effectiveAt ?? null, endedAt,
  ]),
  numbers: allNumbers(state.numbers.all).map(({ numberId, status, giveBack }) => [numberId, status, giveBack]),
  billable: billableNumbers(state),
  wallet: state.wallet,
  tenDlc: state.tenDlc,
  holds: state.holds,
  purge: state.purge,
  life: [state.life, state.lifecycle],
});

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

suite('recorded lives', () => {
  it('have come by every type of event that there was, and each is still declared', () => {
    const types = new Set(lives.flatMap(({ events }) => events.map(({ type }) => type)));
    const declared = membershipEvents.map(({ type }) => type);
    expect(types.size).toBe(43);
    expect([...types].filter((type) => !declared.includes(type))).toEqual([]);
  });

  it.each(lives.map((life) => [life.accountId, life] as const))('%s is answered as it was, after each event', (accountId, { events, told, after, atTheEnd }) => {
    let state = noMembership(accountId);
    const now = events.map((event, place) => {
      state = evolve(state, event);
      return [place, event.type, digest(answers(state)), describe(event, asWritten)];
    });
    expect(answers(state)).toEqual(atTheEnd);
    expect(now).toEqual(events.map(({ type }, place) => [place, type, after[place], told[place]]));
  });
});
