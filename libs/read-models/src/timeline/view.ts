// Everything that happened to an account and everything that will, in order of time.
import { isImported, type Instant, type RecordedEvent } from '#kernel';
import { describe, foretell, isFelt, openDeadlines, plannedDeadlines, wordsOf, type Membership, type MembershipEvent, type Saying } from '#domain';

export interface TimelineEntry {
  readonly at: Instant;
  /** The event's type for what is done, the deadline's kind for what is to come or void. */
  readonly kind: string;
  readonly status: 'done' | 'planned' | 'void' | 'blocked';
  readonly subscriptionId?: string;
  /** It happened in the system that the account was taken over from; absent: here. */
  readonly imported?: true;
  readonly detail: string;
}

/** Where an entry stands: by its time, then by the event that it comes from; what is still to come is behind what is written. */
export interface TimelinePlace {
  readonly at: Instant;
  readonly version: number;
  /** Among the entries of one event, or among what is still to come. */
  readonly nth: number;
}

export interface PlacedEntry {
  readonly place: TimelinePlace;
  readonly entry: TimelineEntry;
}

const behindAll = 2_147_483_646;

/**
 * `settled`: the state at the instant of asking, which may be ahead of what is written. `happened`: events of which there is something to tell; `undoing`:
 * all that took back what was told. Those behind `after`.
 */
export function timelineView(settled: Membership, now: Instant, happened: Events, undoing: Events, say: Saying, after: TimelinePlace | null = null): readonly PlacedEntry[] {
  return [...happened.flatMap((event) => done(event, say)), ...undoing.flatMap((event) => undone(event, say)), ...coming(settled, now, say)]
    .filter(({ place }) => after === null || compare(place, after) > 0)
    .toSorted((a, b) => compare(a.place, b.place));
}

type Events = readonly RecordedEvent<MembershipEvent>[];

function compare(a: TimelinePlace, b: TimelinePlace): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.version - b.version || a.nth - b.nth;
}

/** Empty: the account itself. */
const about = (subscriptionId: string): { subscriptionId?: string } => (subscriptionId === '' ? {} : { subscriptionId });

function done(event: RecordedEvent<MembershipEvent>, say: Saying): readonly PlacedEntry[] {
  const { version, type: kind, effectiveAt: at, data, metadata } = event;
  const detail = describe(event, say);
  if (detail === null) return [];
  return [{ place: { at, version, nth: 0 }, entry: { at, kind, status: 'done', ...about('subscriptionId' in data ? data.subscriptionId : ''), ...(isImported(metadata) && { imported: true }), detail } }];
}

/** What was told and then did not come about because the customer stayed or came back. */
const undone = ({ version, metadata: { undone: told = [] } }: RecordedEvent<MembershipEvent>, { spoken }: Saying): readonly PlacedEntry[] =>
  told.map(({ kind, dueAt: at }, index) => ({ place: { at, version, nth: index + 1 }, entry: { at, kind, status: 'void', detail: wordsOf[spoken].noLongerFollows } }));

/** What is due and has not come about is kept from it: the clock is in doubt. */
function coming(state: Membership, now: Instant, say: Saying): readonly PlacedEntry[] {
  const planned = plannedDeadlines(state).map((one) => ({ ...one, subject: '', held: false }));
  return [...openDeadlines(state), ...planned].filter(({ kind }) => isFelt(state, kind)).map(({ kind, subject, dueAt: at, held }, nth) => ({
    place: { at, version: behindAll, nth },
    entry: { at, kind, status: held || at <= now ? 'blocked' : 'planned', ...about(subject), detail: foretell(state, kind, subject, say) },
  }));
}
