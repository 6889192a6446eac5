// Effects as operators see them: what the carrier said no to, what was attempted, the ways out, and pauses; each act with its actor and reason.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { Account, at, day } from './account.js';
import type { Answer, Options } from './client.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';
import type { EffectAttempt, OpsEffect, Pause, Problem } from './shapes.js';

const E = '2026-02-01T00:00:00.000Z';
const D14 = at(E, 14 * day);

let running: InProcess;

beforeAll(async () => {
  running = await startInProcess({}, { worker: true });
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

const operator: Options = { as: 'operator' };

/** Leaves for good with so many numbers, the day before they are given up. */
async function leaving(count: number): Promise<{ account: Account; bought: readonly string[] }> {
  const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
  const subscription = await account.subscribe();
  const bought = await account.buyNumbers(count);
  await account.cancel(subscription);
  await account.advance(at(D14, -day));
  return { account, bought };
}

async function fault(e164: string, name: string, times?: number): Promise<void> {
  const body = { fault: name, ...(times !== undefined && { times }) };
  (await running.client.send('PUT', `/v1/dev/carrier/faults/${encodeURIComponent(e164)}`, { ...operator, body })).expect(200);
}

const mend = async (e164: string): Promise<void> => {
  (await running.client.send('DELETE', `/v1/dev/carrier/faults/${encodeURIComponent(e164)}`, operator)).expect(204);
};

/** What carriers are asked for. */
const effectsOf = async ({ accountId }: Account, query = ''): Promise<OpsEffect[]> =>
  (await running.client.all<OpsEffect>(`/v1/ops/effects?accountId=${accountId}${query}`, operator)).filter(({ kind }) => kind !== 'notify');
const attemptsOf = ({ effectId }: OpsEffect): Promise<EffectAttempt[]> => running.client.all(`/v1/ops/effects/${effectId}/attempts`, operator);
const act = (effectId: string, name: 'retry' | 'settle', body: unknown = { reason: 'looked into it' }, options = operator): Promise<Answer> =>
  running.client.post(`/v1/ops/effects/${effectId}/${name}`, { ...options, body });

interface EffectsHealth {
  readonly blocked: number;
  readonly dead: number;
  readonly pauses: readonly Pause[];
}

const health = async (): Promise<EffectsHealth> => (await running.client.get('/v1/ops/health', operator)).expect<{ effects: EffectsHealth }>(200).effects;

const pause = async (body: object): Promise<Pause> => (await running.client.post('/v1/ops/pauses', { ...operator, body })).expect<Pause>(201);
const resume = (pauseId: string, reason = 'it is over', options = operator): Promise<Answer> =>
  running.client.send('DELETE', `/v1/ops/pauses/${pauseId}?reason=${encodeURIComponent(reason)}`, options);

async function idOf(account: Account, e164: string): Promise<string> {
  const bought = (await account.events('NumberPurchased')).find(({ data }) => data['e164'] === e164)!;
  return String(bought.data['numberId']);
}

const statusesOf = async (account: Account): Promise<readonly string[]> => (await account.numbers()).map(({ e164, status }) => `${e164} ${status}`).sort();

describe('a number that the carrier does not let go', () => {
  let account: Account;
  let bought: readonly string[];
  let stuck: OpsEffect;

  beforeAll(async () => {
    ({ account, bought } = await leaving(3));
    await fault(bought[1]!, 'blocked');
    await account.advance(D14);
    [stuck] = await effectsOf(account, '&status=blocked') as [OpsEffect];
  }, startLimitMs);

  it('is listed with its reason, and its siblings are gone', async () => {
    expect(stuck).toMatchObject({
      accountId: account.accountId, kind: 'release-number', subject: await idOf(account, bought[1]!), dueAt: D14, status: 'blocked', attempts: 1,
      lastOutcome: 'blocked', reason: 'deletion-lock', nextAttemptAt: null, heldBy: null,
    });
    expect(await statusesOf(account)).toEqual([`${bought[0]} released`, `${bought[1]} blocked`, `${bought[2]} released`]);
    expect(await health()).toMatchObject({ blocked: 1, dead: 0 });
    expect((await account.events('NumberReleaseBlocked')).map(({ data, actor }) => [data, actor.role])).toEqual([
      [{ numberId: stuck.subject, reason: 'deletion-lock' }, 'system'],
    ]);
    expect(await account.events('NumbersReleased')).toEqual([]);
  });

  it('is found by kind, status, carrier and account, page by page', async () => {
    const found = async (query: string): Promise<readonly string[]> => (await effectsOf(account, query)).map(({ status }) => status).sort();
    expect(await found('')).toEqual(['blocked', 'done', 'done']);
    expect(await found('&kind=release-number&status=done')).toEqual(['done', 'done']);
    expect(await found('&carrier=sandbox&limit=1')).toEqual(['blocked', 'done', 'done']);
    expect([await found('&kind=end-campaign'), await found('&status=dead'), await found('&carrier=twilio')]).toEqual([[], [], []]);
    expect((await running.client.all<OpsEffect>('/v1/ops/effects?status=blocked', operator)).map(({ effectId }) => effectId)).toContain(stuck.effectId);
  });

  it('tried again with a reason is given up, and that is an event of the operator', async () => {
    expect((await attemptsOf(stuck)).map(({ attempt, outcome, reason }) => [attempt, outcome, reason])).toEqual([[1, 'blocked', 'deletion-lock']]);
    await mend(bought[1]!);
    const retried = (await act(stuck.effectId, 'retry', { reason: 'the lock is off' })).expect<OpsEffect>(200);
    expect(['pending', 'attempting', 'done']).toContain(retried.status);
    await eventually('it is given up', async () => (await effectsOf(account)).every(({ status }) => status === 'done'));
    expect((await attemptsOf(stuck)).map(({ attempt, outcome }) => [attempt, outcome])).toEqual([[1, 'blocked'], [2, 'released']]);
    expect(await statusesOf(account)).toEqual(bought.map((e164) => `${e164} released`));
    const [asked] = await account.events('NumberReleaseRetried');
    expect(asked).toMatchObject({ data: { numberId: stuck.subject, reason: 'the lock is off' }, actor: { role: 'operator' } });
    expect((await account.events('NumberReleased')).filter(({ data }) => data['numberId'] === stuck.subject).map(({ data }) => data['outcome'])).toEqual(['released']);
    expect(await account.dated('NumbersReleased')).toEqual([`NumbersReleased ${D14}`]);
  });

  it('can neither be tried again nor settled once it is done', async () => {
    const before = (await account.events()).length;
    expect((await act(stuck.effectId, 'retry')).told).toBe('409 effect_not_retryable');
    expect((await act(stuck.effectId, 'settle')).told).toBe('409 effect_not_settleable');
    expect((await account.events()).length).toBe(before);
  });
});

describe('a number that somebody gives up elsewhere', () => {
  it('is settled with the outcome, the operator and the reason, and the carrier is not asked', async () => {
    const { account, bought } = await leaving(1);
    await fault(bought[0]!, 'refused');
    await account.advance(D14);
    const [refused] = await effectsOf(account) as [OpsEffect];
    expect(refused).toMatchObject({ status: 'blocked', lastOutcome: 'refused', reason: 'rejected' });
    const settled = (await act(refused.effectId, 'settle', { reason: 'released in the carrier\'s console' })).expect<OpsEffect>(200);
    expect(settled).toMatchObject({ status: 'done', lastOutcome: 'settled-elsewhere', attempts: 1 });
    const [released, ...more] = await account.events('NumberReleased');
    expect(more).toEqual([]);
    expect(released).toMatchObject({
      data: { numberId: refused.subject, outcome: 'settled-elsewhere', reason: null, note: 'released in the carrier\'s console' }, actor: { role: 'operator' },
    });
    expect(await statusesOf(account)).toEqual([`${bought[0]} released`]);
    expect(await account.events('NumbersReleased')).toHaveLength(1);
    const carrier = (await running.client.get(`/v1/dev/carrier/faults/${encodeURIComponent(bought[0]!)}`, operator)).expect<{ requests: number; releases: number }>(200);
    expect(carrier).toMatchObject({ requests: 1, releases: 0 });
  });
});

describe('a pause', () => {
  it('holds what is due of its kind until it is resumed; who did both, and why, stays on record', async () => {
    const { account } = await leaving(2);
    const { pauseId, pausedBy } = await pause({ kind: 'release-number', reason: 'the carrier migrates' });
    await account.advance(at(D14, 3 * day));
    const held = await effectsOf(account, '&status=held');
    expect((await health()).pauses).toMatchObject([{ pauseId, kind: 'release-number', carrier: null, cause: 'operator', reason: 'the carrier migrates', resumedAt: null }]);
    expect(held.map(({ status, attempts, heldBy }) => [status, attempts, heldBy])).toEqual([1, 2].map(() => ['held', 0, { pauseId, reason: 'the carrier migrates' }]));
    expect(await effectsOf(account, '&status=pending')).toEqual([]);
    expect(await account.events('NumberReleased')).toEqual([]);

    const ended = (await resume(pauseId, 'it has migrated')).expect<Pause>(200);
    expect((await health()).pauses).toEqual([]);
    expect(ended).toMatchObject({ pauseId, resumedBy: pausedBy, resumeReason: 'it has migrated' });
    await eventually('what was held is done', async () => (await effectsOf(account)).every(({ status }) => status === 'done'));
    expect((await account.events('NumberReleased')).map(({ actor }) => actor.role)).toEqual(['system', 'system']);
    expect((await resume(pauseId)).told).toBe('409 pause_ended');
    const listed = await running.client.all<Pause>('/v1/ops/pauses?limit=1', operator);
    expect(listed.filter((one) => one.pauseId === pauseId)).toEqual([ended]);
    expect(ended).toMatchObject({ kind: 'release-number', carrier: null, cause: 'operator', reason: 'the carrier migrates' });
  });

  it('of another kind, or of another carrier, holds nothing of it', async () => {
    const { account } = await leaving(1);
    const pauses = [await pause({ kind: 'end-campaign', reason: 'other' }), await pause({ carrier: 'twilio', reason: 'other' })];
    await account.advance(D14);
    expect((await effectsOf(account)).map(({ status }) => status)).toEqual(['done']);
    for (const { pauseId } of pauses) (await resume(pauseId)).expect(200);
  });
});

describe('refused', () => {
  const routes = (id: string): readonly (readonly [string, string, unknown?])[] => [
    ['GET', `/v1/ops/effects/${id}/attempts`], ['POST', `/v1/ops/effects/${id}/retry`, { reason: 'x' }], ['POST', `/v1/ops/effects/${id}/settle`, { reason: 'x' }],
    ['DELETE', `/v1/ops/pauses/${id}?reason=x`],
  ];
  const ask = ([method, path, body]: readonly [string, string, unknown?], options: Options): Promise<Answer> =>
    running.client.send(method, path, { ...options, ...(body !== undefined && { body }) });

  it.each(['none', randomUUID()])('is an id that nobody knows: %s', async (id) => {
    for (const route of routes(id)) expect([...route, (await ask(route, operator)).told]).toEqual([...route, '404 not_found']);
  });

  it.each(['customer', 'service', 'analyst'] as const)('is %s', async (as) => {
    const all = [...routes(randomUUID()), ['GET', '/v1/ops/effects'] as const, ['GET', '/v1/ops/pauses'] as const, ['POST', '/v1/ops/pauses', { reason: 'x' }] as const];
    for (const route of all) expect([...route, (await ask(route, { as, accountId: 'a' })).told]).toEqual([...route, '403 forbidden']);
  });

  it('is what makes no sense, naming the field', async () => {
    const id = randomUUID();
    const wrong: readonly (readonly [string, string, string, unknown?])[] = [
      ['/query/kind', 'GET', '/v1/ops/effects?kind=delete-everything'], ['/query/status', 'GET', '/v1/ops/effects?status=stuck'],
      ['/query/limit', 'GET', '/v1/ops/effects?limit=0'], ['/query/after', 'GET', '/v1/ops/effects?after=x'], ['/query/after', 'GET', '/v1/ops/pauses?after=x'],
      ['/query/surprise', 'GET', '/v1/ops/effects?surprise=1'],
      ['/reason', 'POST', `/v1/ops/effects/${id}/retry`, {}], ['/reason', 'POST', `/v1/ops/effects/${id}/settle`, { reason: 5 }],
      ['/kind', 'POST', '/v1/ops/pauses', { kind: 'delete-everything', reason: 'x' }], ['/reason', 'POST', '/v1/ops/pauses', { kind: 'release-number' }],
      ['/query/reason', 'DELETE', `/v1/ops/pauses/${id}`],
    ];
    for (const [pointer, method, path, body] of wrong) {
      const answer = await ask([method, path, body], operator);
      expect([path, answer.told, answer.json<Problem>().errors?.map((error) => error.pointer)]).toEqual([path, '422 invalid_request', [pointer]]);
    }
  });
});
