// Revenue of a month, as every report states it.
import { monthsIn, type PlanInterval } from '#domain';
import type { Money } from '#kernel';

/** In minor units: a yearly price counts a twelfth, to the nearest unit. */
export const monthly = ({ amount }: Pick<Money, 'amount'>, interval: PlanInterval): number => Math.round(amount / monthsIn[interval]);
