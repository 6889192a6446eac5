// Lists in a prepared statement.

/**
 * Parameters that are lists (`$1::text[]`) as the rows of one table. Told as `unnest($1::text[])` alone, PostgreSQL sees how long the list is while it plans: a plan for one row looks cheaper than the general plan,
 * which it makes for ten, so that it makes a plan of its own for each execution. For a statement that finds its rows by a key that takes longer than all else.
 */
export const rowsOf = (...lists: readonly string[]): string => `unnest(${lists.map((list) => `(SELECT ${list})`).join(', ')})`;
