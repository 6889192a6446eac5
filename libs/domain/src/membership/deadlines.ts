// What a membership waits for: its open and its planned deadlines, as the rows of the consequences say.
import { dayMs, onceForEach, plusMs, type Instant } from '#kernel';
import { comesAt, type Begun } from '../consequence.js';
import { isHeldSinceImport, reminderKey } from '../retention/state.js';
import { inOrder, lossOf, lossRows, recurrenceRows, remindersByLoss, type LossKind, type LossRow, type OpenDeadline } from './consequences.js';
import type { Membership } from './state.js';

interface Standing extends Pick<OpenDeadline, 'dueAt' | 'held'> {
  readonly row: LossRow;
  readonly begun: Begun;
}

/** The losses that have begun to count and are not settled. */
const standing = (state: Membership): readonly Standing[] =>
  lossRows.flatMap((row) => {
    const begun = row.since(state);
    return begun && !row.settled(state) ? [{ row, begun, dueAt: comesAt(row, begun), held: (row.heldByLegalHold && state.holds.length > 0) || isHeldSinceImport(state, { kind: row.kind, ...begun }) }] : [];
  });

const openRecurrences = (state: Membership): readonly OpenDeadline[] =>
  recurrenceRows.flatMap(({ kind, waiting }) => waiting(state).map((one) => ({ kind, ...one, held: false })));

export interface OpenLoss extends OpenDeadline {
  readonly kind: LossKind;
}

const lossesOf = (stand: readonly Standing[]): readonly OpenLoss[] => stand.map(({ row: { kind }, begun: { subject, generation }, dueAt, held }) => ({ kind, subject, generation, dueAt, held }));

/** Whether there is something to lose: a deadline stands for every account, and is only spoken of where something would go (A22). */
export const isAtStake = (state: Membership, kind: LossKind): boolean => lossOf(kind).atStake(state);

const remindersOf = (stand: readonly Standing[], state: Membership): readonly OpenDeadline[] =>
  stand.flatMap(({ row, begun: { at, subject, generation }, dueAt: lostAt, held }) => {
    if (held || !row.atStake(state)) return [];
    const silences = [row.silentUntil(state), state.imported?.at ?? null];
    return (remindersByLoss.get(row.kind) ?? []).flatMap(({ kind, loss, daysLeft }) => {
      if (state.reminded.includes(reminderKey({ loss, daysLeft, subject, generation }))) return [];
      const dueAt = plusMs(lostAt, -daysLeft * dayMs);
      return dueAt >= at && silences.every((until) => until === null || dueAt > until) ? [{ kind, subject, generation, dueAt, held: false }] : [];
    });
  });

/** A loss is announced for as long as it is to come and there is something to lose, never before the end it counts from nor for the time before it was taken over; what a hold stops is not announced. */
export const openReminders = (state: Membership): readonly OpenDeadline[] => remindersOf(standing(state), state);

/** In no order. */
function waitedFor(state: Membership): readonly OpenDeadline[] {
  if (!state.terms || state.purge) return [];
  const stand = standing(state);
  return [...openRecurrences(state), ...remindersOf(stand, state), ...lossesOf(stand)];
}

/** What this membership waits for now, in the order in which it falls due: asked of one state by everybody who looks at it, or follows it. */
export const openDeadlines: (state: Membership) => readonly OpenDeadline[] = onceForEach((state) => waitedFor(state).toSorted(inOrder));

/** The one of these that falls due first; `undefined`: there is none. */
export function firstDeadline(state: Membership, wanted: (deadline: OpenDeadline) => boolean): OpenDeadline | undefined {
  let first: OpenDeadline | undefined;
  for (const one of waitedFor(state)) if (wanted(one) && (first === undefined || inOrder(one, first) < 0)) first = one;
  return first;
}

/** Of these the losses: asked for by themselves, since the boundaries of fees take longer to find than all others. */
export const openLosses = (state: Membership): readonly OpenLoss[] => (!state.terms || state.purge ? [] : lossesOf(standing(state)).toSorted(inOrder));

export interface PlannedDeadline {
  readonly kind: LossKind;
  readonly dueAt: Instant;
}

/** Follows once the plans have ended: told already, not yet counting. In the order in which it will fall due. */
export const plannedDeadlines = (state: Membership): readonly PlannedDeadline[] =>
  lossRows
    .flatMap((row) => {
      const end = row.plannedSince(state);
      return end ? [{ kind: row.kind, dueAt: comesAt(row, end) }] : [];
    })
    .toSorted(inOrder);
