// What is sent: each event once, signed so that the reference library accepts it, to whoever asked for it; and nothing of it stays behind.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { at, Happened, Noted, type Receiver, rig, type Rig, status } from './rig.js';

let own: Rig;
let there: Receiver;
beforeAll(async () => { own = await rig(); }, 120_000);
beforeEach(async () => { there = await own.receiver(); });
afterEach(() => own.tidy());
afterAll(() => own.drop());

describe('an event', () => {
  it('is sent once, and accepted by the reference library', async () => {
    const { endpointId, secret } = await own.register(there.url);
    const account = randomUUID();
    const [first, second] = await own.happen(account, Happened(at, { what: 'a', name: 'Ann Example' }), Noted(at, { what: 'b' }));
    const engine = own.engine();
    await engine.drain();
    await engine.drain();

    expect(there.verified(secret).toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { id: first!.eventId, type: 'Happened', timestamp: at, data: { accountId: account, sequence: 1, what: 'a', name: 'Ann Example' } },
      { id: second!.eventId, type: 'Noted', timestamp: at, data: { accountId: account, sequence: 2, what: 'b' } },
    ]);
    expect(there.received[0]!.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Sunset-Webhooks/1' });
    expect(await own.deliveries.get(endpointId, first!.eventId)).toEqual({
      deliveryId: first!.eventId, endpointId, accountId: account, sequence: 1, type: 'Happened', status: 'delivered', attempts: 1, nextAttemptAt: null,
      firstAttemptAt: expect.any(String), lastAttemptAt: expect.any(String), httpStatus: 204, reason: null, latencyMs: expect.any(Number), answer: null,
    });
    expect(await own.endpoints.get(endpointId)).toMatchObject({ status: 'enabled', failingSince: null, acknowledgedAt: expect.any(String), waiting: 0, undeliveredSince: null });
  });

  it.each([
    ['is masked', 'Mary-Jane Hyphen', 'thanks, …'],
    ['cannot be masked', { first: 'Ann' }, null],
  ])('is sent once also where the answer %s', async (_, name, answer) => {
    const { endpointId } = await own.register(there.url);
    there.answer = status(200, 'thanks, Mary-Jane Hyphen');
    const [told] = await own.happen(randomUUID(), Happened(at, { what: 'a', name: name as string }));
    const engine = own.engine();
    for (let times = 3; times > 0; times -= 1) await engine.drain();
    expect(there.received).toHaveLength(1);
    expect(await own.deliveries.get(endpointId, told!.eventId)).toMatchObject({ status: 'delivered', attempts: 1, answer });
  });

  it('is sent to those who asked for its type, from their registration on', async () => {
    await own.happen(randomUUID(), Noted(at, { what: 'before' }));
    await own.register(there.url, ['Noted']);
    const every = await own.receiver();
    await own.register(every.url);
    const account = randomUUID();
    await own.happen(account, ...Array.from({ length: 250 }, (_, n) => (n % 100 === 7 ? Noted(at, { what: String(n) }) : Happened(at, { what: String(n), name: 'x' }))));
    await own.engine().drain();
    const told = (one: Receiver): string[] => one.received.map(({ body }) => (JSON.parse(body) as { data: { what: string } }).data.what).sort();
    expect(told(there)).toEqual(['107', '207', '7']);
    expect(told(every)).toEqual(Array.from({ length: 250 }, (_, n) => String(n)).sort());
  });

  it('that nobody asked for is passed over without a look at it', async () => {
    const { endpointId } = await own.register(there.url, ['Noted']);
    const account = randomUUID();
    const [last] = (await own.happen(account, Happened(at, { what: 'a', name: 'x' }), Happened(at, { what: 'b', name: 'x' }))).slice(-1);
    await own.engine().drain();
    const [row] = await own.database.query('SELECT p.position, e.turn FROM sunset.webhook_positions p JOIN sunset.webhook_endpoints e USING (endpoint_id) WHERE endpoint_id = $1 AND p.shard = sunset.shard_of($2)', [endpointId, account]);
    expect(row).toEqual({ position: last!.position, turn: 0 });
  });

  it('leaves nothing of a person behind, whatever is answered', async () => {
    await own.register(there.url);
    there.answer = (response, { body }) => void response.writeHead(500).end(`no user Zqname: ${body}`);
    await own.happen(randomUUID(), Happened(at, { what: 'a', name: 'Zqname' }));
    await own.engine().drain();
    expect(there.received[0]!.body).toContain('Zqname');
    const rows = JSON.stringify(await own.rows());
    expect(rows).toContain('no user …');
    expect(rows).not.toMatch(/zqname/i);
  });
});

describe('a test', () => {
  it('is sent once, counts for no failure, and says what came of it', async () => {
    const { endpointId, secret } = await own.register(there.url);
    const asked = await own.deliveries.test(endpointId);
    await own.engine().drain();
    expect(there.verified(secret)).toEqual([{ id: (asked as { deliveryId: string }).deliveryId, type: 'webhook.test', timestamp: expect.any(String), data: { endpointId } }]);
    there.answer = (response) => void response.writeHead(503).end();
    await own.deliveries.test(endpointId);
    await own.engine().drain();
    expect((await own.deliveries.list(endpointId, {}, { limit: 10 })).map(({ status, httpStatus }) => [status, httpStatus])).toEqual([['failed', 503], ['delivered', 204]]);
    expect(await own.endpoints.get(endpointId)).toMatchObject({ failingSince: null });
  });
});

describe('a secret', () => {
  it('signs for a day beside the one that follows it', async () => {
    const { endpointId, secret } = await own.register(there.url);
    const rotated = (await own.endpoints.rotateSecret(endpointId)) as { secret: string };
    const sent = async (): Promise<void> => {
      there.received.length = 0;
      await own.happen(randomUUID(), Noted(at, { what: 'a' }));
      await own.engine().drain();
    };
    await sent();
    for (const one of [secret, rotated.secret]) expect(there.verified(one)).toHaveLength(1);
    await own.later('23 hours 59 minutes');
    await sent();
    for (const one of [secret, rotated.secret]) expect(there.verified(one)).toHaveLength(1);
    await own.later('1 minute');
    await sent();
    expect(there.verified(rotated.secret)).toHaveLength(1);
    expect(() => there.verified(secret)).toThrow();
  });

  it('is in no row in clear, and five at most are in force', async () => {
    const { endpointId, secret } = await own.register(there.url);
    for (let n = 1; n < 5; n += 1) expect(await own.endpoints.rotateSecret(endpointId)).toMatchObject({ secret: expect.stringMatching(/^whsec_/) });
    expect(await own.endpoints.rotateSecret(endpointId)).toMatchObject({ refused: 'too_many_secrets' });
    const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const rows = await own.database.query<{ sealed: Buffer }>('SELECT sealed FROM sunset.webhook_secrets');
    expect(rows).toHaveLength(5);
    for (const { sealed } of rows) expect(sealed.includes(bytes)).toBe(false);
    await own.endpoints.remove(endpointId);
    expect(await own.database.query('SELECT FROM sunset.webhook_secrets')).toEqual([]);
  });
});
