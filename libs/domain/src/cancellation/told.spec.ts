// What was told stands, whatever the time zone data says later: dates made by one set of zone rules are read by another.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOfType, type Instant } from '#kernel';
import type { Command, Membership, MembershipEvent, OpenDeadline } from '../index.js';
import { buyNumber, cancel, open, resume, subscribe } from '../../../../test/stories/commands.js';
import { moment } from '../../../../test/stories/life.js';

type Domain = typeof import('../index.js');

const zone = 'America/Los_Angeles';
const platform = Intl.DateTimeFormat;

/** The domain as a process would have it whose zone data gives that zone the clock of `like`. */
async function domainWhere(like: string): Promise<Domain> {
  const told = (timeZone: string | undefined): string | undefined => (timeZone?.toLowerCase() === zone.toLowerCase() ? like : timeZone);
  Intl.DateTimeFormat = new Proxy(platform, {
    construct: (target, [locales, options]: [string?, Intl.DateTimeFormatOptions?]) => {
      const timeZone = told(options?.timeZone);
      return new target(locales, timeZone === undefined ? options : { ...options, timeZone });
    },
  });
  const domain = (await import(`../index.js?world=${like}`)) as Domain;
  // Zones are looked up when they are first used.
  domain.localDay(moment('2026-01-01T00:00Z'), zone);
  domain.localDay(moment('2026-07-01T00:00Z'), zone);
  return domain;
}

/** Daylight saving time as it is; and a zone that stays on summer time, or on winter time, for good. */
let asIs: Domain;
let always: Readonly<Record<'summer' | 'winter', Domain>>;
beforeAll(async () => {
  asIs = await domainWhere(zone);
  always = { summer: await domainWhere('Etc/GMT+7'), winter: await domainWhere('Etc/GMT+8') };
});
afterAll(() => {
  Intl.DateTimeFormat = platform;
});

const start = moment('2026-09-25T07:00Z');

/** Lived by the rules of one process; settled and decided in order. */
function lived(domain: Domain, events: readonly MembershipEvent[], ...steps: readonly (readonly [Instant, ...Command[]])[]): readonly MembershipEvent[] {
  let all = events;
  const state = (): Membership => domain.fold(domain.noMembership('acc'), all);
  for (const [at, ...commands] of steps) {
    all = [...all, ...domain.bringUpToDate(state(), at, { policy: domain.builtInPolicy, unsent: {} }).steps.flatMap((step) => step.events)];
    for (const command of commands) {
      const decision = domain.decide(state(), command, at, domain.builtInPolicy);
      if (!Array.isArray(decision)) throw new Error(`refused: ${JSON.stringify(decision)}`);
      all = [...all, ...(decision as readonly MembershipEvent[])];
    }
  }
  return all;
}

const stateOf = (domain: Domain, events: readonly MembershipEvent[]): Membership => domain.fold(domain.noMembership('acc'), events);

const lossDates = (domain: Domain, state: Membership): Readonly<Record<string, Instant>> =>
  Object.fromEntries([...domain.openDeadlines(state), ...domain.plannedDeadlines(state)].flatMap(({ kind, dueAt }: Pick<OpenDeadline, 'kind' | 'dueAt'>) =>
    ((domain.lossKinds as readonly string[]).includes(kind) ? [[kind, dueAt]] : [])));

const beforeCancelling: readonly (readonly [Instant, ...Command[]])[] = [
  [start, open({ timeZone: zone, numberBillingAnchorDay: 20 }), subscribe('messaging-monthly'), buyNumber('one')],
];
const cancelled = [[moment('2026-10-01T00:00Z'), cancel()]] as const;

