// A policy as the file that would say it: to begin one's own with, and to compare by.
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { PolicyInForce } from '#domain';

/** What is as it is unless a file says otherwise is left out, also so that what a later release can say changes no hash. */
function fileOf({ periods: { version: _, ...periods }, plans, reasons, disclosures, foretold, version, languages, currencies }: PolicyInForce): object {
  return {
    version,
    languages,
    currencies,
    plans: plans.map(({ sold, ...plan }) => ({ ...plan, ...(!sold && { sold }) })),
    reasons: reasons.map(({ asked, ...reason }) => ({ ...reason, ...(!asked && { asked }) })),
    periods,
    disclosures: disclosures.map(({ urls, ...disclosure }) => ({ ...disclosure, ...(Object.keys(urls).length > 0 && { urls }) })),
    ...(Object.keys(foretold).length > 0 && { foretold }),
  };
}

/** YAML that is read as the same policy. */
export const policyText = (policy: PolicyInForce): string => stringify(fileOf(policy), { lineWidth: 0, aliasDuplicateObjects: false });

/** The same for the same policy, in whatever order its file said it. */
export const policyHash = (policy: PolicyInForce): string => createHash('sha256').update(JSON.stringify(sorted(fileOf(policy)))).digest('hex');

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sorted(member)]));
}
