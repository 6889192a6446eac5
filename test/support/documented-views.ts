// What the analysts' views say of themselves, as the database has it.
import type { Database } from '#postgres';

export interface ShownColumn {
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
}

export interface ShownView {
  readonly name: string;
  readonly about: string;
  /** Columns that tell its rows apart; none: its rows are counts. */
  readonly key: readonly string[];
  readonly columns: readonly ShownColumn[];
}

interface Line {
  readonly view: string;
  readonly about: string | null;
  readonly column: string;
  readonly type: string;
  readonly meaning: string | null;
}

/** By name. Throws where a view or a column says nothing. */
export async function documentedViews(database: Database): Promise<readonly ShownView[]> {
  const lines = await database.query<Line>(
    `SELECT c.relname AS view, obj_description(c.oid, 'pg_class') AS about, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type, col_description(c.oid, a.attnum) AS meaning
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
     WHERE c.relnamespace = 'analytics'::regnamespace AND c.relkind = 'v' ORDER BY 1, a.attnum`,
  );
  const silent = lines.filter(({ about, meaning }) => !about || !meaning).map(({ view, about, column }) => (about ? `${view}.${column}` : view));
  if (silent.length > 0) throw new Error(`without a comment: ${[...new Set(silent)].join(', ')}`);
  return [...new Set(lines.map(({ view }) => view))].map((name) => {
    const own = lines.filter(({ view }) => view === name);
    const [, about = '', key = ''] = /^(.*?)(?: Key: ([\w, ]+)\.)?$/s.exec(own[0]!.about!)!;
    return { name, about, key: key === '' ? [] : key.split(', '), columns: own.map(({ column, type, meaning }) => ({ name: column, type, meaning: meaning! })) };
  });
}
