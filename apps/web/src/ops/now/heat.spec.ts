// A storm is seen before it comes.
import { expect, it } from '@jest/globals';
import { heatOf, totalsOf } from './heat.js';

const now = '2026-03-01T22:30:00.000Z';
const upcoming = [
  { kind: 'period-end', hour: '2026-03-01T23:00:00.000Z', count: 3 },
  { kind: 'number-fees', hour: '2026-03-01T23:00:00.000Z', count: 1 },
  { kind: 'period-end', hour: '2026-03-02T00:00:00.000Z', count: 4 },
  { kind: 'purge-data', hour: '2026-03-05T07:00:00.000Z', count: 4_000 },
  { kind: 'period-end', hour: '2026-03-08T22:00:00.000Z', count: 9 },
];

it('is seven days by hour, and what stands out is hot', () => {
  const days = heatOf(upcoming, now);
  expect(days.map(({ day }) => day)).toEqual(['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06', '2026-03-07', '2026-03-08']);
  expect(days[0]!.cells.slice(20)).toEqual([null, null, { hour: '2026-03-01T22:00:00.000Z', count: 0, heat: 0 }, { hour: '2026-03-01T23:00:00.000Z', count: 4, heat: 1 }]);
  expect(days[4]!.cells[7]).toMatchObject({ count: 4_000, heat: 3 });
  expect(days[7]!.cells[22]).toMatchObject({ count: 9, heat: 1 });
  expect(days[7]!.cells[23]).toBeNull();
});

it('is summed up by kind', () => {
  expect(totalsOf(upcoming, now)).toEqual([
    { kind: 'purge-data', day: 0, week: 4_000 }, { kind: 'period-end', day: 7, week: 16 }, { kind: 'number-fees', day: 1, week: 1 },
  ]);
});
