// Every report of every past equals a second computation by other means, and reports agree with each other. `LIVES`, `PAIRS` and `SEED` say how many and which; `npm run pasts` has ten thousand lives and fifty pasts.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MembershipEvent } from '#domain';
import { EventStore, type Past } from '#event-store';
import { instant, plusMs, type Instant } from '#kernel';
import { PastTables, type Projections } from '#projections';
import { cancellationRows, databaseThen, projections, reportNames, reports, viewsThen, type ReportName, type ReportRow } from '#read-models';
import { catchUp, core, type Core } from '../../apps/worker/test/core.js';
import { birth } from '../simulation/choices.js';
import { Random } from '../simulation/random.js';
import { moment } from '../stories/life.js';
import { passesOf, writeLives } from './log-of-lives.js';
import { lossesToCome, seconds, totals, type Second } from './second.js';
import { inSecondPast, type SecondPast } from './second-tables.js';

const seed = Number(process.env['SEED'] ?? 20_261_127);
const count = Number(process.env['LIVES'] ?? 40);
const pairs = Number(process.env['PAIRS'] ?? 4);
const isLong = count > 1_000;
const limitMs = isLong ? 24 * 3_600_000 : 600_000;

const always = instant('9999-12-31T23:59:59.999Z');
/** Where the test clocks stand: nobody on them has lived further. */
const clocks = { near: moment('2030-03-31T05:30Z'), far: moment('2034-07-04T12:00Z') } as const;
const realUntil = moment('2026-01-01T00:00Z');

const say = (text: string): void => void process.stdout.write(`pasts: ${text}\n`);

let made: Core;
let live: Projections;
let store: EventStore<MembershipEvent>;
let random: Random;
beforeAll(async () => {
  made = await core();
  store = made.context.get(EventStore);
  live = made.projections(2_000);
  random = new Random(seed);
  await live.ensureTables();
  for (const [id, now] of Object.entries(clocks)) await made.database.query("INSERT INTO sunset.test_clocks (test_clock_id, now, status) VALUES ($1, $2, 'ready')", [id, now]);
  for (let first = 0; first < count; first += 500) {
    const lives = Array.from({ length: Math.min(500, count - first) }, (_, index) => {
      const accountId = `life-${seed}-${first + index}`;
      const own = new Random(seed + first + index);
      const clock = own.pick(['near', 'far', null] as const);
      const until = clock === null ? realUntil : clocks[clock];
      const born = birth(own);
      const at = born < plusMs(until, -700 * 86_400_000) ? born : moment('2020-02-29T12:00Z', own.below(500) * 86_400_000);
      return { accountId, passes: passesOf({ accountId, testClockId: clock, at, until }, own, 8 + own.below(30)) };
    });
    await writeLives(made.database, store, lives, (written) => isLong && say(`${first + written} of ${count} lives are written`));
  }
  await catchUp(live);
}, limitMs);
afterAll(() => made.close());


/** In any order, and of each row what the second computation tells. */
const alike = (first: readonly Readonly<Record<string, unknown>>[], second: readonly Readonly<Record<string, unknown>>[]): readonly (readonly unknown[])[] => {
  const told = Object.keys(second[0] ?? {}).sort();
  const textsOf = (rows: typeof first): string[] => rows.map((row) => JSON.stringify(told.map((name) => [name, row[name]]))).sort();
  return [told.length > 0 ? textsOf(first) : first, told.length > 0 ? textsOf(second) : second];
};

const sumOf = (rows: readonly ReportRow[], column: string, which: (row: ReportRow) => boolean = () => true): number => rows.filter(which).reduce((sum, row) => sum + Number(row[column]), 0);

