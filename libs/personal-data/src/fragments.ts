// What statements of other libraries may say of the table of keys: fragments of SQL that join it.

/** The key that sealed a row with a `key_id`; `k.wrapped` is `null` once it is destroyed. In the statement that reads the row, so that both are of one moment. */
export const joinKey = (row: string): string => `LEFT JOIN sunset.account_keys k ON k.key_id = ${row}.key_id`;

/** Whether that key is destroyed. */
export const keyIsDestroyed = (keyId: string): string => `EXISTS (SELECT FROM sunset.account_keys k WHERE k.key_id = ${keyId} AND k.destroyed_at IS NOT NULL)`;
