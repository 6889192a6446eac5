// Signs a certificate or a receipt as a compact JWS over its canonical bytes, and finds out whether what somebody holds is still what was signed.
import { sign, verify, type KeyObject } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import { certificateFormat, type PurgeCertificate } from './certificate.js';
import type { PublicKey } from './public-keys.js';
import { receiptFormat, type CancellationReceipt } from './receipt.js';

/** What can be signed: by the name that it has in the route's answer. */
interface Signable {
  readonly certificate: PurgeCertificate;
  readonly receipt: CancellationReceipt;
}

export type Kind = keyof Signable;

const kinds: { readonly [K in Kind]: { readonly mediaType: string; readonly format: Signable[K]['format'] } } = {
  certificate: { mediaType: 'purge-certificate+json', format: certificateFormat },
  receipt: { mediaType: 'cancellation-receipt+json', format: receiptFormat },
};

/** The route's answer; or a JWS alone, whose payload is the certificate, or the receipt. */
export interface Signed {
  readonly jws: string;
  /** What stands beside the JWS, believed only if it is what was signed. */
  readonly beside?: unknown;
}

/** Where something is wrong. `key`: none of the keys at hand signed it. `file`: it is nothing signed at all. `certificate`, `receipt`: what stands beside the JWS. */
export type Fault = 'file' | 'header' | 'key' | 'payload' | 'signature' | 'format' | Kind;

export type Verdict<K extends Kind> =
  | { readonly valid: true; readonly content: Signable[K]; readonly keyId: string }
  | { readonly valid: false; readonly fault: Fault; readonly reason: string };

/** An Ed25519 signature over the same bytes with the same key is always the same. */
export function signDocument<K extends Kind>(kind: K, content: Signable[K], { keyId, privateKey }: { readonly keyId: string; readonly privateKey: KeyObject }): string {
  const toSign = [headerOf(kind, keyId), canonicalJson(content)].map((text) => Buffer.from(text).toString('base64url')).join('.');
  return `${toSign}.${sign(null, Buffer.from(toSign), privateKey).toString('base64url')}`;
}

/** The text of a file: the route's answer as JSON, or a JWS. `null` when it is neither. */
export function readSigned(kind: Kind, text: string): Signed | null {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return { jws: trimmed };
  const parsed = parsedJson(trimmed);
  if (!isObject(parsed)) return null;
  const { [kind]: beside, jws, ...more } = parsed;
  return typeof jws === 'string' && beside !== undefined && Object.keys(more).length === 0 ? { jws, beside } : null;
}

/** Needs nothing but the keys. Every byte counts, also those that other readers of base64url pass over. */
export function verifySigned<K extends Kind>(kind: K, { jws, beside }: Signed, keys: readonly PublicKey[]): Verdict<K> {
  const parts = jws.split('.');
  const [header, payload, signature] = parts.map(decoded);
  if (parts.length !== 3) return invalid('file', `it is neither an answer with ${kind} and jws nor a compact JWS of three parts`);
  if (!header) return invalid('header', 'the header of the JWS is not base64url');
  if (!payload) return invalid('payload', 'the payload of the JWS is not base64url');
  if (signature?.length !== 64) return invalid('signature', 'the signature of the JWS is not 64 bytes of base64url');

  const keyId = keyIdOf(kind, header);
  if (keyId === null) return invalid('header', 'the header of the JWS is not one of ours');
  const key = keys.find((one) => one.keyId === keyId);
  if (!key) return invalid('key', `it says that it was signed with the key ${keyId}; the keys at hand are ${keys.map((one) => one.keyId).join(', ')}`);

  const isBeside = beside === undefined ? null : canonicalOf(beside)?.equals(payload) === true;
  if (!verify(null, Buffer.from(`${parts[0]}.${parts[1]}`), key.key, signature)) return notSigned(kind, isBeside);
  const content = parsedJson(payload.toString());
  if (!isObject(content) || canonicalOf(content)?.equals(payload) !== true) return invalid('payload', 'what was signed is not canonical JSON');
  if (!isOfFormat(kind, content)) return invalid('format', `what was signed is not a ${kinds[kind].format}`);
  if (isBeside === false) return invalid(kind, `the ${kind} beside the JWS is not the one that was signed`);
  return { valid: true, content, keyId };
}

const invalid = (fault: Fault, reason: string) => ({ valid: false, fault, reason }) as const;

/** Of three that should agree, the one that agrees with neither other was changed. */
function notSigned(kind: Kind, isBeside: boolean | null): ReturnType<typeof invalid> {
  if (isBeside === null) return invalid('signature', 'the signature does not belong to the payload: one of them was changed');
  return isBeside
    ? invalid('signature', `the signature does not belong to the payload, which is the ${kind} beside it: the signature was changed, or both of them`)
    : invalid('payload', `the payload belongs neither to the signature nor to the ${kind} beside it: it was changed`);
}

const headerOf = (kind: Kind, keyId: string): string => canonicalJson({ alg: 'EdDSA', kid: keyId, typ: kinds[kind].mediaType });

/** `null` unless the header is exactly what we write: no other algorithm, no member that would want to be understood. */
function keyIdOf(kind: Kind, header: Buffer): string | null {
  const parsed = parsedJson(header.toString());
  if (!isObject(parsed) || typeof parsed['kid'] !== 'string') return null;
  return Buffer.from(headerOf(kind, parsed['kid'])).equals(header) ? parsed['kid'] : null;
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
const isOfFormat = <K extends Kind>(kind: K, content: unknown): content is Signable[K] => isObject(content) && content['format'] === kinds[kind].format;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
