// The numbers of a chart are those of the rows, each in its place.
import { describe, expect, it } from '@jest/globals';
import { addressOf, elsewhere, placeAt } from '../asked.js';
import { stepNames } from '../steps.js';
import { chartOf, type Chart, type HeatMap, type Row } from './chart.js';
import { optionOf } from './options.js';

const january = '2026-01-01T00:00:00.000Z';
const february = '2026-02-01T00:00:00.000Z';
const look = { ink: 'black', quiet: 'grey', rule: 'grey', surface: 'white', warm: 'red', series: ['red', 'blue'], font: 'serif', isMoving: false };

describe('a chart', () => {
  it('has a series for each group and a place for each step; what is not told has none, what is not over says so', () => {
    const rows: Row[] = [
      { start: january, unfinished: false, reason: 'other', requested: 3 },
      { start: january, unfinished: false, reason: null, requested: 1 },
      { start: february, unfinished: true, reason: 'other', requested: 2 },
    ];
    const chart = chartOf(rows, { presentation: { as: 'bars', measures: ['requested'] }, asked: { interval: 'month' }, groups: ['planId', 'reason'] }) as Chart;
    expect(chart).toEqual({
      as: 'bars', isStacked: true, leftOut: 0,
      steps: [{ name: '2026-01', isUnfinished: false }, { name: '2026-02', isUnfinished: true }],
      series: [{ name: 'other', values: [3, 2] }, { name: '—', values: [1, null] }],
    });
    expect(optionOf(chart, look)).toMatchObject({ xAxis: { data: ['2026-01', '2026-02 *'] }, series: [{ stack: 'all', data: [{ value: 3 }, { value: 2, itemStyle: { opacity: 0.45 } }] }, { data: [{ value: 1 }, { value: '-' }] }] });
  });

  it('puts groups across where there are no steps, and never as a line', () => {
    const rows: Row[] = [{ reason: 'other', ended: 3, returned: 1 }, { reason: 'unused', ended: 0, returned: 0 }];
    expect(chartOf(rows, { presentation: { as: 'lines', measures: ['ended', 'returned'] }, asked: {}, groups: ['reason'] })).toMatchObject({
      as: 'bars', isStacked: false, steps: [{ name: 'other' }, { name: 'unused' }], series: [{ name: 'ended', values: [3, 0] }, { name: 'returned', values: [1, 0] }],
    });
  });

  it('draws the twelve largest series, in the order of the table, and says how many it leaves out', () => {
    const rows = Array.from({ length: 20 }, (_, index): Row => ({ start: january, planId: `plan-${index}`, ended: index }));
    const { series, leftOut } = chartOf(rows, { presentation: { as: 'lines', measures: ['ended'] }, asked: {}, groups: ['planId'] }) as Chart;
    expect([series.map(({ name }) => name), leftOut]).toEqual([Array.from({ length: 12 }, (_, index) => `plan-${index + 8}`), 8]);
  });

  it('puts the figures of a funnel across, a series for each row', () => {
    const rows: Row[] = [{ start: january, opened: 5, requested: 4, ended: null }];
    const chart = chartOf(rows, { presentation: { as: 'funnel', measures: ['opened', 'requested', 'ended'] }, asked: { interval: 'year' }, groups: [] }) as Chart;
    expect(chart).toMatchObject({ as: 'funnel', steps: [{ name: 'opened' }, { name: 'requested' }, { name: 'ended' }], series: [{ name: '2026', values: [5, 4, null] }] });
  });

  it('has nothing of rows that are no figures, and nothing of none', () => {
    const shape = { presentation: { as: 'bars', measures: ['opened'] }, asked: {}, groups: [] } as const;
    expect([chartOf([], shape), chartOf([{ accountId: 'a', outcome: 'ended' }], shape)]).toEqual([null, null]);
  });
});

it('a heat map has the figure of a cohort at an age in its field', () => {
  const rows: Row[] = [
    { start: january, age: 0, remainingShare: 1, complete: true }, { start: january, age: 1, remainingShare: 0.5, complete: false },
    { start: february, age: 0, remainingShare: 0.75, complete: false }, { start: february, age: 3, remainingShare: null, complete: false },
  ];
  const map = chartOf(rows, { presentation: { as: 'heat', across: 'age', measure: 'remainingShare' }, asked: { interval: 'month' }, groups: ['planId'] }) as HeatMap;
  expect(map).toEqual({
    as: 'heat', name: 'remainingShare', across: ['0', '1', '3'], down: ['2026-01', '2026-02'],
    cells: [{ across: 0, down: 0, value: 1, isUnfinished: false }, { across: 1, down: 0, value: 0.5, isUnfinished: true }, { across: 0, down: 1, value: 0.75, isUnfinished: true }],
  });
  expect(optionOf(map, look)).toMatchObject({ series: [{ data: [{ value: [0, 0, 1] }, { value: [1, 0, 0.5] }, { value: [0, 1, 0.75] }] }] });
});

describe('a step', () => {
  it.each([
    ['day', 'UTC', '2026-05-03T00:00:00.000Z', '2026-05-03'], ['month', 'UTC', '2026-05-01T00:00:00.000Z', '2026-05'], ['quarter', 'UTC', '2026-04-01T00:00:00.000Z', '2026-Q2'], ['year', 'UTC', january, '2026'],
    ['month', 'America/Los_Angeles', '2026-05-01T07:00:00.000Z', '2026-05'], ['month', 'UTC', '2026-05-01T07:00:00.000Z', '2026-05-01 07:00'], ['month', 'UTC', '2026-05-03T00:00:00.000Z', '2026-05-03'],
    [undefined, 'Mars/Olympus', january, '2026-01-01'],
  ])('of %s in %s that begins at %s is %s', (interval, zone, start, name) => {
    expect(stepNames({ ...(interval !== undefined && { interval }), zone })(start)).toBe(name);
  });
});

describe('an address', () => {
  it('says what is asked for, in the words of the service', () => {
    const address = '/churn?from=2026-01-01&interval=month&zone=Europe%2FMadrid&groupBy=planId%2CcameBack&knownAt=2026-05-03T00%3A00%3A00Z';
    const place = placeAt(address);
    expect(place).toEqual({ report: 'churn', asked: { from: '2026-01-01', interval: 'month', zone: 'Europe/Madrid', groupBy: 'planId,cameBack', knownAt: '2026-05-03T00:00:00Z' } });
    expect(addressOf('churn', place.asked)).toBe(address);
    expect(placeAt('/')).toEqual({ report: undefined, asked: {} });
    expect(elsewhere(place.asked)).not.toHaveProperty('groupBy');
  });
});
