// What the tests of webhooks share: a log with two types of events, receivers on free ports, and time that passes at once.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { EventStore, migrations as logMigrations } from '#event-store';
import { event, instant, isRefusal, type AnyEvent, type Metadata, type RecordedEvent } from '#kernel';
import { MasterKeys, migrations as keyMigrations, PersonalData } from '#personal-data';
import type { Database } from '#postgres';
import { freshDatabase } from '../../../test/support/database.js';
import { Deliveries, Endpoints, migrations, Targets, WebhookEngine, type RegisteredEndpoint, type Resolve, type Told, type WebhookEngineSettings } from '../src/index.js';

export const Happened = event('Happened')<{ what: string }, { name: string }>({ personal: { name: true } });
export const Noted = event('Noted')<{ what: string }>();
export type Heard = ReturnType<typeof Happened> | ReturnType<typeof Noted>;

export const at = instant('2026-03-01T08:00:00Z');
const metadata: Metadata = { actor: { role: 'system', id: 'test' }, channel: 'test', correlationId: 'c', causationId: 'd' };

/** As the application does it. */
export const tell = (events: readonly RecordedEvent<AnyEvent>[]): Promise<readonly Told[]> =>
  Promise.resolve(events.map((one): Told => {
    const { name } = one.data as { readonly name?: string | null };
    return { timestamp: one.effectiveAt, data: { accountId: one.accountId, sequence: one.version, ...one.data }, personal: name ? [name] : [], forgotten: false };
  }));

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** How it answers from now on. */
  answer: (response: ServerResponse, received: Received) => void;
  /** Verified by the reference library with one of the secrets; throws for what it does not accept. */
  verified(secret: string): readonly { readonly id: string; readonly type: string; readonly timestamp: string; readonly data: Readonly<Record<string, unknown>> }[];
  close(): Promise<void>;
}

export const status = (code: number, body = '', headers: Record<string, string> = {}) => (response: ServerResponse): void => void response.writeHead(code, headers).end(body);

export async function receiver({ tls, port = 0 }: { readonly tls?: { readonly key: string; readonly cert: string }; readonly port?: number } = {}): Promise<Receiver> {
  const received: Received[] = [];
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks).toString() };
      received.push(one);
      made.answer(response, one);
    });
  };
  const server: Server = tls ? createTlsServer(tls, serve) : createServer(serve);
  await new Promise<void>((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', done));
  const made: Receiver = {
    url: `http${tls ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer: status(204),
    verified: (secret) => received.map(({ headers, body }) => ({ id: String(headers['webhook-id']), ...(new Webhook(secret).verify(body, headers as Record<string, string>) as object) }) as never),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return made;
}

export async function rig({ resolve }: { readonly resolve?: Resolve } = {}) {
  const fresh = await freshDatabase({ migrations: [...keyMigrations, ...logMigrations, ...migrations], poolSize: 16 });
  const { database } = fresh;
  const personalData = new PersonalData(database, new MasterKeys([randomBytes(32)]));
  const store = new EventStore<Heard>(database, personalData, [Happened, Noted]);
  const targets = new Targets('sandbox', resolve);
  const endpoints = new Endpoints(database, personalData, store, targets);
  const deliveries = new Deliveries(database, store);
  const closing: (() => Promise<unknown>)[] = [];
  const versions = new Map<string, number>();
  return {
    ...fresh, database, store, endpoints, deliveries, personalData, targets,
    engine(settings: WebhookEngineSettings = {}): WebhookEngine<Heard> {
      const engine = new WebhookEngine(database, personalData, store, targets, tell, settings);
      closing.push(() => engine.stop());
      return engine;
    },
    async receiver(settings?: Parameters<typeof receiver>[0]): Promise<Receiver> {
      const made = await receiver(settings);
      closing.push(() => made.close());
      return made;
    },
    async register(url: string, events: readonly string[] = ['*']): Promise<RegisteredEndpoint> {
      const made = await endpoints.register(url, events);
      if (isRefusal(made)) throw new Error(JSON.stringify(made));
      return made;
    },
    /** Appends to the account; answers the events as they were recorded. */
    async happen(accountId: string, ...events: Heard[]): Promise<readonly RecordedEvent<Heard>[]> {
      const recorded = await store.append(accountId, versions.get(accountId) ?? 0, events, metadata);
      versions.set(accountId, recorded.at(-1)!.version);
      return recorded;
    },
    later: (interval: string) => later(database, interval),
    async delivered(): Promise<number> {
      return (await database.query<{ count: number }>("SELECT count(*) AS count FROM sunset.webhook_deliveries WHERE status = 'delivered'"))[0]!.count;
    },
    rows: () => database.query<{ message_id: string; status: string; attempts: number }>('SELECT * FROM sunset.webhook_deliveries ORDER BY message_id'),
    /** What was opened for one test. */
    async tidy(): Promise<void> {
      for (const close of closing.splice(0).reverse()) await close();
      await database.query('DELETE FROM sunset.webhook_deliveries');
      await database.query('DELETE FROM sunset.webhook_endpoints');
    },
  };
}

export type Rig = Awaited<ReturnType<typeof rig>>;

/** Moves everything that was put down so far into the past. */
async function later(database: Database, interval: string): Promise<void> {
  await database.query(`UPDATE sunset.webhook_endpoints SET probe_at = probe_at - $1::interval, failing_since = failing_since - $1::interval, lease_until = lease_until - $1::interval`, [interval]);
  await database.query(`UPDATE sunset.webhook_secrets SET until = until - $1::interval`, [interval]);
  await database.query(
    `UPDATE sunset.webhook_deliveries SET next_attempt_at = next_attempt_at - $1::interval, first_attempt_at = first_attempt_at - $1::interval, last_attempt_at = last_attempt_at - $1::interval`,
    [interval],
  );
}
