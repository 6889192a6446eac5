// The stream tells nothing personal from the purge on, however far it has come.
import { expect, it } from '@jest/globals';
import type { Membership } from '#domain';
import { buyNumber, cancel, change, completePurge, erase, open, subscribe } from '../../../../test/stories/commands.js';
import { lived, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { recorded } from '../../../../test/stories/recorded.js';
import { eventView } from './view.js';

const start = moment('2026-03-30T00:00Z');
const E = moment('2026-04-30T00:00Z');
const P = moment('2027-04-30T00:00Z');
const told: readonly Step[] = [[start, open(), subscribe('messaging-monthly'), buyNumber('n0'), cancel('messaging', { reason: { code: 'other', comment: 'Farewell.' } })]];
const eventsView = (state: Membership, events: ReturnType<typeof recorded>) => events.map((event) => eventView(state, event));
const personal = /Ada|Bea|example\.com|\+1206|Farewell/;

it('tells everything up to the last millisecond', () => {
  const life = lived(told);
  expect(JSON.stringify(eventsView(life.asOf(moment(P, -1)), recorded(life)))).toMatch(personal);
});

it.each([
  ['when its time has come and nobody has begun', lived(told), P],
  ['while an erasure is carried out', lived([...told, [E, erase()]]), E],
])('nothing %s', (_, life, at) => {
  const events = eventsView(life.asOf(at), recorded(life));
  expect(JSON.stringify(events)).not.toMatch(personal);
  expect(events).toHaveLength(life.happened.length);
  expect(events[0]?.data).toMatchObject({ name: null, email: null, timeZone: 'UTC' });
});

it('who the account says it is afterwards', () => {
  const life = lived([...told, [P, completePurge(), change({ name: 'Bea' })]]);
  expect(eventsView(life.state, recorded(life)).at(-1)?.data).toEqual({ name: 'Bea' });
});
