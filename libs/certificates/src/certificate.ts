// The purge certificate: what was deleted, when, how much of it, and what was kept; derived from the account's events and from nothing else.
import type { Actor, Instant, RecordedEvent } from '#kernel';
import type { Proof } from '#domain';

export const certificateFormat = 'sunset-purge-certificate/1';

/** Belongs to the format: other words make another one, or old certificates would change their bytes. */
const method =
  'The rows of every store were deleted; the key that sealed the personal fields of the event log and of retained data was destroyed, and the sealed fields were emptied.';

/** A legal hold of the life that was purged; its reason is personal and gone. */
export interface CertifiedHold {
  readonly holdId: string;
  readonly placedAt: Instant;
  readonly placedBy: Actor;
  readonly reviewAt: Instant;
  readonly liftedAt: Instant | null;
  readonly liftedBy: Actor | null;
}

export interface PurgeCertificate extends Proof {
  readonly format: typeof certificateFormat;
  readonly purgeId: string;
  readonly accountId: string;
  readonly basis: string;
  /** When the deletion was due, in the account's time, as are the next two. */
  readonly dueAt: Instant;
  readonly startedAt: Instant;
  readonly purgedAt: Instant;
  /** Real time. */
  readonly recordedAt: Instant;
  readonly method: string;
  /** In the order in which they were placed. */
  readonly holds: readonly CertifiedHold[];
}

/** The certificate of the latest purge; `null` while there is none. The same events give the same bytes, whenever it is asked for. */
export function certificateOf(accountId: string, events: readonly RecordedEvent[]): PurgeCertificate | null {
  const end = events.findLastIndex(({ type }) => type === 'DataPurged');
  const purged = events[end];
  if (!purged) return null;
  const life = events.slice(events.slice(0, end).findLastIndex(({ type }) => type === 'DataPurged') + 1, end);
  const { purgeId, counts, stores, verification, exceptions } = purged.data as unknown as Proof & { readonly purgeId: string };
  const started = life.findLast(({ type, data }) => type === 'PurgeStarted' && data['purgeId'] === purgeId);
  if (!started) return null;
  return {
    format: certificateFormat,
    purgeId,
    accountId,
    basis: started.data['basis'] as string,
    dueAt: started.data['due'] as Instant,
    startedAt: started.effectiveAt,
    purgedAt: purged.effectiveAt,
    recordedAt: purged.recordedAt,
    counts,
    method,
    stores,
    verification,
    exceptions,
    holds: holdsOf(life),
  };
}

const holdsOf = (life: readonly RecordedEvent[]): readonly CertifiedHold[] =>
  life
    .filter(({ type }) => type === 'LegalHoldPlaced')
    .map((placed) => {
      const lifted = life.find(({ type, data }) => type === 'LegalHoldLifted' && data['holdId'] === placed.data['holdId']);
      return {
        holdId: placed.data['holdId'] as string,
        placedAt: placed.effectiveAt,
        placedBy: actorOf(placed),
        reviewAt: placed.data['reviewAt'] as Instant,
        liftedAt: lifted?.effectiveAt ?? null,
        liftedBy: lifted ? actorOf(lifted) : null,
      };
    });

/** Whatever metadata may hold besides in times to come, role and id are all that is certified. */
const actorOf = ({ metadata: { actor } }: RecordedEvent): Actor => ({ role: actor.role, id: actor.id });
