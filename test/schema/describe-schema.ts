// What the database looks like, as text that is the same on every version of PostgreSQL: tables, columns, constraints, indexes, views.
import type { Database } from '#postgres';

interface Line {
  readonly owner: string;
  readonly text: string;
}

const schemas = `('sunset', 'analytics')`;

const queries: readonly string[] = [
  `SELECT n.nspname || '.' || c.relname AS owner,
     '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
       || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS text
   FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
   WHERE n.nspname IN ${schemas} AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0 AND NOT a.attisdropped
   ORDER BY 1, a.attnum`,
  `SELECT n.nspname || '.' || c.relname AS owner, '  constraint ' || o.conname || ' ' || pg_get_constraintdef(o.oid) AS text
   FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname IN ${schemas} AND o.contype IN ('c', 'f', 'p', 'u') ORDER BY 1, o.conname`,
  `SELECT n.nspname || '.' || c.relname AS owner, '  ' || pg_get_indexdef(i.indexrelid) AS text
   FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname IN ${schemas} AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.indexrelid) ORDER BY 1, 2`,
  `SELECT n.nspname || '.' || c.relname AS owner, '  trigger ' || t.tgname AS text
   FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname IN ${schemas} AND NOT t.tgisinternal ORDER BY 1, 2`,
];

/** Objects in order of their names, what belongs to each below it. */
export async function describeSchema(database: Database): Promise<string> {
  const lines = new Map<string, string[]>();
  for (const query of queries) {
    for (const { owner, text } of await database.query<Line>(query)) lines.set(owner, [...(lines.get(owner) ?? []), text]);
  }
  return [...lines.keys()]
    .toSorted()
    .map((owner) => `${owner}\n${lines.get(owner)?.join('\n') ?? ''}\n`)
    .join('\n');
}
