// The master keys that wrap every data key: the first one wraps, all of them unwrap.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decrypt, encrypt } from './cipher.js';

/** The configuration of the master keys is missing or malformed; the message says where and how to make a key. */
export class MasterKeyError extends Error {
  override name = 'MasterKeyError';
}

const keyLength = 32;
const idLength = 8;
const advice = `Give ${keyLength} random bytes in base64, e.g. from: openssl rand -base64 ${keyLength}`;

/** Eight bytes that name a key without telling anything about it. */
const idOf = (key: Buffer): Buffer => createHmac('sha256', key).update('sunset master key id').digest().subarray(0, idLength);

export class MasterKeys {
  /** The id of the key that wraps, as it stands at the head of what it wrapped. */
  readonly currentId: Buffer;
  private readonly current: Buffer;
  private readonly byId: ReadonlyMap<string, Buffer>;

  /** The current key first, then older ones that may still have wrapped something; 32 bytes each. */
  constructor(keys: readonly Buffer[]) {
    const [current] = keys;
    if (!current) throw new MasterKeyError(`no master key. ${advice}`);
    if (keys.some((key) => key.length !== keyLength)) throw new MasterKeyError(`a master key has ${keyLength} bytes. ${advice}`);
    this.current = current;
    this.currentId = idOf(current);
    this.byId = new Map(keys.map((key) => [idOf(key).toString('hex'), key]));
  }

  /** `context` is bound to the result: unwrapping with another one fails. */
  wrap(secret: Buffer, context: string): Buffer {
    return Buffer.concat([this.currentId, encrypt(this.current, secret, context)]);
  }

  unwrap(wrapped: Buffer, context: string): Buffer {
    const id = wrapped.subarray(0, idLength).toString('hex');
    const key = this.byId.get(id);
    if (!key) throw new MasterKeyError(`the master key ${id} wrapped this and is not configured: keep older keys until they are rewrapped`);
    return decrypt(key, wrapped.subarray(idLength), context);
  }
}

/**
 * Reads `SUNSET_MASTER_KEY`, or the file that `SUNSET_MASTER_KEY_FILE` names: one or more base64 keys of 32 bytes, separated by
 * white space or commas, the current one first. Throws {@link MasterKeyError}, which never shows a key.
 */
export function masterKeysFrom(env: Readonly<Record<string, string | undefined>>): MasterKeys {
  const { SUNSET_MASTER_KEY: inline, SUNSET_MASTER_KEY_FILE: file } = env;
  if (inline && file) throw new MasterKeyError('SUNSET_MASTER_KEY and SUNSET_MASTER_KEY_FILE are both set: keep one');
  const source = file ? `the file of SUNSET_MASTER_KEY_FILE (${file})` : 'SUNSET_MASTER_KEY';
  const text = file ? read(file) : (inline ?? '');
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length === 0) throw new MasterKeyError(`${source} is ${file ? 'empty' : 'not set, nor is SUNSET_MASTER_KEY_FILE'}. ${advice}`);
  return new MasterKeys(words.map((word, index) => parse(word, `key ${index + 1} of ${source}`)));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new MasterKeyError(`SUNSET_MASTER_KEY_FILE cannot be read: ${(error as Error).message}`);
  }
}

function parse(word: string, where: string): Buffer {
  const key = Buffer.from(word, 'base64');
  if (key.toString('base64').replace(/=+$/, '') !== word.replace(/=+$/, '')) throw new MasterKeyError(`${where} is not base64. ${advice}`);
  if (key.length !== keyLength) throw new MasterKeyError(`${where} has ${key.length} bytes instead of ${keyLength}. ${advice}`);
  return key;
}
