// The first five minutes, by whoever has read nothing: a cancelled plan, released numbers, an expired registration, a purge and its certificate.
import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { cancelMessaging, press, see } from './actions.js';
import { keep, newContext, tabIn } from './browser.js';
import type { Given } from './pages.js';

/** A step of the clock goes through the service as in real time, and takes as long on a machine that is busy. */
const patienceMs = 240_000;

export function firstFiveMinutes(given: Given): void {
  const promise = (page: Page, name: string) => page.getByRole('list', { name: 'The promise' }).getByRole('listitem').filter({ hasText: name });
  const isDone = (page: Page, name: string, told: string | RegExp) => promise(page, name).filter({ hasText: told }).waitFor();
  const stands = (page: Page) => page.getByRole('status').getByText('The clock stands').waitFor();
  const toNext = async (page: Page) => {
    await press(page, /^To the next consequence/);
    await stands(page);
  };
  /** By keyboard, since the page moves; and once it can be turned, which is not before the page knows what with. */
  const turn = async (page: Page, name: string, on: boolean) => {
    await page.getByRole('switch', { name, disabled: false }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('switch', { name, checked: on }).waitFor();
  };
  const onPage = (page: Page, text: string | RegExp) => see(page.frameLocator('iframe'), text);

  it('show a year and its proof, and the promise holds with a number that stays, a worker that is stopped and a queue that loses everything', async () => {
    const { browser, origin } = given();
    const context = await newContext(browser, { viewport: { width: 1400, height: 900 }, timezoneId: 'Europe/Berlin' });
    context.setDefaultTimeout(patienceMs);
    const tab = await tabIn(context, origin);
    const { page } = tab;
    await page.goto(`${origin}/`);
    await see(page, 'What happens after a customer clicks Unsubscribe');
    await tab.isRight('welcome');

    await page.getByRole('button', { name: 'Make a demo customer' }).focus();
    await page.keyboard.press('Enter');
    await onPage(page, 'Membership');
    await isDone(page, 'Plans cancelled', 'not yet');
    await see(page, /^Cancel 2 plans/);
    await cancelMessaging(page.frameLocator('iframe'));
    await see(page, 'CancellationRequested');
    await see(page, /^Cancel the plan/);
    await isDone(page, 'Plans cancelled', 'not yet');
    await page.getByRole('button', { name: 'Cancel for the customer' }).dblclick();
    await isDone(page, 'Plans cancelled', 'done, Mar 30, 2026');
    await isDone(page, 'All data deleted', 'promised for Apr 30, 2027');
    expect(await page.getByRole('alert').allTextContents()).toEqual([]);
    await stands(page);

    await turn(page, 'The worker is stopped', true);
    await see(page, 'carries nothing out');
    await press(page, /^To the next consequence/);
    await see(page, 'waits for the worker');
    await onPage(page, /^Ended on/);
    await turn(page, 'The worker is stopped', false);
    await stands(page);
    await isDone(page, 'Paid period ends', 'done, Apr 30, 2026');

    await turn(page, 'A number cannot be released', true);
    await toNext(page);
    await isDone(page, 'Numbers released', '1 held back, 2 released, May 14, 2026');
    await tab.isRight('broken');
    await turn(page, 'A number cannot be released', false);
    await isDone(page, 'Numbers released', '3 numbers, May 14, 2026');
    if (process.env['UPDATE_SCREENSHOTS'] === '1') await keep(page, 'first-five-minutes', false);

    await turn(page, 'The queue loses everything', true);
    await see(page, '0 alarms lost');
    await toNext(page);
    await isDone(page, 'Registration expires', 'done, May 30, 2026');
    await see(page, /^[1-9]\d* alarms? lost/);
    await turn(page, 'The queue loses everything', false);

    await page.reload();
    // By keyboard along the slider, to its end: a month after the last date.
    await page.getByRole('slider', { name: 'Drag the clock to' }).press('End');
    await page.getByRole('status').getByText('May 31, 2027').waitFor();
    await stands(page);
    await isDone(page, 'All data deleted', 'done, Apr 30, 2027');
    await see(page, /^[1-9]\d records, Apr 30, 2027/);
    await see(page, '0 traces');
    const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Download the certificate')]);
    const kept = JSON.parse(await readFile(await download.path(), 'utf8')) as { certificate: { purgedAt: string; accountId: string }; jws: string };
    expect(kept.certificate.purgedAt).toBe('2027-04-30T16:00:00.000Z');
    expect(kept.jws.split('.')).toHaveLength(3);
    await tab.isRight('purged');

    await page.setViewportSize({ width: 320, height: 640 });
    await tab.isRight('narrow');
    await page.goto(`${page.url()}&lang=es`);
    await page.getByRole('heading', { name: 'Certificado de eliminación' }).waitFor();
    await tab.isRight('in Spanish');
  }, 1_200_000);
}