describe('dates told under one set of zone rules', () => {
  it('are other ones under the other sets, so that this test tests something', () => {
    const dates = [asIs, always.summer, always.winter].map((domain) => lossDates(domain, stateOf(domain, lived(domain, [], ...beforeCancelling, ...cancelled)))['release-numbers']);
    expect(dates).toEqual(['2026-11-08T08:00:00.000Z', '2026-11-08T07:00:00.000Z', '2026-11-08T07:00:00.000Z']);
    const fees = [asIs, always.winter].map((domain) => domain.feeBoundaries(stateOf(domain, lived(domain, [], ...beforeCancelling, ...cancelled)), 3));
    expect(fees).toEqual([['2026-10-20T07:00:00.000Z'], ['2026-10-20T08:00:00.000Z']]);
  });

  it.each([['before', cancelled], ['after', [...cancelled, [moment('2026-10-26T00:00Z')] as const]]])('never come earlier under another, %s the end', (_, steps) => {
    const events = lived(asIs, [], ...beforeCancelling, ...steps);
    const told = lossDates(asIs, stateOf(asIs, events));
    expect(Object.keys(told)).toHaveLength(3);
    for (const domain of [always.summer, always.winter]) {
      const dates = lossDates(domain, stateOf(domain, events));
      expect(Object.keys(dates).toSorted()).toEqual(Object.keys(told).toSorted());
      expect(Object.keys(dates).filter((kind) => dates[kind]! < told[kind]!)).toEqual([]);
    }
    expect(lossDates(always.summer, stateOf(always.summer, events))).toEqual(told);
  });

  it('may come later under another, and what has been announced then is not taken back either', () => {
    const events = lived(always.summer, [], ...beforeCancelling, ...cancelled, [moment('2026-10-26T00:00Z')]);
    expect(lossDates(always.summer, stateOf(always.summer, events))['release-numbers']).toBe('2026-11-08T07:00:00.000Z');
    const announced = lived(asIs, events, [moment('2026-11-02T00:00Z')]);
    expect(announced.filter(({ type }) => type === 'LossAnnounced').map(({ data }) => (data as { at: Instant }).at)).toEqual(['2026-11-08T08:00:00.000Z']);
    expect(lossDates(always.summer, stateOf(always.summer, announced))['release-numbers']).toBe('2026-11-08T08:00:00.000Z');
  });

  it('are told anew after a resume', () => {
    const events = lived(asIs, [], ...beforeCancelling, ...cancelled, [moment('2026-10-02T00:00Z'), resume()]);
    const again = lived(always.summer, events, [moment('2026-10-03T00:00Z'), cancel()]);
    expect(lossDates(always.summer, stateOf(always.summer, again))['release-numbers']).toBe('2026-11-08T07:00:00.000Z');
  });
});

describe('number fees told under one set of zone rules', () => {
  const winterEvents = () => lived(always.winter, [], ...beforeCancelling, ...cancelled);

  it('are deducted then, and not an hour earlier, under another', () => {
    expect(always.summer.feeBoundaries(stateOf(always.summer, winterEvents()), 9)).toEqual(['2026-10-20T08:00:00.000Z']);
    const charged = lived(always.summer, winterEvents(), [moment('2026-10-20T07:59:59Z')]);
    expect(charged.filter(({ type }) => type === 'NumberFeesCharged')).toEqual([]);
  });

  it('get no company by another set: a boundary that was not told does not follow', () => {
    const anchored = (domain: Domain) => lived(domain, [], [moment('2026-09-25T07:30Z'), open({ timeZone: zone, numberBillingAnchorDay: 25 }), subscribe('messaging-monthly'), buyNumber('one')], ...cancelled);
    const [winter, summer] = [always.winter, always.summer].map((domain) => domain.feeBoundaries(stateOf(domain, anchored(domain)), 9));
    expect([winter, summer]).toEqual([[], ['2026-10-25T07:00:00.000Z']]);
    expect(always.summer.feeBoundaries(stateOf(always.summer, anchored(always.winter)), 9)).toEqual([]);
  });

  it('are not deducted twice for one date, whichever rules read what was deducted', () => {
    const events = lived(always.summer, [], ...beforeCancelling, [moment('2026-10-20T07:00Z')]);
    expect(events.filter(({ type }) => type === 'NumberFeesCharged')).toHaveLength(1);
    const read = stateOf(always.winter, events);
    expect(read.numbers.lastBoundary).toBe(20_261_020);
    expect(always.winter.feeBoundaries(read, 1)).toEqual(['2026-11-20T08:00:00.000Z']);
  });

  it('count also for a number that was bought after they were told', () => {
    const events = lived(asIs, [], [start, open({ timeZone: zone, numberBillingAnchorDay: 20 }), subscribe('messaging-monthly')], ...cancelled, [moment('2026-10-05T00:00Z'), buyNumber('one')]);
    expect(always.summer.feeBoundaries(stateOf(always.summer, events), 9)).toEqual(['2026-10-20T07:00:00.000Z']);
    expect(always.winter.feeBoundaries(stateOf(always.winter, events), 9)).toEqual(['2026-10-20T08:00:00.000Z']);
  });
});

describe('a cancellation written before its dates stood in it', () => {
  it('tells nothing, and its dates follow from the calendar', () => {
    const [requested] = eventsOfType(lived(asIs, [], ...beforeCancelling, ...cancelled), 'CancellationRequested');
    const { told: _told, ...before } = requested!.data;
    const upcaster = asIs.CancellationRequested.past[0]!;
    expect(upcaster(before)).toEqual({ ...before, told: asIs.nothingTold });
    expect(asIs.CancellationRequested.version).toBe(3);
  });

  it('promises nothing that a receipt could say, and was shown in English, as everything was, unless what was accepted is forgotten', () => {
    const upcaster = asIs.CancellationRequested.past[1]!;
    expect(upcaster({ consent: { disclosures: [] } })).toEqual({ promised: null, consent: { disclosures: [], language: 'en' } });
    expect(upcaster({ consent: null })).toEqual({ promised: null, consent: null });
    expect(asIs.CancellationAttempted.past[0]!({ attemptId: 'a' })).toEqual({ attemptId: 'a', language: 'en' });
  });
});
