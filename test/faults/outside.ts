// Those outside, each with a record of its own: the carrier (`test/carriers`), the mail server (`test/support`), a receiver of webhooks, and a consumer of the feed.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNoAnswer } from './traffic.js';

/** `lies`: takes it, and says that it has failed; `late`: takes it, and answers when nobody listens any more; `slow`: takes its time. */
export type Manner = 'well' | 'slow' | 'lies' | 'late';

/** Of webhooks; it has a message once it has said so. */
export class Receiver {
  manner: Manner = 'well';
  /** Requests that were met with anything but `well`. */
  misbehaved = 0;
  /** The messages whose answer was a good one, and could be heard. */
  readonly acknowledged = new Set<string>();
  private readonly server = createServer((request, response) => {
    request.resume().on('end', () => this.take(String(request.headers['webhook-id']), response));
  });

  async start(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private take(id: string, response: ServerResponse): void {
    const acknowledge = (status = 204): void => {
      if (status === 204 && !response.destroyed) this.acknowledged.add(id);
      response.writeHead(status).end();
    };
    if (this.manner === 'well') return acknowledge();
    this.misbehaved += 1;
    if (this.manner === 'lies') return acknowledge(500);
    setTimeout(acknowledge, this.manner === 'slow' ? 300 : 17_000).unref();
  }
}

/** Follows the feed by its cursor, whatever happens on the way, as a platform does. */
export class FeedConsumer {
  readonly eventIds: string[] = [];
  /** How often it was answered what is no answer. */
  unanswered = 0;
  private cursor: string | null = null;
  private stopped = false;
  private following: Promise<void> | null = null;

  start(base: string, token: string): void {
    this.following = this.follow(base, token);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.following;
  }

  private async follow(base: string, token: string): Promise<void> {
    while (!this.stopped) {
      try {
        const answer = await fetch(`${base}/v1/events?limit=200${this.cursor === null ? '' : `&after=${this.cursor}`}`, {
          headers: { authorization: `Bearer ${token}`, prefer: 'wait=2' }, signal: AbortSignal.timeout(8_000),
        });
        if (isNoAnswer(answer.status)) this.unanswered += 1;
        if (!answer.ok) throw new Error(String(answer.status));
        const { data } = (await answer.json()) as { data: readonly { readonly cursor: string; readonly eventId: string }[] };
        if (data.length === 0) continue;
        this.eventIds.push(...data.map(({ eventId }) => eventId));
        this.cursor = data.at(-1)!.cursor;
      } catch {
        await sleep(100);
      }
    }
  }
}
