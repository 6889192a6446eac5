// An Ed25519 key kept as a private JWK in a file; where it may be made, of several processes that start together the first one wins.
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isNativeError } from 'node:util/types';
import { jwksOf, KeySetError, publicKeysOf, type PublicJwk } from '#certificates';

export interface SigningKey {
  /** The RFC 7638 thumbprint of the public key. */
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** For a key set: the public part of this key, then of former ones that the file holds. */
  readonly published: readonly PublicJwk[];
}

/**
 * The file holds a private JWK, or a JWK set whose first key signs; the others are former ones, of which the public part is enough.
 * Throws an `Error` that names the file, and shows nothing of it, when there is no such key or the file is missing and must not be made.
 */
export async function openSigningKey(file: string, { make }: { readonly make: boolean }): Promise<SigningKey> {
  const text = (await read(file)) ?? (make ? await makeKey(file) : undefined);
  if (text === undefined) throw new Error(`the signing key ${file} is missing`);
  try {
    return signingKeyOf(text);
  } catch (error) {
    throw error instanceof KeySetError ? new Error(`the signing key ${file} ${error.message}`) : error;
  }
}

function signingKeyOf(text: string): SigningKey {
  const [first] = jwksOf(text);
  const keys = publicKeysOf(text);
  const [{ keyId, key: publicKey, jwk }] = keys as [(typeof keys)[number]];
  const privateKey = privateKeyOf(first?.['d'], jwk);
  return { keyId, privateKey, publicKey, published: keys.map((one) => one.jwk) };
}

function privateKeyOf(d: unknown, { kty, crv, x }: PublicJwk): KeyObject {
  if (typeof d !== 'string' || Buffer.from(d, 'base64url').length !== 32) throw new KeySetError('does not begin with a private key');
  const key = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' });
  // The platform reads `d` alone: what was signed could not be checked with the key that is published.
  if (createPublicKey(key).export({ format: 'jwk' }).x !== x) throw new KeySetError('begins with a key whose private and public part do not belong together');
  return key;
}

async function makeKey(file: string): Promise<string | undefined> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await mkdir(dirname(file), { recursive: true });
  await writeOnce(file, JSON.stringify(privateKey.export({ format: 'jwk' })));
  return read(file);
}

/** Appears whole or not at all. */
async function writeOnce(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft);
  }
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

const hasCode = (error: unknown, code: string): boolean => isNativeError(error) && 'code' in error && error.code === code;
