// Endpoints that do not acknowledge: what was sent comes again at its time, what is new waits in the log, and nothing is lost or sent twice to who has it.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Logger } from '#running';
import { eventually } from '../../../test/support/eventually.js';
import { at, Noted, type Receiver, rig, type Rig, status } from './rig.js';

let own: Rig;
let there: Receiver;
beforeAll(async () => { own = await rig(); }, 120_000);
beforeEach(async () => { there = await own.receiver(); });
afterEach(() => own.tidy());
afterAll(() => own.drop());

const idsAt = (one: Receiver): string[] => one.received.map(({ headers }) => String(headers['webhook-id']));

/** So many events, a few of each account. */
async function happen(count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push(...(await own.happen(randomUUID(), ...Array.from({ length: Math.min(50, count - ids.length) }, () => Noted(at, { what: 'a' })))).map(({ eventId }) => eventId));
  return ids.sort();
}

describe('a message that is not acknowledged', () => {
  it('comes again with its id and another timestamp, after five seconds', async () => {
    const { endpointId, secret } = await own.register(there.url);
    there.answer = status(500, 'not now');
    const [id] = await happen(1);
    const engine = own.engine();
    await engine.drain();
    expect(await own.deliveries.get(endpointId, id!)).toMatchObject({ status: 'waiting', attempts: 1, httpStatus: 500, reason: 'status', answer: 'not now' });
    // So far away that no machine is slow enough to come to it.
    await own.later('-1 hour');
    await engine.drain();
    expect(there.received).toHaveLength(1);

    there.answer = status(200);
    const before = Number(there.received[0]!.headers['webhook-timestamp']);
    await eventually('another second begins', () => Math.floor(Date.now() / 1000) > before + 1);
    await own.later('1 hour 5.5 seconds');
    await engine.drain();
    expect(idsAt(there)).toEqual([id, id]);
    expect(there.verified(secret)).toHaveLength(2);
    expect(Number(there.received[1]!.headers['webhook-timestamp'])).toBeGreaterThan(before);
    expect(await own.deliveries.get(endpointId, id!)).toMatchObject({ status: 'delivered', attempts: 2, httpStatus: 200, reason: null });
  });

  it('comes ten times in all, as promised, and then no more', async () => {
    const { endpointId } = await own.register(there.url);
    there.answer = status(503);
    const [id] = await happen(1);
    const engine = own.engine();
    await engine.drain();
    const waits: number[] = [];
    for (;;) {
      const { nextAttemptAt, lastAttemptAt } = (await own.deliveries.get(endpointId, id!))!;
      if (nextAttemptAt === null) break;
      waits.push(Math.round((Date.parse(nextAttemptAt) - Date.parse(lastAttemptAt!)) / 1000));
      await own.later('26.5 hours');
      // That it is disabled after days is another test's.
      await own.database.query('UPDATE sunset.webhook_endpoints SET failing_since = clock_timestamp() WHERE failing_since IS NOT NULL');
      await engine.drain();
    }
    const promised = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(promised[index]!);
      expect(wait).toBeLessThanOrEqual(promised[index]! * 1.1 + 60);
    }
    expect(waits).toHaveLength(9);
    expect(await own.deliveries.get(endpointId, id!)).toMatchObject({ status: 'failed', attempts: 10 });
    expect(there.received).toHaveLength(10);
  });

  it('costs nobody else anything', async () => {
    const { endpointId } = await own.register(there.url);
    const ids = await happen(120);
    there.answer = (response, { headers }) => status(headers['webhook-id'] === ids[3] ? 500 : 204)(response);
    await own.engine().drain();
    expect(idsAt(there).toSorted()).toEqual(ids);
    expect((await own.deliveries.list(endpointId, { status: 'waiting' }, { limit: 10 })).map(({ deliveryId }) => deliveryId)).toEqual([ids[3]]);
  });

  it('is given the time that the endpoint asks for', async () => {
    const { endpointId } = await own.register(there.url);
    there.answer = status(429, '', { 'retry-after': '3600' });
    const [id] = await happen(1);
    await own.engine().drain();
    const { nextAttemptAt, lastAttemptAt } = (await own.deliveries.get(endpointId, id!))!;
    expect(Date.parse(nextAttemptAt!) - Date.parse(lastAttemptAt!)).toBeGreaterThanOrEqual(3_600_000);
  });
});

describe('an endpoint that is down for an hour', () => {
  it('gets all of it afterwards, once, and what is new waits in the log and in no row', async () => {
    const { endpointId } = await own.register(there.url);
    const { port } = new URL(there.url);
    await there.close();
    const ids = await happen(400);
    const engine = own.engine();
    for (let minutes = 0; minutes < 60; minutes += 5) {
      await engine.drain();
      await own.later('5 minutes');
    }
    expect((await own.rows()).length).toBeLessThan(60);
    expect(await own.endpoints.health()).toMatchObject({ enabled: 1, failing: 1, disabled: 0 });

    const back = await own.receiver({ port: Number(port) });
    await own.later('6 hours');
    await engine.drain();
    expect(idsAt(back).toSorted()).toEqual(ids);
    expect(await own.endpoints.get(endpointId)).toMatchObject({ status: 'enabled', failingSince: null, waiting: 0, undeliveredSince: null });
  });
});

describe('an endpoint that is gone', () => {
  it('is disabled at once, and goes on where it stopped when it is enabled again', async () => {
    const { endpointId } = await own.register(there.url);
    there.answer = status(410);
    const ids = await happen(150);
    const engine = own.engine({ concurrency: 1 });
    await engine.drain();
    await own.later('2 days');
    await engine.drain();
    expect(there.received).toHaveLength(1);
    expect(await own.endpoints.get(endpointId)).toMatchObject({ status: 'disabled', disabledBecause: 'gone', disabledAt: expect.any(String) });
    expect(await own.deliveries.replay(endpointId, ids[0]!)).toMatchObject({ refused: 'endpoint_disabled' });

    there.answer = status(200);
    await own.endpoints.change(endpointId, { status: 'enabled' });
    await engine.drain();
    expect(idsAt(there).slice(1).toSorted()).toEqual(ids);
  });
});

describe('an endpoint that fails for days', () => {
  it('is disabled after five, and says so', async () => {
    const said: string[] = [];
    const note = (message: string): void => void said.push(message);
    const logger: Logger = { debug: note, info: note, warn: note, error: note };
    const { endpointId } = await own.register(there.url);
    there.answer = status(500);
    await happen(1);
    const engine = own.engine({ logger });
    for (let hours = 0; hours < 119; hours += 7) {
      await engine.drain();
      await own.later('7 hours');
      expect(await own.endpoints.get(endpointId)).toMatchObject({ status: 'enabled' });
    }
    await own.later('10 hours');
    await happen(1);
    await engine.drain();
    expect(await own.endpoints.get(endpointId)).toMatchObject({ status: 'disabled', disabledBecause: 'failing' });
    expect(said).toContainEqual(expect.stringContaining('was disabled'));
    expect(await own.endpoints.health()).toMatchObject({ enabled: 0, disabled: 1 });
  });
});
