// An account as its customer, the platform and the operators see it, on a test clock of its own where time is to pass.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Client, Options } from './client.js';
import {
  usd, type Attempt, type Charge, type Entitlements, type LedgerEntry, type Membership, type Money, type OpsDeadline, type PhoneNumber, type Preview, type RecordedEvent,
  type ScheduledMessage, type Subscription, type TestClock, type Wallet,
} from './shapes.js';

/** `at('2026-04-30T07:00Z', -1)`: a millisecond before. */
export const at = (instant: string, ms = 0): string => new Date(Date.parse(instant) + ms).toISOString();

export const hour = 3_600_000;
export const day = 24 * hour;

interface NewAccount {
  /** What time it is on a clock made for it; absent: it lives in real time. */
  readonly now?: string;
  readonly timeZone?: string;
  readonly [property: string]: unknown;
}

export interface MessageToSchedule {
  readonly messageId?: string;
  readonly channel: 'sms' | 'rvm';
  readonly sendAt: string;
  readonly price: Money;
  readonly planKind?: 'messaging' | 'calling';
}

let numbers = 0;

export class Account {
  private constructor(
    readonly client: Client,
    readonly accountId: string,
    readonly clock: string | null,
  ) {}

  static async open(client: Client, { now, ...account }: NewAccount = {}): Promise<Account> {
    const clock = now === undefined ? null : (await client.post('/v1/test-clocks', { body: { now } })).expect<TestClock>(201).testClockId;
    const body = { name: 'Ada Example', email: 'ada@example.com', timeZone: 'UTC', ...account, ...(clock !== null && { testClockId: clock }) };
    const { accountId } = (await client.post('/v1/accounts', { body })).expect<{ accountId: string }>(201);
    return new Account(client, accountId, clock);
  }

  /** One that is there already, and lives in real time. */
  static of(client: Client, accountId: string): Account {
    return new Account(client, accountId, null);
  }

  /** The same account, asked through another client. */
  on(client: Client): Account {
    return new Account(client, this.accountId, this.clock);
  }

  /** The service unless told; a customer is this one. */
  send(method: string, path: string, options: Options = {}): Promise<Answer> {
    return this.client.send(method, `/v1/accounts/${this.accountId}${path}`, { accountId: this.accountId, ...options });
  }

  get(path: string, options?: Options): Promise<Answer> {
    return this.send('GET', path, options);
  }

  post(path: string, body?: unknown, options: Options = {}): Promise<Answer> {
    return this.send('POST', path, { ...options, ...(body !== undefined && { body }) });
  }

  async read<T>(path: string, options?: Options): Promise<T> {
    return (await this.get(path, options)).expect<T>(200);
  }

  all<T>(path: string, options: Options = {}): Promise<T[]> {
    return this.client.all<T>(`/v1/accounts/${this.accountId}${path}`, { accountId: this.accountId, ...options });
  }

  // Plans

  async subscribe(planId = 'messaging-monthly', more: object = {}): Promise<Subscription> {
    return (await this.post('/subscriptions', { planId, ...more }, { as: 'trialDays' in more ? 'service' : 'customer' })).expect<Subscription>(201);
  }

  subscription({ subscriptionId }: Pick<Subscription, 'subscriptionId'>): Promise<Subscription> {
    return this.read(`/subscriptions/${subscriptionId}`);
  }

  preview({ subscriptionId }: Subscription): Promise<Preview> {
    return this.read(`/subscriptions/${subscriptionId}/cancellation/preview`, { as: 'customer' });
  }

  async consent(subscription: Subscription) {
    const { disclosures } = await this.preview(subscription);
    return { acceptedDisclosures: disclosures.map(({ id, version }) => ({ id, version })), acknowledgedConsequences: true };
  }

  async attempt({ subscriptionId }: Subscription, more: object = {}): Promise<Attempt> {
    const body = { reason: { code: 'unused' }, acknowledgedConsequences: true, ...more };
    return (await this.post(`/subscriptions/${subscriptionId}/cancellation-attempts`, body, { as: 'customer' })).expect<Attempt>(201);
  }

  async cancel(subscription: Subscription, reason: object = { code: 'too_expensive' }): Promise<Subscription> {
    const body = { ...(await this.consent(subscription)), reason };
    return (await this.post(`/subscriptions/${subscription.subscriptionId}/cancellation`, body, { as: 'customer' })).expect<Subscription>(201);
  }

  resume({ subscriptionId }: Subscription): Promise<Answer> {
    return this.post(`/subscriptions/${subscriptionId}/resume`, undefined, { as: 'customer' });
  }

  // Belongings

  async buyNumbers(count: number): Promise<string[]> {
    const bought: string[] = [];
    for (let left = count; left > 0; left -= 1) {
      const e164 = `+1206555${String((numbers += 1)).padStart(4, '0')}`;
      (await this.post('/numbers', { e164 })).expect(201);
      bought.push(e164);
    }
    return bought;
  }

