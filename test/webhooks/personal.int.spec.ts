// What webhooks say of a person: what the platform may read, nothing from the day of the purge on, and nothing that stays in a row.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { WebhookPayloads } from '#application';
import type { MembershipEvent } from '#domain';
import { EventStore } from '#event-store';
import { importChannel, instant } from '#kernel';
import { PersonalData } from '#personal-data';
import { Endpoints, Targets, WebhookEngine } from '#webhooks';
import { core, type Core } from '../../apps/worker/test/core.js';
import { cancel, importAccount, subscribe } from '../stories/commands.js';

interface Message {
  readonly type: string;
  readonly data: { readonly accountId: string; readonly name?: string | null; readonly email?: string | null; readonly comment?: string | null };
}

const email = 'zq@example.invalid';
const received: Message[] = [];
let made: Core;
let engine: WebhookEngine<MembershipEvent>;
let failing = false;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
    const text = Buffer.concat(chunks).toString();
    received.push(JSON.parse(text) as Message);
    response.writeHead(failing ? 500 : 200).end(text);
  });
});

beforeAll(async () => {
  made = await core();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { context, database } = made;
  const targets = new Targets('sandbox');
  const endpoints = new Endpoints(database, context.get(PersonalData), context.get(EventStore), targets);
  await endpoints.register(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, ['*']);
  engine = new WebhookEngine<MembershipEvent>(database, context.get(PersonalData), context.get<EventStore<MembershipEvent>>(EventStore), targets, (events) => context.get(WebhookPayloads).tell(events));
}, 120_000);
afterAll(async () => {
  await engine.stop();
  server.closeAllConnections();
  server.close();
  await made.close();
});

const rows = async (): Promise<string> => JSON.stringify(await made.database.query('SELECT * FROM sunset.webhook_deliveries'));
const ofType = (type: string): Message[] => received.filter((one) => one.type === type);

/** In the past, as what waits for its time is when that has come. */
const again = () => made.database.query("UPDATE sunset.webhook_deliveries SET next_attempt_at = clock_timestamp() WHERE status = 'waiting'");

it('is told while the account lives, null from the day of its purge on, and is in no row', async () => {
  const account = `a-${randomBytes(4).toString('hex')}`;
  const clock = await made.open(account, '2026-01-01T00:00:00Z');
  await made.tell(account, subscribe('messaging-monthly'));
  failing = true;
  await engine.drain();
  expect(ofType('AccountOpened').map(({ data }) => [data.name, data.email])).toEqual([['Zqname', email]]);
  const kept = await rows();
  expect(kept).toContain(account);
  expect(kept).not.toMatch(/zqname|zq@/i);

  await made.tell(account, cancel());
  // The purge is due, and nobody has begun it.
  await made.database.query('UPDATE sunset.test_clocks SET now = $2 WHERE test_clock_id = $1', [clock, '2027-06-01T00:00:00Z']);
  failing = false;
  await again();
  await engine.drain();
  expect(ofType('AccountOpened').slice(1).map(({ data }) => [data.name, data.email])).toEqual([[null, null]]);

  await made.move(account, clock, '2027-06-01T00:00:00Z');
  expect(await rows()).not.toContain(account);
  await engine.drain();
  expect(ofType('DataPurged')).toHaveLength(1);
  const [purged] = await made.database.query<{ answer: string | null }>("SELECT answer FROM sunset.webhook_deliveries WHERE type = 'DataPurged'");
  expect(purged).toEqual({ answer: null });
});

it('of the time before an account was taken over nothing is sent; what happens to it afterwards is', async () => {
  const imported = { ...importAccount(), subscriptions: [], externalId: 'theirs-7' };
  const metadata = { actor: { role: 'service', id: 'platform' }, channel: importChannel, correlationId: 'import', causationId: 'import:1' } as const;
  await made.database.transaction(() => made.memberships.takeOver([{ accountId: 'taken-over', metadata, command: imported }], { now: instant(Date.now()), dryRun: false }));
  await made.tell('taken-over', subscribe('calling-monthly', { as: 'taken-over.plan' }));
  await engine.drain();
  expect(received.filter(({ data }) => data.accountId === 'taken-over').map(({ type }) => type)).toEqual(['SubscriptionStarted', 'CardChargeRequested']);
});
