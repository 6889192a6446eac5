// The carrier inside the service: gives up whatever it is asked to, once, unless a fault was switched on. Nothing leaves the house.
import { performance } from 'node:perf_hooks';
import type { Attempt, BrandDeletion, CampaignEnd, Listed, ListedPage, ListingCarrier, ListingPlace, NumberRelease, Outcome, Permit, Report } from '#carriers';
import type { Instant } from '#kernel';
import type { Database } from '#postgres';
import { type SandboxFault, SandboxFaults, type SubjectHash } from './faults.js';

type Answer = { readonly outcome: Outcome; readonly httpStatus: number | null; readonly order?: string };

/** Whatever `CARRIER` says, accounts on test clocks are served by the sandbox's carrier alone. */
export const sandboxName = 'sandbox';

/** What accounts have got from it, since it keeps numbers as hashes only: `since` when, in real time. */
export interface AssignedPage {
  readonly assigned: readonly { readonly listed: Listed; readonly since: Instant }[];
  readonly next: ListingPlace | null;
}

export type Assigned = (place: ListingPlace | null) => Promise<AssignedPage>;

/** What the fault `rate-limited` asks for. */
const rateLimitMs = 30_000;

export class SandboxCarrier implements ListingCarrier {
  readonly name = sandboxName;
  readonly batchMost = 100;
  readonly requestsPerSecond = 100;
  readonly campaignRequestsPerSecond = 20;
  readonly listsLateMs = 0;
  private readonly faults: SandboxFaults;

  constructor(
    private readonly database: Database,
    private readonly hash: SubjectHash,
    private readonly assigned: Assigned = async () => ({ assigned: [], next: null }),
  ) {
    this.faults = new SandboxFaults(database, hash);
  }

  async releaseNumbers(requests: readonly NumberRelease[], permit: Permit): Promise<readonly Report[]> {
    if (requests.length > this.batchMost) throw new RangeError(`the sandbox takes ${this.batchMost} numbers at once, not ${requests.length}`);
    const reports: Report[] = [];
    for (const request of requests) reports.push(await this.giveUp(request, request.e164, request.carrierNumberId, permit));
    return reports;
  }

  /** A campaign without an id of its own cannot be given faults. */
  async endCampaign(request: CampaignEnd, permit: Permit): Promise<Report> {
    return this.giveUp(request, request.campaignId ?? request.messagingServiceSid ?? request.idempotencyKey, null, permit);
  }

  async deleteBrand(request: BrandDeletion, permit: Permit): Promise<Report> {
    return this.giveUp(request, request.brandId, null, permit);
  }

  /** What accounts have got and it has not been asked to give up since: it is not listed with the fault `already-gone`, and under another id with `not-this-number`. */
  async list(place: ListingPlace | null): Promise<ListedPage> {
    const { assigned, next } = await this.assigned(place);
    const listed: Listed[] = [];
    for (const { listed: one, since } of assigned) {
      const { fault, releasedAt } = await this.faults.get(one.names[0]);
      if (fault === 'already-gone' || (releasedAt !== null && releasedAt >= since)) continue;
      listed.push(fault === 'not-this-number' ? { ...one, carrierNumberId: 'sandbox-another' } : one);
    }
    return { outcome: 'listed', listed, next, withheld: [] };
  }

  private async giveUp(request: Attempt, subject: string, carrierId: string | null, permit: Permit): Promise<Report> {
    const startedAt = performance.now();
    const { outcome, httpStatus, order: ordered = null } = await this.answer(request, subject, carrierId, permit);
    const facts = { httpStatus, latencyMs: Math.round(performance.now() - startedAt), providerCode: null };
    return outcome.outcome === 'in-progress' ? { ...outcome, ...facts } : { ...outcome, ...facts, order: ordered };
  }

