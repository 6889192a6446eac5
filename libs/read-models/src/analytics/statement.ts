// A statement of a report, with its values beside it or written into it.
export interface Statement {
  readonly text: string;
  readonly values: readonly Value[];
}

export type Value = string | number | readonly string[];

/** Collects the values of a statement; answers the place of each. */
export class Parameters {
  readonly values: Value[] = [];

  add(value: Value): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** A text as SQL writes it. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The statement with its values in it: what is run, for whoever has no place to put them. */
export const withValues = ({ text, values }: Statement): string => text.replace(/\$(\d+)/g, (_, place: string) => written(values[Number(place) - 1]));

function written(value: Value | undefined): string {
  if (value === undefined) throw new Error('a value of the statement is missing');
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? literal(value) : `ARRAY[${value.map(literal).join(', ')}]::text[]`;
}
