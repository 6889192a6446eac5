// What a policy would change, in lines to read. Pure.
import { lossKinds, plural, type PolicyInForce } from '#domain';
import type { BlastRadius, Broken } from './blast-radius.js';

export interface Report {
  readonly text: string;
  readonly refused: boolean;
}

/** More are counted only. */
const accountsNamed = 10_000;

export function policyReport({ version }: PolicyInForce, { before, open, dates, changes, contradictions, broken, kept }: BlastRadius): Report {
  const refused = contradictions.length > 0 || broken.length > 0;
  const lines = [
    version === before.version ? `${version} is in force` : `${version}, after ${before.version}`,
    ...(changes.length > 0 ? changes.map((one) => `  ${one}`) : ['  nothing changes']),
    `open cancellations: ${open.pending} pending, ${open.ended} past the end with something still to come`,
    ...lossKinds.map((kind) => `  ${kind}: ${plural(dates[kind].nearer + dates[kind].same + dates[kind].later, 'date')} promised and kept; this policy would have said ${dates[kind].nearer} nearer, ${dates[kind].later} later`),
    ...(kept > 0 ? [`  ${plural(kept, 'promise')} would be broken, and the file says that all are kept (openCancellations: as-promised)`] : []),
    ...contradictions.map((one) => `refused: ${one}`),
    ...(broken.length > 0 ? [`refused: it would break ${plural(broken.length, 'promise')}`, ...broken.slice(0, accountsNamed).map((one) => `  ${inWords(one)}`)] : []),
    ...(broken.length > accountsNamed ? [`  and ${broken.length - accountsNamed} more`] : []),
    ...(broken.some(({ what }) => what !== 'plan-gone') ? ['  what was promised is kept whatever is in force; a file that knows it says openCancellations: as-promised, and is let through'] : []),
    ...(broken.some(({ what }) => what === 'plan-gone') ? ['  a plan that somebody has stays in the file, with sold: false'] : []),
    refused ? 'refused' : 'it can be in force: POLICY_FILE, and a start of the API and the worker',
  ];
  return { text: `${lines.join('\n')}\n`, refused };
}

function inWords(one: Broken): string {
  switch (one.what) {
    case 'nearer':
      return `${one.accountId}: ${one.kind} was promised for ${one.promised}, and would come at ${one.would}`;
    case 'numbers-billed':
      return `${one.accountId}: it was promised that numbers are not billed after the end`;
    case 'plan-gone':
      return `${one.accountId}: ${one.scheduled ? 'a change is scheduled to the plan' : 'has the plan'} ${one.planId}, which is not in the file`;
  }
}
