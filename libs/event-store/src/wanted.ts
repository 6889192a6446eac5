// Which events of one account are asked for: each way to ask has an index that leads to them alone, however many others the account has.
import type { Instant } from '#kernel';
import { ofAccount } from '#postgres';

/** A place in the order of time. */
export interface Place {
  readonly at: Instant;
  readonly version: number;
}

/** What had happened by an instant, in the time of whoever it happened to, as far as it had been written by another, in real time. */
export interface Past {
  readonly asOf: Instant;
  readonly knownAt: Instant;
}

/** Whether an event is of it: the same as {@link isOfPast}, for statements. */
export const ofPast = (asOf: string, knownAt: string, row: string): string => `${row}.effective_at <= ${asOf}::timestamptz AND ${row}.recorded_at <= ${knownAt}::timestamptz`;

export const isOfPast = ({ effectiveAt, recordedAt }: { readonly effectiveAt: Instant; readonly recordedAt: Instant }, { asOf, knownAt }: Past): boolean => effectiveAt <= asOf && recordedAt <= knownAt;

export interface Wanted {
  /** Included, as is `toVersion`. */
  readonly fromVersion?: number;
  readonly toVersion?: number;
  /** At most so many, the first in their order. */
  readonly limit?: number;
  /** By version unless told. `time`: by when they count, then by version. */
  readonly order?: 'version' | 'newest-first' | 'time';
  /** In the order of time: those behind it. */
  readonly after?: Place;
  readonly types?: readonly string[];
  /** About one of these, as `subject` of their declarations says. */
  readonly subjects?: readonly string[];
  /** Those alone that say of something that it follows no longer. */
  readonly undoing?: true;
  /** Those alone that are of it. */
  readonly past?: Past;
}

interface Chosen {
  /** Has {@link columns}. */
  readonly chosen: string;
  readonly order: string;
  readonly parameters: readonly unknown[];
}

export const columns = `e.event_id, e.shard, e.account_id, e.version, e.type, e.schema_version, e.position, e.data, e.personal, e.key_id, e.metadata, e.effective_at, e.recorded_at`;

const orders = { version: 'e.version', 'newest-first': 'e.version DESC', time: 'e.effective_at, e.version' } as const;

const versionMost = 2_147_483_647;

const beginning = { at: '-infinity', version: 0 } as const;

export function choose(accountId: string, wanted: Wanted): Chosen {
  const { fromVersion = 1, toVersion = versionMost, limit = null, types, subjects, undoing } = wanted;
  const order = orders[wanted.order ?? 'version'];
  const parameters: unknown[] = [accountId, fromVersion, toVersion, limit];
  const told = (value: unknown): string => `$${parameters.push(value)}`;
  const inPast = wanted.past ? `AND ${ofPast(told(wanted.past.asOf), told(wanted.past.knownAt), 'e')}` : '';
  const first = (conditions: string): string => `SELECT ${columns} FROM sunset.events e WHERE ${ofAccount('$1', 'e')} AND e.version BETWEEN $2 AND $3 ${inPast} ${conditions} ORDER BY ${order} LIMIT $4`;
  const chosen = (): string => {
    if (subjects) {
      // Of one subject there are few: nothing else is to lead to them, so they are found before anything is asked of them.
      const about = `(SELECT * FROM sunset.events e WHERE ${ofAccount('$1', 'e')} AND e.subject = ANY (${told(subjects)}::text[]) OFFSET 0)`;
      const ofTypes = types ? `AND e.type = ANY (${told(types)}::text[])` : '';
      return `SELECT ${columns} FROM ${about} e WHERE e.version BETWEEN $2 AND $3 ${inPast} ${ofTypes} ORDER BY ${order} LIMIT $4`;
    }
    if (types) return `SELECT ${columns} FROM unnest(${told(types)}::text[]) AS wanted (type) CROSS JOIN LATERAL (${first('AND e.type = wanted.type')}) e ORDER BY ${order} LIMIT $4`;
    if (undoing) return first("AND e.metadata ? 'undone'");
    if (wanted.order !== 'time') return first('');
    const { at, version } = wanted.after ?? beginning;
    return first(`AND (e.effective_at, e.version) > (${told(at)}::timestamptz, ${told(version)}::int)`);
  };
  return { chosen: chosen(), order, parameters };
}
