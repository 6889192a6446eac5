// The tables of a projection: the one in use, the one that is built beside it, and the exchange of the two.
import { sqlState, type Database } from '#postgres';
import type { Projection } from './projection.js';

const invalidTableDefinition = '42P16';

export const liveTable = (name: string): string => `sunset.${name}`;

export const rebuildTable = (name: string): string => `sunset.${name}__rebuild`;

export async function createTable(database: Database, projection: Projection, table: string): Promise<void> {
  for (const statement of [projection.create(table)].flat()) await database.query(statement);
}

/** `table` is where the views are to look; they follow it when it is renamed. */
export async function createViews(database: Database, projection: Projection, table: string): Promise<void> {
  for (const statement of [projection.views?.(table) ?? []].flat()) await database.query(statement);
}

/**
 * Puts the rebuilt table in the place of the one in use, inside the surrounding transaction. Readers wait for a moment and then find the new one.
 * Views come first and the table after them, the order in which a reader of a view locks, so that the two cannot deadlock. Views are replaced, so
 * that grants on them stay; only a view whose columns no longer fit is made anew. Whatever else hangs on the table makes this fail.
 */
export async function exchangeTables(database: Database, projection: Projection): Promise<void> {
  const [live, rebuilt] = [liveTable(projection.name), rebuildTable(projection.name)];
  try {
    await database.savepoint(() => createViews(database, projection, rebuilt));
  } catch (error) {
    if (sqlState(error) !== invalidTableDefinition) throw error;
    await dropViewsOn(database, live);
    await createViews(database, projection, rebuilt);
  }
  await dropViewsOn(database, live);
  await database.query(`DROP TABLE ${live}`);
  await database.query(`ALTER TABLE ${rebuilt} RENAME TO ${projection.name}`);
}

async function dropViewsOn(database: Database, table: string): Promise<void> {
  const views = await database.query<{ view: string }>(
    `SELECT DISTINCT c.oid::regclass::text AS view
     FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class
     WHERE d.refobjid = $1::regclass AND c.relkind = 'v' AND c.relnamespace = 'analytics'::regnamespace`,
    [table],
  );
  for (const { view } of views) await database.query(`DROP VIEW ${view}`);
}
