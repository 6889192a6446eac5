// Who came from another system: the past where it was, marked, and everything else as for anybody.
import { expect, it } from '@jest/globals';
import { Account, day } from '../../../test/end-to-end/account.js';
import { eventually } from '../../../test/support/eventually.js';
import { press, see, title } from './actions.js';
import { datesOn, open } from './browser.js';
import type { Given } from './pages.js';

export function imported(given: Given): void {
  it('sees the past where it was, marked, and goes on as anybody', async () => {
    const { tab, tab: { page }, running: { client } } = given();
    const [startedAt, start, end] = [-80, -20, 10].map((days) => new Date(Date.now() + days * day).toISOString());
    const line = { externalId: 'cus_1', accountId: 'moved-in', name: 'Ann', email: 'ann@example.com', timeZone: 'America/Los_Angeles', subscriptions: [{ planId: 'messaging-monthly', startedAt, currentPeriod: { start, end }, status: 'active' }] };
    const { importId } = (await client.post('/v1/imports', { raw: { type: 'application/x-ndjson', content: JSON.stringify(line) } })).expect<{ importId: string }>(202);
    await eventually('the account is there', async () => (await client.get(`/v1/imports/${importId}`)).json<{ status: string }>().status === 'done');
    await open(tab, Account.of(client, 'moved-in'));
    await see(page, 'What happened');
    await see(page, 'The account was taken over from another system. (imported)');
    expect((await datesOn(page)).map((told) => told.slice(0, 24))).toEqual(expect.arrayContaining([startedAt, end]));
    await tab.isRight('imported');
    await press(page, 'Unsubscribe');
    await title(page, 'Unsubscribe');
  });
}
