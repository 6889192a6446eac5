// The promise gate: open for the build that made the promises, whatever was lived, and closed for whatever keeps one otherwise.
import { describe, expect, it } from '@jest/globals';
import { builtInPolicy, fold, type Membership, type MembershipEvent, type PolicyInForce } from '#domain';
import { dayMs, plusMs } from '#kernel';
import { closes, holdAgainst, thisBuild, type Candidate, type Difference } from '#promises';
import { anyLife } from '../simulation/any-life.js';
import { Coverage } from '../simulation/coverage.js';
import { Random } from '../simulation/random.js';
import { applyTenDlc, approveTenDlc, buyNumber, cancel, open, resume, subscribe, topUp } from '../stories/commands.js';
import { Life, moment } from '../stories/life.js';

const start = moment('2026-03-30T07:00Z');
const candidate = thisBuild(builtInPolicy);

/** Cancelled, with a trial before it so that fees fall due in between, messages that will not be sent, numbers and a registration. */
function leaving(zone = 'America/Los_Angeles'): Life {
  const unsent = { messaging: { sms: { count: 3, amount: 125 }, rvm: { count: 1, amount: 40 } } };
  return new Life('acc', { unsent }).live(
    start, open({ timeZone: zone, numberBillingAnchorDay: 12 }), subscribe('messaging-monthly'), topUp(250), buyNumber('n1'), buyNumber('n2'), buyNumber('n3'), applyTenDlc(), approveTenDlc, cancel('messaging', { unsent: unsent.messaging }),
  );
}

const differences = (events: readonly MembershipEvent[], tried: Candidate): readonly Difference[] => holdAgainst('acc', events, tried).differences;
const closing = (events: readonly MembershipEvent[], tried: Candidate): readonly string[] => differences(events, tried).filter(closes).map(({ kind, by, what }) => `${by}: ${kind} ${what}`);

describe('the gate is open', () => {
  it('for what was just promised, and on the way to its end', () => {
    const life = leaving();
    expect(holdAgainst('acc', life.events, candidate)).toEqual({ promises: 1, differences: [] });
    for (const at of ['2026-04-12T07:00Z', '2026-04-30T07:00Z', '2026-05-14T07:00Z', '2026-05-30T07:00Z']) {
      life.bringUpToDate(moment(at));
      expect(holdAgainst('acc', life.events, candidate)).toEqual({ promises: 1, differences: [] });
    }
    life.bringUpToDate(moment('2027-04-30T07:00Z'));
    expect(holdAgainst('acc', life.events, candidate)).toEqual({ promises: 0, differences: [] });
  });

  it('for who resumed, and for who came back: nothing of it binds any more', () => {
    const resumed = leaving().live(moment('2026-04-20T07:00Z'), resume());
    expect(holdAgainst('acc', resumed.events, candidate)).toEqual({ promises: 0, differences: [] });
    const back = leaving().live(moment('2026-05-02T07:00Z'), subscribe('messaging-monthly', { as: 'again' }));
    expect(holdAgainst('acc', back.events, candidate)).toEqual({ promises: 0, differences: [] });
  });

  it('for any life, broken off anywhere', () => {
    let promises = 0;
    for (let seed = 0; seed < 60; seed += 1) {
      const random = new Random(seed);
      const { events } = anyLife(seed, new Coverage());
      for (const length of [events.length, 1 + random.below(events.length)]) {
        const held = holdAgainst(`seed-${seed}`, events.slice(0, length), candidate);
        promises += held.promises;
        expect([seed, length, held.differences.filter(closes)]).toEqual([seed, length, []]);
      }
    }
    expect(promises).toBeGreaterThan(20);
  });

  it('for code that does the same otherwise', () => {
    const oneByOne: Candidate = { ...candidate, fold: (state, events) => [...events].reduce((before, event) => structuredClone(fold(before, [event])), state) };
    expect(differences(leaving().events, oneByOne)).toEqual([]);
  });

  it('for a policy that gives more time, which it says', () => {
    const periods = { ...builtInPolicy.periods, numbersReleaseAfterDays: 15 };
    const later = differences(leaving().events, thisBuild(builtInPolicy, periods));
    expect(later.map(({ kind, what }) => [kind, what])).toEqual([['release-numbers', 'later'], ['release-numbers', 'later']]);
    expect(closing(leaving().events, thisBuild(builtInPolicy, periods))).toEqual([]);
  });
});

