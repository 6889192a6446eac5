// Telling the same cancellation once more: the same dates, the same consequences, the same fees.
import type { Instant } from '#kernel';
import { ofDates, type Difference } from './difference.js';
import type { Candidate, Made } from './gate.js';

/** Of a promise from before what was shown was noted, and of what another system promised, nothing is told again. */
export function toldAsPromised({ before, request }: Made, { toldBy, promisedBy, periods }: Candidate): readonly Difference[] {
  const { told, promised } = request.data;
  if (promised === null) return [];
  const anew = { ...request, data: { ...request.data, policy: periods ?? request.data.policy } };
  const again = { ...anew, data: { ...anew.data, told: toldBy(before, anew) } };
  const { sms, rvm } = promised.credits;
  const shown = promisedBy(before, again, { sms: { count: sms.count, amount: sms.amount.amount }, rvm: { count: rvm.count, amount: rvm.amount.amount } });
  return [
    ...ofKinds(datesOf(told.consequences), datesOf(again.data.told.consequences)),
    ...ofKinds(new Map(promised.consequences.map(({ kind, at }) => [kind, at])), new Map(shown.consequences.map(({ kind, at }) => [kind, at]))),
    ...ofFees(told.numberFees ?? [], again.data.told.numberFees ?? []),
    ...ofFees(promised.numberFees, shown.numberFees),
    ...promised.numberFees.flatMap((fee, place): readonly Difference[] => {
      const would = shown.numberFees[place]?.amount.amount;
      return would === undefined || would === fee.amount.amount ? [] : [{ kind: 'number-fees', by: 'told', what: 'amount', at: fee.at, promised: fee.amount.amount, would }];
    }),
  ];
}

const datesOf = (told: Readonly<Partial<Record<string, Instant>>>): ReadonlyMap<string, Instant> => new Map(Object.entries(told).flatMap(([kind, at]) => (at === undefined ? [] : [[kind, at]])));

function ofKinds(promised: ReadonlyMap<string, Instant>, would: ReadonlyMap<string, Instant>): readonly Difference[] {
  return [
    ...[...promised].flatMap(([kind, at]): readonly Difference[] => {
      const then = would.get(kind);
      return then === undefined ? [{ kind, by: 'told', what: 'gone', at }] : ofDates(kind, 'told', at, then);
    }),
    ...[...would].flatMap(([kind, at]): readonly Difference[] => (promised.has(kind) ? [] : [{ kind, by: 'told', what: 'appears', at }])),
  ];
}

interface Dated {
  readonly at: Instant;
}

/** Fees in their order: one more, one less, or one at another time. */
function ofFees(promised: readonly Dated[], would: readonly Dated[]): readonly Difference[] {
  return [
    ...promised.flatMap(({ at }, place): readonly Difference[] => {
      const then = would[place];
      return then ? ofDates('number-fees', 'told', at, then.at) : [{ kind: 'number-fees', by: 'told', what: 'gone', at }];
    }),
    ...would.slice(promised.length).map(({ at }): Difference => ({ kind: 'number-fees', by: 'told', what: 'appears', at })),
  ];
}
