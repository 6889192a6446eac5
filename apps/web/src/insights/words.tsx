// What the reports are called. Columns and groups keep the names that they have in files and in SQL.
import { useLingui } from '@lingui/react/macro';

export function useReportWords(): (report: { readonly name: string; readonly title: string }) => string {
  const { t } = useLingui();
  const titles: Readonly<Record<string, string>> = {
    cancellations: t`Cancellations`,
    reasons: t`Reasons`,
    churn: t`Churn of subscriptions`,
    cohorts: t`Retention of cohorts`,
    funnel: t`How far cancellations go`,
    returns: t`Returns`,
    upcoming: t`What is to come`,
    money: t`Money`,
    departures: t`Churn at the request, at the end and with the last plan`,
    customers: t`Churn of customers`,
    recurring: t`Churn of recurring revenue`,
    'customer-cohorts': t`Retention of customers`,
    'funnel-steps': t`From step to step`,
    resumes: t`Resumes`,
    comebacks: t`Returns, and what had been lost by then`,
    revenue: t`Revenue lost, kept and come back`,
    held: t`What was held at the end`,
    fees: t`Fees and credits`,
    releases: t`Numbers and registrations released`,
    losses: t`Losses to come`,
  };
  return ({ name, title }) => titles[name] ?? title;
}
