// The log as it was: which accounts had begun by then, which have gone on since, and what had happened to them.
import { across, ofAccounts } from '#postgres';
import { columns, ofPast } from './wanted.js';

/** How an account stands in a past. */
export interface StandsInPast {
  readonly accountId: string;
  /** Something of it is of the past: it was there. */
  readonly began: boolean;
  /** Something of it is not, or lies behind the place in its shard. */
  readonly wentOn: boolean;
}

/** `$1`: accounts; `$2`, `$3`: the past; `$4`: by shard, the last position that counts as known. */
export const standings = `${across('tables of projections')}SELECT e.account_id AS "accountId", bool_or(e.version = 1 AND ${ofPast('$2', '$3', 'e')}) AS began,
    bool_or(NOT (${ofPast('$2', '$3', 'e')}) OR e.position > ($4::bigint[])[e.shard + 1]) AS "wentOn"
  FROM sunset.events e WHERE ${ofAccounts('$1', 'e')} GROUP BY e.account_id`;

/** `$1`: accounts; `$2`, `$3`: the past; `$4`, `$5`: behind that event; `$6`: at most so many. Nobody can be made out in them, as once all of them are forgotten. */
export const eventsThen = `SELECT ${columns.replace('e.personal, e.key_id', 'NULL::bytea AS personal, NULL::uuid AS key_id')}, NULL::bytea AS wrapped
  FROM sunset.events e WHERE ${ofAccounts('$1', 'e')} AND ${ofPast('$2', '$3', 'e')} AND (e.account_id, e.version) > ($4::text, $5::integer) ORDER BY e.account_id, e.version LIMIT $6`;
