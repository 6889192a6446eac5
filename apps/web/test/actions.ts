// What a customer does on the page, and the short ways to where a test begins.
import type { FrameLocator, Page } from 'playwright-core';
import type { Customer } from './customers.js';

export const press = (page: Page | FrameLocator, name: string | RegExp): Promise<void> => page.getByRole('button', { name }).click();
export const choose = (page: Page | FrameLocator, name: string | RegExp): Promise<void> => page.getByRole('radio', { name }).check({ force: true });
export const title = (page: Page | FrameLocator, name: string | RegExp): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor();
export const see = (page: Page | FrameLocator, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();

/** To everything that is disclosed, once it is there. */
export async function consentToAll(page: Page | FrameLocator): Promise<void> {
  await page.getByRole('checkbox').first().waitFor({ state: 'attached' });
  for (const box of await page.getByRole('checkbox').all()) await box.check({ force: true });
}

/** Of the first and of the final "yes". */
export const sentence = 'I understand the consequences and still want to cancel';

/** As customers do it, step by step, to the end. */
export async function cancelMessaging(page: FrameLocator): Promise<void> {
  await press(page, 'Unsubscribe');
  await press(page, 'Go on to cancel');
  await choose(page, /Messaging/);
  await see(page, 'Not refunded');
  await press(page, 'Go on to cancel');
  await choose(page, 'It costs too much');
  await press(page, sentence);
  await title(page, 'Consent to every disclosure');
  await consentToAll(page);
  await press(page, 'Go on to cancel');
  await title(page, 'Confirm the cancellation');
  await press(page, sentence);
  await see(page, /is cancelled\. It ends on/);
}

/** To a place of the page that is open, as by a link in it; `carried`: what the entry of the history keeps. */
export const goTo = (page: Page, address: string, carried: unknown = null): Promise<void> =>
  page.evaluate(`history.pushState(${JSON.stringify(carried)}, '', ${JSON.stringify(`#${address}`)}); dispatchEvent(new PopStateEvent('popstate'))`);

/** To one of the steps 3 to 6, as if those before had been gone through: what they would have sent is sent by the platform. */
export async function goToStep(page: Page, { account, subscription }: Customer, step: 3 | 4 | 5 | 6): Promise<void> {
  const { subscriptionId } = subscription;
  const { hash, disclosures } = await account.preview(subscription);
  if (step === 3) await goTo(page, `/unsubscribe/plan/${subscriptionId}`);
  if (step === 4) await goTo(page, `/unsubscribe/reason/${subscriptionId}/${hash}`);
  if (step >= 5) {
    const { attemptId } = await account.attempt(subscription, { previewHash: hash });
    const accepted = disclosures.map(({ id, version }) => ({ id, version }));
    await goTo(page, `/unsubscribe/${step === 5 ? 'consent' : 'confirm'}/${subscriptionId}/${hash}/${attemptId}/en`, step === 5 ? null : accepted);
  }
  await title(page, ['Choose the plan', 'The reason', 'Consent to every disclosure', 'Confirm the cancellation'][step - 3]!);
}
