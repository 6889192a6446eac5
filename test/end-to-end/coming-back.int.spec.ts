// Whoever comes back keeps and loses what the day says; after the purge there is nothing, proven, and a new life may begin.
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { Account, at, categories, day } from './account.js';
import type { Role } from './client.js';
import { bodySchema, goodBody } from './requests.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';
import { usd, type Problem, type RecordedEvent, type TimelineEntry } from './shapes.js';

const E = '2026-02-01T00:00:00.000Z';
const D14 = at(E, 14 * day);
const D30 = at(E, 30 * day);
const P = '2027-02-01T00:00:00.000Z';

let running: InProcess;

beforeAll(async () => {
  running = await startInProcess({}, { worker: true });
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

/** Ended on 1 February, with two numbers, 10DLC, data and ten dollars left. */
async function lapsed(person: object = {}): Promise<Account> {
  const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z', numberFee: usd(0), ...person });
  const subscription = await account.subscribe();
  await account.buyNumbers(2);
  await account.registerTenDlc();
  await account.topUp(1000);
  await account.storeEverything();
  await account.cancel(subscription, { code: 'other', comment: 'Zq Farewell' });
  await account.advance(E);
  return account;
}

const readable = async (account: Account): Promise<boolean> =>
  (await Promise.all(categories.map(async (category) => (await account.get(`/data/${category}`, { as: 'customer' })).text.includes(category)))).every(Boolean);

const accountDeadlines = async (account: Account): Promise<readonly string[]> =>
  (await account.opsDeadlines()).filter(({ kind, status }) => ['release-numbers', 'expire-ten-dlc', 'purge-data'].includes(kind) && status === 'pending').map(({ kind }) => kind);

describe('coming back', () => {
  it.each([
    { when: 'on day 13', back: at(E, 13 * day), numbers: ['active', 'active'], tenDlc: 'active', lost: [], void: ['expire-ten-dlc', 'purge-data', 'release-numbers'] },
    { when: 'a millisecond before day 14', back: at(D14, -1), numbers: ['active', 'active'], tenDlc: 'active', lost: [], void: ['expire-ten-dlc', 'purge-data', 'release-numbers'] },
    { when: 'on day 20', back: at(E, 20 * day), numbers: ['released', 'released'], tenDlc: 'active', lost: ['numbers'], void: ['expire-ten-dlc', 'purge-data'] },
    { when: 'on day 31', back: at(E, 31 * day), numbers: ['released', 'released'], tenDlc: 'expired', lost: ['numbers', 'ten-dlc'], void: ['purge-data'] },
    { when: 'on the last day of the year', back: at(P, -1), numbers: ['released', 'released'], tenDlc: 'expired', lost: ['numbers', 'ten-dlc'], void: ['purge-data'] },
  ])('$when keeps all but $lost, for good', async ({ back, numbers, tenDlc, lost, void: voided }) => {
    const account = await lapsed();
    await account.advance(back);
    expect((await account.membership()).ifYouReturnNow.lost).toEqual(lost);
    const again = await account.subscribe();
    expect(again.currentPeriod.start).toBe(back);

    const check = async (): Promise<void> => {
      const { tenDlc: registration, wallet, subscriptions, standing } = await account.membership();
      expect([standing, registration.status, wallet.balance.amount, subscriptions.length]).toEqual(['active', tenDlc, 1000, 2]);
      expect((await account.numbers()).map(({ status }) => status)).toEqual(numbers);
      expect((await account.entitlements()).features['messaging.tenDlc']).toBe(tenDlc === 'active');
      expect(await readable(account)).toBe(true);
      expect((await account.store('contacts', [{ id: 'new' }])).status).toBe(200);
      expect(await accountDeadlines(account)).toEqual([]);
    };
    await check();
    const isVoid = (await account.opsDeadlines('&status=void')).map(({ kind }) => kind).filter((kind) => kind !== 'number-fees' && !kind.startsWith('remind-'));
    expect(isVoid.sort()).toEqual(voided);
    // The old deadlines pass, and touch nobody.
    await account.advance(at(P, 2 * day));
    await check();
    const types = (await account.events()).map(({ type }) => type);
    expect([types.includes('NumbersReleased'), types.includes('TenDlcExpired'), types.includes('DataPurged')]).toEqual([lost.includes('numbers'), lost.includes('ten-dlc'), false]);
    expect((await account.ledger()).filter(({ kind }) => /refund|prorat/.test(kind))).toEqual([]);
  });

  it('and leaving again counts from the new end', async () => {
    const account = await lapsed();
    await account.advance(at(E, 10 * day));
    const again = await account.subscribe();
    const { cancellation } = await account.cancel(again);
    expect(cancellation?.effectiveAt).toBe('2026-03-11T00:00:00.000Z');
    await account.advance('2026-05-01T00:00:00Z');
    expect(await account.dated('NumbersReleased', 'TenDlcExpired')).toEqual(['NumbersReleased 2026-03-25T00:00:00.000Z', 'TenDlcExpired 2026-04-10T00:00:00.000Z']);
    expect((await account.membership()).deadlines.filter(({ kind, status }) => kind === 'purge-data' && status === 'pending').map(({ dueAt }) => dueAt)).toEqual(['2027-03-11T00:00:00.000Z']);
  });

  it('needs a new registration after day 30', async () => {
    const account = await lapsed();
    await account.advance(D30);
    await account.subscribe();
    (await account.post('/ten-dlc', { brandName: 'Again' })).expect(201);
    expect((await account.entitlements()).features['messaging.tenDlc']).toBe(false);
    (await account.post('/ten-dlc/approve')).expect(200);
    expect((await account.entitlements()).features['messaging.tenDlc']).toBe(true);
  });
});

describe('after the purge', () => {
  const person = { name: 'Zq Nightingale', email: 'zq.nightingale@example.com' };
  let account: Account;

  beforeAll(async () => {
    account = await lapsed(person);
    await account.advance(P);
  }, startLimitMs);

  it('every route of the account says so with the date, to whoever may call it', async () => {
    const exceptions = ['PATCH /v1/accounts/{accountId}', 'POST /v1/accounts/{accountId}/subscriptions', 'GET /v1/accounts/{accountId}/events', 'GET /v1/accounts/{accountId}/purge-certificate'];
    const { contract } = running.client;
    const touched = contract.operations.filter(({ path, method }) => path.startsWith('/v1/accounts/{accountId}') && !exceptions.includes(`${method} ${path}`));
    expect(touched.length).toBeGreaterThan(25);
    const wrong: string[] = [];
    for (const operation of touched) {
      const path = operation.path.replace('{accountId}', account.accountId).replace('{category}', 'contacts').replaceAll(/\{\w+\}/g, 'something');
      const [, callers = ''] = /For ([a-z, ]+)\.$/.exec(operation.description) ?? [];
      const schema = bodySchema(operation);
      const lines = operation.requestBody?.content['application/x-ndjson']?.schema;
      for (const as of callers.split(', ') as Role[]) {
        const answer = await running.client.send(operation.method, path, {
          as, accountId: account.accountId,
          ...(schema && { body: goodBody(contract, schema, { complete: true }) }),
          ...(lines && { raw: { type: 'application/x-ndjson', content: `${JSON.stringify(goodBody(contract, lines, { complete: true }))}\n` } }),
        });
        if (answer.told !== '410 account_purged' || answer.json<Problem>()['purgedAt'] !== P) wrong.push(`${operation.method} ${operation.path} for ${as}: ${answer.text}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('the stream replays, without the person', async () => {
    const events = await account.all<RecordedEvent>('/events');
    expect(await account.gaps()).toEqual([]);
    expect(await account.dated('PurgeStarted', 'DataPurged')).toEqual([`PurgeStarted ${P}`, `DataPurged ${P}`]);
    const text = JSON.stringify([events, await running.client.all('/v1/ops/deadlines', { as: 'operator' })]);
    for (const trace of [person.name, person.email, 'Farewell', 'Example Brand', '+1206555']) expect([trace, text.includes(trace)]).toEqual([trace, false]);
    expect(events.find(({ type }) => type === 'AccountOpened')?.data).toMatchObject({ name: null, email: null });
  });

  it('a certificate tells what was deleted, and its signature holds', async () => {
    const { certificate, jws } = await account.read<{ certificate: Record<string, unknown>; jws: string }>('/purge-certificate', { as: 'customer' });
    expect(certificate).toMatchObject({ accountId: account.accountId, purgedAt: P, dueAt: P, counts: expect.objectContaining({ campaigns: 2, messages: 2, contacts: 2, reports: 2 }) });
    const keys = (await running.client.get('/.well-known/jwks.json', { as: null })).expect<JSONWebKeySet>(200);
    const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(keys));
    expect(protectedHeader.alg).toBe('EdDSA');
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(certificate);
    expect(certificate).toMatchObject({ format: 'sunset-purge-certificate/2', holds: [] });
    expect((await account.read<{ jws: string }>('/purge-certificate', { as: 'operator' })).jws).toBe(jws);
    const [head, body, signature] = jws.split('.');
    const forged = [head, Buffer.from(JSON.stringify({ ...certificate, purgedAt: E })).toString('base64url'), signature].join('.');
    expect(body).not.toBe(forged.split('.')[1]);
    await expect(compactVerify(forged, createLocalJWKSet(keys))).rejects.toThrow('signature verification failed');
  });

  it('a new, empty life can begin, and the account is told who it is now', async () => {
    expect((await account.subscribe('calling-monthly')).currentPeriod.start).toBe(P);
    const { standing, subscriptions, numbers, wallet, tenDlc } = await account.membership();
    expect([standing, subscriptions.length, numbers.count, wallet.balance.amount, tenDlc.status]).toEqual(['active', 1, 0, 0, 'none']);
    expect((await account.get('/data/contacts', { as: 'customer' })).text).toBe('');
    for (const list of ['/consents', '/numbers', '/scheduled-messages']) expect([list, await account.all(list)]).toEqual([list, []]);
    expect((await account.all<TimelineEntry>('/timeline')).map(({ kind }) => kind)).toEqual(['SubscriptionStarted', 'CardChargeRequested', 'period-end']);
    expect(await account.deadlines()).toEqual([`period-end pending ${at(P, 28 * day)}`]);
    expect(await account.read('')).toMatchObject({ name: null, email: null });
    (await account.send('PATCH', '', { as: 'customer', body: { name: 'Grace Again', email: 'grace@example.com' } })).expect(200);
    expect(await account.read('')).toMatchObject({ name: 'Grace Again', email: 'grace@example.com' });
    expect((await account.all<RecordedEvent>('/events')).filter(({ type }) => type === 'DataPurged')).toHaveLength(1);
    expect(JSON.stringify(await account.events())).not.toContain(person.name);
    expect((await account.store('contacts', [{ id: 'fresh' }])).status).toBe(200);
  });

  it('it can be told who it is first, too', async () => {
    const other = await lapsed(person);
    await other.advance(P);
    (await other.send('PATCH', '', { body: { name: 'Grace First', email: 'first@example.com', timeZone: 'Europe/Berlin' } })).expect(200);
    await other.subscribe();
    expect(await other.read('')).toMatchObject({ name: 'Grace First', timeZone: 'Europe/Berlin', standing: 'active' });
  });
});

describe('a legal hold', () => {
  const reviewAt = '2030-01-01T00:00:00Z';

  /** The count comes from a table that follows the log. */
  const untilToReview = (count: number): Promise<void> =>
    eventually(`${count} to review`, async () => {
      const { legalHolds } = (await running.client.get('/v1/ops/health', { as: 'operator' })).expect<{ legalHolds: { toReview: number; longestDue: readonly { accountId: string }[] } }>(200);
      return legalHolds.toReview === count && legalHolds.longestDue.every(({ accountId }) => accountId !== '') && legalHolds.longestDue.length === count;
    });

  it('stops the purge, and only the purge; lifted, the purge is due at once', async () => {
    const account = await lapsed();
    const soon = at(P, 5 * day);
    const { holdId } = (await account.post('/legal-holds', { reason: 'a matter', reviewAt: soon }, { as: 'operator' })).expect<{ holdId: string }>(201);
    const second = (await account.post('/legal-holds', { reason: 'another', reviewAt }, { as: 'operator' })).expect<{ holdId: string }>(201);
    const holds = () => account.all<{ holdId: string; placedAt: string; liftedAt: string | null }>('/legal-holds', { as: 'operator' });
    const [first, other] = await holds();
    expect([first, other]).toEqual([
      { holdId, reason: 'a matter', placedAt: expect.any(String), reviewAt: soon, liftedAt: null },
      { holdId: second.holdId, reason: 'another', placedAt: expect.any(String), reviewAt: at(reviewAt), liftedAt: null },
    ]);
    await untilToReview(0);
    await account.advance(at(P, 10 * day));
    await untilToReview(1);
    expect(await account.dated('NumbersReleased', 'TenDlcExpired', 'PurgeStarted', 'DataPurged')).toEqual([`NumbersReleased ${D14}`, `TenDlcExpired ${D30}`]);
    expect(await readable(account)).toBe(true);
    expect((await account.membership()).deadlines.find(({ kind, status }) => kind === 'purge-data' && status !== 'void')?.status).toBe('held');
    expect((await account.send('DELETE', `/legal-holds/${holdId}`, { as: 'operator' })).status).toBe(204);
    expect(await readable(account)).toBe(true);
    expect(await holds()).toEqual([{ ...first, liftedAt: at(P, 10 * day) }, other]);
    await untilToReview(0);
    expect((await account.send('DELETE', `/legal-holds/${second.holdId}`, { as: 'operator' })).status).toBe(204);
    expect((await account.get('/data/contacts')).told).toBe('410 account_purged');
    await account.advance(at(P, 11 * day));
    const { certificate } = await account.read<{ certificate: { holds: unknown } }>('/purge-certificate');
    const operator = { role: 'operator', id: expect.any(String) };
    expect(certificate.holds).toEqual([
      { holdId, placedAt: first!.placedAt, placedBy: operator, reviewAt: soon, liftedAt: at(P, 10 * day), liftedBy: operator },
      { holdId: second.holdId, placedAt: other!.placedAt, placedBy: operator, reviewAt: at(reviewAt), liftedAt: at(P, 10 * day), liftedBy: operator },
    ]);
    expect(await account.dated('DataPurged')).toHaveLength(1);
  });
});
