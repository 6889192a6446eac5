// What a carrier lists against what accounts have: pure, from what was looked up.
import type { Listed } from '#carriers';
import type { Keeping } from '#holders';
import type { DriftOfAccount, DriftOfNobody } from './findings.js';

/** One thing as it is listed, with the keyed hashes of its names, and who has it or had it. */
export interface Met {
  readonly listed: Listed;
  readonly hashes: readonly string[];
  readonly carrierIdHash: string | null;
  readonly keepings: readonly Keeping[];
}

export interface Terms {
  /** What was given up since may still be listed, what was taken since may not be listed yet. */
  readonly settledBefore: number;
  /** Where brands cannot be deleted they stay listed for ever, and mean nothing. */
  readonly deletesBrands: boolean;
}

const isSettled = ({ since }: Keeping, { settledBefore }: Terms): boolean => Date.parse(since) <= settledBefore;

/** What does not agree with a thing that is listed. */
export function driftOfListed({ listed, hashes, carrierIdHash, keepings }: Met, terms: Terms): readonly (DriftOfAccount | DriftOfNobody)[] {
  const { kind, status, names, carrierNumberId } = listed;
  const standing = keepings.filter((one) => one.standing === 'stands');
  const of = (finding: DriftOfAccount['finding'], { accountId, subject }: Keeping): DriftOfAccount => ({ finding, kind, accountId, subject });
  if (standing.length > 0) {
    return standing.filter((one) => carrierIdHash !== null && one.carrierIdHash !== null && one.carrierIdHash !== carrierIdHash && isSettled(one, terms)).map((one) => of('other-id', one));
  }
  if (status === 'ended' || (kind === 'brand' && !terms.deletesBrands)) return [];
  if (keepings.length === 0) return [{ finding: 'unheld', kind, hash: hashes[0]!, atCarrier: carrierNumberId ?? names[0] }];
  // A number that was let go of is on its way to be given up, or its account's own and left alone.
  const over = keepings.filter(({ standing: how }) => how === 'former' || (how === 'let-go' && kind !== 'number'));
  return keepings.some(({ standing: how }) => how === 'let-go') && kind === 'number' ? [] : over.filter((one) => isSettled(one, terms)).map((one) => of('still-listed', one));
}

/** What does not agree with things that accounts have and that the carrier has not listed. */
export const driftOfUnlisted = (keepings: readonly Keeping[], isListed: (one: Keeping) => boolean, terms: Terms): readonly DriftOfAccount[] =>
  keepings
    .filter((one) => one.standing === 'stands' && isSettled(one, terms) && !isListed(one))
    .map(({ kind, accountId, subject }) => ({ finding: kind === 'number' ? 'not-listed' : 'ended-there', kind, accountId, subject }));
