// Customers and platforms who go on while things break, drawn from a seed: they ask again with the same key until they know, twice at once, late, and in another order.
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../simulation/random.js';
import { machineMs, patienceMs } from './patience.js';

/** What was asked with one key, and what became of it. */
export interface Asked {
  readonly key: string;
  readonly accountId: string;
  readonly method: string;
  readonly path: string;
  readonly body?: object | string;
  /** That it leaves in the log, once, if it is acknowledged, and not at all if it is refused. */
  readonly event: string;
  /** The answer that settles it; `null`: nobody knows yet whether it was done. */
  told: { readonly status: number; readonly text: string } | null;
}

export interface Traffic {
  readonly asked: readonly Asked[];
  /** Answers with the same key that differed, and those that are none: whoever cannot answer for a while says 503. */
  readonly contradictions: readonly string[];
  /** In milliseconds, of what was answered. */
  readonly latencies: readonly number[];
}

/** Who asks again and again at once keeps a busy service from answering anybody. */
const retryMs = (tries: number): number => Math.min(2_000, 100 * 2 ** tries);

export const isNoAnswer = (status: number): boolean => status >= 500 && status !== 503;

/** What everything is answered with once the account's data is deleted. */
export const purged = 410;

interface Manner {
  /** At most, before each wish. */
  readonly pauseMs: number;
  /** Whose time passes by it; real time unless told. */
  readonly testClockId?: string | undefined;
}

/** One after the other, each with its own chance: what one of them draws does not depend on the others. */
export class Customers implements Traffic {
  readonly asked: Asked[] = [];
  readonly contradictions: string[] = [];
  readonly latencies: number[] = [];
  private going: Promise<unknown>[] = [];
  private over = false;
  private count = 0;

  constructor(
    private readonly base: string,
    private readonly token: string,
    private readonly name: string,
  ) {}

  /** How many requests that leave an event were acknowledged. */
  get given(): number {
    return this.asked.filter(({ event, told }) => event !== '' && told !== null && told.status < 300).length;
  }

  request(accountId: string, method: string, path: string, event: string, body?: object | string): Asked {
    this.count += 1;
    const asked: Asked = { key: `${this.name}.${this.count}`, accountId, method, path, event, told: null, ...(body !== undefined && { body }) };
    this.asked.push(asked);
    return asked;
  }

