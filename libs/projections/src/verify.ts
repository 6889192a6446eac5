// Compares two tables of the same shape row for row.
import { across, type Database } from '#postgres';

export interface Difference {
  /** Rows of the table in use. */
  readonly rows: number;
  /** Rows that the log says should be there and are not; `count` may exceed the rows listed. */
  readonly missing: Side;
  /** Rows that are there and should not be. */
  readonly unexpected: Side;
}

interface Side {
  readonly count: number;
  readonly rows: readonly Record<string, unknown>[];
}

const listed = 100;

export async function compareTables(database: Database, live: string, rebuilt: string): Promise<Difference> {
  const [counted] = await database.query<{ rows: number }>(`${across('tables of projections')}SELECT count(*) AS rows FROM ${live}`);
  return {
    rows: counted!.rows,
    missing: await onlyIn(database, rebuilt, live),
    unexpected: await onlyIn(database, live, rebuilt),
  };
}

async function onlyIn(database: Database, table: string, other: string): Promise<Side> {
  const rows = await database.query<{ row: Record<string, unknown>; count: number }>(
    `${across('tables of projections')}SELECT to_jsonb(d) - 'shard' AS row, count(*) OVER () AS count FROM (SELECT * FROM ${table} EXCEPT ALL SELECT * FROM ${other}) d LIMIT ${listed}`,
  );
  return { count: rows[0]?.count ?? 0, rows: rows.map(({ row }) => row) };
}
