// A view for analysts: its columns, what each of them means, and the grant, in one declaration.
import { literal } from './statement.js';

/** The group role that reads schema `analytics`, and nothing else. */
export const analystRole = 'sunset_analyst';

export interface DocumentedView {
  /** The view is `analytics.<name>`. */
  readonly name: string;
  readonly about: string;
  /** Columns that tell its rows apart, none of them ever empty; absent: its rows are counts. */
  readonly key?: readonly string[];
  /** By column: its expression and what it means. */
  readonly columns: Readonly<Record<string, readonly [expression: string, meaning: string]>>;
  /** Everything from FROM on. */
  readonly from: string;
}

/** By what has changed since the last time can be found: columns of every view with a row for each row of its table. */
export const changes = (row?: string): DocumentedView['columns'] => {
  const of = row === undefined ? '' : `${row}.`;
  return {
    shard: [`${of}shard`, 'The shard of the account, whose log `position` counts in.'],
    position: [`${of}position`, 'Place in the log of the shard of the event by which the row was last changed. Whoever has all rows up to a position asks for those behind it.'],
    updated_at: [`${of}updated_at`, 'When that event was recorded, in real time.'],
  };
};

/** The same of views that add rows up, without the shard: positions of several are not comparable. */
export const latestChange = (row?: string): DocumentedView['columns'] => ({
  updated_at: [`max(${row === undefined ? '' : `${row}.`}updated_at)`, 'When the latest event was recorded by which one of the rows was changed, in real time.'],
});

/** The statements that make or replace the view. */
export function documentedView({ name, about, key, columns, from }: DocumentedView): readonly string[] {
  const view = `analytics.${name}`;
  const selected = Object.entries(columns).map(([column, [expression]]) => (expression === column ? column : `${expression} AS ${column}`));
  return [
    `CREATE OR REPLACE VIEW ${view} AS SELECT ${selected.join(', ')} ${from}`,
    `COMMENT ON VIEW ${view} IS ${literal(key ? `${about} Key: ${key.join(', ')}.` : about)}`,
    ...Object.entries(columns).map(([column, [, meaning]]) => `COMMENT ON COLUMN ${view}.${column} IS ${literal(meaning)}`),
    grantToAnalysts(view),
  ];
}

/** Where the role could not be made there is nobody to grant to; the migration said so. */
const grantToAnalysts = (view: string): string => `
  DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${analystRole}') THEN GRANT SELECT ON ${view} TO ${analystRole}; END IF;
  END $$`;
