// What the carrier is asked for, and in which order: a removed number at once, the campaign at D30, the brand last.
import { expect, it } from '@jest/globals';
import type { Command } from '#domain';
import { applyTenDlc, buyNumber, cancel, open, removeNumber, subscribe } from '../../../../test/stories/commands.js';
import { lived } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { intentsOf } from './intents.js';

const start = moment('2026-03-30T00:00Z');
const D30 = moment('2026-05-30T00:00Z');

/** Asked for in a life that applied with these ids and ended, by the end of the year. */
function asked(atCarrier: object, ...more: readonly Command[]) {
  const { events, state } = lived([
    [start, open(), subscribe('messaging-monthly'), { ...applyTenDlc(), ...atCarrier }, cancel()],
    [moment('2026-06-01T00:00Z'), ...more],
  ]);
  return intentsOf(events, state);
}

const ended = { type: 'SettleDeregistration', registrationId: 'registration', part: 'campaign', outcome: 'released', reason: null } as const;
const intent = (kind: string, dueAt = D30) => ({ kind, subject: 'registration', generation: 0, dueAt });

it('is the campaign, and the brand once the campaign is gone', () => {
  const both = { campaignId: 'C1', brandId: 'B1' };
  expect(asked(both)).toEqual([intent('end-campaign')]);
  expect(asked(both, ended)).toEqual([intent('end-campaign'), intent('delete-brand', moment('2026-06-01T00:00Z'))]);
});

it('is the brand at once where there is no campaign', () => {
  expect(asked({ brandId: 'B1' })).toEqual([intent('delete-brand')]);
});

it('is nothing where the carrier knows neither', () => {
  expect(asked({})).toEqual([]);
  expect(asked({ campaignId: 'C1' }, ended)).toEqual([intent('end-campaign')]);
});

it('is a purchased number at once when it is removed, in the account\'s lifecycle, and none that is not ours', () => {
  const { events, state } = lived([
    [start, open(), subscribe('messaging-monthly'), buyNumber('n0'), buyNumber('n1', 'ported'), buyNumber('n2', 'verified')],
    [D30, removeNumber('n0'), removeNumber('n1'), removeNumber('n2')],
  ]);
  expect(intentsOf(events, state)).toEqual([{ kind: 'release-number', subject: 'n0', generation: 1, dueAt: D30 }]);
});
