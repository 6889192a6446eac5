// The master keys that wrap every data key: the first one wraps, all of them unwrap.
import { createHmac } from 'node:crypto';
import { decrypt, encrypt } from './cipher.js';

/** The configuration of the master keys is missing or malformed; the message says where and how to make a key. */
export class MasterKeyError extends Error {
  override name = 'MasterKeyError';
}

/** What is asked for was wrapped by a master key that this process does not hold; another one may, so it is no fault of what is asked for. */
export class MasterKeyMissing extends MasterKeyError {
  override name = 'MasterKeyMissing';
  /** Whoever retries neither counts this nor gives up. */
  readonly unavailable = true;

  constructor(readonly keyId: string) {
    super(`the master key ${keyId} wrapped this and is not configured: keep older keys until they are rewrapped, and give every process the new one first`);
  }
}

export const keyLength = 32;
const idLength = 8;
export const advice = `Give ${keyLength} random bytes in base64, e.g. from: openssl rand -base64 ${keyLength}`;

/** Eight bytes that name a key without telling anything about it. */
const idOf = (key: Buffer): Buffer => createHmac('sha256', key).update('sunset master key id').digest().subarray(0, idLength);

/** In hexadecimal: of the key that wrapped it. */
export const masterIdIn = (wrapped: Buffer): string => wrapped.subarray(0, idLength).toString('hex');

export class MasterKeys {
  /** The id of the key that wraps, as it stands at the head of what it wrapped. */
  readonly currentId: Buffer;
  /** In hexadecimal, in the order in which the keys were given: the current one first. */
  readonly ids: readonly string[];
  private readonly current: Buffer;
  private readonly byId: ReadonlyMap<string, Buffer>;

  /** The current key first, then older ones that may still have wrapped something; 32 bytes each. */
  constructor(keys: readonly Buffer[]) {
    const [current] = keys;
    if (!current) throw new MasterKeyError(`no master key. ${advice}`);
    if (keys.some((key) => key.length !== keyLength)) throw new MasterKeyError(`a master key has ${keyLength} bytes. ${advice}`);
    this.current = current;
    this.currentId = idOf(current);
    this.ids = keys.map((key) => idOf(key).toString('hex'));
    this.byId = new Map(keys.map((key, index) => [this.ids[index]!, key]));
  }

  /** `context` is bound to the result: unwrapping with another one fails. */
  wrap(secret: Buffer, context: string): Buffer {
    return Buffer.concat([this.currentId, encrypt(this.current, secret, context)]);
  }

  unwrap(wrapped: Buffer, context: string): Buffer {
    const id = masterIdIn(wrapped);
    const key = this.byId.get(id);
    if (!key) throw new MasterKeyMissing(id);
    return decrypt(key, wrapped.subarray(idLength), context);
  }
}
