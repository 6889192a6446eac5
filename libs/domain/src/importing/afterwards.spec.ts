// What becomes of an account once it was taken over: what was due by then waits for an operator, all else goes on as for anybody.
import { describe, expect, it } from '@jest/globals';
import { buyNumber, cancel, importAccount, markPaid, subscribe, usd } from '../../../../test/stories/commands.js';
import { moment, type Life } from '../../../../test/stories/life.js';
import { april, asked, ended, now, number, period, plan, taken } from '../../test/importing.js';
import { openDeadlines, openLosses } from '../membership/deadlines.js';
import { statusOf } from '../subscriptions/subscription.js';

describe('what waits since then', () => {
  const late = moment('2027-06-01T00:00Z');
  const lapsed = () => taken(importAccount({ subscriptions: [ended()], numbers: [number('n0')] }), late);
  const letGo = (life: Life, kind: string) => life.live(late, { type: 'RetryDeadline', kind, subject: '', generation: 1, reason: 'looked at' });
  const open = (life: Life) => openDeadlines(life.state).map(({ kind, held }) => [kind, held]);

  it('is held, does not come by itself, and is not announced', () => {
    const life = lapsed();
    expect(open(life)).toEqual([['release-numbers', true], ['expire-ten-dlc', true], ['purge-data', true]]);
    expect(life.bringUpToDate(moment('2028-01-01T00:00Z'))).toEqual([]);
  });

  it('comes once an operator lets it go, one by one', () => {
    const life = letGo(lapsed(), 'release-numbers');
    expect(life.bringUpToDate(late).map(({ kind }) => kind)).toEqual(['release-numbers']);
    expect(open(life)).toEqual([['expire-ten-dlc', true], ['purge-data', true]]);
  });

  it('could be read until the operator let the deletion go', () => {
    const life = letGo(lapsed(), 'purge-data');
    life.bringUpToDate(moment(late, 5));
    expect(life.state.purge).toMatchObject({ due: moment('2027-03-31T10:00Z'), since: late });
  });

  it('does not wait of another end: who comes back and leaves again loses it on its day', () => {
    const life = lapsed().live(late, subscribe('messaging-monthly', { as: 'again' }), cancel('again'));
    expect(life.state.imported?.held).toHaveLength(3);
    life.bringUpToDate(moment('2027-07-01T00:00Z'));
    expect(openLosses(life.state).map(({ kind, held }) => [kind, held])).toEqual([['release-numbers', false], ['expire-ten-dlc', false], ['purge-data', false]]);
    expect(life.bringUpToDate(moment('2027-07-15T00:00Z')).map(({ kind }) => kind)).toContain('release-numbers');
  });

  it('what is still to come is announced, and comes, as for anybody', () => {
    const life = taken(importAccount({ subscriptions: [ended()], numbers: [number('n0')] }));
    expect(open(life).filter(([kind]) => String(kind).includes('release'))).toEqual([['remind-release-numbers-1', false], ['release-numbers', false]]);
  });
});

describe('who was taken over', () => {
  it('is billed for numbers from then on, on the boundary after it', () => {
    const life = taken(importAccount({ numberBillingAnchorDay: 10, subscriptions: [plan()], numbers: [number('n0')], wallet: { balance: usd(700) } }));
    life.bringUpToDate(moment('2026-05-10T00:00Z'));
    expect(life.events.filter(({ type }) => type === 'NumberFeesCharged').map(({ effectiveAt }) => effectiveAt)).toEqual([moment('2026-05-10T00:00Z')]);
  });

  it('renews, pays what was owed, and adds numbers like anybody', () => {
    const life = taken(importAccount({ subscriptions: [plan({ status: 'past_due' })] })).live(now, buyNumber('n1'), markPaid());
    expect(statusOf(life.state.subscriptions[0]!)).toBe('active');
    life.bringUpToDate(april.end);
    expect(life.events.at(-1)).toMatchObject({ type: 'CardChargeRequested', effectiveAt: april.end, data: { chargeId: 'messaging.4' } });
  });

  it('renews on the agreed day from a first period that led to it', () => {
    const life = taken(importAccount({ anchorDay: 31, subscriptions: [plan({ startedAt: moment('2026-03-15T10:00Z'), currentPeriod: period('2026-03-15T10:00Z', '2026-03-31T10:00Z') })] }));
    expect(life.state.subscriptions[0]).toMatchObject({ startedAt: moment('2026-03-15T10:00Z'), period: period('2026-03-31T10:00Z', '2026-04-30T10:00Z') });
    life.bringUpToDate(april.end);
    expect(life.state.subscriptions[0]?.period.end).toBe(moment('2026-05-31T10:00Z'));
  });

  it('has the dates of the period that it asked to end with, also where it asked in the one before', () => {
    const life = taken(importAccount({ subscriptions: [plan({ cancellation: asked('2026-03-20T09:00Z') })] }));
    expect(life.state.subscriptions[0]?.cancellation?.told).toMatchObject({ 'release-numbers': moment('2026-05-14T10:00Z') });
  });
});
