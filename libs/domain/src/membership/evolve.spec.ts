// Folding: every event that can have happened has its fold, in any state, and forgetting a person changes no state.
import { describe, expect, it, jest } from '@jest/globals';
import { instant } from '#kernel';
import { applyTenDlc, approveTenDlc, attempt, autoRecharge, buyNumber, cancel, change, completePurge, hold, open, removeNumber, subscribe, topUp, usd } from '../../../../test/stories/commands.js';
import { lived, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { accountFolds } from '../account/fold.js';
import { membershipEvents, type MembershipEvent } from './events.js';
import { evolve, fold } from './fold.js';
import { noMembership } from './state.js';

const start = moment('2026-03-30T07:00Z');

const atCarrier = { ...applyTenDlc(), campaignId: 'ada@example.com', brandId: '12065550101' };

const full: readonly Step[] = [
  [start, open({ timeZone: 'America/Los_Angeles' }), subscribe('messaging-monthly'), subscribe('calling-monthly', { trialDays: 7 }), topUp(500), autoRecharge(100, 1000),
    buyNumber('n0'), buyNumber('n1', 'ported'), removeNumber('n0'), atCarrier, approveTenDlc, attempt(), cancel('calling'), hold(moment('2030-01-01T00:00Z')), change({ name: 'Bea' })],
  [moment('2026-05-01T00:00Z'), cancel()],
  [moment('2027-08-01T00:00Z'), { type: 'LiftLegalHold', holdId: 'hold' }],
  [moment('2027-08-01T00:00Z'), completePurge(), subscribe('messaging-monthly', { as: 'again' })],
];

describe('the fold', () => {
  const life = lived(full);

  it('knows every event type once', () => {
    const types = membershipEvents.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
  });

  it('gives the state that was kept step by step', () => {
    expect(life.refolded()).toEqual(life.state);
  });

  it('never changes the state it is given', () => {
    const freeze = <T>(value: T): T => {
      if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
      return value;
    };
    expect(life.events.reduce((state, event) => freeze(evolve(state, event)), freeze(noMembership('acc')))).toEqual(life.state);
  });

  it('is the same for somebody who is forgotten', () => {
    const personal = new Map(membershipEvents.map((one) => [one.type, one.personal]));
    const forgotten = life.events.map((event) => ({
      ...event,
      data: { ...event.data, ...Object.fromEntries((personal.get(event.type) ?? []).filter((field) => field in event.data).map((field) => [field, null])) },
    })) as MembershipEvent[];
    expect(JSON.stringify(forgotten)).not.toMatch(/Ada|Bea|example\.com|1206/);
    const states = (events: readonly MembershipEvent[]) => events.map((_, index) => fold(noMembership('acc'), events.slice(0, index + 1)));
    expect(states(forgotten)).toEqual(states(life.events));
    expect(states(forgotten).at(-1)).toEqual(life.state);
  });

  it('is handed nothing personal, so that a subject that kept all it is handed would keep no person', () => {
    const handed = jest.spyOn(accountFolds, 'AccountOpened');
    const opened = life.events.find(({ type }) => type === 'AccountOpened')!;
    evolve(noMembership('acc'), opened);
    expect(opened.data).toMatchObject({ name: expect.any(String), email: expect.any(String) });
    expect(Object.keys(handed.mock.calls[0]![1]).sort()).toEqual(['cancellationMode', 'currency', 'numberBillingAnchorDay', 'numberFee', 'testClockId', 'timeZone']);
    handed.mockRestore();
  });

  it('is total: an event of an unknown subject changes nothing of another', () => {
    const at = instant('2026-04-01T00:00:00Z');
    const strangers: readonly MembershipEvent[] = [
      { type: 'SubscriptionPaid', effectiveAt: at, data: { subscriptionId: 'nobody', periodNumber: null } },
      { type: 'ChargeCollected', effectiveAt: at, data: { chargeId: 'nobody', purpose: 'top-up', amount: usd(100) } },
      { type: 'NumberReleased', effectiveAt: at, data: { numberId: 'nobody', outcome: 'released', reason: null, note: null } },
      { type: 'NumberReleaseBlocked', effectiveAt: at, data: { numberId: 'nobody', reason: 'locked' } },
      { type: 'NumbersReleased', effectiveAt: at, data: { released: 0, left: 0 } },
      { type: 'TenDlcExpirySkipped', effectiveAt: at, data: {} },
      { type: 'LegalHoldLifted', effectiveAt: at, data: { holdId: 'nobody' } },
    ];
    expect(fold(life.state, strangers)).toEqual(life.state);
  });
});
