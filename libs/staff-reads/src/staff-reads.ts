// What staff read of whom: written before the answer goes out, never changed, each record chained to the one before by a keyed hash.
import type { Instant } from '#kernel';
import type { KeyedHash } from '#personal-data';
import { Conditions, type Database } from '#postgres';
import { Gathering, type Waiting } from '#running';

export interface StaffRead {
  readonly actorRole: string;
  /** The token's subject. */
  readonly actorId: string;
  /** Method and template: `GET /v1/accounts/:accountId`. */
  readonly route: string;
  /** Whose; `null`: of nobody by name, such as a report over all accounts. */
  readonly accountId: string | null;
  readonly requestId: string;
}

export interface RecordedRead extends StaffRead {
  /** From 1 on, without a gap. */
  readonly position: number;
  readonly readAt: Instant;
  /** 64 hexadecimal digits, made of this record and the hash before. */
  readonly hash: string;
}

export interface Verified {
  readonly intact: boolean;
  /** Records up to the last one that fits. */
  readonly records: number;
  /** Of the last one that fits; `null`: there is none. Whoever keeps it elsewhere notices when the end is cut off. */
  readonly hash: string | null;
  /** Where the first one should stand that is missing, or was changed; `null`: none. */
  readonly brokenAt: number | null;
}

interface Due extends Waiting {
  readonly reads: readonly StaffRead[];
  readonly done: () => void;
}

const limits = { most: 200, bytesMost: 5_000, underWayMost: 1, gatherMs: 0, waiting: { longestMs: 10_000, most: 2_000 } } as const;

const page = 1_000;

const columns = `position, read_at AS "readAt", actor_role AS "actorRole", actor_id AS "actorId", route, account_id AS "accountId", request_id AS "requestId", hash`;

export class StaffReads {
  private readonly waiting = new Gathering<Due>(limits, (due) => this.appendTogether(due));
  private ownKey: Promise<KeyedHash> | undefined;
  private count = 0;

  /** `key`: hashes that nobody can make who has the database alone. */
  constructor(
    private readonly database: Database,
    private readonly key: () => Promise<KeyedHash>,
  ) {}

  /** Resolves once they are committed, whoever rolls back; those of several requests at once go together. Rejects where they could not be written: then nothing may be shown. */
  record(reads: readonly StaffRead[]): Promise<void> {
    return reads.length === 0 ? Promise.resolve() : new Promise((done, failed) => {
      this.count += 1;
      this.waiting.add({ subject: String(this.count), bytes: reads.length, failed, reads, done });
    });
  }

  /** The oldest first. */
  async list({ accountId, actorId }: { readonly accountId?: string | undefined; readonly actorId?: string | undefined }, { after, limit }: { readonly after: number; readonly limit: number }): Promise<readonly RecordedRead[]> {
    const asked = new Conditions()
      .add((place) => `position > ${place}`, after)
      .add((place) => `account_id = ${place}`, accountId)
      .add((place) => `actor_id = ${place}`, actorId);
    return this.database.query<RecordedRead>(`SELECT ${columns} FROM sunset.staff_reads ${asked.where} ORDER BY position LIMIT ${asked.place(limit)}`, asked.values);
  }

  /** The position of the last record; 0: there is none. */
  async last(): Promise<number> {
    const [row] = await this.database.query<{ position: number }>('SELECT position FROM sunset.staff_reads ORDER BY position DESC LIMIT 1');
    return row?.position ?? 0;
  }

  /** Goes through all of them, from the first. */
  async verify(): Promise<Verified> {
    const hash = await this.keyed();
    let records = 0;
    let before: string | null = null;
    for (;;) {
      const rows = await this.list({}, { after: records, limit: page });
      for (const row of rows) {
        if (row.position !== records + 1 || row.hash !== hash(chained(row, before))) return { intact: false, records, hash: before, brokenAt: records + 1 };
        records += 1;
        before = row.hash;
      }
      if (rows.length < page) return { intact: true, records, hash: before, brokenAt: null };
    }
  }

  /** On connections that nobody but staff has: what they read is shown whatever everybody else asks. */
  private async appendTogether(due: readonly Due[]): Promise<void> {
    try {
      await this.database.reserved(() => this.append(due.flatMap(({ reads }) => reads)));
      for (const { done } of due) done();
    } catch (error) {
      for (const { failed } of due) failed(error);
    }
  }

  /** Only those who append wait for each other. */
  private async append(reads: readonly StaffRead[]): Promise<void> {
    const hash = await this.keyed();
    await this.database.apart(() => this.database.transaction(async () => {
      await this.database.query(`SELECT pg_advisory_xact_lock(hashtext('sunset.staff-reads'))`);
      const [head] = await this.database.query<{ readAt: Instant; position: number; before: string | null }>(
        `SELECT clock_timestamp()::timestamptz(3) AS "readAt", coalesce(max(position), 0) AS position,
           (SELECT hash FROM sunset.staff_reads ORDER BY position DESC LIMIT 1) AS before FROM sunset.staff_reads`,
      );
      let { position, before } = head!;
      const rows = reads.map((read): RecordedRead => {
        position += 1;
        const row = { ...read, position, readAt: head!.readAt };
        before = hash(chained(row, before));
        return { ...row, hash: before };
      });
      await this.database.execute(
        `INSERT INTO sunset.staff_reads (position, read_at, actor_role, actor_id, route, account_id, request_id, hash)
         SELECT position, $8, actor_role, actor_id, route, account_id, request_id, hash
         FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[]) AS read (position, actor_role, actor_id, route, account_id, request_id, hash)`,
        [
          rows.map((row) => row.position), rows.map(({ actorRole }) => actorRole), rows.map(({ actorId }) => actorId), rows.map(({ route }) => route),
          rows.map(({ accountId }) => accountId), rows.map(({ requestId }) => requestId), rows.map((row) => row.hash), head!.readAt,
        ],
      );
    }));
  }

  /** It never changes, so it is asked for once. */
  private keyed(): Promise<KeyedHash> {
    return (this.ownKey ??= this.key().catch((error: unknown) => {
      this.ownKey = undefined;
      throw error;
    }));
  }
}

const chained = ({ position, readAt, actorRole, actorId, route, accountId, requestId }: Omit<RecordedRead, 'hash'>, before: string | null): string =>
  `staff read ${JSON.stringify([before, position, readAt, actorRole, actorId, route, accountId, requestId])}`;
