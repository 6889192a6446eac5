// A place in the log as opaque text: the ids of the events that it names, 16 bytes each, one for each shard.
import type { PlaceInLog } from '#event-store';
import { invalidField } from '../http/problems/problems.js';

const idBytes = 16;
/** Stands where a shard has no event yet; no event has this id. */
const none = '00000000-0000-0000-0000-000000000000';

export const cursorOf = (place: PlaceInLog): string => Buffer.concat(place.map((eventId) => Buffer.from((eventId ?? none).replaceAll('-', ''), 'hex'))).toString('base64url');

/** Throws `invalid_request` for what is no cursor; whether the log knows the place, the log says. */
export function placeOf(cursor: string): PlaceInLog {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length === 0 || bytes.length % idBytes !== 0 || bytes.toString('base64url') !== cursor) throw unknownCursor();
  return Array.from({ length: bytes.length / idBytes }, (_, shard) => {
    const hex = bytes.subarray(shard * idBytes, (shard + 1) * idBytes).toString('hex');
    const eventId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    return eventId === none ? null : eventId;
  });
}

export const unknownCursor = () => invalidField('/query/after', 'must be a cursor of this feed; the log may have been restored from before it was told');
