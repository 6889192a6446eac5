// After the end: what is kept and what is lost, day by day, and nothing after the deletion.
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../../../test/support/eventually.js';
import { choose, goTo, press, see, title } from './actions.js';
import { datesOn, open } from './browser.js';
import { asRead, customer, dataGoes, numbersGo, read, registrationGoes } from './customers.js';
import type { Given } from './pages.js';

/** Of what a purge can delete and keep, as if this one had deleted and kept some of it. */
async function withOneOfEach(page: Page): Promise<void> {
  const categories = ['campaigns', 'messages', 'contacts', 'reports', 'scheduledMessages', 'dataAccesses', 'holders', 'searchKeys', 'externalIds', 'keptAnswers', 'webhookDeliveries'];
  const kinds = ['opt-outs', 'platform-opt-outs', 'consents', 'ledger', 'unsettled-releases', 'external-ids'];
  await page.route('**/purge-certificate', async (route) => {
    const response = await route.fetch();
    const { certificate, jws } = (await response.json()) as { certificate: object; jws: string };
    const counts = Object.fromEntries(categories.map((category) => [category, 1]));
    const exceptions = kinds.map((kind) => ({ kind, records: 1, reason: 'It has one.', expiresAt: null }));
    await route.fulfill({ response, json: { certificate: { ...certificate, counts, exceptions }, jws } });
  });
}

export function comingBack(given: Given): void {
  const words: Readonly<Record<string, string>> = { numbers: 'Phone numbers', 'ten-dlc': '10DLC registration', data: 'Campaigns, messages, contacts and reports', wallet: 'Wallet balance' };
  const listed = async (page: Page, name: string) => page.locator('dl div').filter({ has: page.locator('dt', { hasText: name }) }).first().locator('dd').allTextContents();

  it('keeps what the service says, on day 13, 20, 31, and nothing after the deletion', async () => {
    const { account, subscription } = await customer(given().running.client);
    await account.cancel(subscription);
    const { tab, tab: { page } } = given();
    const stages = [
      ['day-13', '2026-05-13T07:00:00.000Z', numbersGo], ['day-20', '2026-05-20T07:00:00.000Z', registrationGoes], ['day-31', '2026-05-31T07:00:00.000Z', dataGoes],
    ] as const;
    for (const [state, now, nextLoss] of stages) {
      await account.advance(now);
      await open(tab, account);
      await see(page, 'Next,');
      const { ifYouReturnNow } = await account.membership();
      expect([state, ifYouReturnNow.nextLoss?.at]).toEqual([state, nextLoss]);
      expect(await listed(page, 'You keep')).toEqual(ifYouReturnNow.kept.map((one) => words[one]));
      expect(await listed(page, 'Lost')).toEqual(ifYouReturnNow.lost.map((one) => words[one]));
      expect(await datesOn(page)).toEqual(expect.arrayContaining(asRead([nextLoss]) as string[]));
      await tab.is(state);
      if (state === 'day-20') {
        await press(page, 'Subscribe again');
        await title(page, 'Subscribe again');
        await tab.is('subscribe-again');
      }
    }
    await account.advance(dataGoes);
    await eventually('the certificate is there', async () => (await account.get('/purge-certificate')).status === 200);
    // As when one comes back to a window.
    await page.evaluate(`dispatchEvent(new Event('visibilitychange'))`);
    await title(page, 'Your data is deleted');
    await see(page, 'The certificate');
    const { certificate } = await account.read<{ certificate: { purgeId: string; purgedAt: string } }>('/purge-certificate');
    expect(await datesOn(page)).toEqual([`${certificate.purgedAt} ${read[dataGoes]!}`]);
    await see(page, certificate.purgeId);
    await tab.is('deleted');
    await withOneOfEach(page);
    await page.reload();
    await title(page, 'Your data is deleted');
    await see(page, 'The certificate');
    expect((await page.locator('dd li').allTextContents()).filter((name) => !/^[A-Z][a-z]+( [a-z,]+)*: \d+$/.test(name))).toEqual([]);
    // The zone went with the account.
    expect(await datesOn(page)).toEqual([`${certificate.purgedAt} Friday, April 30, 2027 at 7:00 AM UTC`]);
    const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Save the signed certificate')]);
    expect(download.suggestedFilename()).toBe(`certificate-${certificate.purgeId}.json`);
    await choose(page, /Messaging, monthly|Messaging \(monthly\)/);
    await press(page, 'Subscribe');
    await title(page, 'Membership');
    expect((await account.membership()).standing).toBe('active');
  });

  it('is one click and keeps the numbers on day 13', async () => {
    const { account, subscription } = await customer(given().running.client);
    await account.cancel(subscription);
    await account.advance('2026-05-13T07:00:00.000Z');
    const { tab, tab: { page } } = given();
    await open(tab, account);
    await goTo(page, '/come-back');
    await press(page, 'Subscribe');
    await see(page, 'Choose a plan first.');
    await choose(page, /Messaging, annual|Messaging, yearly|Messaging \(/);
    await page.getByRole('button', { name: 'Subscribe', exact: true }).dblclick();
    await see(page, /Welcome back/);
    expect((await account.numbers()).map(({ status }) => status)).toEqual(['active', 'active', 'active']);
    expect((await account.events('SubscriptionStarted')).length).toBe(2);
  });
}
