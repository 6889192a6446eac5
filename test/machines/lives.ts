// Accounts that leave on a test clock, and what has to have become of each of them after a year, once.
import { expect } from '@jest/globals';
import { Account, at, day } from '../end-to-end/account.js';
import type { Client } from '../end-to-end/client.js';
import { usd } from '../end-to-end/shapes.js';
import { happenedOnce } from '../faults/consequences.js';

export const begins = '2026-01-01T00:00:00Z';
const end = '2026-02-01T00:00:00.000Z';
export const yearLater = '2027-03-01T00:00:00Z';
const dates = { 'period-end': end, 'release-numbers': at(end, 14 * day), 'expire-ten-dlc': at(end, 30 * day), 'purge-data': '2027-02-01T00:00:00.000Z' };

export async function leavingOn(client: Client, testClockId: string): Promise<Account> {
  const account = await Account.open(client, { testClockId });
  const subscription = await account.subscribe();
  await account.buyNumbers(1);
  await account.registerTenDlc();
  await account.topUp(100);
  await account.schedule([{ channel: 'sms', sendAt: at(end, day), price: usd(7) }]);
  await account.cancel(subscription);
  return account;
}

export async function expectWholeLife(account: Account): Promise<void> {
  for (const [kind, dueAt] of Object.entries(dates)) await happenedOnce(account.client, account.accountId, kind, dueAt, { real: false });
  expect(await account.gaps()).toEqual([]);
}
