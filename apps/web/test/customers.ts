// The customer that the tests of the pages are about: a plan, three numbers, a registration, two messages that will not be sent, and a contact.
import { Account } from '../../../test/end-to-end/account.js';
import type { Client } from '../../../test/end-to-end/client.js';
import { usd, type Subscription } from '../../../test/end-to-end/shapes.js';

/** Begins, ends, and loses: the dates of a plan that is cancelled in its first month. */
export const ended = '2026-04-30T07:00:00.000Z';
export const numbersGo = '2026-05-14T07:00:00.000Z';
export const registrationGoes = '2026-05-30T07:00:00.000Z';
export const dataGoes = '2027-04-30T07:00:00.000Z';

/** As whoever lives in Los Angeles reads them. */
export const read: Readonly<Record<string, string>> = {
  '2026-03-30T07:00:00.000Z': 'Monday, March 30, 2026 at 12:00 AM PDT',
  [ended]: 'Thursday, April 30, 2026 at 12:00 AM PDT',
  [numbersGo]: 'Thursday, May 14, 2026 at 12:00 AM PDT',
  [registrationGoes]: 'Saturday, May 30, 2026 at 12:00 AM PDT',
  [dataGoes]: 'Friday, April 30, 2027 at 12:00 AM PDT',
};

/** `2026-04-30T07:00:00.000Z Thursday, …` for each, sorted, each once. */
export const asRead = (instants: readonly (string | null)[]): readonly string[] =>
  [...new Set(instants.filter((at) => at !== null))].sort().map((at) => `${at} ${read[at] ?? 'in no list'}`);

export interface Customer {
  readonly account: Account;
  readonly subscription: Subscription;
  readonly numbers: readonly string[];
}

export async function customer(client: Client, more: object = {}): Promise<Customer> {
  const account = await Account.open(client, { now: '2026-03-30T07:00:00Z', timeZone: 'America/Los_Angeles', ...more });
  const subscription = await account.subscribe();
  await account.topUp(2550);
  const numbers = await account.buyNumbers(3);
  await account.registerTenDlc();
  await account.schedule([
    { channel: 'sms', sendAt: '2026-05-02T16:00:00Z', price: usd(40) },
    { channel: 'rvm', sendAt: '2026-05-03T16:00:00Z', price: usd(120) },
  ]);
  (await account.store('contacts', [{ id: '1', name: 'Bea' }])).expect(200);
  return { account, subscription, numbers };
}
