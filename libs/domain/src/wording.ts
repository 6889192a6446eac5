// The small words that sentences are made of.
import type { Money } from '#kernel';

/** `2.00 USD`. */
export const inWords = ({ amount, currency }: Money): string => `${(amount / 100).toFixed(2)} ${currency}`;

export const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
