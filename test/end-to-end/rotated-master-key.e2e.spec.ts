// The master key is changed as operators do it, and nothing but the wrapping of keys changes with it.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrations } from '#application';
import { MasterKeys, PersonalData } from '#personal-data';
import { freshDatabase, migrate, type FreshDatabase } from '../support/database.js';
import { startService, type Service } from '../support/service.js';
import { Account } from './account.js';
import { Client } from './client.js';
import { startLimitMs } from './running.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const olderKey = randomBytes(32).toString('base64');

let folder: string;
let keyFile: string;
let fresh: FreshDatabase;
let service: Service;
let client: Client;
let accounts: Account[];

const keys = (): string[] => readFileSync(keyFile, 'utf8').trim().split(/\s+/);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rotated-master-key-'));
  keyFile = join(folder, 'master.key');
  writeFileSync(keyFile, olderKey, { mode: 0o600 });
  fresh = await freshDatabase({ migrations });
  service = await startService({ databaseUrl: fresh.url, workers: 0, environment: { SUNSET_MASTER_KEY_FILE: keyFile, RATE_LIMIT_PER_MINUTE: '0' } });
  client = await Client.connect(service.base);
  accounts = [await furnished('Ada Older'), await furnished('Grace Older')];
}, startLimitMs);

afterAll(async () => {
  await service.stop();
  await fresh.drop();
  rmSync(folder, { recursive: true });
}, startLimitMs);

async function furnished(name: string): Promise<Account> {
  const account = await Account.open(client, { name });
  await account.subscribe();
  await account.buyNumbers(1);
  (await account.store('contacts', [{ id: 'c-1', name }])).expect(200);
  return account;
}

/** Everything personal of an account, as its readers get it. */
const seen = async (account: Account): Promise<string> => {
  const answers = [await account.get(''), await account.get('/events'), await account.get('/numbers'), await account.get('/data/contacts')];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  return answers.map(({ text }) => text).join('\n');
};

/** Every byte of the log and of the retained data. */
const stored = async (): Promise<string> => {
  const rows = await fresh.database.query<{ row: string }>('SELECT e::text AS row FROM sunset.events e UNION ALL SELECT r::text FROM sunset.retained_data r ORDER BY row');
  return rows.map(({ row }) => row).join('\n');
};

