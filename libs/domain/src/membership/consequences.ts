// The consequences, one row each, in the order in which they are carried out when they fall on the same instant; and all that is derived from the rows.
import { dayMs, onceForEach, plusMs, type Instant } from '#kernel';
import { periodEnd } from '../cancellation/consequences.js';
import { comesAt, type Begun, type End, type Loss, type Recurrence } from '../consequence.js';
import { numberFees, releaseNumbers } from '../numbers/consequences.js';
import { purgeData } from '../retention/consequences.js';
import { isHeldSinceImport, reminderKey } from '../retention/state.js';
import { tenDlcExpiry } from '../ten-dlc/consequences.js';
import type { MembershipEvent } from './events.js';
import type { Membership } from './state.js';

/** They come again and again while plans run; a fee exactly at the end of a period comes before the end (A8). */
export const recurrences = [numberFees, periodEnd] as const;

/** They come once after an end, and take something away. */
export const losses = [releaseNumbers, tenDlcExpiry, purgeData] as const;

export type RecurrenceKind = (typeof recurrences)[number]['kind'];
export type LossKind = (typeof losses)[number]['kind'];
/** What a customer has and a loss takes. */
export type Belonging = (typeof losses)[number]['takes'][number];

type LossRow = Loss<LossKind, Membership, MembershipEvent, Belonging>;
type RecurrenceRow = Recurrence<RecurrenceKind, Membership, MembershipEvent>;

const lossRows: readonly LossRow[] = losses;
const recurrenceRows: readonly RecurrenceRow[] = recurrences;

export const lossKinds: readonly LossKind[] = losses.map(({ kind }) => kind);

export const isLossKind = (kind: string): kind is LossKind => lossKinds.some((one) => one === kind);

export const lossOf = (kind: LossKind): LossRow => rowOf(lossRows, kind);

export const recurrenceOf = (kind: RecurrenceKind): RecurrenceRow => rowOf(recurrenceRows, kind);

function rowOf<Row extends { readonly kind: string }>(rows: readonly Row[], kind: string): Row {
  const row = rows.find((one) => one.kind === kind);
  if (!row) throw new RangeError(`no consequence is called ${kind}`);
  return row;
}

export type ReminderKind = `remind-${LossKind}-${number}`;

export interface Reminder {
  readonly kind: ReminderKind;
  readonly loss: LossKind;
  readonly daysLeft: number;
}

export const reminders: readonly Reminder[] = lossRows.flatMap(({ kind, announcedDaysBefore }) =>
  announcedDaysBefore.map((daysLeft) => ({ kind: `remind-${kind}-${daysLeft}` as const, loss: kind, daysLeft })),
);

export const reminderOf = (kind: string): Reminder | undefined => reminders.find((one) => one.kind === kind);

export type DeadlineKind = RecurrenceKind | ReminderKind | LossKind;

/** Every kind of deadline but the reminders. */
export const consequenceKinds: readonly (RecurrenceKind | LossKind)[] = [...recurrences.map(({ kind }) => kind), ...lossKinds];

/** `a, b or c`: for whoever documents a column or a field that holds one. */
export const consequenceKindsInWords = `${consequenceKinds.slice(0, -1).join(', ')} or ${consequenceKinds.at(-1)!}`;

/** In the order in which they are carried out when they fall on the same instant. */
export const deadlineKinds: readonly DeadlineKind[] = [...recurrences.map(({ kind }) => kind), ...reminders.map(({ kind }) => kind), ...lossKinds];

/** Something an account waits for. `(kind, subject, generation)` is its identity and is never used twice. */
export interface OpenDeadline {
  readonly kind: DeadlineKind;
  /** A subscription's id, or empty: the account itself. */
  readonly subject: string;
  readonly generation: number;
  readonly dueAt: Instant;
  /** Stopped by a legal hold (R35), or since it was due when the account was taken over: until an operator lets it go. */
  readonly held: boolean;
}

export const deadlineKey = ({ kind, subject, generation }: { readonly kind: string } & Pick<OpenDeadline, 'subject' | 'generation'>): string =>
  JSON.stringify([kind, subject, generation]);

const inOrder = (a: Pick<OpenDeadline, 'kind' | 'dueAt'>, b: Pick<OpenDeadline, 'kind' | 'dueAt'>): number => {
  if (a.dueAt !== b.dueAt) return a.dueAt < b.dueAt ? -1 : 1;
  return deadlineKinds.indexOf(a.kind) - deadlineKinds.indexOf(b.kind);
};

/** `D14`, `D30` and `P` of one end. */
export const lossDates = (end: End): Readonly<Record<LossKind, Instant>> =>
  Object.fromEntries(lossRows.map((row) => [row.kind, comesAt(row, end)])) as Record<LossKind, Instant>;

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
    return reminders
      .filter((one) => one.loss === row.kind && !state.reminded.includes(reminderKey({ ...one, subject, generation })))
      .map(({ kind, daysLeft }) => ({ kind, subject, generation, dueAt: plusMs(lostAt, -daysLeft * dayMs), held: false }))
      .filter(({ dueAt }) => dueAt >= at && silences.every((until) => until === null || dueAt > until));
  });

/** A loss is announced for as long as it is to come and there is something to lose, never before the end it counts from nor for the time before it was taken over; what a hold stops is not announced. */
export const openReminders = (state: Membership): readonly OpenDeadline[] => remindersOf(standing(state), state);

/** What this membership waits for now, in the order in which it falls due: asked of one state by everybody who looks at it, or follows it. */
export const openDeadlines: (state: Membership) => readonly OpenDeadline[] = onceForEach((state) => {
  if (!state.terms || state.purge) return [];
  const stand = standing(state);
  return [...openRecurrences(state), ...remindersOf(stand, state), ...lossesOf(stand)].toSorted(inOrder);
});

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