  private async answer(request: Attempt, subject: string, carrierId: string | null, permit: Permit): Promise<Answer> {
    const { idempotencyKey: key, order } = request;
    const hash = await this.hash();
    const [subjectHash, idHash] = [hash(subject), carrierId === null ? null : hash(carrierId)];
    const fault = await this.faults.meet(subjectHash);
    if (fault === null || fault === 'timeout-after-processing') {
      if (carrierId !== null && (isAnother(carrierId, subject) || (await this.isAnothers(idHash!, subjectHash)))) return faulty('not-this-number', key, order);
      if ((await permit.stillWanted([request])).length === 0) return { outcome: { outcome: 'retry-later', afterMs: null, reason: 'taken-back' }, httpStatus: null, ...standing(order) };
      const released = await this.release(key, subjectHash, idHash);
      if (fault !== null) return unanswered(order);
      return { outcome: { outcome: released ? 'released' : 'already-gone' }, httpStatus: released ? 204 : 404 };
    }
    return faulty(fault, key, order);
  }

  /** Once for each key: whether it was this time. */
  private async release(key: string, subjectHash: string, idHash: string | null): Promise<boolean> {
    const { affected } = await this.database.execute(
      'INSERT INTO sunset.sandbox_carrier_releases (idempotency_key, subject_hash, carrier_id_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [key, subjectHash, idHash],
    );
    return affected > 0;
  }

  /** The record of the sandbox: an id is that of the number which was given up under it. */
  private async isAnothers(idHash: string, subjectHash: string): Promise<boolean> {
    const rows = await this.database.query('SELECT FROM sunset.sandbox_carrier_releases WHERE carrier_id_hash = $1 AND subject_hash <> $2 LIMIT 1', [idHash, subjectHash]);
    return rows.length > 0;
  }
}

/**
 * For the purge, in its transaction: what was given up under these idempotency keys. A key leads to an account, and the hash beside it to a number for
 * whoever has the secret, which lasts.
 */
export async function forgetReleases(database: Database, idempotencyKeys: readonly string[]): Promise<void> {
  await database.execute(
    `WITH forgotten AS (DELETE FROM sunset.sandbox_carrier_releases WHERE idempotency_key = ANY ($1) RETURNING subject_hash)
     DELETE FROM sunset.sandbox_carrier_requests WHERE subject_hash IN (SELECT subject_hash FROM forgotten)`,
    [idempotencyKeys],
  );
}

/** Where the id is a telephone number itself. */
const isAnother = (carrierId: string, e164: string): boolean => /^\+?\d{7,15}$/.test(carrierId) && carrierId.replace('+', '') !== e164.replace('+', '');

function faulty(fault: Exclude<SandboxFault, 'timeout-after-processing'>, key: string, order: string | null): Answer {
  switch (fault) {
    case 'already-gone':
      return { outcome: { outcome: 'already-gone' }, httpStatus: 404 };
    case 'in-progress':
      return { outcome: { outcome: 'in-progress', order: order ?? `order-${key}` }, httpStatus: 202 };
    case 'blocked':
      return { outcome: { outcome: 'blocked', reason: 'deletion-lock' }, httpStatus: 409 };
    case 'not-this-number':
      return { outcome: { outcome: 'blocked', reason: 'not_this_number' }, httpStatus: 200 };
    case 'refused':
      return { outcome: { outcome: 'refused', reason: 'rejected' }, httpStatus: 400 };
    case 'credentials':
      return { outcome: { outcome: 'refused', reason: 'credentials' }, httpStatus: 401 };
    case 'retry-later':
      return { outcome: { outcome: 'retry-later', afterMs: null, reason: 'server-error' }, httpStatus: 503, ...standing(order) };
    case 'rate-limited':
      return { outcome: { outcome: 'retry-later', afterMs: rateLimitMs, reason: 'rate-limited' }, httpStatus: 429, ...standing(order) };
    case 'timeout':
      return unanswered(order);
  }
}

const standing = (order: string | null) => (order === null ? {} : { order });

const unanswered = (order: string | null): Answer => ({
  outcome: { outcome: 'retry-later', afterMs: null, reason: 'timeout' }, httpStatus: null, ...standing(order),
});
