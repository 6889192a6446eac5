// The log account by account, for whoever goes through all of it: in the order of an index that leads to nothing else.
import type { AnyEvent, Instant } from '#kernel';
import { across } from '#postgres';

/** An event, whether or not there is one: what is asked for lies behind it. */
export interface Behind {
  readonly accountId: string;
  readonly version: number;
}

export interface Happened<Event extends AnyEvent> {
  readonly accountId: string;
  readonly version: number;
  /** Its personal fields are `null`. */
  readonly event: Event;
}

export interface HappenedRow {
  readonly account_id: string;
  readonly version: number;
  readonly type: string;
  readonly schema_version: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly effective_at: Instant;
}

/** `$1`, `$2`: behind that event; `$3`: up to that account; `$4`: at most so many. An account stands in one shard, so that the shard changes no order. */
export const ofAccountsBetween = `${across('every account')}SELECT e.account_id, e.version, e.type, e.schema_version, e.data, e.effective_at FROM sunset.events e
  WHERE e.account_id >= $1 AND e.account_id <= $3 AND (e.account_id > $1 OR e.version > $2) ORDER BY e.account_id, e.shard, e.version LIMIT $4`;
