// The states that this process has folded, each with the event it ends with: a cache that is always continued with what the log holds beyond it.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { fold, foldVersion, membershipEvents, noMembership, type Membership, type MembershipEvent } from '#domain';
import { EventStore, WrittenByNewerRelease, type Newer } from '#event-store';
import type { Instant } from '#kernel';
import { knownBytesMost } from './limits.js';

/** An account as the log has it. The state holds no person, and nobody changes it. */
export interface Written {
  readonly accountId: string;
  readonly state: Membership;
  /** The event it ends with; `null`: nothing has happened yet. */
  readonly at: { readonly version: number; readonly eventId: string } | null;
  /** The version of the snapshot in the database; 0: none that is known of. */
  readonly snapshot: number;
  /** Whether every deadline row of the state has been written by this process, by what it knows of consequences. */
  readonly rowsWritten: boolean;
}

export interface Loaded extends Written {
  /** The database's clock. */
  readonly now: Instant;
}

export const versionOf = ({ at }: Pick<Written, 'at'>): number => at?.version ?? 0;

/** Whose snapshots are ours: of the same fold, over the same events. */
export const foldName = `${foldVersion}-${createHash('sha256').update(JSON.stringify(membershipEvents.map(({ type, version }) => [type, version]))).digest('hex').slice(0, 16)}`;

const elementBytes = 640;
const stateBytes = 4_096;

/** What a state takes in memory, roughly and rather too much: its lists are counted, not looked through. */
export function bytesOf({ state }: Pick<Written, 'state'>): number {
  return stateBytes + elementsOf(state) * elementBytes;
}

/** What stands in lists, however deep in objects; of a list of lists, which are pages, what stands in them. */
function elementsOf(part: unknown): number {
  if (typeof part !== 'object' || part === null) return 0;
  if (Array.isArray(part) && !Array.isArray(part[0])) return part.length;
  return Object.values(part).reduce((sum: number, inner) => sum + elementsOf(inner), 0);
}

export class KnownStates {
  private readonly known = new LRUCache<string, Written>({ maxSize: knownBytesMost, sizeCalculation: bytesOf });

  constructor(private readonly store: EventStore<MembershipEvent>) {}

  /** Each account as the log has it now, in one statement; one that a newer release has written to is answered as that. */
  async load(accountIds: readonly string[]): Promise<(Loaded | WrittenByNewerRelease)[]> {
    const known = accountIds.map((accountId) => this.known.get(accountId) ?? unknown(accountId));
    const found = await this.store.newer(known, foldName);
    const elsewhere = found.filter((one): one is Newer<MembershipEvent> => 'from' in one && one.from === 'elsewhere').map(({ accountId }) => accountId);
    const again = await this.fromTheBeginning(elsewhere);
    return found.map((one, index) => ('from' in one ? (again.get(one.accountId) ?? continued(known[index]!, one)) : one));
  }

  /** Of what is committed alone. What is known of the account later already stays. */
  learn(written: Written): void {
    const { accountId, at } = written;
    const known = this.known.peek(accountId);
    if (at && (!known || versionOf(known) <= at.version)) this.known.set(accountId, written);
  }

  /** The log is not the one that was read: it was restored, or what was read was undone. */
  private async fromTheBeginning(accountIds: readonly string[]): Promise<ReadonlyMap<string, Loaded | WrittenByNewerRelease>> {
    if (accountIds.length === 0) return new Map();
    for (const accountId of accountIds) this.known.delete(accountId);
    const found = await this.store.newer(accountIds.map(unknown), null);
    return new Map(found.map((one, index) => [accountIds[index]!, 'from' in one ? continued(unknown(accountIds[index]!), one) : one]));
  }
}

const unknown = (accountId: string): Written => ({ accountId, state: noMembership(accountId), at: null, snapshot: 0, rowsWritten: false });

function continued(known: Written, { accountId, from, events, now }: Newer<MembershipEvent>): Loaded {
  const snapshot = typeof from === 'object' ? from : null;
  const state = fold(snapshot ? (snapshot.state as Membership) : known.state, events);
  const at = events.at(-1) ?? snapshot ?? known.at;
  return {
    accountId, state, now,
    at: at && { version: at.version, eventId: at.eventId },
    snapshot: snapshot?.version ?? known.snapshot,
    rowsWritten: known.rowsWritten && events.length === 0,
  };
}
