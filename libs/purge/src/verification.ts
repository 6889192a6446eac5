// Looks for what must be gone: in every table of the database and in every job of the queues.
import type { Database } from '#postgres';
import { sqlState } from '#postgres';

/** What stands in the queues. */
export interface Jobs {
  /** Removes what has ended, well or not, and mentions one of the texts. Answers how many. */
  removeEnded(mentions: readonly string[]): Promise<number>;
  /** How many jobs there are, and in which queues one contains one of the texts. */
  search(texts: readonly string[]): Promise<{ readonly jobs: number; readonly foundIn: readonly string[] }>;
}

export interface Found {
  readonly tables: number;
  readonly jobs: number;
  /** Tables and queues. */
  readonly places: readonly string[];
}

interface Table {
  readonly name: string;
  /** Which of its rows `t` to look at, for an account `$2`. */
  readonly rows: string;
}

const shortestMarker = 8;
/** `too_expensive`, `messaging-annual`, `campaigns`: our codes, and what a person may write as well. */
const likeOurs = /^[a-z]+([_./-][a-z]+)*$/;
const aDateOrNumber = /^[\d\s.,:/TZ-]+$/;

/**
 * Of what is known of a person, that which can be told from a word of ours: anything with an `@`, else eight characters or more that are neither a
 * single word in small letters nor a date or number. What the account's own id says is no trace: the id stays.
 */
export const markersOf = (texts: readonly string[], accountId: string): readonly string[] =>
  [...new Set(texts)].filter((text) => isTellable(text) && !accountId.includes(text));

const isTellable = (text: string): boolean => text.includes('@') || (text.length >= shortestMarker && !likeOurs.test(text) && !aDateOrNumber.test(text));

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** As it may stand in a row written as JSON: in a text, in JSON inside a text, and in a `bytea`. In a job: as it is. */
const forms = (marker: string): readonly string[] => [...new Set([marker, escaped(marker), escaped(escaped(marker)), Buffer.from(marker).toString('hex')])];

export class Verification {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs | null,
  ) {}

  async search(accountId: string, markers: readonly string[]): Promise<Found> {
    const texts = markers.flatMap(forms);
    const tables = await this.tables();
    const places: string[] = [];
    let searched = 0;
    for (const table of tables) {
      const found = await this.look(table, accountId, texts);
      if (found === 'gone') continue;
      searched += 1;
      if (found === 'found') places.push(table.name);
      if (found === 'closed') places.push(`${table.name}, which may not be read`);
    }
    const { jobs, foundIn } = (await this.jobs?.search(texts)) ?? { jobs: 0, foundIn: [] };
    return { tables: searched, jobs, places: [...places, ...foundIn.map((queue) => `queue ${queue}`)] };
  }

  /** Every table that anybody could have written to. */
  private async tables(): Promise<Table[]> {
    return this.database.query<Table>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name,
         CASE WHEN a.attname IS NULL THEN '$2::text IS NOT NULL' WHEN a.attnotnull THEN 't.account_id::text = $2'
           ELSE '(t.account_id::text = $2 OR t.account_id IS NULL)' END AS rows
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped
       WHERE c.relkind IN ('r', 'm', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       ORDER BY 1`,
    );
  }

  /** A row about an account is looked at if it is this one's, or nobody's. */
  private async look({ name, rows }: Table, accountId: string, texts: readonly string[]): Promise<'found' | 'clean' | 'gone' | 'closed'> {
    try {
      const [row] = await this.database.query<{ found: boolean }>(
        `SELECT EXISTS (
           SELECT FROM ${name} t WHERE ${rows}
             AND EXISTS (SELECT FROM unnest($1::text[]) AS marker WHERE position(marker IN to_jsonb(t)::text) > 0)
         ) AS found`,
        [texts, accountId],
      );
      return row!.found ? 'found' : 'clean';
    } catch (error) {
      const state = sqlState(error);
      if (state === undefinedTable) return 'gone';
      if (state === insufficientPrivilege) return 'closed';
      throw error;
    }
  }
}

const undefinedTable = '42P01';
const insufficientPrivilege = '42501';
