// The sandbox's own token issuer: an Ed25519 key in the data folder, shared by every process that uses the folder.
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { Subject } from './identity.js';
import type { Issuer } from './tokens.js';

const issuer = 'urn:sunset:sandbox';
const audience = 'sunset';
const roleClaim = 'role';
const accountClaim = 'account_id';
const lifetime = '30 days';

export class Sandbox {
  private constructor(
    private readonly privateKey: CryptoKey,
    private readonly publicKey: CryptoKey,
  ) {}

  static async open(dataDir: string): Promise<Sandbox> {
    const { d, ...publicPart } = await readOrMakeKey(dataDir);
    const [privateKey, publicKey] = await Promise.all([importJWK({ ...publicPart, d }, 'EdDSA'), importJWK(publicPart, 'EdDSA')]);
    return new Sandbox(privateKey as CryptoKey, publicKey as CryptoKey);
  }

  get issuer(): Issuer {
    return { issuer, audience, roleClaim, accountClaim, key: () => this.publicKey };
  }

  sign({ role, subject, accountId }: Subject): Promise<string> {
    return new SignJWT({ [roleClaim]: role, ...(accountId !== undefined && { [accountClaim]: accountId }) })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime(lifetime)
      .sign(this.privateKey);
  }
}

async function readOrMakeKey(dataDir: string): Promise<JWK> {
  const file = join(dataDir, 'sandbox-token-key.json');
  const known = await read(file);
  if (known) return known;
  await mkdir(dataDir, { recursive: true });
  await writeOnce(file, JSON.stringify(await newKey()));
  const made = await read(file);
  if (!made) throw new Error(`${file} vanished while it was read`);
  return made;
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return exportJWK(privateKey);
}

/** Appears whole or not at all; of several processes that start together the first one wins. */
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
