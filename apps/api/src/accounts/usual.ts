// What is agreed with an account unless it is told otherwise, whoever tells it.
import { money, type Money } from '#kernel';
import type { PolicyInForce } from '#domain';

/** What a number costs a month (A8). */
export const usualNumberFee = ({ currencies }: PolicyInForce, currency: string): Money => money(currencies.find(({ code }) => code === currency)?.numberFee ?? 0, currency);

export const localeMeans = 'In which language it is told what happens, a tag of BCP 47: $languages; any other means $language.';
