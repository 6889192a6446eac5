// What a chart shows of the rows of a report: numbers as they stand in the table, put in their places and nothing else done to them.
import type { Asked } from '../asked.js';
import type { Presentation } from '../presentations.js';
import { stepNames } from '../steps.js';

export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

export interface Step {
  readonly name: string;
  /** More may happen in it. */
  readonly isUnfinished: boolean;
}

export interface Series {
  readonly name: string;
  /** One for each step; `null`: nothing is told. */
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly as: 'lines' | 'bars' | 'funnel';
  readonly steps: readonly Step[];
  readonly series: readonly Series[];
  /** They are parts of one whole. */
  readonly isStacked: boolean;
  /** Series that the table has and the chart has no room for: the smallest. */
  readonly leftOut: number;
}

export interface HeatMap {
  readonly as: 'heat';
  readonly across: readonly string[];
  readonly down: readonly string[];
  readonly cells: readonly { readonly across: number; readonly down: number; readonly value: number; readonly isUnfinished: boolean }[];
  readonly name: string;
}

/** More lines than anybody tells apart. */
const seriesMost = 12;

/** The beginning of a step, in every report that has steps. */
const start = 'start';

interface Shape {
  readonly presentation: Presentation;
  readonly asked: Asked;
  /** Columns by which rows are told apart, besides the step. */
  readonly groups: readonly string[];
}

const isUnfinished = (row: Row): boolean => row['unfinished'] === true || row['complete'] === false;

/** How rows are called: by their groups in the order of the columns, or by their step and their groups. */
function namesOf([first]: readonly Row[], { asked, groups }: Shape) {
  const step = stepNames(asked);
  const told = Object.keys(first ?? {}).filter((name) => groups.includes(name));
  const group = (row: Row): string => told.map((name) => String(row[name] ?? '—')).join(' · ');
  const ofStep = (row: Row): string => (row[start] === undefined ? '' : step(String(row[start])));
  return { group, step: ofStep, both: (row: Row): string => joined(ofStep(row), group(row)) };
}

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');

const number = (cell: Cell | undefined): number | null => (typeof cell === 'number' ? cell : null);

/** `null`: the rows are no figures, or there are none. */
export function chartOf(rows: readonly Row[], shape: Shape): Chart | HeatMap | null {
  const { presentation } = shape;
  const figures = presentation.as === 'heat' ? [presentation.measure] : presentation.measures;
  if (rows.length === 0 || !figures.some((name) => rows[0]![name] !== undefined)) return null;
  if (presentation.as === 'heat') return heatOf(rows, presentation, shape);
  return presentation.as === 'funnel' ? funnelOf(rows, presentation.measures, shape) : steppedOf(rows, presentation, shape);
}

/** Steps across; without steps, groups across. */
function steppedOf(rows: readonly Row[], { as, measures }: Extract<Presentation, { as: 'lines' | 'bars' }>, shape: Shape): Chart {
  const names = namesOf(rows, shape);
  const hasSteps = rows[0]![start] !== undefined;
  const nameOf = hasSteps ? names.step : names.group;
  const places = new Map<string, number>();
  const unfinished = new Set<string>();
  for (const row of rows) {
    const name = nameOf(row);
    if (!places.has(name)) places.set(name, places.size);
    if (isUnfinished(row)) unfinished.add(name);
  }
  const series = new Map<string, (number | null)[]>();
  for (const row of rows) {
    const group = hasSteps ? names.group(row) : '';
    for (const measure of measures) {
      const name = group === '' || measures.length > 1 ? joined(group, measure) : group;
      const values = series.get(name) ?? Array.from(places, () => null);
      values[places.get(nameOf(row))!] = number(row[measure]);
      series.set(name, values);
    }
  }
  return {
    // A line between groups would mean nothing.
    as: hasSteps ? as : 'bars', steps: [...places.keys()].map((name) => ({ name, isUnfinished: unfinished.has(name) })), ...largest(series), isStacked: hasSteps && measures.length === 1 && as === 'bars',
  };
}

/** Figures across, a series for each row. */
function funnelOf(rows: readonly Row[], measures: readonly string[], shape: Shape): Chart {
  const names = namesOf(rows, shape);
  const series = new Map(rows.map((row) => [names.both(row), measures.map((measure) => number(row[measure]))]));
  return { as: 'funnel', steps: measures.map((name) => ({ name, isUnfinished: false })), ...largest(series), isStacked: false };
}

function largest(series: ReadonlyMap<string, readonly (number | null)[]>): Pick<Chart, 'series' | 'leftOut'> {
  const size = (values: readonly (number | null)[]): number => values.reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0);
  const all = [...series].map(([name, values]) => ({ name, values }));
  const kept = new Set(all.toSorted((a, b) => size(b.values) - size(a.values)).slice(0, seriesMost));
  return { series: all.filter((one) => kept.has(one)), leftOut: all.length - kept.size };
}

function heatOf(rows: readonly Row[], { across, measure }: Extract<Presentation, { as: 'heat' }>, shape: Shape): HeatMap {
  const names = namesOf(rows, shape);
  const ages = [...new Set(rows.map((row) => Number(row[across])))].sort((a, b) => a - b);
  const places = new Map(ages.map((age, place) => [age, place]));
  const down = new Map<string, number>();
  const cells = rows.flatMap((row): HeatMap['cells'] => {
    const name = names.both(row);
    if (!down.has(name)) down.set(name, down.size);
    const value = number(row[measure]);
    return value === null ? [] : [{ across: places.get(Number(row[across]))!, down: down.get(name)!, value, isUnfinished: isUnfinished(row) }];
  });
  return { as: 'heat', across: ages.map(String), down: [...down.keys()], cells, name: measure };
}