async function restartWith(content: readonly string[], until?: 'lives'): Promise<void> {
  await service.api.stop();
  writeFileSync(keyFile, content.join('\n'));
  await service.restartApi(until);
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** As `npm run` does it, without the second of processor time that npm itself takes. */
function npm(script: string, ...args: string[]): Promise<{ status: number; out: string }> {
  const { SUNSET_MASTER_KEY: _inline, SUNSET_MASTER_KEY_FILE: _file, ...inherited } = process.env;
  return new Promise((done) => {
    execFile('sh', ['-c', `${scripts[script]!} "$@"`, script, ...args], { cwd: root, env: { ...inherited, DATA_DIR: folder, DATABASE_URL: fresh.url } }, (error, out, complaint) => {
      done({ status: error ? Number(error.code) : 0, out: out + complaint });
    });
  });
}

describe('after a change of the master key', () => {
  let before: string[];
  let bytes: string;

  beforeAll(async () => {
    before = await Promise.all(accounts.map(seen));
    bytes = await stored();
  }, startLimitMs);

  it('the new key stands in front of the older one, for the owner only', async () => {
    expect(await npm('rotate-master-key')).toMatchObject({ status: 0, out: expect.stringContaining('npm run rewrap') });
    expect(keys()).toEqual([expect.stringMatching(/^.{43}=$/), olderKey]);
    expect(keys()[0]).not.toBe(olderKey);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  }, startLimitMs);

  it('nothing is wrapped anew while a process lives that does not hold the new key', async () => {
    const { status, out } = await npm('rewrap');
    expect([status, out]).toEqual([1, expect.stringMatching(/^the api process \S+, running since \S+, does not hold the master key [0-9a-f]{16}\nnothing was changed/)]);
    expect(await Promise.all(accounts.map(seen))).toEqual(before);
  }, startLimitMs);

  it('services that know both read everything and seal with the new one', async () => {
    await restartWith(keys());
    expect(await Promise.all(accounts.map(seen))).toEqual(before);
    accounts.push(await furnished('Joan Newer'));
    before.push(await seen(accounts[2]!));
    bytes = await stored();
  }, startLimitMs);

  it('what the older key wrapped is wrapped anew, beside the running service, and no event changes', async () => {
    const { status, out } = await npm('rewrap');
    // Those of two accounts, and the secret of the look-ups across accounts.
    expect([status, out]).toEqual([0, expect.stringMatching(/3 of 3 keys\n3 keys rewrapped, 0 left\nkey 2 \([0-9a-f]{16}\) wraps nothing any more and may be removed\n/)]);
    expect(await stored()).toBe(bytes);
    expect(await Promise.all(accounts.map(seen))).toEqual(before);
    expect((await npm('rewrap')).out).toContain('0 keys rewrapped, 0 left');
  }, startLimitMs);

  it('everything is read with the new key alone', async () => {
    await restartWith(keys().slice(0, 1));
    expect(await Promise.all(accounts.map(seen))).toEqual(before);
  }, startLimitMs);

  it('a process that runs and lacks a key which came into use since is not ready, opens nothing and says so', async () => {
    const third = randomBytes(32);
    const elsewhere = new PersonalData(fresh.database, new MasterKeys([third, Buffer.from(keys()[0]!, 'base64')]));
    await elsewhere.rewrap();
    const ready = await fetch(`${service.base}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, expect.objectContaining({ code: 'master_key_missing' })]);
    const authorization = `Bearer ${await client.token('service')}`;
    for (const { accountId } of accounts) {
      const answer = await fetch(`${service.base}/v1/accounts/${accountId}`, { headers: { authorization } });
      expect([answer.status, await answer.json()]).toEqual([503, expect.objectContaining({ code: 'master_key_missing' })]);
    }
    await new PersonalData(fresh.database, new MasterKeys([Buffer.from(keys()[0]!, 'base64'), third])).rewrap();
    expect(await Promise.all(accounts.map(seen))).toEqual(before);
  }, startLimitMs);
});

describe('another master key than the one in use', () => {
  let inUse: string;
  let before: string;

  const rows = async (): Promise<string> =>
    JSON.stringify(await fresh.database.query('SELECT k::text FROM sunset.account_keys k UNION ALL SELECT s::text FROM sunset.lookup_secret s ORDER BY 1'));

  beforeAll(async () => {
    inUse = new MasterKeys([Buffer.from(keys()[0]!, 'base64')]).ids[0]!;
    before = await rows();
    await service.api.stop();
  }, startLimitMs);

  it.each([
    ['an older one', () => olderKey, () => `${inUse} is not configured`],
    ['one of another house', () => randomBytes(32).toString('base64'), () => `${inUse} is not configured`],
    ['nothing but zeros', () => Buffer.alloc(32).toString('base64'), () => 'key 1 of SUNSET_MASTER_KEY_FILE is not random'],
  ])('keeps API, worker and migration from starting, and names what is missing: %s', async (_, key, named) => {
    writeFileSync(keyFile, key());
    await expect(service.restartApi('lives')).rejects.toThrow(named());
    const worker = service.addWorker();
    expect(await worker.ended).toBe('status 1');
    expect(worker.log.join('\n')).toContain(named());
    await expect(migrate(fresh.url, { SUNSET_MASTER_KEY_FILE: keyFile })).rejects.toThrow(named());
    expect(await rows()).toBe(before);
  }, startLimitMs);

  it('rewraps nothing either', async () => {
    writeFileSync(keyFile, olderKey);
    expect(await npm('rewrap')).toMatchObject({ status: 1, out: expect.stringMatching(/^4 keys are wrapped by the master key [0-9a-f]{16}, which is not configured/) });
  }, startLimitMs);
});

describe('what changes something', () => {
  it.each(['rotate-master-key', 'rewrap', 'rebuild', 'remake-purge-ledger', 'story', 'start'])('npm run %s -- --help tells what it does, and an argument that it does not know is refused; nothing changes', async (script) => {
    const before = keys();
    expect(await npm(script, '--help')).toEqual({ status: 0, out: expect.stringMatching(/^npm (run )?[\w-]+( -- \S+)?\n\n/) });
    expect(await npm(script, '--dry-run')).toMatchObject({ status: 2, out: expect.stringMatching(/--dry-run/) });
    expect(keys()).toEqual(before);
  }, startLimitMs);
});

describe('rotate-master-key', () => {
  it('refuses where there is no key file, and while another rotation is under way', async () => {
    writeFileSync(`${keyFile}.new`, '');
    expect(await npm('rotate-master-key')).toMatchObject({ status: 1, out: expect.stringContaining('another rotation is under way') });
    expect(keys()).toEqual([olderKey]);
    rmSync(`${keyFile}.new`);
    rmSync(keyFile);
    expect(await npm('rotate-master-key')).toMatchObject({ status: 1, out: expect.stringContaining('there is no master key') });
  }, startLimitMs);
});
