// The purge certificate: what was deleted, when, how much of it, and what was kept; derived from the account's events and from nothing else.
import { eventsOfType, type Actor, type Instant, type LogEntry, type RecordedEvent } from '#kernel';
import type { MembershipEvent, Proof } from '#domain';
import { carriedOut, carriedOutTypes, type CarriedOut } from './carried-out.js';

export const certificateFormat = 'sunset-purge-certificate/2';

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
  /** What of the cancellations was carried out before. */
  readonly carriedOut: CarriedOut;
}

/** The events that it is derived from. */
export const certificateTypes = ['PurgeStarted', 'DataPurged', 'LegalHoldPlaced', 'LegalHoldLifted', ...carriedOutTypes] as const satisfies readonly MembershipEvent['type'][];

/** The certificate of the latest purge; `null` while there is none. The same events give the same bytes, whenever it is asked for. */
export function certificateOf(accountId: string, events: readonly RecordedEvent<MembershipEvent>[]): PurgeCertificate | null {
  const purged = eventsOfType(events, 'DataPurged').at(-1);
  if (!purged) return null;
  const untilPurged = events.slice(0, events.indexOf(purged));
  const life = untilPurged.slice(untilPurged.findLastIndex(({ type }) => type === 'DataPurged') + 1);
  const { purgeId, counts, stores, verification, exceptions } = purged.data;
  const started = eventsOfType(life, 'PurgeStarted').findLast(({ data }) => data.purgeId === purgeId);
  if (!started) return null;
  return {
    format: certificateFormat,
    purgeId,
    accountId,
    basis: started.data.basis,
    dueAt: started.data.due,
    startedAt: started.effectiveAt,
    purgedAt: purged.effectiveAt,
    recordedAt: purged.recordedAt,
    counts,
    method,
    stores,
    verification,
    exceptions,
    holds: holdsOf(life),
    carriedOut: carriedOut(life, started.effectiveAt),
  };
}

function holdsOf(life: readonly RecordedEvent<MembershipEvent>[]): readonly CertifiedHold[] {
  const allLifted = eventsOfType(life, 'LegalHoldLifted');
  return eventsOfType(life, 'LegalHoldPlaced').map((placed) => {
    const { holdId, reviewAt } = placed.data;
    const lifted = allLifted.find(({ data }) => data.holdId === holdId);
    return {
      holdId,
      placedAt: placed.effectiveAt,
      placedBy: actorOf(placed),
      reviewAt,
      liftedAt: lifted?.effectiveAt ?? null,
      liftedBy: lifted ? actorOf(lifted) : null,
    };
  });
}

/** Whatever metadata may hold besides in times to come, role and id are all that is certified. */
const actorOf = ({ metadata: { actor } }: LogEntry): Actor => ({ role: actor.role, id: actor.id });
