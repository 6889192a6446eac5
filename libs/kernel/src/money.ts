// Money: whole minor units of one currency.

/** `amount` is a safe integer of minor units (cents for USD); `currency` an ISO 4217 code. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

export const money = (amount: number, currency: string): Money => {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`not a whole number of minor units: ${amount}`);
  return { amount, currency };
};
