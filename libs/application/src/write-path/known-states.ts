// The states that this process has folded, each with the event it ends with: a cache that is always continued with what the log holds beyond it.
import { LRUCache } from 'lru-cache';
import type { MembershipEvent } from '#domain';
import type { EventStore, WrittenByNewerRelease } from '#event-store';
import { knownBytesMost, loadLimits } from './limits.js';
import { bytesOf, load, type Loaded, type TooMuchAtOnce, unknown, versionOf, type Written } from './loading.js';

export class KnownStates {
  private readonly known = new LRUCache<string, Written>({ maxSize: knownBytesMost, sizeCalculation: bytesOf });

  constructor(
    private readonly store: EventStore<MembershipEvent>,
    private readonly limits: typeof loadLimits = loadLimits,
  ) {}

  /**
   * Each account as the log has it now; one that a newer release has written to is answered as that, and one that does not fit beside the others as
   * {@link TooMuchAtOnce}. In one statement, unless there is more to be read than one may hand out.
   */
  async load(accountIds: readonly string[]): Promise<(Loaded | WrittenByNewerRelease | TooMuchAtOnce)[]> {
    const known = accountIds.map((accountId) => this.known.get(accountId) ?? unknown(accountId));
    return load(this.store, known, this.limits, (accountId) => this.known.delete(accountId));
  }

  /** Of what is committed alone. What is known of the account later already stays. */
  learn(written: Written): void {
    const { accountId, at } = written;
    const known = this.known.peek(accountId);
    if (at && (!known || versionOf(known) <= at.version)) this.known.set(accountId, written);
  }
}
