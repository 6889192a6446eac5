// Signs a certificate as a compact JWS over its canonical bytes, and finds out whether what somebody holds is still what was signed.
import { sign, verify, type KeyObject } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import { certificateFormat, type PurgeCertificate } from './certificate.js';
import type { PublicKey } from './public-keys.js';

const mediaType = 'purge-certificate+json';

/** The route's answer; or a JWS alone, whose payload is the certificate. */
export interface SignedCertificate {
  readonly jws: string;
  /** What stands beside the JWS, believed only if it is what was signed. */
  readonly certificate?: unknown;
}

/** Where something is wrong. `key`: none of the keys at hand signed it. `file`: it is not a signed certificate at all. */
export type Fault = 'file' | 'header' | 'key' | 'payload' | 'signature' | 'certificate' | 'format';

export type Verdict =
  | { readonly valid: true; readonly certificate: PurgeCertificate; readonly keyId: string }
  | { readonly valid: false; readonly fault: Fault; readonly reason: string };

/** An Ed25519 signature over the same bytes with the same key is always the same. */
export function signCertificate(certificate: PurgeCertificate, { keyId, privateKey }: { readonly keyId: string; readonly privateKey: KeyObject }): string {
  const signed = [headerOf(keyId), canonicalJson(certificate)].map((text) => Buffer.from(text).toString('base64url')).join('.');
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
}

/** The text of a file: the route's answer as JSON, or a JWS. `null` when it is neither. */
export function readSigned(text: string): SignedCertificate | null {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return { jws: trimmed };
  const parsed = parsedJson(trimmed);
  if (!isObject(parsed)) return null;
  const { certificate, jws, ...more } = parsed;
  return typeof jws === 'string' && certificate !== undefined && Object.keys(more).length === 0 ? { jws, certificate } : null;
}

/** Needs nothing but the keys. Every byte counts, also those that other readers of base64url pass over. */
export function verifyCertificate({ jws, certificate: beside }: SignedCertificate, keys: readonly PublicKey[]): Verdict {
  const parts = jws.split('.');
  const [header, payload, signature] = parts.map(decoded);
  if (parts.length !== 3) return invalid('file', 'it is neither an answer with certificate and jws nor a compact JWS of three parts');
  if (!header) return invalid('header', 'the header of the JWS is not base64url');
  if (!payload) return invalid('payload', 'the payload of the JWS is not base64url');
  if (signature?.length !== 64) return invalid('signature', 'the signature of the JWS is not 64 bytes of base64url');

  const keyId = keyIdOf(header);
  if (keyId === null) return invalid('header', 'the header of the JWS is not one of ours');
  const key = keys.find((one) => one.keyId === keyId);
  if (!key) return invalid('key', `it says that it was signed with the key ${keyId}; the keys at hand are ${keys.map((one) => one.keyId).join(', ')}`);

  const isBeside = beside === undefined ? null : canonicalOf(beside)?.equals(payload) === true;
  if (!verify(null, Buffer.from(`${parts[0]}.${parts[1]}`), key.key, signature)) return notSigned(isBeside);
  const certificate = parsedJson(payload.toString());
  if (!isObject(certificate) || canonicalOf(certificate)?.equals(payload) !== true) return invalid('payload', 'what was signed is not canonical JSON');
  if (!isOfFormat(certificate)) return invalid('format', `what was signed is not a ${certificateFormat}`);
  if (isBeside === false) return invalid('certificate', 'the certificate beside the JWS is not the one that was signed');
  return { valid: true, certificate, keyId };
}

const invalid = (fault: Fault, reason: string): Verdict => ({ valid: false, fault, reason });

/** Of three that should agree, the one that agrees with neither other was changed. */
function notSigned(isBeside: boolean | null): Verdict {
  if (isBeside === null) return invalid('signature', 'the signature does not belong to the payload: one of them was changed');
  return isBeside
    ? invalid('signature', 'the signature does not belong to the payload, which is the certificate beside it: the signature was changed, or both of them')
    : invalid('payload', 'the payload belongs neither to the signature nor to the certificate beside it: it was changed');
}

const headerOf = (keyId: string): string => canonicalJson({ alg: 'EdDSA', kid: keyId, typ: mediaType });

/** `null` unless the header is exactly what we write: no other algorithm, no member that would want to be understood. */
function keyIdOf(header: Buffer): string | null {
  const parsed = parsedJson(header.toString());
  if (!isObject(parsed) || typeof parsed['kid'] !== 'string') return null;
  return Buffer.from(headerOf(parsed['kid'])).equals(header) ? parsed['kid'] : null;
}

/** `null` for text that is not the one way to write some bytes: the last character has bits to spare. */
function decoded(part: string): Buffer | null {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : null;
}

function canonicalOf(value: unknown): Buffer | null {
  try {
    return Buffer.from(canonicalJson(value));
  } catch {
    return null;
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Asked of what we have signed, and with its format its members are ours as well. */
const isOfFormat = (signed: unknown): signed is PurgeCertificate => isObject(signed) && signed['format'] === certificateFormat;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
