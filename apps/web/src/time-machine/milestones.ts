// What is to be seen within five minutes, one thing after the other, read from what was written down.
import type { Reading, RecordedEvent } from './reading.js';
import { stopsOf, type StopKind } from './stops.js';

export type MilestoneKind = 'cancelled' | StopKind;
/** `due`: its time has come, so that it counts; nobody has written it down yet. */
export type MilestoneState = 'open' | 'planned' | 'due' | 'blocked' | 'done';

export interface Milestone {
  readonly kind: MilestoneKind;
  readonly state: MilestoneState;
  /** When it counts, or will. */
  readonly at: string | null;
  /** Of the numbers: how many are released, and how many are not let go. */
  readonly released: number;
  readonly blocked: number;
}

type EventType = RecordedEvent['type'];

const settledBy = { 'release-numbers': 'NumbersReleased', 'expire-ten-dlc': 'TenDlcExpired', 'purge-data': 'DataPurged' } as const satisfies Partial<Record<StopKind, EventType>>;

export function milestonesOf(reading: Reading): readonly Milestone[] {
  const events = sinceLastStart(reading.events);
  const last = (type: EventType): string | null => events.findLast((event) => event.type === type)?.effectiveAt ?? null;
  const stops = stopsOf(reading);
  const count = (type: EventType): number => events.filter((event) => event.type === type).length;
  const counts = { released: count('NumberReleased'), blocked: reading.membership === null ? neverReleased(events) : reading.numbers.filter(({ status }) => status === 'blocked').length };

  const isOver = reading.membership === null || reading.membership.standing === 'lapsed' || reading.membership.standing === 'cancelling';
  const cancelledAt = isOver ? last('CancellationRequested') : null;
  const milestone = (kind: StopKind, doneAt: string | null): Milestone => {
    const stop = cancelledAt === null ? undefined : stops.find((one) => one.kind === kind);
    const planned = stop === undefined ? null : new Date(stop.at).toISOString();
    const isDue = planned !== null && planned <= reading.clock.now;
    const isBlocked = kind === 'release-numbers' && counts.blocked > 0;
    const state = doneAt !== null ? 'done' : isBlocked ? 'blocked' : isDue ? 'due' : planned !== null ? 'planned' : 'open';
    return { kind, state, at: doneAt ?? planned, ...counts };
  };
  return [
    { kind: 'cancelled', state: cancelledAt === null ? 'open' : 'done', at: cancelledAt, ...counts },
    milestone('period-end', lastPlanEnd(events)),
    ...(Object.entries(settledBy) as [keyof typeof settledBy, EventType][]).map(([kind, type]) => milestone(kind, last(type))),
  ];
}

/** After the deletion nobody can say any more which, and no carrier is asked again. */
function neverReleased(events: readonly RecordedEvent[]): number {
  const asked = events.flatMap((event) => (event.type === 'NumberReleaseStarted' ? event.data.numberIds : []));
  const released = new Set(events.flatMap((event) => (event.type === 'NumberReleased' ? [event.data.numberId] : [])));
  return asked.filter((numberId) => !released.has(numberId)).length;
}

function lastPlanEnd(events: readonly RecordedEvent[]): string | null {
  return events.findLast((event) => event.type === 'PeriodEnded' && event.data.lastPlan)?.effectiveAt ?? null;
}

/** Whoever comes back begins anew. */
const sinceLastStart = (events: readonly RecordedEvent[]): readonly RecordedEvent[] => events.slice(events.findLastIndex(({ type }) => type === 'SubscriptionStarted') + 1);
