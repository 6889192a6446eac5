// The archive of an account: whole, its own, readable until P with the platform's rows in it; who read is noted; and opt-outs, which outlive it.
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { unzip } from '../support/unzip.js';
import { Account, at, categories } from './account.js';
import type { Role } from './client.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';
import { usd } from './shapes.js';

interface Manifest {
  readonly accountId: string;
  readonly exportedAt: string;
  readonly files: readonly { readonly name: string; readonly records: number; readonly bytes: number; readonly sha256: string }[];
}

interface Access {
  readonly category: string;
  readonly actor: { readonly role: string; readonly id: string };
  readonly readAt: string;
}

let platform: FreshDatabase;
let folder: string;
let running: InProcess;
let account: Account;

beforeAll(async () => {
  platform = await freshDatabase({ poolSize: 2 });
  await platform.database.query('CREATE TABLE people (owner text, n int)');
  await platform.database.query('CREATE TABLE persons (owner text, phone text, opted_out boolean)');
  folder = await mkdtemp(join(tmpdir(), 'sunset-platform-'));
  const file = join(folder, 'tables.json');
  const table = { url: platform.directUrl, accountColumn: 'owner', category: 'contacts' };
  const optOut = { column: 'opted_out', addressColumns: ['phone'] };
  await writeFile(file, JSON.stringify([{ ...table, table: 'public.people' }, { ...table, table: 'persons', optOut }]));
  running = await startInProcess({ PLATFORM_DATA_FILE: file }, { worker: true });
  account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
  await platform.database.query('INSERT INTO people VALUES ($1, 1), (\'somebody else\', 2)', [account.accountId]);
}, startLimitMs);

afterAll(async () => {
  await running.stop();
  await platform.drop();
  await rm(folder, { recursive: true });
}, startLimitMs);

async function download(as: Role): Promise<{ readonly headers: Headers; readonly files: ReadonlyMap<string, Buffer> }> {
  const authorization = `Bearer ${await running.client.token(as, as === 'customer' ? account.accountId : undefined)}`;
  const answer = await fetch(`${running.client.base}/v1/accounts/${account.accountId}/data-export`, { headers: { authorization } });
  expect(answer.status).toBe(200);
  return { headers: answer.headers, files: await unzip(Buffer.from(await answer.arrayBuffer())) };
}

const accesses = (): Promise<Access[]> => account.all<Access>('/data-access?limit=2', { as: 'operator' });

