// How long each report takes over generated terms and movements of money, beside what one pass over the same table takes.
import { EventStore } from '#event-store';
import { instant } from '#kernel';
import { Projections } from '#projections';
import { projections, reports, type ReportName, type ReportRequest } from '#read-models';
import { startApplication } from './application.js';
import { quantile, rounded } from './measure.js';

const terms = Number(process.env['BENCH_TERMS'] ?? 50_000);
const linesOfTerm = 6;
const rounds = 3;

const application = await startApplication();
const { context, database } = application;
await new Projections(database, context.get(EventStore), projections).ensureTables();

/** Filled in parts, so that it is seen how far it is. */
const part = 100_000;

const days = (of: string, most: number): string => `((hashtext(${of}) & 1048575) % ${most}) * interval '1 day' + ((hashtext(${of} || 's') & 1048575) % 86400) * interval '1 second'`;
const among = (of: string, values: readonly string[]): string => `(ARRAY[${values.map((value) => `'${value}'`).join(', ')}])[1 + (hashtext(${of}) & 1048575) % ${values.length}]`;
const term = `
  SELECT n, 'account-' || lpad(n::text, 8, '0') AS account_id, 'term-' || n AS id, (hashtext('k' || n) & 1) = 0 AS messaging, (hashtext('i' || n) & 3) = 0 AS yearly,
    ${among(`'z' || n`, ['America/Los_Angeles', 'America/New_York', 'Europe/Berlin', 'UTC'])} AS zone,
    date_trunc('day', now()) - interval '3 years' + ${days(`'b' || n`, 1090)} AS began, (hashtext('c' || n) & 7) = 0 AS came_back, (hashtext('e' || n) & 1048575) % 5 < 2 AS over, ${days(`'l' || n`, 700)} AS lasts
  FROM generate_series($1::int, $2::int) AS n`;
const plan = `(CASE WHEN messaging THEN 'messaging' ELSE 'calling' END)`;
const planId = `${plan} || CASE WHEN yearly THEN '-annual' ELSE '-monthly' END`;
const ended = 'CASE WHEN over AND began + lasts < now() THEN began + lasts END';
/** What every row of a projection has beside what it says: in which shard it is, and by which event it was last changed. */
const kept = 'shard, position, updated_at';
const keeping = 'sunset.shard_of(account_id), n, began';
const tables = [`
  INSERT INTO sunset.cancellations (account_id, entry, entry_id, subscription_id, plan_id, plan_kind, plan_interval, price, currency, time_zone, started_at, since, until, ended_at, came_back, renewals, imported, ${kept})
  SELECT account_id, entry, CASE entry WHEN 'account' THEN '' WHEN 'term' THEN id ELSE id || '.1' END, id, ${planId}, ${plan}, CASE WHEN yearly THEN 'year' ELSE 'month' END, 4900, 'USD', zone, began,
    CASE entry WHEN 'stretch' THEN began END, CASE entry WHEN 'stretch' THEN ${ended} END, ${ended}, came_back, 0, false, ${keeping}
  FROM (${term}) AS t CROSS JOIN (VALUES ('term'), ('stretch')) AS e (entry)`, `
  INSERT INTO sunset.cancellations (account_id, entry, entry_id, subscription_id, plan_id, plan_kind, renewals, requests_before, opened_at, attempt_id, attempted_at, attempt_expires_at, requested_at, effective_at, reason, channel, actor_role, resumed_at, ended_at, last_plan, imported, ${kept})
  SELECT account_id, 'cancellation', 'try-' || n, id, ${planId}, ${plan}, 0, 0, at, 'try-' || n, at, at + interval '1 hour', at + interval '1 minute', at + interval '20 days', ${among(`'r' || n`, ['too_expensive', 'unused', 'other'])}, 'page', 'customer',
    CASE WHEN ended IS NULL THEN at + interval '2 minutes' END, ended, CASE WHEN ended IS NOT NULL THEN true END, false, ${keeping}
  FROM (SELECT *, ${ended} AS ended, began + interval '3 days' AS at FROM (${term}) AS t) AS t WHERE over`, `
  INSERT INTO sunset.ledger_lines (entry, entry_id, account_id, kind, source, amount, currency, moves_wallet, effective_at, charge_id, charge_status, time_zone, imported, alike_at, ${kept})
  SELECT 'line', gen_random_uuid(), account_id, CASE WHEN l % 3 = 0 THEN 'number_fee' WHEN l % 3 = 1 THEN 'top_up' ELSE 'card_charge' END, CASE WHEN l % 3 = 2 THEN 'card' ELSE 'wallet' END,
    CASE WHEN l % 3 = 0 THEN -200 ELSE 4900 END, 'USD', l % 3 <> 2, began + l * interval '23 days', CASE WHEN l % 3 = 2 THEN id || '.' || l END, CASE WHEN l % 3 = 2 THEN 'collected' END, zone, false, CASE WHEN l > 3 THEN began + (l - 3) * interval '23 days' END, ${keeping}
  FROM (${term}) AS t CROSS JOIN generate_series(1, ${linesOfTerm}) AS l`, `
  INSERT INTO sunset.memberships SELECT account_id, NULL, began, zone, 'USD', 'two-step', 'active', ARRAY[${planId}], '{}', NULL, NULL, 1, 1, 2, 'none', 0, 0, 5,
    jsonb_build_array(jsonb_build_object('kind', 'period-end', 'subscription_id', id, 'plan_id', ${planId}, 'due_at', now() + ${days(`'u' || n`, 30)}, 'status', 'pending', 'ends_plan', false, 'numbers', NULL),
      jsonb_build_object('kind', 'number-fees', 'subscription_id', NULL, 'plan_id', NULL, 'due_at', now() + ${days(`'v' || n`, 30)}, 'status', 'pending', 'ends_plan', NULL, 'numbers', 2)), '{}', NULL, n, began, sunset.shard_of(account_id)
  FROM (${term}) AS t`];
