// Seals personal fields with a key per account life, and forgets a person by destroying that key.
import { createHmac, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { grouped } from '#kernel';
import { across, type Database, ofAccount, ofAccounts, shardOf } from '#postgres';
import { decrypt, encrypt } from './cipher.js';
import { masterIdIn, MasterKeyError, MasterKeyMissing, type MasterKeys } from './master-keys.js';

/** A data key in the clear. Never keep one beyond the work at hand: a copy in memory outlives the purge. */
export interface AccountKey {
  readonly keyId: string;
  readonly accountId: string;
  readonly secret: Buffer;
}

/** A row of `sunset.account_keys`; `wrapped` is `null` once the key is destroyed. */
export interface WrappedKey {
  readonly keyId: string;
  readonly accountId: string;
  readonly wrapped: Buffer | null;
}

/** 64 hexadecimal digits; the same value always gives the same ones, as long as the key stands. */
export type KeyedHash = (value: string) => string;

/** `context` (say, the id of the row it goes to) is bound to the result: unsealing with another one throws. */
export interface OwnSeal {
  seal(clear: Buffer, context: string): Buffer;
  unseal(sealed: Buffer, context: string): Buffer;
}

interface Sample {
  readonly wrapped: Buffer;
  readonly context: string;
}

const lookupContext = 'lookup_secret';
const rewrapBatch = 500;
/** Rows that are tried of each master key before it counts as one that opens nothing. */
const samplesMost = 10;
/** Spelled as in the index. */
const masterIdOf = 'substring(wrapped FROM 1 FOR 8)';

export class PersonalData {
  constructor(
    private readonly database: Database,
    private readonly masterKeys: MasterKeys,
  ) {}

  /** The account's live key; `null` if nothing of it was ever sealed, or everything is forgotten. */
  async liveKey(accountId: string): Promise<AccountKey | null> {
    return (await this.liveKeys([accountId])).get(accountId) ?? null;
  }

  /** The live keys of those accounts that have one; one statement. */
  async liveKeys(accountIds: readonly string[]): Promise<ReadonlyMap<string, AccountKey>> {
    const ids = [...new Set(accountIds)];
    if (ids.length === 0) return new Map();
    const rows = await this.database.query<{ key_id: string; account_id: string; wrapped: Buffer }>(
      `SELECT key_id, account_id, wrapped FROM sunset.account_keys WHERE ${ofAccounts('$1')} AND destroyed_at IS NULL`,
      [ids],
    );
    return new Map(rows.map(({ key_id: keyId, account_id: accountId, wrapped }) => [accountId, this.unwrap(keyId, accountId, wrapped)]));
  }

  /** The live key of each account; makes those that are missing, in the surrounding transaction, in one statement. */
  async sealingKeys(accountIds: readonly string[]): Promise<ReadonlyMap<string, AccountKey>> {
    for (;;) {
      const keys = new Map(await this.liveKeys(accountIds));
      // In order, so that two who make the same ones wait for each other instead of deadlocking.
      const missing = [...new Set(accountIds)].filter((accountId) => !keys.has(accountId)).sort();
      if (missing.length === 0) return keys;
      const made = missing.map((accountId): AccountKey => ({ keyId: randomUUID(), accountId, secret: randomBytes(32) }));
      const rows = await this.database.query<{ key_id: string }>(
        `INSERT INTO sunset.account_keys (key_id, shard, account_id, wrapped) SELECT key_id, ${shardOf('account_id')}, account_id, wrapped FROM unnest($1::uuid[], $2::text[], $3::bytea[]) AS made (key_id, account_id, wrapped)
         ON CONFLICT (account_id, shard) WHERE destroyed_at IS NULL DO NOTHING RETURNING key_id`,
        [made.map(({ keyId }) => keyId), missing, made.map((key) => this.masterKeys.wrap(key.secret, contextOf(key)))],
      );
      if (rows.length === made.length) return new Map([...keys, ...made.map((key) => [key.accountId, key] as const)]);
    }
  }

  /** The account's live key; makes one, in the surrounding transaction, if there is none. */
  async sealingKey(accountId: string): Promise<AccountKey> {
    return (await this.sealingKeys([accountId])).get(accountId)!;
  }

  /** `null` when the key is destroyed. For rows that were read together with what they unseal. */
  open({ keyId, accountId, wrapped }: WrappedKey): AccountKey | null {
    return wrapped && this.unwrap(keyId, accountId, wrapped);
  }

  /** Account, key and `context` (say, the id of the row it goes to) are bound to the result. `fields` must be JSON. */
  seal(key: AccountKey, fields: Readonly<Record<string, unknown>>, context: string): Buffer {
    return encrypt(sealingSecret(key), Buffer.from(JSON.stringify(fields)), contextOf(key, context));
  }

  /** What {@link seal} was given; `null` when the key or the sealed fields are gone. Throws when either was tampered with. */
  unseal(key: AccountKey | null, sealed: Buffer | null, context: string): Record<string, unknown> | null {
    if (!key || !sealed) return null;
    return JSON.parse(decrypt(sealingSecret(key), sealed, contextOf(key, context)).toString()) as Record<string, unknown>;
  }

  /** Hashes to look up values of one account. Once its key is destroyed nobody can compute them again, whatever is tried. */
  async accountHash(accountId: string): Promise<KeyedHash> {
    return hashOf(await this.sealingKey(accountId));
  }

  /** As {@link accountHash}, of several accounts in one statement. */
  async accountHashes(accountIds: readonly string[]): Promise<ReadonlyMap<string, KeyedHash>> {
    return new Map([...(await this.sealingKeys(accountIds))].map(([accountId, key]) => [accountId, hashOf(key)]));
  }

  /** As {@link accountHash}, of a key that stands; makes none. `null` where there is none. */
  async liveHash(accountId: string): Promise<KeyedHash | null> {
    const key = await this.liveKey(accountId);
    return key && hashOf(key);
  }

  /** Hashes to look up values across accounts. They outlive every purge, and a change of the master key. */
  async globalHash(): Promise<KeyedHash> {
    return hashWith(await this.lookupSecret());
  }

  /** Seals what is nobody's but the service's own, such as a secret it shares with its back end. It outlives every purge, and a change of the master key. */
  async ownSeal(): Promise<OwnSeal> {
    const key = derived(await this.lookupSecret(), 'own seal');
    return {
      seal: (clear, context) => encrypt(key, clear, ownContext(context)),
      unseal: (sealed, context) => decrypt(key, sealed, ownContext(context)),
    };
  }

  /** Destroys the live key, in the surrounding transaction. Answers its id, or `null` if there was none. */
  async forget(accountId: string): Promise<string | null> {
    const [destroyed] = await this.database.query<{ key_id: string }>(
      `UPDATE sunset.account_keys SET wrapped = NULL, destroyed_at = clock_timestamp()
       WHERE ${ofAccount('$1')} AND destroyed_at IS NULL RETURNING key_id`,
      [accountId],
    );
    return destroyed?.key_id ?? null;
  }

  /**
   * Wraps with the current master key what older ones wrapped; no event changes. Tells after each batch how many keys it has done, and
   * answers how many there were. May be interrupted and run again, beside a running service.
   */
  async rewrap(onProgress: (count: number) => void = () => undefined): Promise<number> {
    let total = await this.database.transaction(() => this.rewrapLookupSecret());
    for (;;) {
      const count = await this.database.transaction(() => this.rewrapAccountKeys());
      total += count;
      if (count === 0) return total;
      onProgress(total);
    }
  }

  /** How many keys each master key wraps, by its id in hexadecimal. */
  async wrappedBy(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.query<{ id: string; count: number }>(
      `${across('every key')}SELECT encode(substring(wrapped FROM 1 FOR 8), 'hex') AS id, count(*) AS count
       FROM (SELECT wrapped FROM sunset.account_keys WHERE wrapped IS NOT NULL UNION ALL SELECT wrapped FROM sunset.lookup_secret) keys
       GROUP BY id`,
    );
    return new Map(rows.map(({ id, count }) => [id, count]));
  }

  /**
   * To be called before anything is served or written: whether this process holds every master key that wraps what is in the database. A database in which
   * nothing is wrapped yet belongs from here on to the current key. Throws `MasterKeyError`, which names the keys by their ids.
   */
  async begin(): Promise<void> {
    const samples = await this.samples();
    const missing = [...samples.keys()].filter((id) => !this.masterKeys.ids.includes(id)).sort();
    if (missing.length > 0) {
      throw new MasterKeyError(
        `of the master keys that wrap what is in the database ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not configured, only ${this.masterKeys.ids.join(', ')}: `
        + 'give all of them, those that are older behind the current one. Nothing was served or written',
      );
    }
    const shut = [...samples].find(([, rows]) => !this.opensOneOf(rows))?.[0];
    if (shut !== undefined) throw new MasterKeyError(`the master key ${shut} does not open what carries its id: the rows were changed, or it is another key`);
    await this.lookupSecret();
  }

  /** As {@link begin}; where the tables are still to be made there is nothing to compare. */
  async beginIfMigrated(): Promise<void> {
    const [{ migrated } = { migrated: false }] = await this.database.query<{ migrated: boolean }>(`SELECT to_regclass('sunset.lookup_secret') IS NOT NULL AS migrated`);
    if (migrated) await this.begin();
  }

  /** Opens one of what each master key in use has wrapped. Throws `MasterKeyMissing` where this process does not hold one of them. */
  async probe(): Promise<void> {
    for (const [id, rows] of await this.samples()) {
      if (!this.masterKeys.ids.includes(id)) throw new MasterKeyMissing(id);
      if (!this.opensOneOf(rows)) throw new MasterKeyError(`the master key ${id} does not open what carries its id`);
    }
  }

  /** Some of what each master key in use has wrapped, by the key's id: one row that was damaged says nothing of the key. */
  private async samples(): Promise<ReadonlyMap<string, readonly Sample[]>> {
    const rows = await this.database.query<{ key_id: string; account_id: string; wrapped: Buffer }>(`${across('every key')}
      WITH RECURSIVE used AS (
        (SELECT ${masterIdOf} AS id FROM sunset.account_keys WHERE wrapped IS NOT NULL ORDER BY 1 LIMIT 1)
        UNION ALL
        SELECT (SELECT ${masterIdOf} FROM sunset.account_keys WHERE wrapped IS NOT NULL AND ${masterIdOf} > used.id ORDER BY 1 LIMIT 1) FROM used WHERE used.id IS NOT NULL
      )
      SELECT sample.* FROM used CROSS JOIN LATERAL (
        SELECT key_id, account_id, wrapped FROM sunset.account_keys WHERE wrapped IS NOT NULL AND ${masterIdOf} = used.id LIMIT ${samplesMost}
      ) sample`);
    const secrets = await this.database.query<{ wrapped: Buffer }>('SELECT wrapped FROM sunset.lookup_secret');
    const wrapped = [
      ...rows.map(({ key_id: keyId, account_id: accountId, wrapped }) => ({ wrapped, context: contextOf({ keyId, accountId }) })),
      ...secrets.map(({ wrapped }) => ({ wrapped, context: lookupContext })),
    ];
    return grouped(wrapped, (sample) => masterIdIn(sample.wrapped));
  }

  private opensOneOf(samples: readonly Sample[]): boolean {
    return samples.some(({ wrapped, context }) => {
      try {
        return this.masterKeys.unwrap(wrapped, context).length > 0;
      } catch {
        return false;
      }
    });
  }

  /** Made when it is first asked for. */
  private async lookupSecret(): Promise<Buffer> {
    for (;;) {
      const [found] = await this.database.query<{ wrapped: Buffer }>('SELECT wrapped FROM sunset.lookup_secret');
      if (found) return this.masterKeys.unwrap(found.wrapped, lookupContext);
      await this.database.execute('INSERT INTO sunset.lookup_secret (wrapped) VALUES ($1) ON CONFLICT DO NOTHING', [
        this.masterKeys.wrap(randomBytes(32), lookupContext),
      ]);
    }
  }

  private async rewrapAccountKeys(): Promise<number> {
    const rows = await this.database.query<{ key_id: string; account_id: string; wrapped: Buffer }>(
      `${across('every key')}SELECT key_id, account_id, wrapped FROM sunset.account_keys
       WHERE wrapped IS NOT NULL AND substring(wrapped FROM 1 FOR 8) <> $1 ORDER BY key_id LIMIT ${rewrapBatch} FOR UPDATE`,
      [this.masterKeys.currentId],
    );
    for (const { key_id: keyId, account_id: accountId, wrapped } of rows) {
      const key = this.unwrap(keyId, accountId, wrapped);
      const fresh = this.masterKeys.wrap(key.secret, contextOf(key));
      await this.database.execute(`UPDATE sunset.account_keys SET wrapped = $3 WHERE ${ofAccount('$1')} AND key_id = $2`, [accountId, keyId, fresh]);
    }
    return rows.length;
  }

  private async rewrapLookupSecret(): Promise<number> {
    const [row] = await this.database.query<{ wrapped: Buffer }>(
      'SELECT wrapped FROM sunset.lookup_secret WHERE substring(wrapped FROM 1 FOR 8) <> $1 FOR UPDATE',
      [this.masterKeys.currentId],
    );
    if (!row) return 0;
    const fresh = this.masterKeys.wrap(this.masterKeys.unwrap(row.wrapped, lookupContext), lookupContext);
    await this.database.execute('UPDATE sunset.lookup_secret SET wrapped = $1', [fresh]);
    return 1;
  }

  private unwrap(keyId: string, accountId: string, wrapped: Buffer): AccountKey {
    return { keyId, accountId, secret: this.masterKeys.unwrap(wrapped, contextOf({ keyId, accountId })) };
  }
}

const contextOf = ({ accountId, keyId }: { accountId: string; keyId: string }, ...more: string[]): string =>
  JSON.stringify([accountId, keyId, ...more]);

const ownContext = (context: string): string => JSON.stringify(['own', context]);

/** One data key, several uses, no two with the same bytes. */
const derived = (secret: Buffer, use: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `sunset ${use}`, 32));

/** Derived once for a key at hand, and forgotten with it. */
const sealingSecrets = new WeakMap<AccountKey, Buffer>();

function sealingSecret(key: AccountKey): Buffer {
  const known = sealingSecrets.get(key);
  if (known) return known;
  const secret = derived(key.secret, 'seal');
  sealingSecrets.set(key, secret);
  return secret;
}

const hashWith =
  (key: Buffer): KeyedHash =>
  (value) =>
    createHmac('sha256', key).update(value).digest('hex');

const hashOf = ({ secret }: AccountKey): KeyedHash => hashWith(derived(secret, 'look-up'));
