// What is asked of an account, and what became of it.
import type { Instant, Metadata, RecordedEvent } from '#kernel';
import type { Command, Membership, MembershipEvent } from '#domain';
import type { Deadline, DeadlineKey } from '#deadlines';
import type { Wanted } from '#event-store';

/** An account at one instant. */
export interface Account {
  /**
   * With everything that is due by `now` carried out, whether or not a worker has written it yet. While the clock is in doubt access alone goes by
   * time, and the rest stands as it is written.
   */
  readonly state: Membership;
  /** What the log holds up to this state, or what of that is wanted; asked of the database when it is called. */
  readonly events: (wanted?: Wanted) => Promise<readonly RecordedEvent<MembershipEvent>[]>;
  readonly now: Instant;
}

/** The events of an account, once they were asked for. */
export type EventsOf<Of extends Pick<Account, 'events'>> = Awaited<ReturnType<Of['events']>>;

/** A command, or how to make it of the account as it is when it is decided. */
export type Ask = Command | ((account: Account) => Command | Promise<Command>);

/**
 * - `due-first`: what is due is carried out first, and all rows follow.
 * - `as-written`: what is due stays due, and all rows follow.
 * - `noting`: what is due stays due, and nothing changes but the log.
 * - `taken-over`: it happened in another system. Rows follow, nothing is asked of anybody, and what it has at the carrier was taken by whoever asks.
 */
export type Manner = 'due-first' | 'as-written' | 'noting' | 'taken-over';

export interface Asked {
  readonly accountId: string;
  readonly metadata: Metadata;
  /** `null`: nothing but what is due. */
  readonly ask: Ask | null;
  readonly manner: Manner;
  /** The deadlines whose rows the surrounding transaction has claimed, to fire them. */
  readonly claimed?: readonly (DeadlineKey & Pick<Deadline, 'traceparent'>)[];
}

/** `apart`: it needs a transaction of its own, where it may wait, ask and be undone without the others. */
export type Outcome = { readonly outcome: 'done'; readonly account: Account } | { readonly outcome: 'failed'; readonly error: Error } | { readonly outcome: 'apart' };
