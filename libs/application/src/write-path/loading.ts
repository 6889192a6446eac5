// Loads accounts from what is known of them, the snapshots and the log, in as many statements as it takes for none to hand out too much.
import { createHash } from 'node:crypto';
import { fold, foldVersion, membershipEvents, noMembership, type Membership, type MembershipEvent } from '#domain';
import { type EventStore, WrittenByNewerRelease, type Newer } from '#event-store';
import type { Instant } from '#kernel';
import type { loadLimits } from './limits.js';

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
  let sum = 0;
  // For every command anew: nothing is made for it.
  for (const name in part) sum += elementsOf((part as Readonly<Record<string, unknown>>)[name]);
  return sum;
}

/** It does not fit beside the others: to be loaded without them. */
export class TooMuchAtOnce extends Error {
  override name = 'TooMuchAtOnce';
}

type Answer = Loaded | WrittenByNewerRelease | TooMuchAtOnce;

/** One that is not loaded as far as the log goes. */
interface Unfinished {
  readonly known: Written;
  /** Whose snapshots are believed; `null`: the log is not the one that was read, it was restored, or what was read was undone. */
  readonly snapshots: string | null;
  /** Whether its state comes beside those that are known. */
  readonly isNew: boolean;
}

/** In the order given. `forget`: what was known of that account is of another log. */
export async function load(store: EventStore<MembershipEvent>, known: readonly Written[], limits: typeof loadLimits, forget: (accountId: string) => void): Promise<Answer[]> {
  const answers = new Map<string, Answer>();
  let bytes = 0;
  let left: readonly Unfinished[] = known.map((one) => ({ known: one, snapshots: foldName, isNew: one.at === null }));
  while (left.length > 0) {
    const unfinished: Unfinished[] = [];
    for (const [one, newer] of await ask(store, left, limits)) {
      const { known: before, isNew } = one;
      if (newer instanceof WrittenByNewerRelease) {
        answers.set(before.accountId, newer);
      } else if (newer.from === 'elsewhere') {
        forget(before.accountId);
        unfinished.push({ known: unknown(before.accountId), snapshots: null, isNew: true });
      } else if (newer.from === 'later') {
        unfinished.push(one);
      } else {
        const loaded = continued(before, newer);
        if (newer.more) unfinished.push({ ...one, known: loaded });
        else {
          answers.set(before.accountId, loaded);
          if (isNew) bytes += bytesOf(loaded);
        }
      }
    }
    left = fitting(unfinished, limits.stateBytesMost - bytes, answers);
  }
  return known.map(({ accountId }) => answers.get(accountId)!);
}

async function ask(store: EventStore<MembershipEvent>, left: readonly Unfinished[], { eventsMost, snapshotBytesMost }: typeof loadLimits): Promise<readonly (readonly [Unfinished, Newer<MembershipEvent> | WrittenByNewerRelease])[]> {
  const limits = { eventsMost: Math.max(1, Math.floor(eventsMost / left.length)), snapshotBytesMost };
  const asked = [];
  for (const snapshots of [foldName, null]) {
    const those = left.filter((one) => one.snapshots === snapshots);
    if (those.length === 0) continue;
    const found = await store.newer(those.map(({ known }) => known), snapshots, limits);
    asked.push(...those.map((one, index) => [one, found[index]!] as const));
  }
  return asked;
}

/** Those that go on; the others are answered that they do not fit. The first always does, where nothing else is loaded. */
function fitting(unfinished: readonly Unfinished[], bytes: number, answers: Map<string, Answer>): readonly Unfinished[] {
  let room = bytes;
  const going: Unfinished[] = [];
  for (const one of unfinished) {
    const isFirst = answers.size + going.length === 0;
    if (isFirst || room > 0 || !one.isNew) going.push(one);
    else answers.set(one.known.accountId, new TooMuchAtOnce('its state does not fit beside those that are loaded with it'));
    if (one.isNew) room -= bytesOf(one.known);
  }
  return going;
}

export const unknown = (accountId: string): Written => ({ accountId, state: noMembership(accountId), at: null, snapshot: 0, rowsWritten: false });

function continued(known: Written, { accountId, from, events, now }: Newer<MembershipEvent>): Loaded {
  const snapshot = typeof from === 'object' ? from : null;
  const state = fold(snapshot ? (snapshot.state as Membership) : known.state, events);
  const last = events.at(-1) ?? snapshot;
  return {
    accountId, state, now,
    at: last ? { version: last.version, eventId: last.eventId } : known.at,
    snapshot: snapshot?.version ?? known.snapshot,
    rowsWritten: known.rowsWritten && events.length === 0,
  };
}
