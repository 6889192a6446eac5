// The public keys that certificates are checked with, read from a JWK or a JWK set; a key is named by its own thumbprint, whatever `kid` says.
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';

/** As RFC 8037 writes an Ed25519 key; nothing private is in it. */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly alg: 'EdDSA';
  readonly use: 'sig';
}

export interface PublicKey {
  /** The RFC 7638 thumbprint. */
  readonly keyId: string;
  readonly key: KeyObject;
  readonly jwk: PublicJwk;
}

/** The file or answer holds no keys; the message never shows what it holds. */
export class KeySetError extends Error {
  override name = 'KeySetError';
}

/** The parts of a JWK set, or the JWK itself, as they are. Throws {@link KeySetError}. */
export function jwksOf(text: string): readonly Readonly<Record<string, unknown>>[] {
  const parsed = parse(text);
  const jwks = isObject(parsed) && 'keys' in parsed ? parsed['keys'] : [parsed];
  if (!Array.isArray(jwks) || jwks.length === 0 || !jwks.every(isObject)) throw new KeySetError('is neither a JWK nor a JWK set with a key in it');
  return jwks;
}

/** Throws {@link KeySetError} unless all are Ed25519 keys. Private keys may stand there too: only their public part is read. */
export const publicKeysOf = (text: string): readonly PublicKey[] => jwksOf(text).map((jwk, index) => publicKey(jwk, index));

function publicKey({ kty, crv, x }: Readonly<Record<string, unknown>>, index: number): PublicKey {
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || !isKeyText(x)) {
    throw new KeySetError(`key ${index + 1} is not an Ed25519 key (kty "OKP", crv "Ed25519")`);
  }
  const keyId = createHash('sha256').update(canonicalJson({ crv, kty, x })).digest('base64url');
  return { keyId, key: createPublicKey({ key: { kty, crv, x }, format: 'jwk' }), jwk: { kty, crv, x, kid: keyId, alg: 'EdDSA', use: 'sig' } };
}

/** 32 bytes in the one way to write them, for the thumbprint is made of the text. */
const isKeyText = (x: string): boolean => {
  const bytes = Buffer.from(x, 'base64url');
  return bytes.length === 32 && bytes.toString('base64url') === x;
};

/** The platform's own message would quote the text, which may be a private key. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new KeySetError('is not JSON');
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