describe('the archive', () => {
  it('holds every category as it is read, the account as it is shown, and a manifest that is right about all of it', async () => {
    const subscription = await account.subscribe();
    await account.storeEverything();
    await account.topUp(500);
    await account.registerTenDlc();
    await account.schedule([{ channel: 'sms', sendAt: at('2026-01-20T00:00:00Z'), price: usd(4) }]);
    await account.cancel(subscription, { code: 'unused', comment: 'Zq is why' });
    const { headers, files } = await download('customer');
    expect([headers.get('content-type'), headers.get('content-disposition')]).toEqual(['application/zip', `attachment; filename="${account.accountId}.zip"`]);
    const records = headers.get('export-records')!.split(', ').map((one) => one.split('='));
    expect(records.map(([name, count]) => [name, Number(count)])).toEqual([...files].slice(0, -3).map(([name, content]) => [name, content.toString().split('\n').length - 1]));
    expect([...files.keys()]).toEqual([
      ...categories.map((category) => `${category}.ndjson`), 'scheduled-messages.ndjson', 'data-access.ndjson', 'personal.ndjson', 'account.json', 'manifest.json',
    ]);
    const lines = (file: string) => files.get(file)!.toString().trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines('scheduled-messages.ndjson')).toEqual(await account.all('/scheduled-messages'));
    expect(lines('personal.ndjson').map(({ type, fields }) => [type, Object.keys(fields as object)])).toEqual(expect.arrayContaining([
      ['AccountOpened', ['name', 'email']], ['TenDlcApplied', expect.arrayContaining(['brandName'])], ['CancellationRequested', ['comment', 'consent']],
    ]));
    expect(files.get('personal.ndjson')!.toString()).toContain('Zq is why');
    for (const category of categories) expect(files.get(`${category}.ndjson`)!.toString()).toBe((await account.get(`/data/${category}`)).text);
    expect(files.get('contacts.ndjson')!.toString()).toContain(`{"owner":"${account.accountId}","n":1}\n`);
    const shown = JSON.parse(files.get('account.json')!.toString()) as Record<string, { asOf?: string }>;
    expect(shown).toMatchObject({
      account: await account.read(''), membership: await account.membership(), tenDlc: await account.read('/ten-dlc'), wallet: await account.read('/wallet'), ledger: await account.ledger(), consents: await account.all('/consents'),
    });
    const manifest = JSON.parse(files.get('manifest.json')!.toString()) as Manifest;
    expect([manifest.accountId, manifest.exportedAt]).toEqual([account.accountId, '2026-01-01T00:00:00.000Z']);
    expect(manifest.files).toEqual([...files].slice(0, -1).map(([name, content]) => ({
      name, records: content.toString().split('\n').length - 1, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex'),
    })));
  }, startLimitMs);

  it('is not noted as read by who asks for its headers alone', async () => {
    const before = await accesses();
    // Each by who has not read it yet: a note stands for an hour.
    for (const [path, type, role] of [['data-export', 'application/zip', 'service'], ['data/contacts', 'application/x-ndjson; charset=utf-8', 'customer']] as const) {
      const authorization = `Bearer ${await running.client.token(role, account.accountId)}`;
      const answer = await fetch(`${running.client.base}/v1/accounts/${account.accountId}/${path}`, { method: 'HEAD', headers: { authorization } });
      expect([path, answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([path, 200, type, '']);
    }
    expect(await accesses()).toEqual(before);
  }, startLimitMs);

  it('is to be had until the last moment before P; from P on it is gone, like everything, and so are the platform\'s rows', async () => {
    await account.advance('2027-01-31T23:59:59.999Z');
    expect((await download('service')).files.get('contacts.ndjson')!.toString().split('\n')).toHaveLength(4);
    await account.advance('2027-02-01T00:00:00Z');
    for (const path of ['/data-export', '/data-access', '/data/contacts']) expect([path, (await account.get(path)).told]).toEqual([path, '410 account_purged']);
    expect(await platform.database.query('SELECT owner FROM people')).toEqual([{ owner: 'somebody else' }]);
  }, startLimitMs);
});

describe('whoever reads', () => {
  it('is noted with role and id, category and time, the newest first', async () => {
    account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    await account.get('/data/reports', { as: 'service' });
    await account.get('/data/contacts', { as: 'customer' });
    await download('customer');
    await account.get('/data/nonsense');
    expect((await accesses()).map(({ category, actor, readAt }) => [category, actor.role, actor.id !== '', readAt])).toEqual([
      ['export', 'customer', true, '2026-01-01T00:00:00.000Z'],
      ['contacts', 'customer', true, '2026-01-01T00:00:00.000Z'],
      ['reports', 'service', true, '2026-01-01T00:00:00.000Z'],
    ]);
  });
});

describe('an opt-out', () => {
  const phone = '+12065550177';
  const lookup = async (...values: readonly string[]) => (await running.client.post('/v1/opt-outs/lookups', { body: { values } })).expect<{ data: unknown }>(200).data;

  it('is known from the upload on, can be taken back while the account lives, and outlives everything else of it', async () => {
    account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    const subscription = await account.subscribe();
    (await account.store('contacts', [{ id: '1', optedOut: true, phone }, { id: '2', email: 'two@example.com' }, { id: '3', optedOut: true, email: 'three@example.com' }])).expect(200);
    (await account.store('reports', [{ id: '1', optedOut: true, phone: '+12065550178' }])).expect(200);
    const asked = ['+1 (206) 555-0177', 'two@example.com', 'Three@Example.com', '+12065550178'];
    const told = (...answers: readonly boolean[]) => answers.map((optedOut, index) => ({ index, optedOut, understood: true }));
    expect(await lookup(...asked)).toEqual(told(true, false, true, false));
    (await account.store('contacts', [{ id: '3', email: 'three@example.com' }])).expect(200);
    expect(await lookup(...asked)).toEqual(told(true, false, false, false));
    const unread = await account.store('contacts', [{ id: '4', optedOut: 'true', phone }, { id: '5' }, { id: '6', optedOut: true, phone: '020 7946 0958' }]);
    expect([unread.told, unread.json<{ errors: { pointer: string }[] }>().errors.map(({ pointer }) => pointer)]).toEqual(['422 invalid_request', ['/lines/0', '/lines/2']]);
    (await account.store('reports', [{ id: '2', optedOut: 'true' }])).expect(200);
    await platform.database.query(`INSERT INTO persons VALUES ($1, '206-555-0188', true), ($1, '206-555-0189', false)`, [account.accountId]);
    await account.cancel(subscription);
    await account.advance('2027-02-01T00:00:00Z');
    expect((await account.get('/data/contacts')).told).toBe('410 account_purged');
    expect(await lookup(...asked)).toEqual(told(true, false, false, false));
    expect(await lookup('+12065550188', '2065550189')).toEqual(told(true, false));
    const { certificate } = await account.read<{ certificate: { exceptions: readonly { kind: string; records: number }[] } }>('/purge-certificate', { as: 'operator' });
    expect(certificate.exceptions).toEqual(expect.arrayContaining(['opt-outs', 'platform-opt-outs'].map((kind) => expect.objectContaining({ kind, records: 1 }))));
  }, startLimitMs);
});
