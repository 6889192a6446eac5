// A demo customer on a test clock, with something of everything that a cancellation ends.
import { bodyOf, codeOf, type Schemas } from '../service/client.js';
import { platform } from './sandbox.js';

/** Kept in the address, so that a reload finds it again. */
export interface Demo {
  readonly accountId: string;
  readonly testClockId: string;
}

/** A Monday morning in Los Angeles, a month before a month's end. */
const start = '2026-03-30T16:00:00.000Z';
const afterTheEnd = '2026-05-04T16:00:00.000Z';
const usd = (amount: number) => ({ amount, currency: 'USD' });

export const parts = 7;

/** `onPart` is told how many parts are made. */
export async function makeDemo(onPart: (made: number) => void): Promise<Demo> {
  const { testClockId } = await bodyOf(platform.POST('/v1/test-clocks', { body: { now: start } }));
  const { accountId } = await bodyOf(platform.POST('/v1/accounts', { body: { name: 'Ada Example', email: 'ada@example.com', timeZone: 'America/Los_Angeles', testClockId } }));
  const params = { path: { accountId } };
  onPart(1);
  for (const planId of ['messaging-monthly', 'calling-monthly']) await bodyOf(platform.POST('/v1/accounts/{accountId}/subscriptions', { params, body: { planId } }));
  onPart(2);
  await bodyOf(platform.POST('/v1/accounts/{accountId}/wallet/top-ups', { params, body: { amount: usd(2500) } }));
  onPart(3);
  for (let count = 0; count < 3; count += 1) await buyNumber(accountId);
  onPart(4);
  await bodyOf(platform.POST('/v1/accounts/{accountId}/ten-dlc', { params, body: { brandName: 'Example Bakery' } }));
  await bodyOf(platform.POST('/v1/accounts/{accountId}/ten-dlc/approve', { params }));
  onPart(5);
  const message = { sendAt: afterTheEnd, price: usd(40) };
  const voicemail = { channel: 'rvm' as const, planKind: 'calling' as const, sendAt: afterTheEnd, price: usd(90) };
  await bodyOf(platform.POST('/v1/accounts/{accountId}/scheduled-messages', { params, body: { messages: [{ channel: 'sms', ...message }, { channel: 'sms', ...message }, voicemail] } }));
  onPart(6);
  for (const category of ['contacts', 'campaigns', 'messages', 'reports'] as const) await storeData(accountId, category);
  onPart(parts);
  return { accountId, testClockId };
}

/** Of another one, where somebody has that already. */
async function buyNumber(accountId: string): Promise<void> {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  const e164 = `+1206${String(2_000_000 + (random % 7_999_999)).padStart(7, '0')}`;
  try {
    await bodyOf(platform.POST('/v1/accounts/{accountId}/numbers', { params: { path: { accountId } }, body: { e164 } }));
  } catch (error) {
    if (codeOf(error) !== 'number_taken') throw error;
    await buyNumber(accountId);
  }
}

async function storeData(accountId: string, category: 'contacts' | 'campaigns' | 'messages' | 'reports'): Promise<void> {
  const lines = ['Bea', 'Cleo', 'Dora'].map((name, index) => JSON.stringify({ id: String(index + 1), name }));
  await bodyOf(platform.POST('/v1/accounts/{accountId}/data/{category}', {
    params: { path: { accountId, category } },
    body: { id: '' },
    bodySerializer: () => `${lines.join('\n')}\n`,
    headers: { 'content-type': 'application/x-ndjson' },
  }));
}

/** What is left to cancel. */
export const openPlans = ({ subscriptions }: Pick<Schemas['Membership'], 'subscriptions'>): readonly Schemas['Subscription'][] =>
  subscriptions.filter(({ status, cancellation }) => status !== 'ended' && cancellation === null);

/** The short way, for whoever does not want to go through the page: every open plan, with every disclosure accepted. */
export async function cancelEverything(accountId: string): Promise<void> {
  for (const { subscriptionId } of openPlans(await bodyOf(platform.GET('/v1/accounts/{accountId}/membership', { params: { path: { accountId } } })))) {
    const params = { path: { accountId, subscriptionId } };
    const { disclosures } = await bodyOf(platform.GET('/v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/preview', { params }));
    const acceptedDisclosures = disclosures.map(({ id, version }) => ({ id, version }));
    try {
      await bodyOf(platform.POST('/v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation', {
        params, body: { reason: { code: 'unused' }, acknowledgedConsequences: true, acceptedDisclosures },
      }));
    } catch (error) {
      // Pressed twice, in another tab too, or done on the page meanwhile: it is what was wanted.
      if (codeOf(error) !== 'cancellation_already_pending') throw error;
    }
  }
}

const names = ['customer', 'clock'] as const;

export function demoInAddress(): Demo | null {
  const [accountId, testClockId] = names.map((name) => new URLSearchParams(location.search).get(name));
  return accountId && testClockId ? { accountId, testClockId } : null;
}

export function keepInAddress(demo: Demo | null): void {
  const address = new URL(location.href);
  for (const name of names) address.searchParams.delete(name);
  if (demo) {
    address.searchParams.set('customer', demo.accountId);
    address.searchParams.set('clock', demo.testClockId);
  }
  history.replaceState(history.state, '', address);
}