/** Answers how many rows were compared. */
async function compare(database: Core['database'], past: SecondPast): Promise<number> {
  const shown = new Map<ReportName, ReportRow[]>();
  for (const name of reportNames) shown.set(name, await reports[name].rows(database, seconds[name].request));
  const [list, everything] = [await cancellationRows(database, {}, { limit: 1_000_000 }), await reports.money.rows(database, {})];
  const due = await database.query<ReportRow>(`/* across accounts: reports */ SELECT account_id, kind, status, due_at FROM analytics.upcoming WHERE kind IN ('release-numbers', 'expire-ten-dlc', 'purge-data')`);
  const ofAll = { funnel: await reports.funnel.rows(database, {}), cancellations: await reports.cancellations.rows(database, { groupBy: ['planKind'] }) };
  return inSecondPast(made.database, past, async (rows) => {
    let compared = 0;
    const took: (readonly [name: string, ms: number])[] = [];
    for (const name of reportNames) {
      const { sql, meant = () => true }: Second = seconds[name];
      const from = performance.now();
      const [first, second] = alike(shown.get(name)!.filter(meant), await rows(sql));
      took.push([name, Math.round(performance.now() - from)]);
      expect([name, past, first]).toEqual([name, past, second]);
      compared += second!.length;
    }
    if (isLong) say(`the second computation took ${took.toSorted(([, a], [, b]) => b - a).slice(0, 5).map(([name, ms]) => `${ms} ms for ${name}`).join(', ')}`);
    // To the millisecond, of which a day in a report shows little.
    const [toLose, toLoseAgain] = alike(due, await rows(`SELECT account_id, kind, status, at AS due_at FROM (${lossesToCome}) AS losses`));
    expect([past, toLose]).toEqual([past, toLoseAgain]);
    const [sums] = (await rows(totals)) as readonly [{ requested: number; ended: number; started: number; wallets: number }];
    const { requested, ended, started, wallets } = sums;
    expect([past, sumOf(shown.get('reasons')!, 'requested'), sumOf(ofAll.funnel, 'requested'), sumOf(ofAll.cancellations, 'requested'), list.filter((row) => row['requestedAt'] !== null).length]).toEqual([past, requested, requested, requested, requested]);
    expect([past, sumOf(shown.get('churn')!, 'ended'), sumOf(shown.get('returns')!, 'ended')]).toEqual([past, ended, ended]);
    expect([past, sumOf(shown.get('churn')!, 'started'), sumOf(shown.get('cohorts')!, 'size', ({ age }) => age === 0)]).toEqual([past, started, started]);
    const movesWallet = ({ kind }: ReportRow): boolean => kind !== 'card_charge' && kind !== 'number_fee_shortfall';
    const [held] = await database.query<{ held: number }>('/* across accounts: reports */ SELECT coalesce(sum(wallet_balance), 0)::bigint AS held FROM analytics.memberships');
    expect([past, sumOf(everything, 'amount', movesWallet), held!.held]).toEqual([past, wallets, wallets]);
    return compared;
  });
}

