// The columns of analysts' answers: their names, what they hold, and what they mean.

export type ColumnType = 'text' | 'instant' | 'whole' | 'number' | 'boolean';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly meaning: string;
  /** Whether it may be added up over the rows of an answer: always, or where they are all of one currency. */
  readonly adds?: 'always' | 'in one currency';
}

export type Cell = string | number | boolean | null;

export type ReportRow = Readonly<Record<string, Cell>>;

/** An expression over the view, told under a name. */
export interface Selected extends Column {
  readonly sql: string;
}

const of = (type: ColumnType, nullable: boolean) => (name: string, sql: string, meaning: string): Selected => ({ name, type, nullable, sql, meaning });

export const text = of('text', false);
export const textOrNull = of('text', true);
export const instantOrNull = of('instant', true);
export const instantColumn = of('instant', false);
export const whole = of('whole', false);
/** A figure that may be added up over all rows of an answer. */
export const sum = (name: string, sql: string, meaning: string): Selected => ({ ...whole(name, sql, meaning), adds: 'always' });
/** Minor units, which may be added up where there is one currency. */
export const sumOfMoney = (name: string, sql: string, meaning: string): Selected => ({ ...whole(name, sql, meaning), adds: 'in one currency' });
export const wholeOrNull = of('whole', true);
export const numberOrNull = of('number', true);
export const boolean = of('boolean', false);
export const booleanOrNull = of('boolean', true);

export const selectList = (columns: readonly Selected[]): string => columns.map(({ name, sql }) => `${sql} AS "${name}"`).join(', ');

/** What adds up of the rows; `null`: they are of several currencies, which nobody adds up. */
export function totalsOf(columns: readonly Column[], rows: readonly ReportRow[]): Readonly<Record<string, number | null>> {
  const oneCurrency = new Set(rows.map((row) => row['currency'])).size <= 1;
  const added = columns.filter(({ adds }) => adds !== undefined);
  return Object.fromEntries(
    added.map(({ name, adds }) => [name, adds === 'always' || oneCurrency ? rows.reduce((total, row) => total + Number(row[name]), 0) : null]),
  );
}
