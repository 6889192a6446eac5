// Until a plan ends: to be undone, to be read and printed, without the numbers that are given up; whole on any screen.
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from '@jest/globals';
import { at } from '../../../test/end-to-end/account.js';
import { press, see, title } from './actions.js';
import { datesOn, narrow, open, sumsOn, viewport } from './browser.js';
import { asRead, customer, ended, type Customer } from './customers.js';
import type { Given } from './pages.js';

export function pending(given: Given): void {
  const cancelled = async (): Promise<Customer> => {
    const someone = await customer(given().running.client);
    await someone.account.cancel(someone.subscription);
    return someone;
  };
  /** Whom the tests look at that change nothing, and the last one that removes a number. */
  let ann: Customer;
  beforeAll(async () => { ann = await cancelled(); });

  it('is undone with one click, also without an answer', async () => {
    const { account, subscription } = await cancelled();
    const { tab, tab: { page } } = given();
    await open(tab, account);
    await page.getByRole('button', { name: /^Resume/ }).waitFor();
    await page.route('**/resume', async (route) => {
      await route.fetch();
      await route.abort();
    }, { times: 1 });
    await press(page, /^Resume/);
    await see(page, /goes on, as if nothing had happened/);
    expect((await account.events('SubscriptionResumed')).length).toBe(1);
    expect((await account.subscription(subscription)).cancellation).toBeNull();
  });

  it('is undone in the last millisecond, and no later', async () => {
    const { tab, tab: { page }, running } = given();
    const { account, subscription } = await cancelled();
    await running.letPass(account.clock!, at(ended, -1));
    await open(tab, account);
    await see(page, '(now)');
    await press(page, /^Resume/);
    await see(page, /goes on, as if nothing had happened/);
    await account.cancel(subscription);
    await page.reload();
    await page.getByRole('button', { name: /^Resume/ }).waitFor();
    await running.letPass(account.clock!, ended);
    await press(page, /^Resume/);
    await see(page, /This came too late: the plan has ended/);
    await see(page, 'If you come back now');
    await tab.is('too-late');
    expect((await account.subscription(subscription)).status).toBe('ended');
  });

  it.each([
    ['320 pixels wide, in the dark', 'narrow-dark', { colorScheme: 'dark' }, narrow],
    ['in forced colours', 'forced-colours', { forcedColors: 'active' }, viewport],
  ] as const)('is whole %s', async (_, state, media, size) => {
    const { tab, tab: { page } } = given();
    await page.setViewportSize(size);
    await page.emulateMedia(media);
    await open(tab, ann.account);
    await see(page, 'What happened');
    await tab.is(`pending-${state}`);
  });

  it('has a receipt: to read, to print, for the calendar, and signed', async () => {
    const { account, subscription } = ann;
    const { tab, tab: { page } } = given();
    await open(tab, account);
    await page.getByRole('link', { name: 'Receipt of the cancellation' }).click();
    await title(page, 'Receipt of the cancellation');
    await see(page, 'What was promised');
    const answer = await account.read<{ receipt: { effectiveAt: string; requestedAt: string; consequences: { at: string }[] }; jws: string }>(`/subscriptions/${subscription.subscriptionId}/cancellation/receipt`, { as: 'customer' });
    const { effectiveAt, requestedAt, consequences } = answer.receipt;
    expect(await datesOn(page)).toEqual(asRead([effectiveAt, requestedAt, ...consequences.map((one) => one.at)]));
    expect(await sumsOn(page)).toEqual(['160 USD $1.60', '600 USD $6.00']);
    await tab.is('receipt');
    const [signed] = await Promise.all([page.waitForEvent('download'), press(page, 'Save the signed receipt')]);
    expect(JSON.parse(await readFile(await signed.path(), 'utf8'))).toEqual(answer);
    const [calendar] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /calendar/ }).click()]);
    expect(await readFile(await calendar.path(), 'utf8')).toMatch(/^BEGIN:VCALENDAR/);
  });

  it('gives all data along, and leaves numbers to be removed, which saves their fees', async () => {
    const { account, subscription, numbers } = ann;
    const { tab, tab: { page } } = given();
    await open(tab, account);
    const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Download my data')]);
    expect(download.suggestedFilename()).toBe(`${account.accountId}.zip`);
    await see(page, /Done: .* are saved\./);
    await page.reload();
    const row = page.getByRole('listitem').filter({ hasText: '+1 206-' }).first();
    await row.getByRole('button', { name: /^Remove/ }).click();
    await tab.is('remove-a-number');
    await press(page, 'Keep this number');
    await row.getByRole('button', { name: /^Remove/ }).click();
    await press(page, 'Remove this number');
    await see(page, /is removed\. No fee follows for it/);
    expect((await account.numbers()).filter(({ status }) => status === 'removed').map(({ e164 }) => e164)).toEqual([numbers[0]]);
    expect((await account.preview(subscription)).numberFees.upcoming[0]!.amount.amount).toBe(400);
  });
}
