// The purge certificate: what was deleted, when, and how much of it, signed so that anybody can check it.
import { CompactSign } from 'jose';
import type { Instant, RecordedEvent } from '#kernel';
import type { SigningKey } from '../keys/signing-key.js';

export interface PurgeCertificate {
  readonly purgeId: string;
  readonly accountId: string;
  readonly basis: string;
  /** When the deletion was due, in the account's time, as are the next two. */
  readonly dueAt: Instant;
  readonly startedAt: Instant;
  readonly purgedAt: Instant;
  /** Real time. */
  readonly recordedAt: Instant;
  /** Records deleted, by category. */
  readonly counts: Readonly<Record<string, number>>;
  readonly method: string;
}

const method = 'Rows deleted; the key that sealed personal fields of the event log and of retained data destroyed.';

/** The certificate of the latest purge; `null` while there is none. */
export function certificateOf(accountId: string, events: readonly RecordedEvent[]): PurgeCertificate | null {
  const purged = events.findLast(({ type }) => type === 'DataPurged');
  const started = events.findLast(({ type, data }) => type === 'PurgeStarted' && data['purgeId'] === purged?.data['purgeId']);
  if (!purged || !started) return null;
  return {
    purgeId: purged.data['purgeId'] as string,
    accountId,
    basis: started.data['basis'] as string,
    dueAt: started.data['due'] as Instant,
    startedAt: started.effectiveAt,
    purgedAt: purged.effectiveAt,
    recordedAt: purged.recordedAt,
    counts: purged.data['counts'] as Readonly<Record<string, number>>,
    method,
  };
}

/** Compact JWS over the certificate's JSON; the key is in the published key set under `kid`. */
export const signCertificate = (certificate: PurgeCertificate, { keyId, privateKey }: SigningKey): Promise<string> =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(certificate)))
    .setProtectedHeader({ alg: 'EdDSA', kid: keyId, typ: 'purge-certificate+json' })
    .sign(privateKey);