describe(`${count} lives of seed ${seed}`, () => {
  it('today', async () => {
    expect(await compare(made.database, { asOf: null, knownAt: null })).toBeGreaterThan(50);
  }, limitMs);

  it('accounts are told apart from `from` on, where a step has begun before it', async () => {
    const from = moment('2027-03-15T12:00Z');
    const told = (await reports.money.rows(made.database, { from })).map(({ start, kind, source, currency, accounts }) => ({ start, kind, source, currency, accounts }));
    const apart = await made.database.query(
      `/* across accounts: reports */ SELECT date_trunc('month', effective_at, 'UTC') AS start, kind, source, currency, count(DISTINCT account_id) AS accounts FROM analytics.money WHERE effective_at >= $1 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`, [from],
    );
    expect(told.length).toBeGreaterThan(10);
    expect(told).toEqual(apart);
  });

  it(`${pairs} random pasts`, async () => {
    const { database } = made;
    const tables = new PastTables(database, store, projections);
    // What the projections do not know yet: pasts are of the whole log.
    await writeLives(made.database, store, [{ accountId: `late-${seed}`, passes: passesOf({ accountId: `late-${seed}`, testClockId: 'far', at: moment('2021-03-01T00:00Z'), until: clocks.far }, new Random(seed), 25) }], () => undefined);
    const eventAt = async (column: string): Promise<Instant> => {
      const [row] = await database.query<{ at: Instant }>(`/* across accounts: reports */ SELECT ${column} AS at FROM sunset.events WHERE effective_at < '2033-01-01' OFFSET ${random.below(1_000_000)} % greatest(1, (SELECT count(*) FROM sunset.events WHERE effective_at < '2033-01-01')) LIMIT 1`);
      return plusMs(row!.at, random.pick([0, 0, -1]));
    };
    let compared = 0;
    // The first is all of the log.
    for (let pair = 0; pair <= pairs; pair += 1) {
      const asOf = pair === 0 || pair % 4 === 3 ? null : await eventAt('effective_at');
      const knownAt = pair === 0 || pair % 4 === 2 ? null : await eventAt('recorded_at');
      const past: Past = { asOf: asOf ?? always, knownAt: knownAt ?? plusMs(await store.completeUntil(), -1) };
      const from = performance.now();
      const { suffix, folded } = await tables.make(past, (projection, table, own) => viewsThen(projection, table, { suffix: own, asOf }), { signal: new AbortController().signal });
      const built = performance.now();
      const rows = await compare(databaseThen(database, { suffix, asOf }), { asOf, knownAt: past.knownAt });
      compared += rows;
      say(`${pair} of ${pairs}: as of ${asOf ?? 'now'}, known at ${past.knownAt}: ${folded} accounts folded again, made in ${Math.round(built - from)} ms, ${rows} rows compared in ${Math.round(performance.now() - built)} ms`);
      await tables.drop(suffix);
    }
    expect(compared).toBeGreaterThan(pairs);
    expect(await database.query("SELECT relname FROM pg_class WHERE relname ~ '__past_' AND relkind IN ('r', 'v')")).toEqual([]);
  }, limitMs);

  it('the past that leaves nothing out is the present, in every report', async () => {
    await catchUp(live);
    const tables = new PastTables(made.database, store, projections);
    const { suffix } = await tables.make({ asOf: always, knownAt: plusMs(await store.completeUntil(), -1) }, (projection, table, own) => viewsThen(projection, table, { suffix: own, asOf: null }), { signal: new AbortController().signal });
    const then = databaseThen(made.database, { suffix, asOf: null });
    for (const name of reportNames) {
      const request = { interval: 'quarter', groupBy: reports[name].groups.slice(0, 2).map((group) => group.name) } as const;
      const present = await reports[name].rows(made.database, request);
      expect([name, present.length > 0, await reports[name].rows(then, request)]).toEqual([name, true, present]);
    }
    await tables.drop(suffix);
  }, limitMs);

  it('a past that nobody waits for any more leaves nothing', async () => {
    const gone = new AbortController();
    const making = new PastTables(made.database, store, projections).make({ asOf: always, knownAt: clocks.far }, () => [], { signal: gone.signal, onProgress: () => gone.abort(new Error('gone')) });
    await expect(making).rejects.toThrow('gone');
    expect(await made.database.query("SELECT relname FROM pg_class WHERE relname ~ '__past_' AND relkind IN ('r', 'v')")).toEqual([]);
  });

  it('what a process has left that is gone is swept away, and nothing that is younger', async () => {
    const tables = new PastTables(made.database, store, projections);
    const { suffix } = await tables.make({ asOf: always, knownAt: clocks.far }, (projection, table, own) => viewsThen(projection, table, { suffix: own, asOf: null }), { signal: new AbortController().signal });
    const left = () => made.database.query("SELECT relname AS name FROM pg_class WHERE relname ~ '__past_' AND relkind = 'r' ORDER BY 1");
    await tables.sweep(3_600_000);
    expect(await left()).toEqual(projections.map(({ name }) => ({ name: `${name}__${suffix}` })).toSorted((a, b) => (a.name < b.name ? -1 : 1)));
    await tables.sweep(-3_600_000);
    expect(await left()).toEqual([]);
  });
});
