// A projection: one table, kept in step with the log by a map from event to statement.
import type { AnyEvent, RecordedEvent } from '#kernel';
import type { Database } from '#postgres';

export interface Statement {
  readonly sql: string;
  readonly parameters?: readonly unknown[];
}

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
type Reaction<Event> = (event: Event, table: string) => Statement | readonly Statement[] | null;

export interface Declaration<Event extends AnyEvent> extends Pick<Projection, 'name' | 'version' | 'create' | 'views'> {
  readonly on: { readonly [Type in Event['type']]?: Reaction<RecordedEvent<Extract<Event, { type: Type }>>> };
}

/** `projection<MembershipEvent>({ name, version, create, on: { CancellationRequested: (event, table) => ({ sql, parameters }) } })` */
export function projection<Event extends AnyEvent>({ on, ...declared }: Declaration<Event>): Projection<Event> {
  const reactions = new Map(Object.entries(on) as [string, Reaction<RecordedEvent<Event>>][]);
  return {
    ...declared,
    types: [...reactions.keys()],
    async apply(events, { table, database }) {
      for (const event of events) {
        const statements = reactions.get(event.type)?.(event, table) ?? [];
        for (const { sql, parameters } of [statements].flat()) await database.query(sql, parameters);
      }
    },
  };
}
