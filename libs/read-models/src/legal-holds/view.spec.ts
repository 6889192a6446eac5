// The list of holds is that of the present life.
import { expect, it } from '@jest/globals';
import { DataPurged, LegalHoldLifted, LegalHoldPlaced } from '#domain';
import { instant } from '#kernel';
import { entered } from '../../../../test/stories/recorded.js';
import { legalHoldsView } from './view.js';

const reviewAt = instant('2030-01-01T00:00:00Z');
const placed = (holdId: string, at: string) => LegalHoldPlaced(instant(at), { holdId, reason: `because of ${holdId}`, reviewAt });
const nothing = { counts: {}, stores: [], verification: { tables: 0, markers: 0, jobs: 0, findings: 0 }, exceptions: [] };

it('tells which were lifted, and nothing of the life that was purged', () => {
  const events = [
    placed('old', '2026-01-01T00:00:00Z'),
    DataPurged(instant('2027-01-01T00:00:00Z'), { purgeId: 'a.1', ...nothing }),
    placed('one', '2028-01-01T00:00:00Z'),
    placed('two', '2028-01-02T00:00:00Z'),
    LegalHoldLifted(instant('2028-01-03T00:00:00Z'), { holdId: 'one' }),
  ];
  expect(legalHoldsView(events.map((event) => entered(event)))).toEqual([
    { holdId: 'one', reason: 'because of one', placedAt: '2028-01-01T00:00:00.000Z', reviewAt, liftedAt: '2028-01-03T00:00:00.000Z' },
    { holdId: 'two', reason: 'because of two', placedAt: '2028-01-02T00:00:00.000Z', reviewAt, liftedAt: null },
  ]);
});
