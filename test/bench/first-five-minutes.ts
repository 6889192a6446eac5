// The first five minutes, once in a browser and once by the requests that they need: how long each of what there is to be seen takes.
import type { Page } from 'playwright-core';

/** What there is to be seen, in order. */
export const parts = ['a customer is made', 'every plan is cancelled', 'the period ends', 'the numbers are released', 'the registration expires', 'the data is deleted, and certified'] as const;

/** Milliseconds of each part. */
export type Lived = readonly number[];

class Watch {
  readonly took: number[] = [];
  private since = performance.now();

  lap(): void {
    const now = performance.now();
    this.took.push(now - this.since);
    this.since = now;
  }
}

/** `page`: where a customer can be made. */
export async function livedInBrowser(page: Page): Promise<Lived> {
  const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
  const done = (name: string) => page.getByRole('list', { name: 'The promise' }).locator('[data-state="done"]').filter({ hasText: name }).waitFor();
  const watch = new Watch();
  await press('Make a demo customer');
  await page.frameLocator('iframe').getByRole('button', { name: 'Unsubscribe' }).click({ trial: true });
  watch.lap();
  await press('Cancel for the customer');
  await done('Plans cancelled');
  watch.lap();
  for (const name of ['Paid period ends', 'Numbers released', 'Registration expires', 'All data deleted']) {
    await press(/^To the next consequence/);
    await done(name);
    await page.getByRole('status').getByText('The clock stands').waitFor();
    if (name === 'All data deleted') await page.getByRole('button', { name: 'Download the certificate' }).waitFor();
    watch.lap();
  }
  return watch.took;
}

interface Membership {
  readonly subscriptions: readonly { readonly subscriptionId: string }[];
  readonly deadlines: readonly { readonly kind: string; readonly dueAt: string }[];
}

/** What the page asks for to show the same, and no more than once. */
export async function livedByRequests(base: string): Promise<Lived> {
  let token = '';
  const ask = async <T>(method: 'GET' | 'POST', path: string, body?: object | string): Promise<T> => {
    const headers = {
      prefer: 'wait=60', ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' }),
    };
    const response = await fetch(`${base}/v1/${path}`, { method, headers, ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const usd = (amount: number) => ({ amount, currency: 'USD' });
  const watch = new Watch();

  ({ token } = await ask<{ token: string }>('POST', 'dev/tokens', { role: 'service' }));
  const { testClockId } = await ask<{ testClockId: string }>('POST', 'test-clocks', { now: '2026-03-30T16:00:00.000Z' });
  const { accountId } = await ask<{ accountId: string }>('POST', 'accounts', { name: 'Ada Example', email: 'ada@example.com', timeZone: 'America/Los_Angeles', testClockId });
  const account = `accounts/${accountId}`;
  for (const planId of ['messaging-monthly', 'calling-monthly']) await ask('POST', `${account}/subscriptions`, { planId });
  await ask('POST', `${account}/wallet/top-ups`, { amount: usd(2500) });
  for (let count = 0; count < 3; count += 1) await ask('POST', `${account}/numbers`, { e164: `+1206${String(2_000_000 + Math.floor(Math.random() * 7_999_999))}` });
  await ask('POST', `${account}/ten-dlc`, { brandName: 'Example Bakery' });
  await ask('POST', `${account}/ten-dlc/approve`);
  const later = { sendAt: '2026-05-04T16:00:00.000Z', price: usd(40) };
  await ask('POST', `${account}/scheduled-messages`, { messages: [{ channel: 'sms', ...later }, { channel: 'sms', ...later }, { channel: 'rvm', planKind: 'calling', ...later }] });
  for (const category of ['contacts', 'campaigns', 'messages', 'reports']) await ask('POST', `${account}/data/${category}`, '{"id":"1","name":"Bea"}\n{"id":"2","name":"Cleo"}\n{"id":"3","name":"Dora"}\n');
  await ask('POST', `${account}/page-sessions`);
  watch.lap();

  for (const { subscriptionId } of (await ask<Membership>('GET', `${account}/membership`)).subscriptions) {
    const cancellation = `${account}/subscriptions/${subscriptionId}/cancellation`;
    const { disclosures } = await ask<{ disclosures: readonly { id: string; version: string }[] }>('GET', `${cancellation}/preview`);
    await ask('POST', cancellation, { reason: { code: 'unused' }, acknowledgedConsequences: true, acceptedDisclosures: disclosures.map(({ id, version }) => ({ id, version })) });
  }
  const { deadlines } = await ask<Membership>('GET', `${account}/membership`);
  watch.lap();

  for (const kind of ['period-end', 'release-numbers', 'expire-ten-dlc', 'purge-data']) {
    let { status } = await ask<{ status: string }>('POST', `test-clocks/${testClockId}/advance`, { to: deadlines.findLast((one) => one.kind === kind)!.dueAt });
    while (status === 'advancing') ({ status } = await ask<{ status: string }>('GET', `test-clocks/${testClockId}`));
    await ask('GET', kind === 'purge-data' ? `${account}/purge-certificate` : `${account}/membership`);
    watch.lap();
  }
  return watch.took;
}
