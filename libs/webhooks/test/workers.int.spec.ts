// Several workers, slow endpoints and killed processes: nobody delays another, nothing is lost, and what is behind stays in the log.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../test/support/eventually.js';
import { at, Noted, type Receiver, rig, type Rig, status } from './rig.js';

let own: Rig;
let there: Receiver;
beforeAll(async () => { own = await rig(); }, 120_000);
beforeEach(async () => { there = await own.receiver(); });
afterEach(() => own.tidy());
afterAll(() => own.drop());

const idsAt = (one: Receiver): string[] => one.received.map(({ headers }) => String(headers['webhook-id']));

async function happen(count: number): Promise<string[]> {
  return (await own.happen(randomUUID(), ...Array.from({ length: count }, (_, n) => Noted(at, { what: String(n) })))).map(({ eventId }) => eventId).sort();
}

describe('workers', () => {
  it('share endpoints, each of which is sent everything once', async () => {
    const others = await Promise.all(Array.from({ length: 3 }, () => own.receiver()));
    for (const one of [there, ...others]) await own.register(one.url);
    const engines = [own.engine({ pauseMs: 100 }), own.engine({ pauseMs: 100 }), own.engine({ pauseMs: 100 })];
    for (const engine of engines) engine.start();
    const ids = [...(await happen(150)), ...(await happen(150))].sort();
    await eventually('all is delivered', async () => (await own.delivered()) === 4 * ids.length);
    for (const one of [there, ...others]) expect(idsAt(one).toSorted()).toEqual(ids);
    expect(new Set((await own.rows()).map(({ attempts }) => attempts))).toEqual(new Set([1]));
  });

  it('do not wait for an endpoint that does not answer', async () => {
    const fast = await own.receiver();
    const held: (() => void)[] = [];
    there.answer = (response) => void held.push(() => status(204)(response));
    await own.register(there.url);
    await own.register(fast.url);
    const ids = await happen(500);
    const engine = own.engine({ pauseMs: 100 });
    engine.start();
    await eventually('the other one has everything', () => fast.received.length === ids.length);
    expect(idsAt(fast).toSorted()).toEqual(ids);
    expect(there.received.length).toBeLessThanOrEqual(16);
    await eventually('that is written down', async () => (await own.delivered()) === ids.length);
    // What waits behind the other stands in no row.
    expect((await own.rows()).length).toBe(ids.length);
    there.answer = status(204);
    for (const release of held) release();
    await eventually('it has everything as well', async () => (await own.delivered()) === 2 * ids.length);
    expect(idsAt(there).toSorted()).toEqual(ids);
  });
});

describe('a worker that is lost', () => {
  it('is followed by another once its lease is over, and what it says then counts for nothing', async () => {
    const held: (() => void)[] = [];
    there.answer = (response) => void held.push(() => status(500)(response));
    const { endpointId } = await own.register(there.url);
    const ids = await happen(3);
    const lost = own.engine({ leaseMs: 600_000 }).drain();
    await eventually('it has sent', () => there.received.length === 3);

    const another = own.engine();
    await another.drain();
    expect(there.received).toHaveLength(3);
    await own.later('10 minutes');
    there.answer = status(204);
    await another.drain();
    expect(idsAt(there).slice(3).toSorted()).toEqual(ids);
    for (const release of held) release();
    await lost;
    expect((await own.deliveries.list(endpointId, {}, { limit: 10 })).map((one) => [one.status, one.attempts])).toEqual([['delivered', 1], ['delivered', 1], ['delivered', 1]]);
  });

  it('leaves nothing behind when it is stopped: what is under way ends, nothing new begins, and another goes on at once', async () => {
    const held: (() => void)[] = [];
    there.answer = (response) => void held.push(() => status(204)(response));
    await own.register(there.url);
    const ids = await happen(100);
    const stopped = own.engine({ concurrency: 4, graceMs: 120_000 });
    stopped.start();
    await eventually('four are under way', () => there.received.length === 4);
    const stopping = stopped.stop();
    there.answer = status(204);
    for (const release of held) release();
    await stopping;
    expect(there.received).toHaveLength(4);
    await own.engine().drain();
    expect(idsAt(there).toSorted()).toEqual(ids);
  });

  it('cuts off what takes longer than it may, to be sent again', async () => {
    there.answer = () => undefined;
    const { endpointId } = await own.register(there.url);
    const [id] = await happen(1);
    const stopped = own.engine({ graceMs: 50 });
    stopped.start();
    await eventually('it is under way', () => there.received.length === 1);
    await stopped.stop();
    expect(await own.deliveries.get(endpointId, id!)).toMatchObject({ status: 'waiting', attempts: 1, reason: 'timeout' });
  });
});

describe('what cannot be made into a message', () => {
  it('delays its endpoint, is tried again, and nothing is passed over', async () => {
    const { endpointId } = await own.register(there.url);
    const ids = await happen(2);
    const engine = own.engine();
    const broken = await own.database.query<{ type: string }>("SELECT type FROM sunset.events WHERE event_id = $1", [ids[0]]);
    expect(broken).toEqual([{ type: 'Noted' }]);
    await own.database.query('ALTER TABLE sunset.webhook_secrets RENAME TO hidden');
    await engine.drain().catch(() => undefined);
    await own.database.query('ALTER TABLE sunset.hidden RENAME TO webhook_secrets');
    expect(there.received).toEqual([]);
    await own.engine().drain();
    expect(idsAt(there).toSorted()).toEqual(ids);
    expect(await own.endpoints.get(endpointId)).toMatchObject({ status: 'enabled', failingSince: null });
  });
});
