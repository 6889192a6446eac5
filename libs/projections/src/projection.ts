// A projection: one table, kept in step with the log by a map from event to rows.
import type { AnyEvent, RecordedEvent } from '#kernel';
import type { Database } from '#postgres';
import { changedBy, folded, type Folded, type LastChange } from './folded.js';

export interface Target {
  /** The qualified name of the table to write to; another one while it is rebuilt. */
  readonly table: string;
  /** Inside the transaction that also moves the checkpoint. */
  readonly database: Database;
}

/** `Event`: what the catalogue of the log declares. That it declares what is reacted to is checked when the projection is taken up. */
export interface Projection<Event extends AnyEvent = AnyEvent> {
  /** Lower case and underscores; the table is `sunset.<name>`. */
  readonly name: string;
  /** Raise it when `create`, `views` or what follows from an event changes: the table is then rebuilt beside the one in use. */
  readonly version: number;
  /** The table and its indexes. Leave indexes unnamed: two builds stand side by side. */
  create(table: string): Statements;
  /** `CREATE OR REPLACE VIEW analytics.…` over this one table; views that join projections stand on such views. */
  views?(table: string): Statements;
  /** Which event types it reacts to, to be checked against the catalogue; absent when it looks for itself. */
  readonly types?: readonly string[];
  /**
   * Writes what follows from a batch of one shard, in order. Nothing but the events and the table itself may decide what is written, no
   * clock, no chance, no other table: a rebuild must give the same rows.
   */
  apply(events: readonly RecordedEvent<Event>[], target: Target): Promise<void>;
}

type Statements = string | readonly string[];

/** The rows of the event's account that it makes or changes, each as a whole; `rows` are those that there are. */
type Reaction<Event, Row> = (event: Event, rows: readonly Row[]) => readonly Row[];

export interface Declaration<Event extends AnyEvent, Row> extends Omit<Folded<Event, Row>, 'types' | 'fold'> {
  readonly on: { readonly [Type in Event['type']]?: Reaction<RecordedEvent<Extract<Event, { type: Type }>>, Row> };
}

/** `projection<MembershipEvent, Row>({ name, version, columns, key, on: { CancellationRequested: (event, rows) => [{ … }] } })` */
export function projection<Event extends AnyEvent, Row extends { readonly account_id: string }>({ on, ...declared }: Declaration<Event, Row>): Projection<Event> {
  const reactions = new Map(Object.entries(on) as [string, Reaction<RecordedEvent<Event>, Row>][]);
  const keyOf = (row: Row): string => JSON.stringify(declared.key.map((column) => row[column]));
  return folded<Event, Row>({
    ...declared,
    types: [...reactions.keys()],
    fold(stored, events) {
      const rows = new Map(stored.map((row) => [keyOf(row), row]));
      const changed = new Map<string, Row & LastChange>();
      for (const event of events) {
        for (const row of reactions.get(event.type)!(event, [...rows.values()])) {
          rows.set(keyOf(row), row);
          changed.set(keyOf(row), { ...row, ...changedBy(event) });
        }
      }
      return [...changed.values()];
    },
  });
}
