// What the carrier is asked for, and in which order: the campaign at D30, the brand last.
import { expect, it } from '@jest/globals';
import type { Command } from '#domain';
import { applyTenDlc, cancel, open, subscribe } from '../../../../test/stories/commands.js';
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
