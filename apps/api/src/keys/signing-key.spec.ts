// Where a signing key comes from, how it is followed by another one, and how clearly it is said when it is wrong.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSigningKey } from './signing-key.js';

const newJwk = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
const newer = newJwk();
const older = newJwk();
let folder: string;
let files = 0;

const fileWith = (content: unknown): string => {
  const file = join(folder, `key-${(files += 1)}`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};
const open = (content: unknown) => openSigningKey(fileWith(content), { make: false });

beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'signing-key-')); });
afterAll(() => rmSync(folder, { recursive: true }));

describe('openSigningKey', () => {
  it('makes a key once, for its owner only', async () => {
    const file = join(folder, 'below', 'made.json');
    const keys = await Promise.all(Array.from({ length: 4 }, () => openSigningKey(file, { make: true })));
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object).sort()).toEqual(['crv', 'd', 'kty', 'x']);
  });

  it('reads a JWK', async () => {
    const { keyId, published } = await open(newer);
    expect(published).toEqual([{ kty: 'OKP', crv: 'Ed25519', x: newer.x, kid: keyId, alg: 'EdDSA', use: 'sig' }]);
  });

  it('signs with the first key of a set, and publishes the public part of all of them', async () => {
    const former = await open(older);
    for (const second of [older, former.published[0]]) {
      const { keyId, published } = await open({ keys: [newer, second] });
      expect(keyId).toBe((await open(newer)).keyId);
      expect(published.map(({ kid }) => kid)).toEqual([keyId, former.keyId]);
      expect(published.flatMap(Object.keys)).not.toContain('d');
    }
  });

  it.each([
    ['is a public key', () => ({ kty: newer.kty, crv: newer.crv, x: newer.x }), 'does not begin with a private key'],
    ['begins with a public key', () => ({ keys: [{ ...older, d: undefined }, newer] }), 'does not begin with a private key'],
    ['mixes two keys', () => ({ ...newer, d: older.d }), 'do not belong together'],
    ['is of another kind', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), 'key 1 is not an Ed25519 key'],
    ['is no JSON', () => newer.d, 'is not JSON'],
  ])('names a file that %s, and shows nothing of it', async (_, content, message) => {
    const file = fileWith(content());
    const failure = await openSigningKey(file, { make: false }).catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ message: expect.stringContaining(message) });
    expect((failure as Error).message).toContain(file);
    expect((failure as Error).message).not.toContain(newer.d!.slice(0, 6));
  });

  it('names a file that is missing and must not be made', async () => {
    await expect(openSigningKey(join(folder, 'missing'), { make: false })).rejects.toThrow(/missing is missing$/);
  });
});