  async removeNumber(e164: string): Promise<void> {
    (await this.send('DELETE', `/numbers/${encodeURIComponent(e164)}`, { as: 'customer' })).expect(204);
  }

  async registerTenDlc(): Promise<void> {
    (await this.post('/ten-dlc', { brandName: 'Example Brand' })).expect(201);
    (await this.post('/ten-dlc/approve', undefined, { as: 'operator' })).expect(200);
  }

  async topUp(amount: number): Promise<void> {
    (await this.post('/wallet/top-ups', { amount: usd(amount) })).expect(201);
  }

  /** What the payment system tells of a charge. */
  async charge(chargeId: string, became: 'collected' | 'failed', reason?: string): Promise<Charge> {
    return (await this.post(`/charges/${encodeURIComponent(chargeId)}/${became}`, reason === undefined ? undefined : { reason })).expect<Charge>(200);
  }

  async requestTopUp(amount: number): Promise<Charge> {
    return (await this.post('/wallet/top-up-requests', { amount: usd(amount) }, { as: 'customer' })).expect<Charge>(201);
  }

  wallet(): Promise<Wallet> {
    return this.read('/wallet', { as: 'customer' });
  }

  async schedule(messages: readonly MessageToSchedule[]): Promise<readonly ScheduledMessage[]> {
    return (await this.post('/scheduled-messages', { messages })).expect<{ data: readonly ScheduledMessage[] }>(201).data;
  }

  store(category: string, lines: readonly unknown[], as: Options['as'] = 'service'): Promise<Answer> {
    return this.post(`/data/${category}`, undefined, { as, raw: { type: 'application/x-ndjson', content: lines.map((line) => `${JSON.stringify(line)}\n`).join('') } });
  }

  async storeEverything(): Promise<void> {
    for (const category of categories) (await this.store(category, [{ id: 'one', text: `of ${category}` }, { id: 'two' }])).expect(200);
  }

  // Reading

  membership(): Promise<Membership> {
    return this.read('/membership', { as: 'customer' });
  }

  entitlements(): Promise<Entitlements> {
    return this.read('/entitlements', { as: 'customer' });
  }

  /** Those of the types, or all but what the customer was told, which comes in its own time. */
  async events(...types: readonly string[]): Promise<readonly RecordedEvent[]> {
    const events = await this.all<RecordedEvent>('/events');
    return events.filter(({ type }) => (types.length === 0 ? type !== 'CustomerNotified' : types.includes(type)));
  }

  /** Versions that stand elsewhere in the stream than they should. */
  async gaps(): Promise<readonly number[]> {
    return (await this.all<RecordedEvent>('/events')).map(({ version }) => version).filter((version, index) => version !== index + 1);
  }

  /** `NumberReleased 2026-05-14T07:00:00.000Z` for each event of these types, in order. */
  async dated(...types: readonly string[]): Promise<readonly string[]> {
    return (await this.events(...types)).map(({ type, effectiveAt }) => `${type} ${effectiveAt}`);
  }

  ledger(): Promise<readonly LedgerEntry[]> {
    return this.all('/ledger');
  }

  numbers(): Promise<readonly PhoneNumber[]> {
    return this.all('/numbers');
  }

  async balance(): Promise<number> {
    return (await this.membership()).wallet.balance.amount;
  }

  /** `purge-data pending`, of the account's own deadlines or of those of its subscriptions too, as the customer sees them. */
  async deadlines(...kinds: readonly string[]): Promise<readonly string[]> {
    const { deadlines } = await this.membership();
    return deadlines.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind)).map(({ kind, status, dueAt }) => `${kind} ${status} ${dueAt}`);
  }

  opsDeadlines(query = ''): Promise<readonly OpsDeadline[]> {
    return this.client.all(`/v1/ops/deadlines?accountId=${this.accountId}${query}`, { as: 'operator' });
  }

  // Time

  /** Until the clock has arrived and nothing that is due by then is left. */
  async advance(to: string): Promise<void> {
    await advanceClock(this.client, this.clock ?? '', to);
  }
}

export const categories = ['campaigns', 'messages', 'contacts', 'reports'] as const;

export async function advanceClock(client: Client, clock: string, to: string): Promise<void> {
  const asked = await client.post(`/v1/test-clocks/${clock}/advance`, { body: { to }, headers: { prefer: 'wait=60' } });
  if (asked.status !== 202) asked.expect(200);
  await arrival(client, clock, to);
}

/** Throws when the clock failed on its way, and when it is not there in time. */
export async function arrival(client: Client, clock: string, to: string, seconds = 240): Promise<void> {
  for (let tries = seconds * 20; tries > 0; tries -= 1) {
    const { status, now } = (await client.get(`/v1/test-clocks/${clock}`)).expect<TestClock>(200);
    if (status === 'ready' && now === at(to)) return;
    if (status !== 'advancing') throw new Error(`the clock is ${status} at ${now} on its way to ${to}`);
    await sleep(50);
  }
  throw new Error(`the clock has not arrived at ${to}`);
}
