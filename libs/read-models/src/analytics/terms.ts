// What lasts, and is counted by when it begins and ends: subscriptions, customers, and the revenue of a month; and by what each can be grouped.
import { boolean, type Selected } from './columns.js';
import { currency, imported, onTestClock, plan, trial, zone } from './groups.js';

/** Rows of a view with `since`, `until`, `started_at`, `ended_at`, `time_zone`, `test_clock_id` and `account_now`. */
export interface Terms {
  /** In `analytics`. */
  readonly view: string;
  readonly groups: Readonly<Record<string, Selected>>;
  /** Those that are told whatever is asked for. */
  readonly always: readonly string[];
  /** What a group of rows counts for. */
  readonly weight: string;
}

const cameBack = boolean('cameBack', 'came_back', 'Whether it brought back an account whose last plan had ended.');

export const subscriptions: Terms = {
  view: 'subscription_plans',
  groups: {
    ...plan,
    planId: { ...plan.planId, meaning: 'The plan: in churn that of the time, in cohorts the one that the term began on.' },
    cameBack,
    zone,
    onTestClock,
    imported,
  },
  always: [],
  weight: 'count(*)',
};

export const customers: Terms = { view: 'customers', groups: { cameBack, currency, zone, onTestClock, imported }, always: [], weight: 'count(*)' };

export const revenue: Terms = {
  view: 'subscription_prices',
  groups: { currency, ...plan, trial, cameBack, zone, onTestClock, imported },
  always: ['currency'],
  weight: 'sum(mrr)',
};

interface Lists {
  readonly names: readonly string[];
  readonly columns: readonly Selected[];
  /** For the SELECT and the GROUP BY of a statement, each with a comma before it. */
  readonly selected: string;
  readonly listed: string;
}

export function groupLists({ groups, always }: Terms, groupBy: readonly string[] = []): Lists {
  const columns = [...new Set([...always, ...groupBy])].flatMap((name) => groups[name] ?? []);
  const names = columns.map(({ name }) => name);
  return {
    names,
    columns,
    selected: columns.map(({ name, sql }) => `, ${sql} AS "${name}"`).join(''),
    listed: names.map((name) => `, "${name}"`).join(''),
  };
}
