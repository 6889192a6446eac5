// `npm run verify-certificate` as somebody runs it who was handed a certificate: what it says, and with which status it ends.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { instant } from '#kernel';
import { publicKeysOf, signDocument, type CancellationReceipt, type PublicKey, type PurgeCertificate } from '#certificates';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** How long one run may take on a busy machine. */
const limitMs = 120_000;

const none = { count: 0, amount: { amount: 0, currency: 'USD' } };
const certificate: PurgeCertificate = {
  format: 'sunset-purge-certificate/2', purgeId: 'acme.1', accountId: 'acme', basis: 'retention', method: 'All of it was deleted.',
  dueAt: instant('2027-04-30T07:00:00Z'), startedAt: instant('2027-04-30T07:00:01Z'), purgedAt: instant('2027-04-30T07:00:02Z'), recordedAt: instant('2027-04-30T07:00:03Z'),
  counts: { contacts: 3 },
  stores: [{ name: 'retained-data', counts: { contacts: 3 }, commitment: null }],
  verification: { tables: 31, markers: 7, jobs: 4, findings: 0 },
  exceptions: [{ kind: 'opt-outs', records: 2, reason: 'The law asks for it.', expiresAt: instant('2032-04-30T07:00:02Z') }],
  holds: [{
    holdId: 'h-1', placedAt: instant('2027-04-01T00:00:00Z'), placedBy: { role: 'operator', id: 'op-1' }, reviewAt: instant('2027-06-01T00:00:00Z'),
    liftedAt: instant('2027-04-02T00:00:00Z'), liftedBy: { role: 'operator', id: 'op-2' },
  }],
  carriedOut: {
    plans: [{
      subscriptionId: 'plan', planId: 'messaging-monthly', cancellationId: 'c-1', requestedAt: instant('2026-04-01T00:00:00Z'), endedAt: instant('2026-04-30T07:00:00Z'), credited: { sms: none, rvm: none }, cameBack: null,
    }],
    numberFees: [],
    losses: [{ kind: 'purge-data', at: instant('2027-04-30T07:00:01Z'), open: 0 }],
  },
};

const newKey = () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = privateKey.export({ format: 'jwk' });
  const [publicKey] = publicKeysOf(JSON.stringify(jwk)) as [PublicKey];
  return { privateKey, jwk, publicJwk: publicKey.jwk, keyId: publicKey.keyId };
};
const ours = newKey();
const others = newKey();
const jws = signDocument('certificate', certificate, ours);
const receipt: CancellationReceipt = {
  format: 'sunset-cancellation-receipt/1', accountId: 'acme', subscriptionId: 'plan', planId: 'messaging-monthly', cancellationId: 'c-1', requestedAt: instant('2026-04-01T00:00:00Z'), recordedAt: instant('2026-04-01T00:00:01Z'),
  effectiveAt: instant('2026-04-30T07:00:00Z'), timeZone: 'UTC', policyVersion: '2026-01', reason: null,
  consequences: [{ kind: 'period-end', at: instant('2026-04-30T07:00:00Z') }, { kind: 'purge-data', at: instant('2027-04-30T07:00:00Z') }],
  credits: { total: none.amount, sms: none, rvm: none }, numberFees: [], disclosures: { accepted: [], language: 'en', textHash: null }, previewHash: null, resumedAt: null,
};
const answerOf = (of: CancellationReceipt) => ({ receipt: of, jws: signDocument('receipt', of, ours) });

let folder: string;
let server: Server;
let keysUrl: string;

