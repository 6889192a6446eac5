// An account's campaigns, messages, contacts and reports: sealed as they come in, streamed out, deleted in batches.
import { isRefusal, type Refusal } from '#kernel';
import { type AccountKey, joinKey, type PersonalData } from '#personal-data';
import { type Database, ofAccount, shardOf } from '#postgres';
import { slice, sliceLength } from '#running';
import { categories, type Category, type CategoryCounts, countsOf } from './category.js';
import type { PurgedBatch } from './purged-batch.js';
import { type FaultOf, type IncomingRecord, parseRecords } from './records.js';

/** The first half of the advisory lock's key. */
const uploadLockSpace = 0x64_61_74;
const writeBatch = 500;
const readBatch = 1_000;
const chunkBytes = 1024 * 1024;

export class RetainedData {
  readonly name = 'retained data';
  readonly transactional = true;

  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
  ) {}

  /**
   * `ndjson`: at most 10,000 lines and 8 MiB, each line an object with an `id` of 1 to 200 characters. A known id is replaced and
   * keeps its place. Answers how many records were written; a bad line stores nothing, and its errors point at `/lines/<index>`.
   * `faultOf`: what else makes a line bad.
   */
  async write(accountId: string, category: Category, ndjson: string, faultOf?: FaultOf): Promise<number | Refusal<'invalid_request'>> {
    const records = parseRecords(ndjson, faultOf);
    if (isRefusal(records)) return records;
    if (records.length > 0) await this.database.transaction(() => this.store(accountId, category, records));
    return records.length;
  }

  /**
   * NDJSON in the order in which the records first came, in chunks of about a mebibyte, opened in slices; the consumer sets the pace. What is
   * purged meanwhile is missing: the chunks then end early, each of them whole.
   */
  async *read(accountId: string, category: Category): AsyncGenerator<string, void, void> {
    let key: AccountKey | null = null;
    for (let after = 0; ; ) {
      const rows = await this.batch(accountId, category, after);
      if (rows.length === 0) return;
      let [chunk, opened] = ['', 0];
      for (const { key_id: keyId, wrapped, record_hash: hash, body } of rows) {
        if (wrapped === null) continue;
        if (chunk.length >= opened) {
          await slice();
          opened = chunk.length + sliceLength;
        }
        if (key?.keyId !== keyId) key = this.personalData.open({ keyId, accountId, wrapped });
        const { text } = this.personalData.unseal(key, body, contextOf(category, hash)) as { text: string };
        chunk += `${text}\n`;
      }
      if (chunk !== '') yield chunk;
      after = rows.at(-1)!.position;
    }
  }

  async counts(accountId: string): Promise<CategoryCounts> {
    return countsOf(
      await this.database.query<{ category: Category; count: number }>(
        `SELECT category, count(*) AS count FROM sunset.retained_data WHERE ${ofAccount('$1')} GROUP BY category`,
        [accountId],
      ),
    );
  }

  /** Deletes at most `limit` records behind `cursor` (`null`: from the beginning) in the surrounding transaction. */
  async purgeBatch(accountId: string, cursor: string | null, limit: number): Promise<PurgedBatch> {
    const [begun, after] = startOf(cursor);
    for (const category of categories.slice(categories.indexOf(begun))) {
      const { last, digests } = await this.deleteBehind(accountId, category, category === begun ? after : 0, limit);
      if (last !== null) return { counts: countsOf([{ category, count: digests.length }]), digests, next: JSON.stringify([category, last]) };
    }
    return { counts: countsOf([]), digests: [], next: null };
  }

  private async store(accountId: string, category: Category, records: readonly IncomingRecord[]): Promise<void> {
    // One upload after the other: two with ids in common, in another order, would deadlock.
    await this.database.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [uploadLockSpace, `${accountId} ${category}`]);
    const key = await this.personalData.sealingKey(accountId);
    const hashOf = await this.personalData.accountHash(accountId);
    for (let start = 0; start < records.length; start += writeBatch) {
      const sealed: { readonly hash: string; readonly body: Buffer }[] = [];
      let unpaid = Infinity;
      for (const { id, text } of records.slice(start, start + writeBatch)) {
        if (unpaid >= sliceLength) {
          await slice();
          unpaid = 0;
        }
        const hash = hashOf(`${category} ${id}`);
        sealed.push({ hash, body: this.personalData.seal(key, { text }, contextOf(category, hash)) });
        unpaid += text.length;
      }
      await this.database.execute(
        `INSERT INTO sunset.retained_data (shard, account_id, category, record_hash, key_id, body)
         SELECT ${shardOf('$1')}, $1, $2, decode(given.hash, 'hex'), $3, given.body
         FROM unnest($4::text[], $5::bytea[]) WITH ORDINALITY AS given (hash, body, place) ORDER BY given.place
         ON CONFLICT (account_id, shard, category, record_hash) DO UPDATE SET body = excluded.body`,
        [accountId, category, key.keyId, sealed.map(({ hash }) => hash), sealed.map(({ body }) => body)],
      );
    }
  }

  /** Rows and the key that opens them in one statement, so that they are of one moment; as many as fit into a chunk, and at least one. */
  private async batch(accountId: string, category: Category, after: number): Promise<Row[]> {
    return this.database.query<Row>(
      `SELECT r.position, r.record_hash, r.key_id, r.body, k.wrapped FROM (
         SELECT shard, account_id, position, encode(record_hash, 'hex') AS record_hash, key_id, body,
           sum(octet_length(body)) OVER (ORDER BY position) - octet_length(body) AS bytes_before
         FROM sunset.retained_data WHERE ${ofAccount('$1')} AND category = $2 AND position > $3 ORDER BY position LIMIT ${readBatch}
       ) r ${joinKey('r')}
       WHERE r.bytes_before < ${chunkBytes} ORDER BY r.position`,
      [accountId, category, after],
    );
  }

  /** Begins behind the last batch: the index is not walked again over what is deleted and not yet vacuumed. */
  private async deleteBehind(accountId: string, category: Category, after: number, limit: number): Promise<Deleted> {
    const rows = await this.database.query<{ last: number | null; digest: Buffer | null }>(
      `WITH batch AS MATERIALIZED (
         SELECT max(position) AS last FROM (
           SELECT position FROM sunset.retained_data WHERE ${ofAccount('$1')} AND category = $2 AND position > $3 ORDER BY position LIMIT $4
         ) AS rows
       ), deleted AS (
         DELETE FROM sunset.retained_data WHERE ${ofAccount('$1')} AND category = $2 AND position > $3 AND position <= (SELECT last FROM batch)
         RETURNING position, sha256(record_hash || body) AS digest
       ) SELECT batch.last, deleted.digest FROM batch LEFT JOIN deleted ON true ORDER BY deleted.position`,
      [accountId, category, after, limit],
    );
    return { last: rows[0]!.last, digests: rows.flatMap(({ digest }) => digest ?? []) };
  }
}

/** What a sealed body is bound to, besides account and key. */
const contextOf = (category: Category, hash: string): string => `${category} ${hash}`;

/** A cursor is the category and the position of the last record of the batch before, as JSON. */
const startOf = (cursor: string | null): readonly [Category, number] => (cursor === null ? [categories[0], 0] : (JSON.parse(cursor) as [Category, number]));

interface Deleted {
  /** `null` where nothing was left to look at; without digests where somebody else was faster. */
  readonly last: number | null;
  readonly digests: readonly Buffer[];
}

interface Row {
  readonly position: number;
  readonly record_hash: string;
  readonly key_id: string;
  readonly body: Buffer;
  readonly wrapped: Buffer | null;
}
