// Endpoints as they are registered and changed; deliveries as they are listed, asked for again, expire and are purged.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { instant, type Instant } from '#kernel';
import { purgeAll } from '../../../test/support/purging.js';
import { deleteExpiredDeliveries, DeliveryRows, endpointsMost } from '../src/index.js';
import { at, Happened, Noted, type Receiver, rig, type Rig, status } from './rig.js';

let own: Rig;
let there: Receiver;
beforeAll(async () => { own = await rig({ resolve: () => Promise.resolve([{ address: '169.254.169.254', family: 4 }]) }); }, 120_000);
beforeEach(async () => { there = await own.receiver(); });
afterEach(() => own.tidy());
afterAll(() => own.drop());

const idsAt = (one: Receiver): string[] => one.received.map(({ headers }) => String(headers['webhook-id'])).sort();

describe('an endpoint', () => {
  it.each([
    ['http://metadata.example', ['*'], '/url'],
    ['http://169.254.169.254', ['*'], '/url'],
    ['ftp://127.0.0.1', ['*'], '/url'],
    ['http://ann:secret@127.0.0.1', ['*'], '/url'],
    ['nonsense', ['*'], '/url'],
    ['http://127.0.0.1', ['Happened', 'Unheard'], '/events/1'],
    ['http://127.0.0.1', ['Happened', '*'], '/events/1'],
  ])('%s for %s is refused at %s', async (url, events, pointer) => {
    const refusal = { refused: 'invalid_request', detail: { errors: [{ pointer, message: expect.any(String) }] } };
    expect(await own.endpoints.register(url, events)).toEqual(refusal);
    const { endpointId } = await own.register(there.url);
    expect(await own.endpoints.change(endpointId, pointer === '/url' ? { url } : { events })).toEqual(refusal);
  });

  it('is one of a hundred', async () => {
    await own.register(there.url);
    await own.database.query("INSERT INTO sunset.webhook_endpoints (endpoint_id, url, events) SELECT gen_random_uuid(), 'http://127.0.0.1', '{*}' FROM generate_series(3, $1)", [endpointsMost]);
    const together = await Promise.all([own.endpoints.register(there.url, ['*']), own.endpoints.register(there.url, ['*'])]);
    expect(together.filter((one) => 'refused' in one)).toEqual([expect.objectContaining({ refused: 'too_many_endpoints' })]);
    expect(await own.endpoints.list({ limit: 200 })).toHaveLength(endpointsMost);
  });

  it('shows its secret once, rests while it is disabled, and misses nothing', async () => {
    const { endpointId, secret, ...shown } = await own.register(there.url);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await own.endpoints.get(endpointId)).toEqual({ endpointId, ...shown });
    await own.endpoints.change(endpointId, { status: 'disabled', events: ['Noted', 'Noted'] });
    expect(await own.endpoints.get(endpointId)).toMatchObject({ status: 'disabled', disabledBecause: 'asked', events: ['Noted'] });
    const [event] = await own.happen(randomUUID(), Noted(at, { what: 'a' }));
    await own.engine().drain();
    expect(there.received).toEqual([]);
    await own.endpoints.change(endpointId, { status: 'enabled' });
    await own.engine().drain();
    expect(idsAt(there)).toEqual([event!.eventId]);
  });

  it('is gone once it is removed, with the rows of its deliveries', async () => {
    const { endpointId } = await own.register(there.url);
    await own.happen(randomUUID(), Noted(at, { what: 'a' }), Noted(at, { what: 'b' }));
    await own.engine().drain();
    expect(await own.endpoints.remove(endpointId)).toBe(true);
    expect([await own.endpoints.remove(endpointId), await own.endpoints.get(endpointId), await own.endpoints.rotateSecret(endpointId), await own.endpoints.change(endpointId, {})]).toEqual([false, null, null, null]);
    await own.happen(randomUUID(), Noted(at, { what: 'c' }));
    await own.engine().drain();
    expect(there.received).toHaveLength(2);
    expect([await deleteExpiredDeliveries(own.database, 1), await deleteExpiredDeliveries(own.database, 1), await deleteExpiredDeliveries(own.database, 1)]).toEqual([1, 1, 0]);
    expect(await own.database.query('SELECT FROM sunset.webhook_endpoints')).toEqual([]);
  });
});

