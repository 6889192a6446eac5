// Early erasure, the operators' view of purges, and their dry run, as they are asked for over HTTP.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, Database } from '#postgres';
import { eventually } from '../support/eventually.js';
import { Account } from './account.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';

const start = '2026-03-30T00:00:00.000Z';
const E = '2026-04-30T00:00:00.000Z';
const P = '2027-04-30T00:00:00.000Z';

let running: InProcess;
beforeAll(async () => {
  running = await startInProcess({}, { worker: true });
}, startLimitMs);
afterAll(() => running.stop(), startLimitMs);

interface Purge {
  readonly purgeId: string;
  readonly status: string;
  readonly step: string;
}

const operators = async <T>(path: string): Promise<T> => (await running.client.get(path, { as: 'operator' })).expect<T>(200);
const purgesOf = async ({ accountId }: Account): Promise<readonly Purge[]> => (await operators<{ data: Purge[] }>(`/v1/ops/purges?accountId=${accountId}`)).data;
const erase = (account: Account, body: object = { basis: 'gdpr-art-17' }, key?: string) => account.post('/erasure', body, { as: 'operator', ...(key !== undefined && { key }) });

/** The answer waits for the deletion for some seconds only. */
const deleted = (account: Account): Promise<void> => eventually('the deletion is done', async () => (await account.get('/purge-certificate')).status === 200);

async function lapsed(): Promise<Account> {
  const account = await Account.open(running.client, { now: start });
  const subscription = await account.subscribe();
  await account.buyNumbers(2);
  await account.cancel(subscription);
  (await account.post('/data/contacts', undefined, { raw: { type: 'application/x-ndjson', content: '{"id":"1"}\n{"id":"2"}\n' } })).expect(200);
  await account.advance(E);
  return account;
}

