// What differs between two previews of the same cancellation.
import type { Money } from '../../ui/format.js';
import type { Preview } from '../../service/shapes.js';

export type Change =
  | { readonly what: 'end'; readonly before: string; readonly after: string }
  | { readonly what: 'credits' | 'fees'; readonly before: Money; readonly after: Money }
  | { readonly what: 'numbers'; readonly before: number; readonly after: number }
  | { readonly what: 'consequences' | 'disclosures' | 'returning' };

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const feesOf = ({ numberFees, credits }: Preview): Money => ({
  currency: credits.total.currency,
  amount: numberFees.upcoming.reduce((sum, { amount }) => sum + amount.amount, 0),
});

const numbersIn = ({ numberFees }: Preview): number => numberFees.next?.count ?? 0;

/** Nothing where they differ in what is not shown. */
export function changesBetween(before: Preview, after: Preview): readonly Change[] {
  const [feesBefore, feesAfter] = [feesOf(before), feesOf(after)];
  return [
    ...(before.effectiveAt === after.effectiveAt ? [] : [{ what: 'end' as const, before: before.effectiveAt, after: after.effectiveAt }]),
    ...(same(before.credits.total, after.credits.total) ? [] : [{ what: 'credits' as const, before: before.credits.total, after: after.credits.total }]),
    ...(same(feesBefore, feesAfter) ? [] : [{ what: 'fees' as const, before: feesBefore, after: feesAfter }]),
    ...(numbersIn(before) === numbersIn(after) ? [] : [{ what: 'numbers' as const, before: numbersIn(before), after: numbersIn(after) }]),
    ...(same(dated(before), dated(after)) ? [] : [{ what: 'consequences' as const }]),
    ...(same(named(before), named(after)) ? [] : [{ what: 'disclosures' as const }]),
    ...(same(before.ifYouReturn, after.ifYouReturn) ? [] : [{ what: 'returning' as const }]),
  ];
}

const dated = ({ consequences }: Preview) => consequences.map(({ kind, at }) => [kind, at]);
const named = ({ disclosures }: Preview) => disclosures.map(({ id, version }) => [id, version]);
