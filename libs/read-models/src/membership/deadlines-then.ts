// How it stood with an account's deadlines at some instant: told by its events alone, since their table knows only how it stands now.
import type { RecordedDeadline } from '#deadlines';
import { deadlineKey, evolve, lossOf, openDeadlines, openLosses, type Membership, type MembershipEvent, type OpenDeadline, type OpenLoss } from '#domain';
import { isImported, type RecordedEvent } from '#kernel';

/** What of a row the Membership page is made of. */
export type DeadlineRow = Pick<RecordedDeadline, 'kind' | 'dueAt' | 'generation' | 'status' | 'subscriptionId'>;

/** A state, and what became of the losses that no longer stand in it, by their keys. */
export interface Followed {
  readonly state: Membership;
  readonly ended: ReadonlyMap<string, DeadlineRow>;
}

export const beginning = (state: Membership): Followed => ({ state, ended: new Map() });

/**
 * What the events make of it. A loss that stands no longer was carried out, where its row says so of the event, and is void otherwise. What another system
 * tells of the time before made no deadline here.
 */
export function follow({ state: before, ended: known }: Followed, events: readonly RecordedEvent<MembershipEvent>[]): Followed {
  let [state, stood] = [before, openLosses(before)];
  const ended = new Map(known);
  for (const event of events) {
    state = evolve(state, event);
    const stand = openLosses(state);
    if (stand.length > 0 || stood.length > 0) {
      const keys = new Set(stand.map(deadlineKey));
      if (!isImported(event.metadata)) for (const loss of stood) if (!keys.has(deadlineKey(loss))) ended.set(deadlineKey(loss), rowOf(loss, isCarriedOut(loss, event.type) ? 'fired' : 'void'));
      for (const key of keys) ended.delete(key);
    }
    stood = stand;
  }
  return { state, ended };
}

const isCarriedOut = ({ kind }: OpenLoss, type: string): boolean => lossOf(kind).carriedOutBy.some((one) => one === type);

/** In order of due date. Nothing is `dead`: how often a worker has failed stands in no event. */
export const deadlinesThen = ({ state, ended }: Followed): readonly DeadlineRow[] =>
  [...ended.values(), ...openDeadlines(state).map((one) => rowOf(one, one.held ? 'blocked' : 'pending'))].toSorted((a, b) => (a.dueAt === b.dueAt ? a.generation - b.generation : a.dueAt < b.dueAt ? -1 : 1));

const rowOf = ({ kind, dueAt, generation, subject }: OpenDeadline, status: DeadlineRow['status']): DeadlineRow => ({ kind, dueAt, generation, status, ...(subject !== '' && { subscriptionId: subject }) });
