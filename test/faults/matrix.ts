// Which rows are carried out, on how many stacks side by side, and how what came of them is told.
import { quantile } from '../bench/measure.js';
import { carryOut, type Outcome, type Row } from './row.js';
import { rows as every } from './rows.js';
import type { Sort } from './records.js';
import { Stack } from './stack.js';

export interface Wanted {
  readonly seed: number;
  /** Parts of names; none: all rows. */
  readonly words: readonly string[];
  /** Stacks side by side. */
  readonly lanes: number;
  readonly small?: boolean;
  readonly say: (line: string) => void;
}

export const chosen = (words: readonly string[]): readonly Row[] => every.filter(({ name }) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word.toLowerCase())));

/** Each row with a seed of its own, that of the whole and its place, so that it is the same alone. */
export async function carryOutAll({ seed, words, lanes, say, small = false }: Wanted): Promise<readonly Outcome[]> {
  const wanted = chosen(words);
  const left = wanted.values();
  const outcomes = new Map<Row, Outcome>();
  const lane = async (): Promise<void> => {
    let shared: Stack | null = null;
    for (const row of left) {
      const began = performance.now();
      let stack: Stack | null = row.own ? null : shared;
      let outcome: Outcome;
      try {
        stack ??= await Stack.start(await row.own?.());
        outcome = await carryOut(row, stack, (seed % 10_000) * 100 + every.indexOf(row), { small });
      } catch (error) {
        outcome = { row: row.name, injections: 0, lateness: [], latencies: [], requests: 0, findings: [{ sort: 'wrong', what: String(error) }], tookMs: performance.now() - began };
      }
      outcomes.set(row, outcome);
      const holds = outcome.findings.length === 0;
      say(`${String(outcomes.size).padStart(2)} of ${wanted.length}  ${line(outcome)}`);
      for (const { sort, what } of outcome.findings.slice(0, 20)) say(`        ${sort}: ${what.slice(0, 400)}`);
      if (!holds) say(`        again: npm run faults -- --seed ${seed} '${row.name}'`);
      // What a row has left behind where it did not hold is not to be found again by the next.
      if (!row.own) shared = holds ? stack : null;
      if (stack && stack !== shared) await stack.stop().catch((error: unknown) => say(`        ${String(error)}`));
    }
    await shared?.stop();
  };
  await Promise.all(Array.from({ length: Math.min(lanes, wanted.length) }, lane));
  return wanted.flatMap((row) => outcomes.get(row) ?? []);
}

const columns = ['fault', 'injections', 'late p50', 'p99', 'max (ms)', 'requests', 'p50', 'p99 (ms)', 'lost', 'doubled', 'early', 'verdict'] as const;

function cells({ row, injections, lateness, latencies, requests, findings }: Outcome): readonly string[] {
  const ms = (values: readonly number[], fraction: number): string => (values.length === 0 ? '-' : String(Math.round(quantile([...values], fraction))));
  const count = (sort: Sort): string => String(findings.filter((one) => one.sort === sort).length);
  return [row, String(injections), ms(lateness, 0.5), ms(lateness, 0.99), ms(lateness, 1), String(requests), ms(latencies, 0.5), ms(latencies, 0.99), count('lost'), count('doubled'), count('early'), findings.length === 0 ? 'holds' : 'BROKEN'];
}

function line(outcome: Outcome): string {
  const [row, injections, p50, p99, max, requests, , , lost, doubled, early, verdict] = cells(outcome);
  return `${row!.padEnd(52)} ${verdict!.padEnd(6)} ${injections} injected, late ${p50} / ${p99} / ${max} ms, ${requests} requests, ${lost} lost, ${doubled} doubled, ${early} early, ${Math.round(outcome.tookMs / 1_000)} s`;
}

/** As it stands in the README. */
export const table = (outcomes: readonly Outcome[]): string =>
  [`| ${columns.join(' | ')} |`, `|${columns.map((_, nth) => (nth === 0 || nth === columns.length - 1 ? '---' : '---:')).join('|')}|`, ...outcomes.map((outcome) => `| ${cells(outcome).join(' | ')} |`)].join('\n');
