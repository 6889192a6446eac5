// What statements of other libraries may say of the log: fragments of SQL that look into it.
import { ofAccount } from '#postgres';

/** What hints are given about: the log has grown; see `Hints` of `postgres`. */
export const logHint = 'log';

/** The last position of a shard; 0 when it is empty. */
export const headOf = (shard: string): string => `(SELECT coalesce(max(e.position), 0) FROM sunset.events e WHERE e.shard = ${shard})`;

/** When the last event of a shard was recorded; `NULL` when it is empty. */
export const lastRecordedAt = (shard: string): string => `(SELECT e.recorded_at FROM sunset.events e WHERE e.shard = ${shard} ORDER BY e.position DESC LIMIT 1)`;

/** When the event behind that position was recorded; `NULL` when there is none. */
export const nextRecordedAt = (shard: string, position: string): string =>
  `(SELECT e.recorded_at FROM sunset.events e WHERE e.shard = ${shard} AND e.position = ${position} + 1)`;

/** The position of the next event behind `position`, and no further than `until`, whose type is among `types`; `NULL` when there is none. */
export const nextOfTypes = (shard: string, position: string, until: string, types: string): string =>
  `(SELECT e.position FROM sunset.events e WHERE e.shard = ${shard} AND e.position > ${position} AND e.position <= ${until} AND e.type = ANY (${types}) ORDER BY e.position LIMIT 1)`;

/** When it was that an event of that type said `value` in that field, in the account's time; `NULL`: never. It says so once. */
export const happenedAt = (accountId: string, type: string, field: string, value: string): string =>
  `(SELECT e.effective_at FROM sunset.events e WHERE ${ofAccount(accountId, 'e')} AND e.type = '${type}' AND e.data ->> '${field}' = ${value})`;
