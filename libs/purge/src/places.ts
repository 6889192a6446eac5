// Where in the database something of a person can stand: the places that are searched after a purge are those which are not known to be free of it.

/**
 * Why a column that is text, JSON or bytes can hold nothing that a person wrote:
 *
 * - `enumeration`: the schema lists its values.
 * - `code`: one of our own words, written by this service alone: a kind, a carrier, a plan, a currency.
 * - `id`: names something, and was an id before it came here.
 * - `zone`: an IANA time zone.
 * - `hash`: a digest, a salt, or a sum of digests.
 * - `sealed`: can be read with a key only.
 * - `derived`: JSON made of codes, ids, counts and instants.
 * - `error`: what may be kept of an error, about no account.
 * - `staff`: what an operator wrote about the service as a whole.
 */
export const closedAs = ['enumeration', 'code', 'id', 'zone', 'hash', 'sealed', 'derived', 'error', 'staff'] as const;
export type ClosedAs = (typeof closedAs)[number];

export interface TablePlaces {
  /** Columns that need no look, by why. Those whose type holds no text need not be named. */
  readonly closed: Readonly<Partial<Record<ClosedAs, readonly string[]>>>;
  /** Columns that can hold text of a person: what of the row `t` to look at, as SQL. */
  readonly texts?: Readonly<Record<string, string>>;
}

export interface Places {
  /** By name, with the schema. A table that is not named is searched as a whole, a column that is not named like one of `texts`. */
  readonly tables: Readonly<Record<string, TablePlaces>>;
  /** Schemas of a queue, whose jobs are looked through as jobs. */
  readonly queueSchemas: readonly string[];
}

/** Types whose values are no text, in any table. */
export const closedTypes: ReadonlySet<string> = new Set(['uuid', 'timestamptz', 'timestamp', 'date', 'time', 'timetz', 'interval', 'bool']);
/** Whose values may be a phone number where nobody says what they are. */
export const numericTypes: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'money']);

/** The table itself, of one that is built anew beside it. */
export const placesOf = ({ tables }: Places, table: string): TablePlaces | undefined => tables[table.replace(/__(rebuild|past_\w+)$/, '')];

export const closedColumns = ({ closed }: TablePlaces): readonly string[] => Object.values(closed).flat();