describe('an early erasure', () => {
  it.each([['with', 'erase-once'], ['without', undefined]])('%s an idempotency key deletes at once, proven like any other, after the numbers are given up', async (_, key) => {
    const account = await lapsed();
    const accepted = (await erase(account, undefined, key)).expect<Purge>(202);
    expect(accepted.purgeId).toBe(`${account.accountId}.1`);
    expect((await account.get('/membership', { as: 'customer' })).told).toBe('410 account_purged');
    await deleted(account);
    const { certificate } = await account.read<{ certificate: object }>('/purge-certificate', { as: 'customer' });
    expect(certificate).toMatchObject({ basis: 'gdpr-art-17', dueAt: E, purgedAt: E, counts: { contacts: 2 } });
    expect(await account.dated('NumberReleaseStarted', 'NumberReleased', 'PurgeStarted', 'DataPurged')).toEqual([
      `PurgeStarted ${E}`, `NumberReleaseStarted ${E}`, `NumberReleased ${E}`, `NumberReleased ${E}`, `DataPurged ${E}`,
    ]);
    if (key !== undefined) expect((await erase(account, undefined, key)).status).toBe(202);
    expect((await erase(account)).told).toBe('410 account_purged');
    await account.advance(P);
    expect(await account.dated('DataPurged')).toEqual([`DataPurged ${E}`]);
    expect((await account.subscribe()).status).toBe('active');
  });

  it('is refused while a plan is open, while a hold stands, on another ground, and to everybody but operators', async () => {
    const account = await Account.open(running.client, { now: start });
    const subscription = await account.subscribe();
    expect((await erase(account)).told).toBe('409 subscription_open');
    await account.cancel(subscription);
    expect((await erase(account)).told).toBe('409 subscription_open');
    await account.advance(E);
    const { holdId } = (await account.post('/legal-holds', { reason: 'a matter', reviewAt: '2030-01-01T00:00:00Z' }, { as: 'operator' })).expect<{ holdId: string }>(201);
    const held = await erase(account);
    expect([held.told, held.json<{ holdIds: string[] }>().holdIds]).toEqual(['409 legal_hold', [holdId]]);
    expect((await account.get('/membership')).status).toBe(200);
    expect((await erase(account, { basis: 'because' })).json()).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/basis' }] });
    expect((await erase(account, {})).told).toBe('422 invalid_request');
    for (const as of ['service', 'customer'] as const) expect((await account.post('/erasure', { basis: 'contract' }, { as })).told).toBe('403 forbidden');
    expect(await purgesOf(account)).toEqual([]);
    (await account.send('DELETE', `/legal-holds/${holdId}`, { as: 'operator' })).expect(204);
    expect((await erase(account, { basis: 'contract' })).status).toBe(202);
  });

  it('keeps who comes back waiting for a while, then says when to ask again; what is said afterwards can be erased, too', async () => {
    const account = await lapsed();
    const [slow] = (await account.read<{ data: readonly { e164: string }[] }>('/numbers')).data;
    const fault = `/v1/dev/carrier/faults/${encodeURIComponent(slow!.e164)}`;
    (await running.client.send('PUT', fault, { as: 'operator', body: { fault: 'retry-later' } })).expect(200);
    (await erase(account)).expect<Purge>(202);
    for (const answer of [await account.post('/subscriptions', { planId: 'messaging-monthly' }), await account.send('PATCH', '', { body: { name: 'Grace Again' } })]) {
      expect([answer.told, answer.headers.get('retry-after')]).toEqual(['503 unavailable', '5']);
    }
    (await running.client.send('DELETE', fault, { as: 'operator' })).expect(204);
    await account.advance('2026-05-02T00:00:00.000Z');
    await eventually('the deletion is done', async () => (await purgesOf(account))[0]!.status === 'done');
    (await account.send('PATCH', '', { body: { name: 'Grace Again' } })).expect(200);
    expect((await account.get('')).told).toBe('410 account_purged');
    (await erase(account)).expect<Purge>(202);
    await eventually('what was said since is deleted', async () => (await purgesOf(account)).every(({ status }) => status === 'done'));
    expect((await purgesOf(account)).map(({ purgeId }) => purgeId)).toEqual([`${account.accountId}.2`, `${account.accountId}.1`]);
    expect(JSON.stringify(await account.events())).not.toContain('Grace Again');
    expect((await erase(account)).told).toBe('410 account_purged');
    expect((await account.subscribe()).status).toBe('active');
  });

  it('under a pause waits until the numbers are given up, and says what for', async () => {
    const account = await lapsed();
    const { pauseId } = (await running.client.post('/v1/ops/pauses', { as: 'operator', body: { carrier: 'sandbox', reason: 'an expired token' } })).expect<{ pauseId: string }>(201);
    const accepted = (await erase(account)).expect<Purge & { readonly waitsFor: { readonly until: string } }>(202);
    const waitsFor = { effects: [{ kind: 'release-number', carrier: 'sandbox', status: 'held', count: 2, heldBy: { pauseId, reason: 'an expired token' } }], until: expect.any(String) };
    expect(accepted).toMatchObject({ status: 'running', step: 'releases', waitsFor });
    expect(Date.parse(accepted.waitsFor.until) - Date.now()).toBeGreaterThan(6 * 86_400_000);
    expect(await purgesOf(account)).toMatchObject([{ waitsFor }]);
    expect((await operators<{ purges: object }>('/v1/ops/health')).purges).toMatchObject({ running: 1, waiting: { count: 1, oldestMs: expect.any(Number) } });
    (await running.client.send('DELETE', `/v1/ops/pauses/${pauseId}?reason=renewed`, { as: 'operator' })).expect(200);
    await deleted(account);
    expect(await account.dated('NumberReleased', 'DataPurged')).toEqual([`NumberReleased ${E}`, `NumberReleased ${E}`, `DataPurged ${E}`]);
    const { certificate } = await account.read<{ certificate: { exceptions: readonly { kind: string }[] } }>('/purge-certificate', { as: 'operator' });
    expect(certificate.exceptions.map(({ kind }) => kind)).not.toContain('unsettled-releases');
    expect(await purgesOf(account)).toMatchObject([{ status: 'done', waitsFor: null }]);
    expect((await operators<{ purges: object }>('/v1/ops/health')).purges).toMatchObject({ waiting: { count: 0, oldestMs: null } });
  });

  it('asked for twice at once happens once', async () => {
    const account = await lapsed();
    const answers = await Promise.all([erase(account), erase(account), erase(account)]);
    expect(answers.map(({ told }) => told).toSorted()).toEqual(['202', '410 account_purged', '410 account_purged']);
    await deleted(account);
    expect(await account.dated('PurgeStarted', 'DataPurged')).toEqual([`PurgeStarted ${E}`, `DataPurged ${E}`]);
  });
});

