// Empties the stores, batch by batch: what was deleted is counted and committed to in the transaction that deletes it.
import { createHash } from 'node:crypto';
import { type Database, ofAccount, shardOf } from '#postgres';
import { type Counts, type DataStore, plus, type PurgedBatch, totalOf } from './data-store.js';
import type { ClaimedPurge, EmptiedStore } from './purge.js';
import type { Purges } from './purges.js';

interface Progress {
  readonly deleted: Counts;
  readonly digests: number;
  readonly digest_sum: Buffer;
  readonly finished: boolean;
}

export interface EmptyingSettings {
  /** Records deleted by one statement. */
  readonly batch: number;
  /** After each batch, with what the purge has deleted of that store so far. */
  readonly onProgress: (store: string, deleted: Counts) => void;
}

const modulus = 1n << 256n;

export class Emptying {
  constructor(
    private readonly database: Database,
    private readonly purges: Purges,
    private readonly stores: readonly DataStore[],
    private readonly settings: EmptyingSettings,
  ) {}

  async run(purge: ClaimedPurge, stopping: AbortSignal): Promise<void> {
    for (const [place, store] of this.stores.entries()) {
      await this.plan(purge, store, place);
      if (!(await this.progress(purge, store)).finished) await this.empty(purge, store, stopping);
    }
  }

  /** What each store held, as it was counted. */
  async emptied({ purgeId, accountId, salt }: ClaimedPurge): Promise<EmptiedStore[]> {
    const rows = await this.database.query<{ store: string; planned: Counts | null; deleted: Counts; digests: number; digest_sum: Buffer }>(
      `SELECT store, planned, deleted, digests, digest_sum FROM sunset.purge_stores WHERE ${ofAccount('$2')} AND purge_id = $1 ORDER BY place`,
      [purgeId, accountId],
    );
    return rows.map(({ store, planned, deleted, digests, digest_sum: sum }) => ({
      name: store,
      counts: planned ? atLeast(planned, deleted) : deleted,
      commitment: digests === 0 ? null : { algorithm: 'sha-256-sum', salt: salt.toString('base64url'), sum: sum.toString('hex') },
    }));
  }

  /** The names of the stores that hold something of the account still. */
  async holding(accountId: string): Promise<readonly string[]> {
    const names: string[] = [];
    for (const store of this.stores) if (totalOf(await store.counts(accountId)) > 0) names.push(store.name);
    return names;
  }

  /** What cannot be counted with its deletion is counted before the first of it. */
  private async plan(purge: ClaimedPurge, store: DataStore, place: number): Promise<void> {
    const planned = store.transactional ? null : await store.counts(purge.accountId);
    await this.purges.fenced(purge, () =>
      this.database.execute(
        `INSERT INTO sunset.purge_stores (purge_id, shard, account_id, store, place, planned) VALUES ($1, ${shardOf('$5')}, $5, $2, $3, $4)
         ON CONFLICT (purge_id, account_id, shard, store) DO NOTHING`,
        [purge.purgeId, store.name, place, planned && JSON.stringify(planned), purge.accountId],
      ));
  }

  private async empty(purge: ClaimedPurge, store: DataStore, stopping: AbortSignal): Promise<void> {
    let walked = 0;
    for (let cursor: string | null = null; ; ) {
      stopping.throwIfAborted();
      const { counts, next } = await this.deleteBatch(purge, store, cursor);
      walked += totalOf(counts);
      cursor = next;
      if (next !== null) continue;
      if (walked === 0) break;
      walked = 0;
    }
    await this.purges.fenced(purge, () =>
      this.database.execute(`UPDATE sunset.purge_stores SET finished = true WHERE ${ofAccount('$3')} AND purge_id = $1 AND store = $2`, [purge.purgeId, store.name, purge.accountId]));
  }

  private async deleteBatch(purge: ClaimedPurge, store: DataStore, cursor: string | null): Promise<PurgedBatch> {
    const { accountId } = purge;
    // Also what does not go with the transaction is deleted inside it: until it ends, nobody else can take the purge up and finish it.
    return this.purges.fenced(purge, async () => {
      const batch = await store.purgeBatch(accountId, cursor, this.settings.batch);
      if (totalOf(batch.counts) > 0) await this.record(purge, store, batch);
      return batch;
    });
  }

  private async record(purge: ClaimedPurge, store: DataStore, { counts, digests }: PurgedBatch): Promise<void> {
    const { deleted, digests: before, digest_sum: sum } = await this.progress(purge, store);
    const now = plus(deleted, counts);
    await this.database.execute(
      `UPDATE sunset.purge_stores SET deleted = $3, digests = $4, digest_sum = $5 WHERE ${ofAccount('$6')} AND purge_id = $1 AND store = $2`,
      [purge.purgeId, store.name, JSON.stringify(now), before + digests.length, sumOf(sum, purge.salt, digests), purge.accountId],
    );
    this.settings.onProgress(store.name, now);
  }

  private async progress({ purgeId, accountId }: ClaimedPurge, { name }: DataStore): Promise<Progress> {
    const [row] = await this.database.query<Progress>(
      `SELECT deleted, digests, digest_sum, finished FROM sunset.purge_stores WHERE ${ofAccount('$3')} AND purge_id = $1 AND store = $2`,
      [purgeId, name, accountId],
    );
    return row!;
  }
}

/** Whoever still has the sealed records can compute the same sum; nobody can compute a record of it. */
export function sumOf(sum: Buffer, salt: Buffer, digests: readonly Buffer[]): Buffer {
  const start = sum.length === 0 ? 0n : BigInt(`0x${sum.toString('hex')}`);
  const total = digests.reduce((now, digest) => now + BigInt(`0x${createHash('sha256').update(salt).update(digest).digest('hex')}`), start);
  return Buffer.from((total % modulus).toString(16).padStart(64, '0'), 'hex');
}

const atLeast = (planned: Counts, deleted: Counts): Counts =>
  Object.fromEntries(Object.keys({ ...planned, ...deleted }).map((category) => [category, Math.max(planned[category] ?? 0, deleted[category] ?? 0)]));
