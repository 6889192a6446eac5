// Stripe as its published API has it, as far as it is asked: invoices and payment intents by id, and events signed as Stripe signs them.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';

export interface StripeObject {
  readonly id: string;
  readonly object: 'invoice' | 'payment_intent';
  readonly status: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export class StripeStub {
  url = '';
  readonly apiKey = 'rk_test_reads';
  readonly webhookSecret = 'whsec_of_the_endpoint';
  /** What Stripe holds now, whatever its events say. */
  readonly objects = new Map<string, StripeObject>();
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  state: 'up' | 'down' | 'key revoked' = 'up';
  private events = 0;
  private readonly stripe = new Stripe(this.apiKey);
  private readonly server = createServer((request, response) => this.answer(request.url ?? '', request.headers.authorization, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get environment(): Readonly<Record<string, string>> {
    return { STRIPE_API_KEY: this.apiKey, STRIPE_WEBHOOK_SECRET: this.webhookSecret, STRIPE_API_URL: this.url };
  }

  /** The body of an event about the object as it is at this moment. */
  event(type: string, object: object): string {
    this.events += 1;
    return JSON.stringify({ id: `evt_${this.events}`, object: 'event', api_version: '2026-10-28.endive', type, livemode: false, data: { object } });
  }

  /** The header of a body; `at`: when it was signed, in milliseconds. */
  signature(payload: string, { at, secret = this.webhookSecret }: { readonly at?: number; readonly secret?: string } = {}): string {
    return this.stripe.webhooks.generateTestHeaderString({ payload, secret, ...(at !== undefined && { timestamp: Math.floor(at / 1000) }) });
  }

  private answer(path: string, authorization: string | undefined, response: ServerResponse): void {
    this.asked.push(path);
    if (this.state === 'down') return void response.socket?.destroy();
    if (this.state === 'key revoked' || authorization !== `Bearer ${this.apiKey}`) return send(response, 401, { error: { type: 'invalid_request_error', message: 'Invalid API Key provided' } });
    const [, kind, id = ''] = /^\/v1\/(invoices|payment_intents)\/([^/?]+)$/.exec(path) ?? [];
    const object = this.objects.get(id);
    if (object && `${object.object}s` === kind) return send(response, 200, object);
    return send(response, 404, { error: { type: 'invalid_request_error', code: 'resource_missing', param: 'id', message: `No such ${kind ?? 'path'}: '${id}'` } });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_1' }).end(JSON.stringify(body));
}