describe('operators', () => {
  it('see beforehand what would go, afterwards what went and what outlives it', async () => {
    const account = await lapsed();
    const [preview, ...more] = (await operators<{ data: object[] }>(`/v1/ops/purge-preview?accountId=${account.accountId}`)).data;
    expect(more).toEqual([]);
    expect(preview).toMatchObject({ accountId: account.accountId, dueAt: P, status: 'pending', stores: expect.arrayContaining([{ name: 'retained data', counts: expect.objectContaining({ contacts: 2 }) }]) });
    expect((await operators<{ data: { dueAt: string }[] }>(`/v1/ops/purge-preview?dueBefore=${P}&limit=1`)).data.filter(({ dueAt }) => dueAt >= P)).toEqual([]);
    expect((await account.get('/data/contacts')).status).toBe(200);

    await account.advance(P);
    const [purge] = await purgesOf(account);
    expect(purge).toMatchObject({ status: 'done', findings: [], attempts: 0, lastError: null });
    expect(await operators(`/v1/ops/purges/${purge!.purgeId}`)).toEqual(purge);
    const { data } = await operators<{ data: { kind: string; expiresAt: string; data: { recordedAt: string } }[] }>(`/v1/ops/purges/${purge!.purgeId}/evidence`);
    // By the real clock it is deleted, so by the real clock it is kept: the account's own may stand in another year.
    const given = data[0]!.data.recordedAt;
    expect(Math.abs(Date.parse(given) - Date.now())).toBeLessThan(3_600_000);
    expect(data.map(({ kind, expiresAt }) => [kind, expiresAt])).toEqual([['consent', given.replace(/^\d+/, (year) => String(Number(year) + 3))]]);
    expect(data[0]!.data).toMatchObject({ acknowledgedConsequences: true, textHash: expect.stringMatching(/^[0-9a-f]{64}$/), actor: { role: 'customer' } });
    expect((await running.client.post(`/v1/ops/purges/${purge!.purgeId}/retry`, { as: 'operator', body: {} })).told).toBe('409 purge_not_failed');
  });

  it('take out what one of them wrote about findings, and see the purge as everywhere else', async () => {
    const account = await lapsed();
    (await erase(account)).expect<Purge>(202);
    await deleted(account);
    const database = new Database(await connect({ url: running.url, poolSize: 1, applicationName: 'sunset-test' }));
    await database.query(`UPDATE sunset.purges SET findings_accepted = 'olga: a town of that name' WHERE account_id = $1`, [account.accountId]);
    await database.dataSource.destroy();
    const redacted = (await running.client.post(`/v1/ops/purges/${account.accountId}.1/redact`, { as: 'operator' })).expect<Purge & { readonly findingsAccepted: string }>(200);
    expect(redacted.findingsAccepted).toMatch(/^redacted by /);
    expect(redacted).toEqual((await purgesOf(account))[0]);
  });

  it('are told what does not exist', async () => {
    for (const path of ['/v1/ops/purges/nothing', '/v1/ops/purges/nothing/evidence', '/v1/ops/purge-preview?accountId=nothing']) {
      expect([path, (await running.client.get(path, { as: 'operator' })).told]).toEqual([path, '404 not_found']);
    }
    const forged = Buffer.from(JSON.stringify({ k: ['soon', 'none'] })).toString('base64url');
    for (const path of ['/v1/ops/purges', '/v1/ops/purge-preview']) {
      expect((await running.client.get(`${path}?after=${forged}`, { as: 'operator' })).json()).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/query/after' }] });
    }
    expect((await running.client.post('/v1/ops/purge-stops/nothing/confirm', { as: 'operator', body: { reason: 'right' } })).told).toBe('404 not_found');
    expect((await operators<{ data: object[] }>('/v1/ops/purge-stops')).data).toEqual([]);
    expect((await operators<{ purges: object }>('/v1/ops/health')).purges).toMatchObject({ failed: 0, stopped: false });
  });
});

describe('what operators read of somebody', () => {
  interface Read {
    readonly position: number;
    readonly route: string;
    readonly accountId: string | null;
    readonly hash: string;
  }
  const readsOf = async ({ accountId }: Account): Promise<readonly Read[]> => (await operators<{ data: Read[] }>(`/v1/ops/staff-reads?accountId=${accountId}`)).data;

  it('can be looked up, in one chain, also of an account that has been purged; what customers and the platform read is not in it', async () => {
    const account = await lapsed();
    const membership = 'GET /v1/accounts/:accountId/membership';
    for (const as of ['operator', 'customer', 'service'] as const) (await account.get('/membership', { as })).expect(200);
    await operators(`/v1/accounts?email=${encodeURIComponent((await account.read<{ email: string }>('')).email)}`);
    const before = await readsOf(account);
    expect(before.map(({ route }) => route)).toEqual([membership, 'GET /v1/accounts']);
    const whole = await operators<{ records: number; hash: string }>('/v1/ops/staff-reads/verification');
    expect(whole).toMatchObject({ intact: true, brokenAt: null });
    expect(whole.records).toBeGreaterThanOrEqual(before.at(-1)!.position);
    (await erase(account)).expect(202);
    await deleted(account);
    expect((await readsOf(account)).slice(0, 2)).toEqual(before);
    expect(await operators('/v1/ops/staff-reads/verification')).toMatchObject({ intact: true });
    const page = await operators<{ data: Read[]; next: string }>('/v1/ops/staff-reads?limit=1');
    expect((await operators<{ data: Read[] }>(`/v1/ops/staff-reads?limit=1&after=${page.next}`)).data[0]!.position).toBe(page.data[0]!.position + 1);
  });
});
