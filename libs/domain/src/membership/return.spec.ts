// Coming back: what is kept, what is lost, and that nothing of the old life acts again (R17, R31, A13).
import { describe, expect, it } from '@jest/globals';
import { applyTenDlc, approveTenDlc, buyNumber, cancel, completePurge, open, subscribe, topUp } from '../../../../test/stories/commands.js';
import { lived, type Step } from '../../../../test/stories/examples.js';
import { moment, type Life } from '../../../../test/stories/life.js';
import { countNumbers } from '../numbers/inventory.js';
import { openDeadlines } from './deadlines.js';
import { ifYouReturn, nextLoss } from './return.js';
import { standingOf } from './state.js';

const E = moment('2026-04-30T07:00Z');
const D14 = moment('2026-05-14T07:00Z');
const D30 = moment('2026-05-30T07:00Z');
const P = moment('2027-04-30T07:00Z');

const left: readonly Step[] = [
  [moment('2026-03-30T07:00Z'), open({ timeZone: 'America/Los_Angeles', numberBillingAnchorDay: 20 }), subscribe('messaging-monthly'), topUp(5000),
    buyNumber('n0'), buyNumber('n1'), buyNumber('n2'), applyTenDlc(), approveTenDlc, cancel()],
  [E],
];
const back = (at: typeof E): Life => lived([...left, [at, subscribe('messaging-annual', { as: 'again' })]]);
const active = ({ state }: Life) => countNumbers(state.numbers.all, ['active']);
const oldConsequences = ['NumberReleaseStarted', 'NumberReleased', 'NumbersReleased', 'TenDlcExpired', 'TenDlcExpirySkipped', 'PurgeStarted', 'LossAnnounced'];

const returns = [
  { name: 'day 13', at: moment('2026-05-13T06:59Z'), kept: ['numbers', 'ten-dlc', 'data', 'wallet'], lost: [], numbers: 3, tenDlc: 'active', next: { kind: 'release-numbers', at: D14 } },
  { name: 'a millisecond before D14', at: moment(D14, -1), kept: ['numbers', 'ten-dlc', 'data', 'wallet'], lost: [], numbers: 3, tenDlc: 'active', next: { kind: 'release-numbers', at: D14 } },
  { name: 'exactly D14', at: D14, kept: ['ten-dlc', 'data', 'wallet'], lost: ['numbers'], numbers: 0, tenDlc: 'active', next: { kind: 'expire-ten-dlc', at: D30 } },
  { name: 'day 20', at: moment('2026-05-20T07:00Z'), kept: ['ten-dlc', 'data', 'wallet'], lost: ['numbers'], numbers: 0, tenDlc: 'active', next: { kind: 'expire-ten-dlc', at: D30 } },
  { name: 'exactly D30', at: D30, kept: ['data', 'wallet'], lost: ['numbers', 'ten-dlc'], numbers: 0, tenDlc: 'expired', next: { kind: 'purge-data', at: P } },
  { name: 'day 31', at: moment('2026-05-31T07:00Z'), kept: ['data', 'wallet'], lost: ['numbers', 'ten-dlc'], numbers: 0, tenDlc: 'expired', next: { kind: 'purge-data', at: P } },
  { name: 'a millisecond before P', at: moment(P, -1), kept: ['data', 'wallet'], lost: ['numbers', 'ten-dlc'], numbers: 0, tenDlc: 'expired', next: { kind: 'purge-data', at: P } },
] as const;

describe.each(returns)('coming back on $name', ({ at, kept, lost, numbers, tenDlc, next }) => {
  it('is told beforehand', () => {
    const { state } = lived([...left, [at]]);
    expect({ standing: standingOf(state), ...ifYouReturn(state), next: nextLoss(state) }).toEqual({ standing: 'lapsed', kept, lost, next });
  });

  it('keeps and loses exactly that, and says so', () => {
    const life = back(at);
    expect(life.events.find(({ type, effectiveAt }) => type === 'SubscriptionStarted' && effectiveAt === at)?.data).toMatchObject({ returned: { lapsedAt: E, kept, lost } });
    expect({ numbers: active(life), tenDlc: life.state.tenDlc.status, balance: life.state.wallet.balance }).toEqual({ numbers, tenDlc, balance: 5000 - 600 });
    expect(standingOf(life.state)).toBe('active');
    expect(nextLoss(life.state)).toBeNull();
  });

  it('is never touched by the old life again', () => {
    const life = back(at);
    const events = life.happened.length;
    life.bringUpToDate(moment('2027-05-01T00:00Z'));
    expect(life.events.slice(events).filter(({ type }) => oldConsequences.includes(type))).toEqual([]);
    expect(active(life)).toBe(numbers);
  });

  it('begins a lifecycle of its own, whose deadlines are not those of the old one', () => {
    const old = lived([...left, [E]]);
    const life = back(at).live(at, cancel('again'));
    const end = life.state.subscriptions.at(-1)!.period.end;
    life.bringUpToDate(end);
    const generations = (one: Life) => openDeadlines(one.state).filter(({ subject, kind }) => subject === '' && kind !== 'number-fees').map(({ generation }) => generation);
    const remindersOf = (numbersThere: boolean, tenDlcThere: boolean) => (numbersThere ? 2 : 0) + (tenDlcThere ? 1 : 0) + 3;
    expect(generations(old)).toEqual(Array.from({ length: 3 + remindersOf(true, true) }, () => 1));
    expect(generations(life)).toEqual(Array.from({ length: 3 + remindersOf(numbers > 0, tenDlc === 'active') }, () => 2));
  });
});

describe('coming back after the purge', () => {
  const gone = lived([...left, [P, completePurge()]]);

  it('finds nothing', () => {
    expect({ standing: standingOf(gone.state), ...ifYouReturn(gone.state), next: nextLoss(gone.state), deadlines: openDeadlines(gone.state) }).toEqual({
      standing: 'purged', kept: [], lost: ['numbers', 'ten-dlc', 'data', 'wallet'], next: null, deadlines: [],
    });
  });

  it('begins an empty life', () => {
    const { state } = lived([...left, [P, completePurge(), subscribe('calling-monthly')]]);
    expect(state).toMatchObject({ life: 2, lifecycle: 2, wallet: { balance: 0 }, numbers: { all: { pages: [] } }, tenDlc: { status: 'none' }, lapse: null, purge: null, holds: [] });
    expect(state.subscriptions).toHaveLength(1);
    expect(ifYouReturn(state).lost).toEqual([]);
  });
});