for (let made = 0; made < terms; made += part) {
  for (const rows of tables) await database.query(rows, [made + 1, Math.min(made + part, terms)]);
  console.log(`${Math.min(made + part, terms)} of ${terms} accounts, each with a term of three years, two of five ended, in four time zones, and ${linesOfTerm} movements of money`);
}
await database.query('VACUUM ANALYZE');

/** One pass over what the report is made of. */
const passes = {
  cancellations: 'SELECT count(*), max(ended_at) FROM sunset.cancellations',
  ledger_lines: 'SELECT count(*), sum(amount) FROM sunset.ledger_lines',
  memberships: 'SELECT count(*), max(opened_at) FROM sunset.memberships',
} as const;

const year = { from: instant(Date.now() - 365 * 86_400_000) };
const asked: readonly (readonly [ReportName, ReportRequest])[] = [
  ['cancellations', { interval: 'month', groupBy: ['outcome'] }],
  ['reasons', { interval: 'month' }],
  ['funnel', { interval: 'month' }],
  ['returns', { interval: 'month' }],
  ['churn', {}],
  ['churn', { ...year, interval: 'day', groupBy: ['planId', 'cameBack', 'imported'] }],
  ['churn', { interval: 'day', groupBy: ['planId', 'cameBack', 'imported'] }],
  ['cohorts', {}],
  ['cohorts', { interval: 'week', groupBy: ['planId'] }],
  ['cohorts', { interval: 'day' }],
  ['upcoming', {}],
  ['money', {}],
  ['money', { interval: 'day' }],
];

async function took(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** As the API asks, but for the limit. */
const asServed = { limitMs: 250_000, memoryMiB: 32, signal: new AbortController().signal };

const figures: Record<string, object> = {};
for (const [name, request] of asked) {
  const report = reports[name];
  const [own, pass]: [number[], number[]] = [[], []];
  let rows = 0;
  for (let round = 0; round < rounds; round += 1) {
    pass.push(await took(() => database.query(passes[report.projection as keyof typeof passes])));
    own.push(await took(() => database.reading(asServed, async () => (rows = (await report.rows(database, request)).length))));
  }
  const { from, interval, groupBy = [] } = request;
  const title = [name, from ? 'of a year' : '', interval ? `by ${interval}` : '', ...groupBy].filter((word) => word !== '').join(' ');
  figures[title] = { rows, ms: rounded(quantile(own, 0.5)), 'beside one pass': rounded(quantile(own, 0.5) / quantile(pass, 0.5)) };
  console.log(title, figures[title]);
}
console.log(`medians of ${rounds} rounds; one pass: an aggregate over the table of the read model`);
console.table(figures);
await application.close();
