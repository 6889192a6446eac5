// What a carrier and we do not say alike: when it was first and last seen, and when it was no more.
import { randomUUID } from 'node:crypto';
import type { ListedKind } from '#carriers';
import type { Instant } from '#kernel';
import type { PersonalData } from '#personal-data';
import { Conditions, type Database } from '#postgres';

/**
 * - `not-listed`: a number that is in use here and that the carrier does not list.
 * - `unheld`: the carrier lists it under our account, and nobody here has it.
 * - `still-listed`: given up or expired here, and the carrier lists it all the same.
 * - `ended-there`: a registration that is active here; the carrier has ended or suspended it, or does not list it.
 * - `other-id`: the carrier lists the number under another id than it was told here.
 */
export const driftFindings = ['not-listed', 'unheld', 'still-listed', 'ended-there', 'other-id'] as const;
export type DriftFinding = (typeof driftFindings)[number];

interface Found {
  readonly finding: DriftFinding;
  readonly kind: ListedKind;
}

/** Of an account. */
export interface DriftOfAccount extends Found {
  readonly accountId: string;
  /** The id of a number or of a registration. */
  readonly subject: string;
}

/** Of nobody here. */
export interface DriftOfNobody extends Found {
  readonly finding: 'unheld';
  readonly hash: string;
  /** What the carrier calls it. */
  readonly atCarrier: string;
}

export const driftTellers = ['listing', 'callback'] as const;
export type DriftTeller = (typeof driftTellers)[number];

export const driftStatuses = ['open', 'cleared'] as const;

export interface RecordedDrift extends Found {
  readonly findingId: string;
  readonly carrier: string;
  readonly accountId: string | null;
  readonly subject: string | null;
  /** What the carrier calls what nobody here has; `null` where an account has it: it stands there. */
  readonly atCarrier: string | null;
  readonly toldBy: DriftTeller;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  readonly clearedAt: Instant | null;
}

export interface DriftFilter {
  readonly finding?: DriftFinding | undefined;
  readonly kind?: ListedKind | undefined;
  readonly carrier?: string | undefined;
  readonly accountId?: string | undefined;
  readonly status?: (typeof driftStatuses)[number] | undefined;
}

/** The last row of a page; the next page begins behind it. */
export interface DriftCursor {
  readonly firstSeenAt: Instant;
  readonly findingId: string;
}

/** What is over is shown for so long. */
const clearedKeptDays = 90;

export class DriftFindings {
  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
  ) {}

  /** Notes that it was seen, now. Answers how many were not known. */
  async put(carrier: string, toldBy: DriftTeller, found: readonly (DriftOfAccount | DriftOfNobody)[]): Promise<number> {
    if (found.length === 0) return 0;
    const own = await this.personalData.ownSeal();
    const rows = found.map((one) => {
      const findingId = randomUUID();
      const { accountId = null, subject = null } = 'accountId' in one ? one : {};
      return { ...one, findingId, accountId, subject, hash: 'hash' in one ? one.hash : null, sealed: 'atCarrier' in one ? own.seal(Buffer.from(one.atCarrier), contextOf(findingId)) : null };
    });
    const written = await this.database.query<{ fresh: boolean }>(
      `INSERT INTO sunset.carrier_drift_findings AS f (finding_id, carrier, finding, kind, account_id, subject, hash, sealed, told_by)
       SELECT finding_id, $2, finding, kind, account_id, subject, decode(hash, 'hex'), sealed, $3
       FROM unnest($1::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bytea[]) AS found (finding_id, finding, kind, account_id, subject, hash, sealed)
       ON CONFLICT (carrier, finding, kind, coalesce(account_id, ''), coalesce(subject, ''), coalesce(hash, '')) WHERE cleared_at IS NULL
       DO UPDATE SET last_seen_at = clock_timestamp() RETURNING f.xmax = 0 AS fresh`,
      [
        rows.map(({ findingId }) => findingId), carrier, toldBy, rows.map(({ finding }) => finding), rows.map(({ kind }) => kind),
        rows.map(({ accountId }) => accountId), rows.map(({ subject }) => subject), rows.map(({ hash }) => hash), rows.map(({ sealed }) => sealed),
      ],
    );
    return written.filter(({ fresh }) => fresh).length;
  }

  /** At the end of a run: what it has not seen is over. Of what nobody here had nothing is kept then. */
  async clearUnseen(carrier: string, since: Instant, kinds: readonly ListedKind[]): Promise<void> {
    const unseen = 'carrier = $1 AND last_seen_at < $2 AND kind = ANY ($3) AND cleared_at IS NULL';
    await this.database.execute(`DELETE FROM sunset.carrier_drift_findings WHERE ${unseen} AND account_id IS NULL`, [carrier, since, kinds]);
    await this.database.execute(`UPDATE sunset.carrier_drift_findings SET cleared_at = clock_timestamp() WHERE ${unseen}`, [carrier, since, kinds]);
    await this.database.execute(`DELETE FROM sunset.carrier_drift_findings WHERE cleared_at < clock_timestamp() - $1 * interval '1 day'`, [clearedKeptDays]);
  }

  /** Those that were seen last are first. */
  async list({ finding, kind, carrier, accountId, status }: DriftFilter, { after, limit }: { readonly after?: DriftCursor | undefined; readonly limit: number }): Promise<readonly RecordedDrift[]> {
    const asked = new Conditions()
      .add((place) => `finding = ${place}`, finding)
      .add((place) => `kind = ${place}`, kind)
      .add((place) => `carrier = ${place}`, carrier)
      .add((place) => `account_id = ${place}`, accountId)
      .add((place) => `(cleared_at IS NULL) = ${place}`, status && status === 'open')
      .add((at, id) => `(first_seen_at < ${at}::timestamptz OR (first_seen_at = ${at}::timestamptz AND finding_id > ${id}::uuid))`, after?.firstSeenAt, after?.findingId);
    const rows = await this.database.query<Omit<RecordedDrift, 'atCarrier'> & { readonly sealed: Buffer | null }>(
      `SELECT finding_id AS "findingId", carrier, finding, kind, account_id AS "accountId", subject, sealed, told_by AS "toldBy",
         first_seen_at AS "firstSeenAt", last_seen_at AS "lastSeenAt", cleared_at AS "clearedAt"
       FROM sunset.carrier_drift_findings ${asked.where} ORDER BY first_seen_at DESC, finding_id LIMIT ${asked.place(limit)}`,
      asked.values,
    );
    const own = await this.personalData.ownSeal();
    return rows.map(({ sealed, ...row }) => ({ ...row, atCarrier: sealed === null ? null : own.unseal(sealed, contextOf(row.findingId)).toString() }));
  }

  /** Of what stands, by what it is. */
  counts(): Promise<readonly { readonly finding: DriftFinding; readonly count: number }[]> {
    return this.database.query('SELECT finding, count(*) AS count FROM sunset.carrier_drift_findings WHERE cleared_at IS NULL GROUP BY finding ORDER BY finding');
  }
}

const contextOf = (findingId: string): string => `carrier drift ${findingId}`;