const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return path;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'verify-certificate-'));
  file('certificate-key.json', ours.jwk);
  file('answer.json', { certificate, jws });
  server = createServer((request, answer) => {
    answer.statusCode = request.url === '/jwks.json' ? 200 : 404;
    answer.end(JSON.stringify({ keys: [others.publicJwk, ours.publicJwk] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  keysUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly complaint: string;
}

function run(command: string, args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  const { CERTIFICATE_KEY_FILE: _foreign, ...inherited } = process.env;
  return new Promise((done) => {
    execFile(command, args, { cwd: folder, env: { ...inherited, DATA_DIR: folder, ...environment } }, (error, out, complaint) => {
      done({ status: error ? Number(error.code) : 0, out, complaint });
    });
  });
}

const verify = (...args: string[]): Promise<Ended> =>
  run(process.execPath, [join(root, 'apps/launch/without-database.mjs'), 'launch/verify-certificate', ...args], { INIT_CWD: folder });

describe('npm run verify-certificate', () => {
  it('says what was deleted, what was kept, and that it is valid, with the key of the data folder', async () => {
    const { status, out } = await run('npm', ['run', '--silent', '--prefix', root, 'verify-certificate', '--', 'answer.json'], {});
    expect([status, out.trimEnd().split('\n').at(-1)]).toEqual([0, 'valid']);
    for (const told of [
      'Account acme, purge acme.1 (retention)', 'purged   2027-04-30T07:00:02.000Z', '3 contacts', '2 opt-outs, until 2032-04-30T07:00:02.000Z: The law asks for it.',
      'h-1: placed 2027-04-01T00:00:00.000Z by operator op-1', ours.keyId,
    ]) expect(out).toContain(told);
  }, limitMs);

  it.each([
    ['a JWS alone', () => [file('alone.jws', `${jws}\n`)]],
    ['a public key', () => ['answer.json', '--key', file('public.json', ours.publicJwk)]],
    ['a set of keys', () => ['answer.json', '--key', file('set.json', { keys: [others.publicJwk, ours.publicJwk] })]],
    ['published keys', () => ['answer.json', '--keys-url', `${keysUrl}/jwks.json`]],
  ])('takes %s', async (_, args) => {
    expect(await verify(...args())).toMatchObject({ status: 0, out: expect.stringMatching(/\nvalid\n$/) });
  }, limitMs);

  it('says beside a receipt whether what happened is what was promised, and ends with 3 where it is not', async () => {
    const kept = await verify('answer.json', '--receipt', file('receipt.json', answerOf(receipt)));
    expect([kept.status, kept.out]).toEqual([0, expect.stringContaining('\nWhat happened is what was promised.\n')]);
    const nearer = { ...receipt, consequences: [...receipt.consequences.slice(0, 1), { kind: 'purge-data', at: instant('2027-05-30T07:00:00Z') }] };
    const broken = await verify('answer.json', '--receipt', file('nearer.jws', answerOf(nearer).jws));
    expect([broken.status, broken.out]).toEqual([3, expect.stringContaining('purge-data: promised 2027-05-30T07:00:00.000Z, happened 2027-04-30T07:00:01.000Z: earlier than promised')]);
    expect(broken.out).toContain('\nWhat happened is not what was promised.\n');
  }, limitMs);

  it.each([
    ['the certificate', () => [file('changed.json', { certificate: { ...certificate, counts: { contacts: 4 } }, jws })], 'not valid (certificate): the certificate beside the JWS is not the one that was signed'],
    ['the payload', () => [file('payload.json', { certificate, jws: flipped(jws, jws.indexOf('.') + 40) })], 'not valid (payload): '],
    ['the signature', () => [file('signature.json', { certificate, jws: flipped(jws, jws.length - 40) })], 'not valid (signature): '],
    ['the header', () => [file('header.jws', flipped(jws, 3))], 'not valid (header): '],
    ['the key', () => ['answer.json', '--key', file('other.json', others.publicJwk)], `not valid (key): it says that it was signed with the key ${ours.keyId}; the keys at hand are ${others.keyId}`],
    ['the file', () => [file('other.txt', 'A letter.')], 'not valid (file): '],
    ['the receipt', () => ['answer.json', '--receipt', file('forged.json', { ...answerOf(receipt), receipt: { ...receipt, reason: 'other' } })], 'not valid (receipt): the receipt beside the JWS is not the one that was signed'],
    ['a certificate in the place of a receipt', () => ['answer.json', '--receipt', file('alone.jws', jws)], 'not valid (header): '],
  ])('ends with 1 and says that it is %s that does not fit', async (_, args, told) => {
    const { status, out, complaint } = await verify(...args());
    expect([status, out]).toEqual([1, '']);
    expect(complaint).toContain(told);
  }, limitMs);

  it.each([
    ['there is no file', () => [], 'FILE'],
    ['there are two', () => ['answer.json', 'answer.json'], 'FILE'],
    ['the file is missing', () => ['missing.json'], 'missing.json cannot be read: ENOENT'],
    ['the receipt is of another account', () => ['answer.json', '--receipt', file('others.json', answerOf({ ...receipt, accountId: 'other' }))], 'of another account'],
    ['an option is unknown', () => ['answer.json', '--trust'], "'--trust'"],
    ['both kinds of keys are given', () => ['answer.json', '--key', 'a', '--keys-url', 'b'], 'keep one'],
    ['the key is missing', () => ['answer.json', '--key', 'missing.json'], 'missing.json cannot be read: ENOENT'],
    ['the key is none', () => ['answer.json', '--key', file('none.json', '{"d":"secret"}')], 'none.json key 1 is not an Ed25519 key'],
    ['no keys are published there', () => ['answer.json', '--keys-url', `${keysUrl}/nothing`], 'cannot be read: it answered 404'],
  ])('ends with 2 when %s', async (_, args, told) => {
    const { status, out, complaint } = await verify(...args());
    expect([status, out]).toEqual([2, '']);
    expect(complaint).toContain(told);
    expect(complaint).not.toContain('secret');
  }, limitMs);
});

const flipped = (text: string, index: number): string => `${text.slice(0, index)}${text[index] === 'A' ? 'B' : 'A'}${text.slice(index + 1)}`;
