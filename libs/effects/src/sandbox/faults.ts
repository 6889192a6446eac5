// The faults that can be switched on in the sandbox's carrier, by number or campaign, so that users can rehearse every outcome.
import type { Instant } from '#kernel';
import type { Database } from '#postgres';

/**
 * The outcomes of the carrier port by name; then `not-this-number`: blocked, since its record shows another one; `credentials`: refused as with revoked credentials, which pauses the carrier; `rate-limited`:
 * later, and it says when; `timeout`: no answer and nothing done; `timeout-after-processing`: no answer, yet done.
 */
export const sandboxFaults = [
  'already-gone', 'in-progress', 'blocked', 'not-this-number', 'retry-later', 'refused', 'credentials', 'rate-limited', 'timeout', 'timeout-after-processing',
] as const;
export type SandboxFault = (typeof sandboxFaults)[number];

/** What the sandbox's carrier knows about one number or campaign. */
export interface SandboxSubject {
  readonly fault: SandboxFault | null;
  /** For how many more requests; `null`: until it is switched off. */
  readonly timesLeft: number | null;
  /** How often the carrier was asked about it. */
  readonly requests: number;
  /** How often it was given up, and when last. */
  readonly releases: number;
  readonly releasedAt: Instant | null;
}

/** Turns a number or an id into what may be stored; the same for the same text, and of no use without the key. */
export type SubjectHash = () => Promise<(subject: string) => string>;

export class SandboxFaults {
  constructor(
    private readonly database: Database,
    private readonly hash: SubjectHash,
  ) {}

  /** `times`: for so many requests; `null`: until it is switched off. */
  async set(subject: string, fault: SandboxFault, times: number | null): Promise<SandboxSubject> {
    await this.database.query(
      `INSERT INTO sunset.sandbox_carrier_faults (subject_hash, fault, times_left) VALUES ($1, $2, $3)
       ON CONFLICT (subject_hash) DO UPDATE SET fault = excluded.fault, times_left = excluded.times_left, set_at = clock_timestamp()`,
      [(await this.hash())(subject), fault, times],
    );
    return this.get(subject);
  }

  async clear(subject: string): Promise<void> {
    await this.database.query('DELETE FROM sunset.sandbox_carrier_faults WHERE subject_hash = $1', [(await this.hash())(subject)]);
  }

  async get(subject: string): Promise<SandboxSubject> {
    const [known] = await this.database.query<SandboxSubject>(
      `SELECT f.fault, f.times_left AS "timesLeft",
         coalesce((SELECT count FROM sunset.sandbox_carrier_requests r WHERE r.subject_hash = wanted.hash), 0) AS requests,
         (SELECT count(*) FROM sunset.sandbox_carrier_releases r WHERE r.subject_hash = wanted.hash) AS releases,
         (SELECT max(released_at) FROM sunset.sandbox_carrier_releases r WHERE r.subject_hash = wanted.hash) AS "releasedAt"
       FROM (SELECT $1::text AS hash) wanted LEFT JOIN sunset.sandbox_carrier_faults f ON f.subject_hash = wanted.hash`,
      [(await this.hash())(subject)],
    );
    return known!;
  }

  /** Counts one request, and answers the fault that it meets, if any. */
  async meet(subjectHash: string): Promise<SandboxFault | null> {
    return this.database.transaction(async () => {
      await this.database.query(
        `INSERT INTO sunset.sandbox_carrier_requests AS r (subject_hash, count) VALUES ($1, 1)
         ON CONFLICT (subject_hash) DO UPDATE SET count = r.count + 1`,
        [subjectHash],
      );
      const [met] = await this.database.query<{ fault: SandboxFault }>(
        `UPDATE sunset.sandbox_carrier_faults SET times_left = times_left - 1
         WHERE subject_hash = $1 AND (times_left IS NULL OR times_left > 0) RETURNING fault`,
        [subjectHash],
      );
      await this.database.query('DELETE FROM sunset.sandbox_carrier_faults WHERE subject_hash = $1 AND times_left = 0', [subjectHash]);
      return met?.fault ?? null;
    });
  }
}
