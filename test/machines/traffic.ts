// Customers who go on whatever happens: each repeats with the same key what he was told to repeat, and remembers everything else that was no success.
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { Account } from '../end-to-end/account.js';
import type { Answer, Client, Options } from '../end-to-end/client.js';
import { usd } from '../end-to-end/shapes.js';

export class Traffic {
  private readonly stopping = new AbortController();
  private readonly acknowledged = new Map<Account, number>();
  private lanes: Promise<void>[] = [];
  /** What was no success, and no 503 that said when to come again. */
  readonly failures: string[] = [];
  answered = 0;
  toldToComeAgain = 0;

  constructor(private readonly client: Client) {}

  async begin(customers: number): Promise<void> {
    const accounts = await Promise.all(Array.from({ length: customers }, () => Account.open(this.client)));
    this.lanes = accounts.map((account) => this.lane(account));
  }

  async end(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.lanes);
  }

  /** Each top-up that was acknowledged stands in the ledger, once, and no other. */
  async expectOnce(): Promise<void> {
    for (const [account, count] of this.acknowledged) {
      expect((await account.ledger()).filter(({ kind }) => kind === 'top_up')).toHaveLength(count);
      expect(await account.gaps()).toEqual([]);
    }
  }

  /** Sent until it is done: with the same key, so that it is done once. */
  async insist(method: string, path: string, options: Options = {}): Promise<Answer | null> {
    const key = method === 'GET' ? {} : { key: randomUUID() };
    for (;;) {
      try {
        const answer = await this.client.send(method, path, { ...options, ...key });
        if (answer.status === 503 && answer.headers.get('retry-after') !== null) {
          this.toldToComeAgain += 1;
          await sleep(100);
          continue;
        }
        this.answered += 1;
        if (answer.status >= 300) this.failures.push(`${answer.request}: ${answer.told}`);
        return answer.status < 300 ? answer : null;
      } catch (error) {
        this.failures.push(`${method} ${path}: ${String(error)}`);
        return null;
      }
    }
  }

  private async lane(account: Account): Promise<void> {
    const at = `/v1/accounts/${account.accountId}`;
    this.acknowledged.set(account, 0);
    while (!this.stopping.signal.aborted) {
      if (randomInt(2) === 0) {
        if (await this.insist('POST', `${at}/wallet/top-ups`, { body: { amount: usd(100) } })) this.acknowledged.set(account, this.acknowledged.get(account)! + 1);
      } else {
        await this.insist('GET', at + ['/membership', '/ledger', '/events', '/entitlements'][randomInt(4)]!);
      }
      await sleep(randomInt(20));
    }
  }
}
