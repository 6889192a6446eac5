// An Ed25519 key kept as a private JWK in a file; where it may be made, of several processes that start together the first one wins.
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isNativeError } from 'node:util/types';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';

export interface SigningKey {
  /** The RFC 7638 thumbprint of the public key. */
  readonly keyId: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** For a key set; without the private part. */
  readonly publicJwk: JWK;
}

/** Throws an `Error` that names the file when it is missing and must not be made. */
export async function openSigningKey(file: string, { make }: { readonly make: boolean }): Promise<SigningKey> {
  const jwk = (await read(file)) ?? (make ? await makeKey(file) : undefined);
  if (!jwk) throw new Error(`the signing key ${file} is missing`);
  const { d, ...publicPart } = jwk;
  const [privateKey, publicKey] = await Promise.all([importJWK({ ...publicPart, d }, 'EdDSA'), importJWK(publicPart, 'EdDSA')]);
  const keyId = await calculateJwkThumbprint(publicPart);
  return {
    keyId,
    privateKey: privateKey as CryptoKey,
    publicKey: publicKey as CryptoKey,
    publicJwk: { ...publicPart, kid: keyId, alg: 'EdDSA', use: 'sig' },
  };
}

async function makeKey(file: string): Promise<JWK | undefined> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  await mkdir(dirname(file), { recursive: true });
  await writeOnce(file, JSON.stringify(await exportJWK(privateKey)));
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

async function read(file: string): Promise<JWK | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JWK;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

const hasCode = (error: unknown, code: string): boolean => isNativeError(error) && 'code' in error && error.code === code;