describe('the gate is closed', () => {
  it.each([['numbersReleaseAfterDays', 13, 'release-numbers'], ['tenDlcExpireAfterDays', 29, 'expire-ten-dlc']] as const)('for a policy whose %s is a day shorter', (field, days, kind) => {
    const { events } = leaving();
    expect(closing(events, thisBuild(builtInPolicy, { ...builtInPolicy.periods, [field]: days }))).toEqual([`told: ${kind} nearer`, `told: ${kind} nearer`]);
    const [nearer] = differences(events, thisBuild(builtInPolicy, { ...builtInPolicy.periods, [field]: days }));
    expect(nearer).toMatchObject({ what: 'nearer' });
    if (nearer?.what === 'nearer') expect(plusMs(nearer.would, dayMs)).toBe(nearer.promised);
  });

  it('for fees after the end that were told not to come', () => {
    const told = closing(leaving().events, thisBuild(builtInPolicy, { ...builtInPolicy.periods, numberFeesAfterEnd: true }));
    expect(told).toContain('told: number-fees appears');
  });

  /** The zone was said to be one, and its rules are now those of another: as if its data had changed. */
  it('for other rules of a time zone', () => {
    const rules = (zone: string) => leaving(zone).events.map((event): MembershipEvent => JSON.parse(JSON.stringify(event).replaceAll(zone, 'Europe/Berlin')) as MembershipEvent);
    expect(closing(rules('Europe/Berlin'), candidate)).toEqual([]);
    expect(closing(rules('America/Los_Angeles'), candidate)).toEqual(expect.arrayContaining(['told: number-fees nearer']));
  });

  it('for a fee that is rounded otherwise', () => {
    const rounded = <Events extends readonly MembershipEvent[]>(events: Events): Events =>
      events.map((event) => (event.type === 'NumberFeesCharged' ? { ...event, data: { ...event.data, amount: { ...event.data.amount, amount: Math.floor(event.data.amount.amount / 100) * 100 } } } : event)) as unknown as Events;
    const rounding: Candidate = {
      ...candidate,
      bringUpToDate: (state, now, facts) => {
        const { steps, ...rest } = candidate.bringUpToDate(state, now, facts);
        return { ...rest, steps: steps.map((step) => ({ ...step, events: rounded(step.events) })) };
      },
    };
    expect(closing(leaving().events, rounding)).toEqual(['carried-out: number-fees amount']);
  });

  it('for a credit that is a cent short', () => {
    const short: Candidate = {
      ...candidate,
      bringUpToDate: (state, now, facts) => {
        const { steps, ...rest } = candidate.bringUpToDate(state, now, facts);
        const events = (of: readonly MembershipEvent[]) => of.map((event) => (event.type === 'UnsentMessagesCredited' ? { ...event, data: { ...event.data, amount: { ...event.data.amount, amount: event.data.amount.amount - 1 } } } : event));
        return { ...rest, steps: steps.map((step) => ({ ...step, events: events(step.events) })) };
      },
    };
    expect(closing(leaving().events, short)).toEqual(['carried-out: credit amount']);
  });

  const after = (change: (state: Membership, event: MembershipEvent) => Membership): Candidate => ({
    ...candidate, fold: (before, events) => events.reduce((state, event) => change(fold(state, [event]), event), before),
  });

  it.each<readonly [string, Candidate, readonly string[]]>([
    ['ends the period a day early', after((state, event) => (event.type === 'SubscriptionStarted' ? { ...state, subscriptions: state.subscriptions.map((one) => ({ ...one, period: { ...one.period, end: plusMs(one.period.end, -dayMs) } })) } : state)), ['carried-out: period-end nearer']],
    ['loses what was told, and a day of the policy', after((state, event) => (event.type === 'CancellationRequested' ? { ...state, subscriptions: state.subscriptions.map((one) => one.cancellation ? { ...one, cancellation: { ...one.cancellation, told: {}, policy: { ...one.cancellation.policy, numbersReleaseAfterDays: 13 } } } : one) } : state)), ['carried-out: release-numbers nearer']],
    ['bills another day', after((state, event) => (event.type === 'SubscriptionStarted' ? { ...state, anchorDay: (state.anchorDay ?? 0) - 1 } : state)), ['told: number-fees nearer']],
  ])('for a fold that %s', (_, folding, expected) => {
    expect(closing(leaving().events, folding)).toEqual(expect.arrayContaining([...expected]));
  });

  it('for a consequence that goes, and one that appears', () => {
    const { events } = leaving();
    const changed = (change: (told: Record<string, unknown>) => object) => events.map((event) => (event.type === 'CancellationRequested' ? { ...event, data: { ...event.data, told: { ...event.data.told, consequences: change({ ...event.data.told.consequences }) } } } : event)) as readonly MembershipEvent[];
    const more = changed((told) => ({ ...told, 'archive-recordings': moment('2026-06-30T00:00Z') }));
    const less = changed(({ 'purge-data': _, ...told }) => told);
    expect(closing(more, candidate)).toEqual(['carried-out: archive-recordings gone', 'told: archive-recordings gone']);
    expect(closing(less, candidate)).toEqual(['carried-out: purge-data appears', 'told: purge-data appears']);
  });
});

/** Policies as they are in force are not what was promised. */
it('goes by what was promised, whatever is in force', () => {
  const shorter: PolicyInForce = { ...builtInPolicy, version: '2027-01', periods: { ...builtInPolicy.periods, version: '2027-01', numbersReleaseAfterDays: 1 } };
  expect(closing(leaving().events, thisBuild(shorter))).toEqual([]);
});
