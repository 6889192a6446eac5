// By what reports on the terms of plans can be grouped, and which of them are asked for.
import { boolean, text, type Selected } from './columns.js';
import { imported, onTestClock } from './counted.js';

/** Over `analytics.subscription_plans`. */
export const termGroups: Readonly<Record<string, Selected>> = {
  planId: text('planId', 'plan_id', 'The plan: in churn that of the time, in cohorts the one that the term began on.'),
  planKind: text('planKind', 'plan_kind', 'messaging or calling.'),
  planInterval: text('planInterval', 'plan_interval', 'month or year, as planId.'),
  cameBack: boolean('cameBack', 'came_back', 'Whether the term brought back an account whose last plan had ended.'),
  onTestClock,
  imported,
};

/** Lists for the SELECT and the GROUP BY of a statement, each with a comma before it. */
export function groupLists(groupBy: readonly string[]): { readonly names: readonly string[]; readonly selected: string; readonly listed: string } {
  const names = groupBy.filter((name) => termGroups[name]);
  return {
    names,
    selected: names.map((name) => `, ${termGroups[name]?.sql ?? ''} AS "${name}"`).join(''),
    listed: names.map((name) => `, "${name}"`).join(''),
  };
}
