// What follows in a past by its rules alone stands behind what is written in it, as if it had been written then.
import { createHash } from 'node:crypto';
import type { MembershipEvent } from '#domain';
import type { Wanted } from '#event-store';
import type { LogEntry, RecordedEvent } from '#kernel';

type Recorded = RecordedEvent<MembershipEvent>;

/** Its id is made of what it says, so that the same past tells it under the same one. */
export const recordedAs = (event: MembershipEvent, entry: Pick<LogEntry, 'accountId' | 'version' | 'recordedAt' | 'metadata'>): Recorded => ({
  ...event,
  ...entry,
  eventId: idOf([entry.accountId, String(entry.version), event.type, event.effectiveAt]),
  schemaVersion: 1,
  position: 0,
});

/** A UUID of version 8. */
function idOf(parts: readonly string[]): string {
  const digits = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

/** `written`: what was wanted of the log. Nothing that follows is about a subject by which it is looked up. */
export function merged(written: readonly Recorded[], following: readonly Recorded[], wanted: Wanted): readonly Recorded[] {
  const { limit = Infinity, order = 'version' } = wanted;
  const also = following.filter((event) => isWanted(event, wanted));
  return also.length === 0 ? written : [...written, ...also].toSorted(orders[order]).slice(0, limit);
}

const inTime = (a: Place, b: Place): number => (a.at === b.at ? a.version - b.version : a.at < b.at ? -1 : 1);

type Place = NonNullable<Wanted['after']>;

const placeOf = ({ effectiveAt: at, version }: Recorded): Place => ({ at, version });

const orders: Readonly<Record<NonNullable<Wanted['order']>, (a: Recorded, b: Recorded) => number>> = {
  version: (a, b) => a.version - b.version,
  'newest-first': (a, b) => b.version - a.version,
  time: (a, b) => inTime(placeOf(a), placeOf(b)),
};

function isWanted(event: Recorded, { fromVersion = 1, toVersion = Infinity, after, types, subjects, undoing }: Wanted): boolean {
  const { type, version, metadata } = event;
  return version >= fromVersion && version <= toVersion && (!after || inTime(placeOf(event), after) > 0) && (!types || types.includes(type)) && !subjects && (!undoing || metadata.undone !== undefined);
}
