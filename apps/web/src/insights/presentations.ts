// How each report is drawn: a row a report. One that has none is drawn as bars of its first figure.
export type Presentation =
  /** Over the steps, a line or a stack of bars for each group; without steps, a bar for each group. */
  | { readonly as: 'lines' | 'bars'; readonly measures: readonly string[] }
  /** One figure a field: down the steps, across an age. */
  | { readonly as: 'heat'; readonly across: string; readonly measure: string }
  /** How much of one is left at the next, a group each. */
  | { readonly as: 'funnel'; readonly measures: readonly string[] };

const churn: Presentation = { as: 'lines', measures: ['churnRate'] };
const cohorts: Presentation = { as: 'heat', across: 'age', measure: 'remainingShare' };
const bars = (...measures: readonly string[]): Presentation => ({ as: 'bars', measures });

export const presentations: Readonly<Record<string, Presentation>> = {
  cancellations: bars('opened', 'requested', 'resumed', 'ended', 'returned'),
  reasons: bars('requested'),
  churn,
  cohorts,
  funnel: { as: 'funnel', measures: ['opened', 'requested', 'ended', 'returned'] },
  returns: bars('ended', 'returned'),
  upcoming: bars('consequences'),
  money: bars('amount'),
  departures: bars('subscriptions'),
  customers: churn,
  recurring: churn,
  'customer-cohorts': cohorts,
  'funnel-steps': bars('entered', 'reached'),
  resumes: bars('resumed'),
  comebacks: bars('returned'),
  revenue: bars('pending', 'kept', 'lost', 'cameBack'),
  held: bars('numbers'),
  fees: bars('feesPaid', 'feesUnpaid', 'credited', 'forfeited'),
  releases: bars('released'),
  losses: bars('consequences'),
};
