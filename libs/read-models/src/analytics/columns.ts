// The columns of analysts' answers: their names, what they hold, and what they mean.

export type ColumnType = 'text' | 'instant' | 'whole' | 'number' | 'boolean';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly meaning: string;
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
export const wholeOrNull = of('whole', true);
export const numberOrNull = of('number', true);
export const boolean = of('boolean', false);
export const booleanOrNull = of('boolean', true);

export const selectList = (columns: readonly Selected[]): string => columns.map(({ name, sql }) => `${sql} AS "${name}"`).join(', ');
