// What is asked of an account, and what became of it.
import type { Instant, Metadata, RecordedEvent } from '#kernel';
import type { Command, Membership, MembershipEvent } from '#domain';
import type { DeadlineKey } from '#deadlines';

/** An account at one instant. */
export interface Account {
  /**
   * With everything that is due by `now` carried out, whether or not a worker has written it yet. While the clock is in doubt access alone goes by
   * time, and the rest stands as it is written.
   */
  readonly state: Membership;
  /** What the log holds; asked of the database when it is called. */
  readonly events: () => Promise<readonly RecordedEvent<MembershipEvent>[]>;
  readonly now: Instant;
}

/** The events of an account, once they were asked for. */
export type EventsOf<Of extends Pick<Account, 'events'>> = Awaited<ReturnType<Of['events']>>;

/** A command, or how to make it of the account as it is when it is decided. */
export type Ask = Command | ((account: Account) => Command | Promise<Command>);

/**
 * - `settling`: what is due is carried out first, and all rows follow.
 * - `as-written`: what is due stays due, and all rows follow.
 * - `noting`: what is due stays due, and nothing changes but the log.
 */
export type Manner = 'settling' | 'as-written' | 'noting';

export interface Asked {
  readonly accountId: string;
  readonly metadata: Metadata;
  /** `null`: nothing but what is due. */
  readonly ask: Ask | null;
  readonly manner: Manner;
  /** Whose rows the surrounding transaction has taken up to be fired. */
  readonly takenUp?: readonly DeadlineKey[];
}

/** `apart`: it needs a transaction of its own, where it may wait, ask and be undone without the others. */
export type Outcome = { readonly outcome: 'done'; readonly account: Account } | { readonly outcome: 'failed'; readonly error: Error } | { readonly outcome: 'apart' };