describe('a replay', () => {
  it('sends one once more, with its id', async () => {
    const { endpointId } = await own.register(there.url);
    const [event, other] = await own.happen(randomUUID(), Noted(at, { what: 'a' }), Noted(at, { what: 'b' }));
    await own.engine().drain();
    expect(await own.deliveries.replay(endpointId, event!.eventId)).toMatchObject({ status: 'waiting', attempts: 1 });
    expect(await own.deliveries.replay(endpointId, randomUUID())).toBeNull();
    await own.engine().drain();
    expect(idsAt(there)).toEqual([event!.eventId, event!.eventId, other!.eventId].sort());
    expect(await own.deliveries.get(endpointId, event!.eventId)).toMatchObject({ status: 'delivered', attempts: 2 });
  });

  it('sends all that have failed, and no others', async () => {
    const { endpointId } = await own.register(there.url);
    const events = await own.happen(randomUUID(), ...Array.from({ length: 6 }, (_, n) => Noted(at, { what: String(n) })));
    await own.engine().drain();
    const failed = [events[1]!.eventId, events[4]!.eventId];
    await own.database.query("UPDATE sunset.webhook_deliveries SET status = 'failed' WHERE message_id = ANY ($1)", [failed]);
    there.received.length = 0;
    expect(await own.deliveries.replayMany(endpointId, { failedOnly: true })).toEqual({ deliveries: 2 });
    await own.engine().drain();
    expect(idsAt(there)).toEqual(failed.sort());
  });

  it('sends a stretch of the log, as far as the endpoint has come, and one at a time', async () => {
    const { endpointId } = await own.register(there.url, ['Noted']);
    const told: { eventId: string; recordedAt: Instant }[] = [];
    for (let n = 0; n < 40; n += 1) told.push((await own.happen(randomUUID(), Noted(at, { what: String(n) }), Happened(at, { what: 'x', name: 'x' })))[0]!);
    const engine = own.engine();
    await engine.drain();
    await own.database.query('DELETE FROM sunset.webhook_deliveries WHERE message_id = $1', [told[12]!.eventId]);
    there.received.length = 0;

    const [since, until] = [told[10]!.recordedAt, told[20]!.recordedAt];
    expect(await own.deliveries.replayMany(endpointId, { since, until, failedOnly: false })).toEqual({ deliveries: null });
    expect(await own.deliveries.replayMany(endpointId, { since, failedOnly: false })).toMatchObject({ refused: 'replay_in_progress' });
    const [later] = await own.happen(randomUUID(), Noted(at, { what: 'later' }));
    await engine.drain();
    const asked = told.filter(({ recordedAt }) => recordedAt >= since && recordedAt < until).map(({ eventId }) => eventId);
    expect(idsAt(there)).toEqual([...asked, later!.eventId].sort());
    expect(await own.deliveries.replayMany(endpointId, { since, failedOnly: false })).toEqual({ deliveries: null });
  });

  it('says what it lacks', async () => {
    const { endpointId } = await own.register(there.url);
    expect(await own.deliveries.replayMany(endpointId, { failedOnly: false })).toMatchObject({ refused: 'invalid_request', detail: { errors: [{ pointer: '/since' }] } });
    expect(await own.deliveries.replayMany(endpointId, { since: at, until: at, failedOnly: false })).toMatchObject({ refused: 'invalid_request', detail: { errors: [{ pointer: '/until' }] } });
    await own.endpoints.change(endpointId, { status: 'disabled' });
    for (const asked of [own.deliveries.replayMany(endpointId, { since: at, failedOnly: false }), own.deliveries.test(endpointId)]) expect(await asked).toMatchObject({ refused: 'endpoint_disabled' });
  });
});

describe('rows', () => {
  it('go with their account; what still waits to be sent stays, without the answer', async () => {
    const [account, other] = [randomUUID(), randomUUID()];
    await own.register(there.url);
    const events = await own.happen(account, ...Array.from({ length: 5 }, (_, n) => Noted(at, { what: String(n) })));
    await own.happen(other, Noted(at, { what: 'a' }));
    there.answer = (response, { headers }) => status(headers['webhook-id'] === events[2]!.eventId ? 500 : 200, 'an answer')(response);
    await own.engine().drain();
    const store = new DeliveryRows(own.database);
    expect(await store.counts(account)).toEqual({ webhookDeliveries: 5 });
    expect(await purgeAll(store, account, 2)).toMatchObject({ counts: { webhookDeliveries: 5 } });
    expect(await store.counts(account)).toEqual({ webhookDeliveries: 0 });
    expect(await own.database.query('SELECT account_id, message_id, answer FROM sunset.webhook_deliveries ORDER BY answer NULLS FIRST')).toEqual([
      { account_id: account, message_id: events[2]!.eventId, answer: null }, { account_id: other, message_id: expect.any(String), answer: 'an answer' },
    ]);
  });

  it('are kept for thirty days, unless they wait', async () => {
    const { endpointId } = await own.register(there.url);
    await own.happen(randomUUID(), Noted(at, { what: 'a' }));
    await own.engine().drain();
    const old = (ms: number, id: string) => `${ms.toString(16).padStart(12, '0').replace(/(.{8})/, '$1-')}-7000-8000-${id.padStart(12, '0')}`;
    const [before, behind] = [Date.now() - 31 * 86_400_000, Date.now() - 29 * 86_400_000];
    const rows: [string, string, number][] = [[old(before, '1'), 'delivered', before], [old(before, '2'), 'failed', before], [old(before, '3'), 'waiting', before], [old(before, '4'), 'delivered', behind], [old(behind, '5'), 'delivered', behind]];
    for (const [id, state, ms] of rows) {
      await own.database.query(
        "INSERT INTO sunset.webhook_deliveries (endpoint_id, message_id, type, status, next_attempt_at, first_attempt_at, last_attempt_at) VALUES ($1, $2, 'Noted', $3, CASE WHEN $3 = 'waiting' THEN now() END, $4, $4)",
        [endpointId, id, state, instant(ms)],
      );
    }
    expect(await deleteExpiredDeliveries(own.database, 100)).toBe(2);
    expect(await deleteExpiredDeliveries(own.database, 100)).toBe(0);
    expect(await own.rows()).toHaveLength(4);
  });
});
