// What contradicts itself is refused whole, with every fault at its place.
import { describe, expect, it } from '@jest/globals';
import { importAccount } from '../../../../test/stories/commands.js';
import { Life, moment } from '../../../../test/stories/life.js';
import { april, asked, began, ended, now, number, period, plan, registration } from '../../test/importing.js';
import type { ImportedSubscription } from './commands.js';
import type { Fault } from './faults.js';

describe('a line that contradicts itself is refused', () => {
  const faults = (command: Parameters<typeof importAccount>[0]) => {
    const told = (new Life('acc').ask(importAccount(command), now)?.detail['errors'] ?? []) as readonly Fault[];
    return told.map(({ code, pointer, message }) => [code, pointer, message]);
  };
  const fault = (pointer: string, message: string, code = 'invalid_request') => [[code, `/subscriptions/0${pointer}`, message]];

  it.each<[string, ImportedSubscription, string[][]]>([
    ['an unknown plan', plan({ planId: 'fax-monthly' }), fault('/planId', 'is not in the catalogue')],
    ['a start to come', plan({ startedAt: moment(now, 1), currentPeriod: period('2026-04-10T12:00:00.001Z', '2026-05-10T12:00Z') }), [...fault('/startedAt', 'is in the future'), ...fault('/currentPeriod/start', 'is in the future')]],
    ['a period that ends before it begins', plan({ currentPeriod: period('2026-04-30T10:00Z', '2026-03-31T10:00Z') }), [...fault('/currentPeriod/start', 'is in the future'), ...fault('/currentPeriod/end', 'is not after the start of the period')]],
    ['a period from before the plan', plan({ currentPeriod: period('2026-01-01T00:00Z', '2026-05-01T00:00Z') }), fault('/currentPeriod/start', 'is before the start of the plan')],
    ['an end of a plan that runs', plan({ endedAt: began }), fault('/endedAt', 'is for a plan that has ended')],
    ['an end to come of a plan that has ended', ended({ currentPeriod: april }), fault('/currentPeriod/end', 'is in the future, and the plan has ended')],
    ['the same by its own date', ended({ currentPeriod: april, endedAt: moment('2026-04-20T00:00Z') }), fault('/endedAt', 'is in the future, and the plan has ended')],
    ['an end outside of the last period', ended({ endedAt: moment('2026-02-01T00:00Z') }), fault('/endedAt', 'is not within the last period')],
    ['a pending cancellation of an ended plan', ended({ currentPeriod: april, endedAt: moment('2026-04-05T00:00Z'), cancellation: asked('2026-04-02T00:00Z') }), fault('/cancellation', 'is pending until the end of the period, and the plan has ended')],
    ['a cancellation after the end', ended({ cancellation: asked('2026-03-31T10:00Z') }), fault('/cancellation/requestedAt', 'is not before the end of the plan')],
    ['a cancellation of a period that was over', plan({ currentPeriod: period('2026-02-28T10:00Z', '2026-03-31T10:00Z'), cancellation: asked('2026-04-01T00:00Z') }), fault('/cancellation/requestedAt', 'is not before the end of the period')],
    ['a cancellation before the start', plan({ cancellation: asked('2026-01-01T00:00Z') }), fault('/cancellation/requestedAt', 'is before the start of the plan')],
    ['a cancellation to come', plan({ cancellation: asked('2026-04-11T00:00Z') }), fault('/cancellation/requestedAt', 'is in the future')],
    ['a reason that nobody published', plan({ cancellation: asked('2026-04-02T00:00Z', { reason: { code: 'bored' } }) }), fault('/cancellation/reason/code', 'is not in the published list', 'reason_unknown')],
  ])('%s', (_, subscription, expected) => {
    expect(faults({ subscriptions: [subscription] })).toEqual(expected);
  });

  it('two plans of a kind at once, a day that does not fit, foreign money, a number twice', () => {
    expect(faults({
      anchorDay: 12,
      subscriptions: [plan(), plan({ subscriptionId: 'other', planId: 'messaging-annual', startedAt: april.start })],
      numbers: [number('n0'), number('n1'), number('n0')],
      wallet: { balance: { amount: 5, currency: 'EUR' } },
    })).toEqual([
      ['already_subscribed', '/subscriptions/1/startedAt', 'lies within another plan of the same kind'],
      ['invalid_request', '/anchorDay', 'is not the day on which a period of these plans ends'],
      ['invalid_request', '/wallet/balance/currency', "must be USD, the account's currency"],
      ['number_exists', '/numbers/2/e164', 'stands in the account already'],
    ]);
    expect(faults({
      tenDlc: registration('active', { appliedAt: moment('2026-03-01T00:00Z'), registeredAt: moment('2026-02-01T00:00Z'), expiredAt: moment('2026-01-01T00:00Z') }),
      holds: [{ holdId: 'h', reason: 'case 7', reviewAt: now, placedAt: moment(now, 1) }],
    })).toEqual([
      ['invalid_request', '/holds/0/placedAt', 'is in the future'],
      ['invalid_request', '/tenDlc/registeredAt', 'is before it was applied for'],
      ['invalid_request', '/tenDlc/expiredAt', 'is before it was registered'],
      ['invalid_request', '/tenDlc/expiredAt', 'is for a registration that has expired'],
    ]);
    expect(faults({ tenDlc: registration('pending', { registeredAt: began }) })).toEqual([['invalid_request', '/tenDlc/registeredAt', 'is for a registration that was approved']]);
    expect(faults({ numbers: [number('n0')] })).toEqual([['no_open_plan', '/numbers', 'need a plan that is open, or was']]);
  });
});
