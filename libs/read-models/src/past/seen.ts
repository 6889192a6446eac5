// What analysts see, as it was: the same views on the tables of a past, and the same statements on these views.
import { nowAsOf } from '#deadlines';
import type { Instant } from '#kernel';
import type { Database } from '#postgres';
import type { Projection } from '#projections';
import { projections } from '../analytics/projections.js';

/** Which tables, and what time it is for whoever asks; `null`: now. */
export interface Seen {
  readonly suffix: string;
  readonly asOf: Instant | null;
}

/** The views of a projection on its table in a past, for whoever makes it. */
export const viewsThen = (projection: Projection, table: string, seen: Seen): readonly string[] =>
  [projection.views?.(table) ?? []].flat().filter((statement) => statement.startsWith('CREATE ')).map((statement) => then(statement, seen, table));

/** The database as a report asks it, answering of the past. */
export function databaseThen(database: Database, seen: Seen): Database {
  const ask = (statement: string, parameters?: readonly unknown[]) => database.execute(then(statement, seen), parameters);
  return Object.assign(Object.create(database) as Database, { execute: ask });
}

const viewsOf = (projection: Pick<Projection, 'views'>): readonly string[] => [projection.views?.('t') ?? []].flat().flatMap((statement) => [...statement.matchAll(/VIEW analytics\.(\w+) AS/g)].map(([, name]) => name!));

let known: ReadonlySet<string> | undefined;

/** Throws for whatever would be seen as it is now. */
function then(statement: string, { suffix, asOf }: Seen, table = ''): string {
  known ??= new Set(projections.flatMap((projection) => viewsOf(projection)));
  const renamed = statement.replaceAll(/\banalytics\.(\w+)(?!\w|\s*\()/g, (_, name: string) => {
    if (!known?.has(name)) throw new Error(`analytics.${name} is no view of a projection, and tells of no past`);
    return `analytics.${name}__${suffix}`;
  });
  const told = asOf === null ? renamed : nowAsOf(renamed, `'${asOf}'::timestamptz`);
  const present = /\bsunset\.(?!test_clocks\b)\w+|\b(?:now|clock_timestamp|transaction_timestamp)\(\)|\bcurrent_(?:date|timestamp)\b/i.exec(table === '' ? told : told.replaceAll(table, ''));
  if (present) throw new Error(`${present[0]} is of the present, and tells of no past: ${statement}`);
  return told;
}
