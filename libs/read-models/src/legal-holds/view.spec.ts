// The list of holds is that of the present life.
import { expect, it } from '@jest/globals';
import { instant, type RecordedEvent } from '#kernel';
import { legalHoldsView } from './view.js';

const event = (type: string, at: string, data: object): RecordedEvent => ({
  type, effectiveAt: instant(at), data: data as RecordedEvent['data'], eventId: 'e', accountId: 'a', version: 1, schemaVersion: 1, position: 1, recordedAt: instant(at),
  metadata: { actor: { role: 'operator', id: 'o' }, channel: 'api', correlationId: 'c', causationId: 'r' },
});
const reviewAt = instant('2030-01-01T00:00:00Z');
const placed = (holdId: string, at: string): RecordedEvent => event('LegalHoldPlaced', at, { holdId, reason: `because of ${holdId}`, reviewAt });

it('tells which were lifted, and nothing of the life that was purged', () => {
  const events = [
    placed('old', '2026-01-01T00:00:00Z'),
    event('DataPurged', '2027-01-01T00:00:00Z', {}),
    placed('one', '2028-01-01T00:00:00Z'),
    placed('two', '2028-01-02T00:00:00Z'),
    event('LegalHoldLifted', '2028-01-03T00:00:00Z', { holdId: 'one' }),
  ];
  expect(legalHoldsView(events)).toEqual([
    { holdId: 'one', reason: 'because of one', placedAt: '2028-01-01T00:00:00.000Z', reviewAt, liftedAt: '2028-01-03T00:00:00.000Z' },
    { holdId: 'two', reason: 'because of two', placedAt: '2028-01-02T00:00:00.000Z', reviewAt, liftedAt: null },
  ]);
});
