// What statements of other libraries may say of the table of keys: fragments of SQL that join it.
import { ofSameAccount } from '#postgres';

/** The key that sealed a row with an account and a `key_id`; `k.wrapped` is `null` once it is destroyed. In the statement that reads the row, so that both are of one moment. */
export const joinKey = (row: string): string => `LEFT JOIN sunset.account_keys k ON ${ofSameAccount('k', row)} AND k.key_id = ${row}.key_id`;

/** Whether that key is destroyed. */
export const keyIsDestroyed = (row: string): string => `EXISTS (SELECT FROM sunset.account_keys k WHERE ${ofSameAccount('k', row)} AND k.key_id = ${row}.key_id AND k.destroyed_at IS NOT NULL)`;
