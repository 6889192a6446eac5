// Streams that an earlier version has written, and what it answered after each of their events: today's version answers the same.
//
// `lives.json` holds random lives of the simulation that have come by every type of event, recorded on 2026-11-26 before the domain was put together of
// subjects. `after`: the first 16 digits of the SHA-256 of the answers after each event; `told`: its sentence, `null` where there is none. An event whose shape
// changes since is brought to today's by its upcasters, as the log does it; what stands here is not touched.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe as suite, expect, it } from '@jest/globals';
import {
  allNumbers, billableNumbers, describe, evolve, feeBoundaries, foretell, ifYouReturn, membershipEvents, nextLoss, noMembership, openDeadlines, plannedDeadlines, standingOf,
  type Membership, type MembershipEvent,
} from '#domain';

interface RecordedLife {
  readonly accountId: string;
  readonly events: readonly MembershipEvent[];
  readonly told: readonly (string | null)[];
  readonly after: readonly string[];
  readonly atTheEnd: unknown;
}

const lives = JSON.parse(readFileSync(new URL('./lives.json', import.meta.url), 'utf8')) as readonly RecordedLife[];

const answers = (state: Membership) => ({
  standing: standingOf(state),
  open: openDeadlines(state).map((one) => ({ ...one, foretold: foretell(state, one.kind, one.subject) })),
  planned: plannedDeadlines(state),
  fees: feeBoundaries(state, 6),
  ifYouReturn: ifYouReturn(state),
  nextLoss: nextLoss(state),
  subscriptions: state.subscriptions.map(({ subscriptionId, period, periodNumber, pastDuePeriod, cancellation, endedAt }) => [
    subscriptionId, period.end, periodNumber, pastDuePeriod, cancellation?.effectiveAt ?? null, endedAt,
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
  it('have come by every type of event', () => {
    const types = new Set(lives.flatMap(({ events }) => events.map(({ type }) => type)));
    expect(membershipEvents.map(({ type }) => type).filter((type) => !types.has(type))).toEqual([]);
  });

  it.each(lives.map((life) => [life.accountId, life] as const))('%s is answered as it was, after each event', (accountId, { events, told, after, atTheEnd }) => {
    let state = noMembership(accountId);
    const now = events.map((event, place) => {
      state = evolve(state, event);
      return [place, event.type, digest(answers(state)), describe(event)];
    });
    expect(answers(state)).toEqual(atTheEnd);
    expect(now).toEqual(events.map(({ type }, place) => [place, type, after[place], told[place]]));
  });
});
