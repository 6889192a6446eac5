// What the first five minutes make of the service's answers, and what they send.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { milestonesOf, type Milestone } from './milestones.js';
import type { Reading, RecordedEvent } from './reading.js';

const accountId = 'acc';
/** What the service answers, by method and path. */
let answers: Readonly<Record<string, unknown>> = {};
/** What was sent that changes something. */
let sent: string[] = [];
const at = '2027-04-30T07:00:00.000Z';

let cancelEverything: (typeof import('./demo.js'))['cancelEverything'];
let read: (typeof import('./reading.js'))['read'];

const service = async (request: Request): Promise<Response> => {
  const asked = `${request.method} ${new URL(request.url).pathname.replace('/v1', '')}`;
  if (request.method !== 'GET' && asked !== 'POST /dev/tokens') sent.push(asked);
  const answer = answers[asked] ?? (asked === 'POST /dev/tokens' ? { token: 't' } : { status: 410, code: 'account_purged', detail: 'gone' });
  const { status = 200 } = answer as { readonly status?: number };
  return new Response(JSON.stringify(answer), { status: typeof status === 'number' ? status : 200, headers: { 'content-type': 'application/json' } });
};

beforeAll(async () => {
  const { fetch } = globalThis;
  // The clients keep both when they are made.
  Object.assign(globalThis, { location: { origin: 'http://sunset.test' }, fetch: service });
  ({ cancelEverything } = await import('./demo.js'));
  ({ read } = await import('./reading.js'));
  globalThis.fetch = fetch;
});
afterAll(() => { Reflect.deleteProperty(globalThis, 'location'); });
beforeEach(() => { sent = []; });

const path = (subscriptionId: string, rest: string) => `/accounts/${accountId}/subscriptions/${subscriptionId}/cancellation${rest}`;

describe('cancelling for the customer', () => {
  const preview = { disclosures: [{ id: 'terms', version: '1' }] };
  const membership = { subscriptions: ['one', 'two', 'pending', 'ended'].map((subscriptionId) => ({ subscriptionId, status: subscriptionId === 'ended' ? 'ended' : 'active', cancellation: subscriptionId === 'pending' ? { requestedAt: at } : null })) };
  const open = { [`GET /accounts/${accountId}/membership`]: membership, [`GET ${path('one', '/preview')}`]: preview, [`GET ${path('two', '/preview')}`]: preview };

  it('finds what it wanted where a plan was cancelled meanwhile, and goes on with the others', async () => {
    answers = { ...open, [`POST ${path('one', '')}`]: { status: 409, code: 'cancellation_already_pending', detail: 'pending' }, [`POST ${path('two', '')}`]: { status: 201 } };
    await cancelEverything(accountId);
    expect(sent).toEqual([`POST ${path('one', '')}`, `POST ${path('two', '')}`]);
  });

  it('says whatever else is refused', async () => {
    answers = { ...open, [`POST ${path('one', '')}`]: { status: 409, code: 'subscription_ended', detail: 'It has ended.' } };
    await expect(cancelEverything(accountId)).rejects.toThrow('It has ended.');
  });
});

const clock = { testClockId: 'clock', now: at, status: 'ready', lastError: null } as const;
const event = (type: string, data: object = {}, effectiveAt = at) => ({ type, effectiveAt, data }) as RecordedEvent;
const deadline = (kind: string, dueAt: string) => ({ kind, dueAt, status: 'fired' }) as Reading['deadlines'][number];

describe('a number that its carrier holds back', () => {
  const life = [
    event('SubscriptionStarted'), event('CancellationRequested'), event('PeriodEnded', { lastPlan: true }), event('NumberReleaseStarted', { numberIds: ['a', 'b', 'c'], leftIds: [] }, '2026-05-14T07:00:00.000Z'),
    event('NumberReleased', { numberId: 'a' }), event('NumberReleased', { numberId: 'b' }), event('TenDlcExpired'),
  ];
  const afterwards: object = { clock, numbers: [], deadlines: [deadline('release-numbers', '2026-05-14T07:00:00.000Z')], membership: null, events: life };
  const released = (of: object): Milestone => milestonesOf({ ...afterwards, ...of } as Reading).find(({ kind }) => kind === 'release-numbers')!;

  it('is told as held back, and stays so after the deletion', () => {
    const before = released({ membership: { standing: 'lapsed', deadlines: [] }, numbers: [{ status: 'blocked' }, { status: 'released' }] });
    expect(before).toMatchObject({ state: 'blocked', blocked: 1, released: 2, at: '2026-05-14T07:00:00.000Z' });
    expect(released({ events: [...life, event('PurgeStarted'), event('DataPurged')] })).toEqual(before);
  });

  it('is none once all are released, also after the deletion', () => {
    expect(released({ events: [...life, event('NumberReleased', { numberId: 'c' }), event('NumbersReleased'), event('DataPurged')] })).toMatchObject({ state: 'done', blocked: 0, released: 3 });
  });

  it('is known after the deletion, so that it can be mended still', async () => {
    const fault = (of: string | null) => ({ fault: of });
    const faults = Object.fromEntries(['worker-stopped', 'queue-emptied'].map((one) => [`GET /dev/faults/${one}`, { until: null, followedSince: null, jobsLost: 0 }]));
    const around = { 'GET /test-clocks/clock': clock, [`GET /accounts/${accountId}/events`]: { data: life }, 'GET /dev/queue': { data: [] }, 'GET /ops/deadlines': { data: [] }, 'GET /ops/effects': { data: [] }, ...faults };
    const numbers = { data: [{ e164: '+12065550100', status: 'released' }, { e164: '+12065550101', status: 'blocked' }] };
    answers = { ...around, [`GET /accounts/${accountId}/numbers`]: numbers, 'GET /dev/carrier/faults/%2B12065550100': fault(null), 'GET /dev/carrier/faults/%2B12065550101': fault('blocked') };
    const demo = { accountId, testClockId: 'clock' };
    const before = await read(demo, undefined);
    expect(before.brokenNumber).toBe('+12065550101');
    answers = { ...around, 'GET /dev/carrier/faults/%2B12065550101': fault('blocked') };
    const after = await read(demo, before);
    expect([after.numbers, after.brokenNumber]).toEqual([[], '+12065550101']);
    answers = { ...around, 'GET /dev/carrier/faults/%2B12065550101': fault(null) };
    expect((await read(demo, after)).brokenNumber).toBeNull();
  });
});
