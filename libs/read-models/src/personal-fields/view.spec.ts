// Whatever an event declares as personal is shown to the person, but for what operators noted.
import { expect, it } from '@jest/globals';
import { membershipEvents, noteFieldOf, type MembershipEvent } from '#domain';
import { instant } from '#kernel';
import { entered } from '../../../../test/stories/recorded.js';
import { personalFieldsView } from '../index.js';

const effectiveAt = instant('2026-01-01T00:00:00Z');
const happened = (type: MembershipEvent['type'], data: Record<string, unknown>) => entered({ type, effectiveAt, data } as MembershipEvent);

it.each(membershipEvents.filter(({ personal }) => personal.length > 0).map(({ type, personal }) => [type, personal] as const))('%s', (type, personal) => {
  const told = Object.fromEntries(personal.map((field) => [field, `told as ${field}`]));
  const shown = Object.fromEntries(Object.entries(told).filter(([field]) => field !== noteFieldOf(type)));
  const expected = Object.keys(shown).length === 0 ? [] : [{ type, effectiveAt, fields: shown }];
  expect(personalFieldsView([happened(type, { ...told, open: 'not personal' })])).toEqual(expected);
});

it('what operators note is withheld, however the field is called', () => {
  const [hold, settled] = [happened('LegalHoldPlaced', { reason: 'a court asked' }), happened('NumberReleased', { note: 'settled by telephone' })];
  expect(personalFieldsView([hold, settled])).toEqual([]);
});

it('nothing is shown of what was forgotten, nor of an earlier life', () => {
  const open = happened('AccountOpened', { name: 'Ada', email: null });
  expect(personalFieldsView([open])).toEqual([{ type: 'AccountOpened', effectiveAt, fields: { name: 'Ada' } }]);
  expect(personalFieldsView([open, happened('DataPurged', {})])).toEqual([]);
});
