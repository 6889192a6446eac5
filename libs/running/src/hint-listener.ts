// Listens to the hints of other processes, on a connection of its own that leads past any pooler. While it cannot, loops look as often as if there were no hints.
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { type Database, hintChannel, noticingSilence } from '#postgres';
import type { Logger } from './logger.js';
import { Loop } from './loop.js';

const attendEveryMs = 250;
const connectLimitMs = 5_000;
/** So soon it is noticed that the server is gone without a word, or that something in between has forgotten the connection. */
const probeEveryMs = 10_000;
const answerLimitMs = 5_000;

export class HintListener {
  private client: pg.Client | null = null;
  private probedAt = 0;
  private readonly loop: Loop;

  constructor(
    private readonly database: Database,
    private readonly url: string,
    logger: Logger,
  ) {
    this.loop = new Loop('hints', attendEveryMs, () => this.attend(), logger);
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
    if (this.client) this.lose(this.client);
  }

  private async attend(): Promise<void> {
    if (!this.client) return this.open();
    if (performance.now() - this.probedAt < probeEveryMs) return;
    this.probedAt = performance.now();
    const { client } = this;
    await client.query('SELECT 1').catch(() => this.lose(client));
  }

  private async open(): Promise<void> {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: connectLimitMs, application_name: 'sunset-hints', ...noticingSilence(answerLimitMs) });
    this.client = client;
    this.probedAt = performance.now();
    client.on('error', () => this.lose(client));
    client.on('end', () => this.lose(client));
    client.on('notification', ({ payload = '' }) => this.database.hints.hear(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${hintChannel}`);
      this.database.hints.heard = this.client === client;
    } catch (error) {
      this.lose(client);
      throw error;
    }
  }

  /** One that does not answer any more is not waited for. */
  private lose(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = null;
    this.database.hints.heard = false;
    void client.end().catch(() => undefined);
  }
}