  /** Once; `null`: there was no answer that settles it. */
  async ask(asked: Asked): Promise<Asked['told']> {
    const began = performance.now();
    const { method, path, body, key } = asked;
    try {
      const answer = await fetch(this.base + path, {
        method, signal: AbortSignal.timeout(machineMs),
        headers: { authorization: `Bearer ${this.token}`, 'idempotency-key': key, 'x-request-id': key, ...(body !== undefined && { 'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' }) },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      this.latencies.push(performance.now() - began);
      if (isNoAnswer(answer.status)) this.contradictions.push(`${key} ${method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
      // What did not come in time (408) was not read, let alone refused. An account has so many wishes a day: who has used them up is refused, and told when to come again.
      const isLater = answer.status === 429 && !text.includes('"retryAt"');
      if (answer.status >= 500 || isLater || answer.status === 408 || text.includes('"request_in_progress"')) return null;
      this.settle(asked, { status: answer.status, text });
      return asked.told;
    } catch {
      return null;
    }
  }

  /** As whoever has a key does: again until it is known. */
  async untilKnown(asked: Asked): Promise<NonNullable<Asked['told']>> {
    const since = performance.now();
    for (let tries = 0; ; tries += 1) {
      const told = await this.ask(asked);
      if (told) return told;
      if (this.over && performance.now() - since > patienceMs) throw new Error(`${asked.key} ${asked.method} ${asked.path} is never answered`);
      await sleep(retryMs(tries));
    }
  }

  async get<T>(path: string, token = this.token): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      const answer = await fetch(this.base + path, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(machineMs) }).catch(() => null);
      if (answer?.ok) return (await answer.json()) as T;
      if (answer && isNoAnswer(answer.status)) this.contradictions.push(`GET ${path}: ${answer.status}`);
      if (answer && answer.status < 500 && answer.status !== 429 && answer.status !== 408) throw new Error(`GET ${path}: ${await answer.text()}`);
      await sleep(retryMs(tries));
    }
  }

  /** So many customers, each of whom does this and that until `end()`: in real time, or on that test clock, with a pause of at most so long before each wish. Who is purged begins anew, as somebody else. */
  begin(count: number, seed: number, { pauseMs, testClockId }: Manner): void {
    for (let nth = 0; nth < count; nth += 1) this.going.push(this.liveOn(new Random(seed * 1_000 + nth), `${this.name}-${testClockId === undefined ? '' : `${seed}-`}${nth}`, { pauseMs, testClockId }));
    for (const going of this.going) going.catch(() => undefined);
  }

  /** Nobody begins anything new; what is not known is asked until it is. */
  async end(): Promise<void> {
    this.over = true;
    await Promise.all(this.going);
    for (const asked of this.asked) if (!asked.told) await this.untilKnown(asked);
  }

  private async liveOn(chance: Random, name: string, manner: Manner): Promise<void> {
    for (let life = 0; !this.over; life += 1) await this.live(chance, life === 0 ? name : `${name}.${life}`, manner);
  }

  private async live(chance: Random, accountId: string, { pauseMs, testClockId }: Manner): Promise<void> {
    const open = this.request(accountId, 'POST', '/v1/accounts', 'AccountOpened', { accountId, name: `Rita ${accountId}`, email: `${accountId}@example.com`, timeZone: 'UTC', ...(testClockId !== undefined && { testClockId }) });
    await this.untilKnown(open);
    const customer = new Customer(this, chance, accountId);
    while (!this.over) {
      const asked = await customer.next();
      await this.carryOut(chance, asked);
      customer.learn(asked);
      if (asked.told?.status === purged) return;
      await sleep(chance.below(pauseMs));
    }
  }

  /** Once, twice at once, or once more what was done long ago. What is not answered is left, and asked again much later, after others. */
  private async carryOut(chance: Random, asked: Asked): Promise<void> {
    const times = chance.weighted([[7, 1], [2, 2], [1, 4]]);
    await Promise.all(Array.from({ length: times }, () => this.ask(asked)));
    const earlier = this.asked.filter(({ accountId }) => accountId === asked.accountId);
    if (chance.chance(0.25)) await this.ask(chance.any(earlier)!);
  }

  private settle(asked: Asked, told: NonNullable<Asked['told']>): void {
    const before = asked.told;
    asked.told ??= told;
    const isGood = ({ status }: NonNullable<Asked['told']>): boolean => status < 300;
    // Answers that were kept go with the account.
    if (before && before.status !== purged && told.status !== purged && (isGood(before) || isGood(told)) && (before.status !== told.status || before.text !== told.text)) this.contradictions.push(`${asked.key} ${asked.method} ${asked.path}: ${before.status} and ${told.status}`);
  }
}

/** Knows what it was told, and no more; what it asks may be refused. */
class Customer {
  private subscriptionId: string | null = null;
  private readonly numbers: string[] = [];
  private paid = 0;

  constructor(
    private readonly customers: Customers,
    private readonly chance: Random,
    private readonly accountId: string,
  ) {}

  async next(): Promise<Asked> {
    const { accountId, chance, customers, subscriptionId } = this;
    const at = `/v1/accounts/${accountId}`;
    const request = (method: string, path: string, event: string, body?: object): Asked => customers.request(accountId, method, at + path, event, body);
    if (subscriptionId === null) return request('POST', '/subscriptions', 'SubscriptionStarted', { planId: 'messaging-monthly' });
    const kind = chance.weighted([[4, 'pay'], [2, 'buy'], [1, 'remove'], [3, 'cancel'], [3, 'resume'], [1, 'rename'], [1, 'recharge']] as const);
    const number = kind === 'remove' ? this.numbers.pop() : undefined;
    if (number !== undefined) return request('DELETE', `/numbers/${encodeURIComponent(number)}`, 'NumberRemoved');
    if (kind === 'buy') {
      const e164 = `+1${String(2_000_000_000 + chance.below(7_999_999_999) % 799_999_999).padStart(10, '0')}`;
      return request('POST', '/numbers', 'NumberPurchased', { e164, origin: 'verified' });
    }
    if (kind === 'cancel') {
      // Of a plan that has ended nothing is to be accepted: it is refused.
      const acceptedDisclosures = await disclosures(customers, at, subscriptionId).catch(() => []);
      return request('POST', `/subscriptions/${subscriptionId}/cancellation`, 'CancellationRequested', { reason: { code: 'unused' }, acknowledgedConsequences: true, acceptedDisclosures });
    }
    if (kind === 'resume') return request('POST', `/subscriptions/${subscriptionId}/resume`, 'SubscriptionResumed');
    this.paid += 1;
    if (kind === 'rename') return request('PATCH', '', 'AccountChanged', { name: `Rita ${this.paid}` });
    if (kind === 'recharge') return request('PUT', '/wallet/auto-recharge', 'AutoRechargeConfigured', { enabled: true, threshold: { amount: 100 + this.paid, currency: 'USD' }, amount: { amount: 1_000, currency: 'USD' } });
    return request('POST', '/wallet/top-ups', 'WalletToppedUp', { amount: { amount: this.paid, currency: 'USD' } });
  }

  learn({ event, told, body }: Asked): void {
    if (told?.text.includes('subscription_ended')) this.subscriptionId = null;
    if (!told || told.status >= 300) return;
    if (event === 'SubscriptionStarted') this.subscriptionId = (JSON.parse(told.text) as { subscriptionId: string }).subscriptionId;
    if (event === 'NumberPurchased') this.numbers.push((body as { e164: string }).e164);
  }
}

/** What has to be accepted. */
export async function disclosures(customers: Customers, at: string, subscriptionId: string): Promise<readonly object[]> {
  const preview = await customers.get<{ disclosures: readonly { id: string; version: string }[] }>(`${at}/subscriptions/${subscriptionId}/cancellation/preview`);
  return preview.disclosures.map(({ id, version }) => ({ id, version }));
}
