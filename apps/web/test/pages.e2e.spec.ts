// The pages in a real browser: what they show is what the service answers, date by date and cent by cent, in every state of a life; what they refuse; and the first five minutes.
import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../../../test/support/eventually.js';
import { choose, consentToAll, goTo, goToStep, press, see, sentence, title } from './actions.js';
import { datesOn, narrow, newContext, open, sumsOn, tabIn } from './browser.js';
import { asRead, customer, ended } from './customers.js';
import { comingBack } from './coming-back.js';
import { firstFiveMinutes } from './first-five-minutes.js';
import { imported } from './imported.js';
import { withPages } from './pages.js';
import { pending } from './pending.js';
import { sessions } from './sessions.js';

const given = withPages();

describe('the six steps', () => {
  const ann = () => customer(given().running.client);

  it('lead from the membership to the cancellation, show what the service answers, and change nothing before the last', async () => {
    const { account, subscription } = await ann();
    const { tab, tab: { page } } = given();
    await open(tab, account);
    await see(page, 'What happened');
    await tab.is('membership');
    expect(await datesOn(page)).toEqual(asRead(['2026-03-30T07:00:00.000Z', ended]));
    await press(page, 'Unsubscribe');
    await title(page, 'Unsubscribe');
    await tab.is('step-2-unsubscribe');
    await press(page, 'Go on to cancel');
    await title(page, 'Choose the plan');
    expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
    await press(page, 'Go on to cancel');
    await see(page, 'Choose a plan first.');
    await choose(page, /Messaging/);
    await see(page, 'Not refunded');
    const preview = await account.preview(subscription);
    const { credits, numberFees } = preview;
    await tab.is('step-3-plan');
    const dates = [preview.effectiveAt, ...preview.consequences.map((one) => one.at), ...numberFees.upcoming.map((one) => one.at)];
    const sums = [`${credits.rvm.amount.amount} USD $1.20`, `${credits.total.amount} USD $1.60`, `${credits.sms.amount.amount} USD $0.40`, `${numberFees.upcoming[0]!.amount.amount} USD $6.00`];
    expect(await datesOn(page)).toEqual(asRead([...dates, numberFees.avoidableUntil, ...preview.ifYouReturn.map(({ until }) => until)]));
    expect(await sumsOn(page)).toEqual([...sums, '4900 USD $49.00'].sort());
    await press(page, 'Go on to cancel');
    await title(page, 'The reason');
    expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
    await press(page, sentence);
    await see(page, /Choose a reason first/);
    await choose(page, 'It costs too much');
    await tab.is('step-4-reason');
    await press(page, sentence);
    await title(page, 'Consent to every disclosure');
    expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0);
    for (const { text } of preview.disclosures) await see(page, text);
    await missingBoxesAreFocused(page, preview.disclosures.length);
    await page.reload();
    await title(page, 'Consent to every disclosure');
    await consentToAll(page);
    await tab.is('step-5-consent');
    await press(page, 'Go on to cancel');
    await title(page, 'Confirm the cancellation');
    await nothingIsConfirmedUnseen(page);
    await see(page, 'Fees still to come');
    await tab.is('step-6-confirm');
    expect(await datesOn(page)).toEqual(asRead(dates));
    expect(await sumsOn(page)).toEqual(sums.toSorted());
    await allTheWayBackAndForth(page);
    expect((await account.subscription(subscription)).cancellation).toBeNull();
    await press(page, sentence);
    await see(page, /is cancelled\. It ends on/);
    await title(page, 'Membership');
    await see(page, 'What follows');
    await tab.is('pending');
    const { deadlines, standing } = await account.membership();
    expect([standing, (await account.subscription(subscription)).cancellation]).toMatchObject(['cancelling', { effectiveAt: ended, reason: { code: 'too_expensive' } }]);
    expect(await datesOn(page)).toEqual(expect.arrayContaining(asRead(deadlines.filter(({ kind }) => !kind.startsWith('remind')).map(({ dueAt }) => dueAt)) as string[]));
  });

  /** The first one that is open, each time that one goes on without it. */
  async function missingBoxesAreFocused(page: Page, count: number): Promise<void> {
    const focused = () => page.evaluate<number>(`[...document.querySelectorAll('input[type=checkbox]')].indexOf(document.activeElement)`);
    await press(page, 'Go on to cancel');
    await see(page, `${count} disclosures are still to be consented to.`);
    await eventually('the first box has the focus', async () => (await focused()) === 0);
    await page.keyboard.press('Space');
    await press(page, 'Go on to cancel');
    await see(page, `${count - 1} disclosure${count === 2 ? ' is' : 's are'} still to be consented to.`);
    await eventually('the second box has the focus', async () => (await focused()) === 1);
  }

  /** What follows comes late, as over a slow line: until then there is nothing to understand. */
  async function nothingIsConfirmedUnseen(page: Page): Promise<void> {
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((done) => { arrive = done; });
    await page.route('**/cancellation/preview?*', async (route) => {
      await arrived;
      await route.continue();
    });
    await page.reload();
    await title(page, 'Confirm the cancellation');
    await see(page, 'One moment…');
    await press(page, sentence);
    arrive();
  }

  /** By the links of the page, then by those of the browser. */
  async function allTheWayBackAndForth(page: Page): Promise<void> {
    const titles = ['Consent to every disclosure', 'The reason', 'Choose the plan', 'Unsubscribe', 'Membership'];
    for (const name of titles) {
      await page.getByRole('link', { name: 'Back' }).click();
      await title(page, name);
    }
    for (const name of [...titles.toReversed().slice(1), 'Confirm the cancellation']) {
      await page.goBack();
      await title(page, name);
    }
  }

  it('are done by keyboard alone, in Spanish, and the title of each is heard', async () => {
    const { account, subscription } = await ann();
    const tab = await tabIn(await newContext(given().browser, { locale: 'es-ES' }), given().origin);
    const { page } = tab;
    await open(tab, account);
    const focused = () => page.evaluate<string>('(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent).trim()');
    const tabTo = async (wanted: RegExp) => {
      for (let presses = 0; presses < 60; presses += 1) {
        await page.keyboard.press('Tab');
        if (wanted.test(await focused()) || wanted.test(await page.evaluate<string>('document.activeElement.closest("label")?.textContent ?? ""'))) return;
      }
      throw new Error(`no way to ${wanted.source} by Tab, from ${await focused()}`);
    };
    const heard = async (name: string) => eventually(`the title ${name} has the focus`, async () => (await focused()) === name);
    const onwards = async (button: RegExp, name: string) => {
      await tabTo(button);
      await page.keyboard.press('Enter');
      await heard(name);
    };
    await title(page, 'Membresía');
    expect(await page.evaluate('document.documentElement.lang')).toBe('es');
    await onwards(/^Darse de baja$/, 'Darse de baja');
    await onwards(/^Seguir/, 'Elija el plan');
    await tabTo(/Messaging|Mensajería/);
    await page.keyboard.press('Space');
    await see(page, 'Sin reembolso');
    await tab.is('step-3-spanish');
    expect(await datesOn(page)).toContain(`${ended} jueves, 30 de abril de 2026, 0:00 GMT-7`);
    expect(await sumsOn(page)).toContain('600 USD 6,00 US$');
    await onwards(/^Seguir/, 'El motivo');
    await tabTo(/Cuesta demasiado/);
    await page.keyboard.press('ArrowDown');
    await onwards(/^Entiendo/, 'Acepte cada declaración');
    await page.getByRole('checkbox').first().waitFor({ state: 'attached' });
    for (const box of await page.locator('label:has(input[type=checkbox])').allTextContents()) {
      await tabTo(new RegExp(box.slice(0, 40).replaceAll(/[.?()¿]/g, '.')));
      await page.keyboard.press('Space');
    }
    await onwards(/^Seguir/, 'Confirme la cancelación');
    await onwards(/^Entiendo/, 'Membresía');
    await see(page, /está cancelado/);
    expect((await account.subscription(subscription)).cancellation).toMatchObject({ reason: { code: 'unused' } });
    await page.getByRole('link', { name: 'English' }).click();
    await title(page, 'Membership');
    await page.reload();
    await title(page, 'Membership');
  });

  it('are consented to in the language that is read', async () => {
    const someone = await ann();
    const { tab, tab: { page } } = given();
    await open(tab, someone.account);
    await goToStep(page, someone, 5);
    await page.getByText('Español', { exact: true }).click();
    await title(page, 'Elija el plan');
    await see(page, 'Sin reembolso');
    await press(page, 'Seguir para cancelar');
    await title(page, 'El motivo');
    await page.getByRole('radio').first().check({ force: true });
    await press(page, 'Entiendo las consecuencias y aun así quiero cancelar');
    await title(page, 'Acepte cada declaración');
    expect(await someone.account.events('CancellationAttempted')).toMatchObject([{ data: { language: 'en' } }, { data: { language: 'es' } }]);
  });

  it('say what has changed when something did, show it anew, and are left at any of them', async () => {
    const someone = await ann();
    const { account, subscription, numbers } = someone;
    const { tab, tab: { page } } = given();
    await open(tab, account);
    await goToStep(page, someone, 3);
    await see(page, 'Not refunded');
    await goToStep(page, someone, 4);
    await account.removeNumber(numbers[0]!);
    await choose(page, 'It costs too much');
    await press(page, sentence);
    await title(page, 'Choose the plan');
    await see(page, /Something has changed since you looked/);
    await see(page, 'Fees still to come: $4.00, no longer $6.00.');
    await see(page, 'Numbers that are billed: 2, no longer 3.');
    await tab.is('step-3-changed');
    expect(await account.events('CancellationAttempted')).toEqual([]);
    // As on a small telephone, or on a screen of 1280 pixels at 400 %.
    await page.setViewportSize(narrow);
    await tab.isRight('step 3, narrow');
    await press(page, 'Go on to cancel');
    await choose(page, 'It costs too much');
    await tab.isRight('step 4, narrow');
    await press(page, sentence);
    await title(page, 'Consent to every disclosure');
    await tab.isRight('step 5, narrow');
    await press(page, 'Keep my plan');
    await see(page, 'You keep your plan. Nothing has changed.');
    expect((await account.subscription(subscription)).cancellation).toBeNull();
  });

  it('end once, however often and from however many tabs', async () => {
    const someone = await ann();
    const { account } = someone;
    const { tab: first, origin } = given();
    await open(first, account);
    await goToStep(first.page, someone, 6);
    const second = await tabIn(first.context, origin);
    await second.page.goto(`${origin}/membership/`);
    await title(second.page, 'Membership');
    await goToStep(second.page, someone, 6);
    let sent = 0;
    first.page.on('request', (request) => { if (request.url().endsWith('/confirm')) sent += 1; });
    await first.page.getByRole('button', { name: sentence }).dblclick();
    await see(first.page, /is cancelled\. It ends on/);
    expect(sent).toBe(1);
    // It may have learned so already, and be back at the membership.
    await second.page.getByRole('button', { name: sentence }).click({ timeout: 10_000 }).catch(() => undefined);
    await see(second.page, /A cancellation of this plan is pending already|is cancelled already/);
    await title(second.page, 'Membership');
    // One of them may have learned so before it is pressed.
    await Promise.all([first, second].map(({ page }) => page.getByRole('button', { name: /^Resume/ }).click({ timeout: 10_000 }).catch(() => undefined)));
    await Promise.all([first, second].map(({ page }) => see(page, /Active\. Renews on/)));
    expect((await account.events('CancellationRequested', 'SubscriptionResumed')).map(({ type }) => type)).toEqual(['CancellationRequested', 'SubscriptionResumed']);
  });

  it('are not gone through again by going back once the cancellation was undone', async () => {
    const someone = await ann();
    const { account } = someone;
    const { tab, tab: { page } } = given();
    await open(tab, account);
    await goToStep(page, someone, 6);
    await page.setViewportSize(narrow);
    await tab.isRight('step 6, narrow');
    await press(page, sentence);
    await see(page, /is cancelled\. It ends on/);
    await press(page, /^Resume/);
    await see(page, /goes on, as if nothing had happened/);
    await page.goBack();
    await title(page, 'Confirm the cancellation');
    await press(page, sentence);
    await title(page, 'The reason');
    await see(page, /or it was used already\. Please choose again/);
    expect((await account.events('CancellationRequested', 'SubscriptionResumed')).map(({ type }) => type)).toEqual(['CancellationRequested', 'SubscriptionResumed']);
  });

  it('are left by keeping the plan, also while no answer comes: what was sent is sent no more; and no answer is told as none', async () => {
    const someone = await ann();
    const { account, subscription } = someone;
    const context = await newContext(given().browser);
    // So that nobody has to wait until a page asks again.
    await context.clock.install();
    const { page } = await tabIn(context, given().origin);
    await open({ page }, account);
    await goToStep(page, someone, 6);
    let sent = 0;
    await page.route('**/confirm', (route) => { sent += 1; return route.abort(); });
    await press(page, sentence);
    await eventually('it was sent', () => sent === 1);
    await press(page, 'Keep my plan');
    await see(page, /You keep your plan, unless what you had sent arrived before/);
    await page.unroute('**/confirm');
    const asked = page.waitForResponse(/\/membership\?/);
    // Far beyond when it would have been sent again.
    await context.clock.runFor(60_000);
    await asked;
    await see(page, /Active\. Renews on/);
    expect([sent, await account.events('CancellationRequested')]).toEqual([1, []]);

    await account.cancel(subscription);
    await goTo(page, '/');
    await page.reload();
    await page.getByRole('button', { name: /^Resume/ }).waitFor();
    let tries = 0;
    await context.route('**/resume', (route) => { tries += 1; return route.abort(); });
    await press(page, /^Resume/);
    await eventually('it was sent five times', async () => {
      await context.clock.runFor(1_000);
      return tries === 5;
    });
    await see(page, /No answer came/);
    expect((await account.subscription(subscription)).cancelAtPeriodEnd).toBe(true);
  });
});

describe('a cancellation that is pending', () => { pending(given); });
describe('coming back', () => { comingBack(given); });
describe('who came from another system', () => { imported(given); });
describe('a session', () => { sessions(given); });
describe('the first five minutes', () => { firstFiveMinutes(given); });
