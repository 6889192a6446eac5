// Whose number it is, over HTTP: one account's at a time, given back when it is removed, and none without a plan (section 7, A19, A20).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { Account, at, day } from './account.js';
import type { Options } from './client.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';
import { usd, type OpsEffect, type TimelineEntry } from './shapes.js';

const start = '2026-01-01T00:00:00Z';
const E = '2026-02-01T00:00:00.000Z';
const D14 = at(E, 14 * day);

let running: InProcess;

beforeAll(async () => {
  running = await startInProcess({}, { worker: true });
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

const operator: Options = { as: 'operator' };
let given = 0;
const fresh = (): string => `+1206556${String((given += 1)).padStart(4, '0')}`;

async function subscribed(): Promise<Account> {
  const account = await Account.open(running.client, { now: start });
  await account.subscribe();
  return account;
}

const add = (account: Account, e164: string, more: object = {}) => account.post('/numbers', { e164, ...more });
const told = async (account: Account, e164: string): Promise<string> => (await add(account, e164)).told;
const carrier = async (e164: string) =>
  (await running.client.get(`/v1/dev/carrier/faults/${encodeURIComponent(e164)}`, operator)).expect<{ requests: number; releases: number }>(200);
const effectsOf = ({ accountId }: Account) => running.client.all<OpsEffect>(`/v1/ops/effects?accountId=${accountId}&kind=release-number`, operator);
const shown = async (account: Account): Promise<readonly string[]> => (await account.numbers()).map(({ e164, status, giveBack }) => `${e164} ${status} ${giveBack}`);

async function leave(account: Account, until: string): Promise<void> {
  const [plan] = (await account.membership()).subscriptions;
  await account.cancel(plan!);
  await account.advance(until);
}

describe('a number that an account has', () => {
  it('is refused to every other one, and is not given up when that one leaves', async () => {
    const [holder, other] = [await subscribed(), await subscribed()];
    const e164 = fresh();
    (await add(holder, e164)).expect(201);
    const refused = await add(other, e164);
    expect([refused.told, refused.text.includes(holder.accountId), refused.text.includes(e164.slice(1))]).toEqual(['409 number_taken', false, false]);
    expect(await told(holder, e164)).toBe('409 number_exists');
    await leave(other, D14);
    expect([await shown(holder), await shown(other), await carrier(e164)]).toEqual([[`${e164} active null`], [], expect.objectContaining({ requests: 0, releases: 0 })]);
    expect(await told(other, e164)).toBe('409 number_taken');
  });

  it('was got by one of several that added it at the same time', async () => {
    const accounts = await Promise.all(Array.from({ length: 6 }, subscribed));
    const e164 = fresh();
    const answers = await Promise.all(accounts.map(async (account) => (await add(account, e164)).status));
    expect(answers.sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });

  it('is free for the next once it is released', async () => {
    const [holder, next] = [await subscribed(), await subscribed()];
    const e164 = fresh();
    (await add(holder, e164)).expect(201);
    await leave(holder, at(D14, -1));
    expect(await told(next, e164)).toBe('409 number_taken');
    await holder.advance(D14);
    (await add(next, e164)).expect(201);
    expect([await shown(holder), await shown(next)]).toEqual([[`${e164} released null`], [`${e164} active null`]]);
  });

  it('is free for the next as soon as it is removed, and then is asked for or is theirs, never both', async () => {
    const [holder, next] = [await subscribed(), await subscribed()];
    const e164 = fresh();
    (await add(holder, e164)).expect(201);
    await holder.removeNumber(e164);
    (await add(next, e164)).expect(201);
    const before = await carrier(e164);
    await eventually('nothing of it is open', async () => (await effectsOf(holder)).every(({ status }) => status === 'done' || status === 'void'));
    await holder.advance(at(start, 3 * day));
    const [effect] = await effectsOf(holder);
    expect([await carrier(e164), effect!.status, await shown(next)]).toEqual([before, before.requests > 0 ? 'done' : 'void', [`${e164} active null`]]);
    expect(await shown(holder)).toEqual([`${e164} removed ${before.requests > 0 ? 'done' : 'void'}`]);
  });

  it('gone from its account with everything else is free', async () => {
    const [holder, next] = [await subscribed(), await subscribed()];
    const e164 = fresh();
    (await add(holder, e164, { origin: 'ported' })).expect(201);
    await leave(holder, at(E, day));
    expect(await told(next, e164)).toBe('409 number_taken');
    await holder.advance('2027-02-01T00:00:00Z');
    (await add(next, e164)).expect(201);
  });
});

describe('a removed number', () => {
  it.each([['while a cancellation is pending', null], ['in the 14 days after the end', at(E, 4 * day)]])('%s is given back at once, once, with its outcome told', async (_, removedAt) => {
    const account = await subscribed();
    const [removed, kept] = [fresh(), fresh()];
    for (const e164 of [removed, kept]) (await add(account, e164)).expect(201);
    await account.topUp(1_000);
    const [plan] = (await account.membership()).subscriptions;
    await account.cancel(plan!);
    if (removedAt) await account.advance(removedAt);
    await account.removeNumber(removed);
    await eventually('it is given back', async () => (await shown(account)).includes(`${removed} removed done`));
    const [effect] = await effectsOf(account);
    expect(effect).toMatchObject({ kind: 'release-number', status: 'done', lastOutcome: 'released', attempts: 1 });
    const entries = await account.all<TimelineEntry>('/timeline', { as: 'customer' });
    expect(entries.filter(({ kind }) => ['NumberRemoved', 'NumberReleased'].includes(kind)).map(({ kind, status }) => `${kind} ${status}`)).toEqual(['NumberRemoved done', 'NumberReleased done']);
    await account.advance(at(D14, day));
    expect([await carrier(removed), await carrier(kept)]).toMatchObject([{ requests: 1, releases: 1 }, { requests: 1, releases: 1 }]);
    const fees = (await account.ledger()).filter(({ kind }) => kind === 'number_fee').map(({ amount }) => amount.amount);
    expect(fees).toEqual([removedAt ? -400 : -200]);
    expect((await account.events('NumbersReleased')).map(({ data }) => data)).toEqual([{ released: 1, left: 0 }]);
  });

  it('that was ported in or verified is left to whose it is', async () => {
    const account = await subscribed();
    const [ported, verified] = [fresh(), fresh()];
    (await add(account, ported, { origin: 'ported' })).expect(201);
    (await add(account, verified, { origin: 'verified' })).expect(201);
    for (const e164 of [ported, verified]) await account.removeNumber(e164);
    await account.advance(at(start, 2 * day));
    expect([await shown(account), await effectsOf(account), (await carrier(ported)).requests, (await carrier(verified)).requests]).toEqual([
      [`${ported} removed null`, `${verified} removed null`], [], 0, 0,
    ]);
  });

  it('that the carrier does not take back is seen by operators, and given back when they have it tried again', async () => {
    const account = await subscribed();
    const e164 = fresh();
    (await add(account, e164)).expect(201);
    (await running.client.send('PUT', `/v1/dev/carrier/faults/${encodeURIComponent(e164)}`, { ...operator, body: { fault: 'blocked', times: 1 } })).expect(200);
    await account.removeNumber(e164);
    await eventually('it is blocked', async () => (await shown(account)).includes(`${e164} removed blocked`));
    const [effect] = await effectsOf(account);
    expect(effect).toMatchObject({ status: 'blocked', reason: 'deletion-lock' });
    (await running.client.post(`/v1/ops/effects/${effect!.effectId}/retry`, { ...operator, body: { reason: 'the lock is off' } })).expect(200);
    await eventually('it is given back', async () => (await shown(account)).includes(`${e164} removed done`));
  });
});

describe('without an open plan', () => {
  it('no number is added, before the first as after the last, so that none is free for ever', async () => {
    const account = await Account.open(running.client, { now: start });
    (await account.post('/wallet/top-ups', { amount: usd(1_000) })).expect(201);
    expect(await told(account, fresh())).toBe('409 no_open_plan');
    await account.subscribe();
    (await add(account, fresh())).expect(201);
    await leave(account, E);
    expect(await told(account, fresh())).toBe('409 no_open_plan');
  });
});
