// The consequences, one row each, in the order in which they are carried out when they fall on the same instant; and all that is derived from the rows.
import { grouped, type Instant } from '#kernel';
import { periodEnd } from '../cancellation/consequences.js';
import { comesAt, type End, type Loss, type Recurrence } from '../consequence.js';
import { numberFees, releaseNumbers } from '../numbers/consequences.js';
import { purgeData } from '../retention/consequences.js';
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

export type LossRow = Loss<LossKind, Membership, MembershipEvent, Belonging>;
type RecurrenceRow = Recurrence<RecurrenceKind, Membership, MembershipEvent>;

export const lossRows: readonly LossRow[] = losses;
export const recurrenceRows: readonly RecurrenceRow[] = recurrences;

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

const remindersByKind: ReadonlyMap<string, Reminder> = new Map(reminders.map((one) => [one.kind, one]));

export const reminderOf = (kind: string): Reminder | undefined => remindersByKind.get(kind);

export const remindersByLoss: ReadonlyMap<string, readonly Reminder[]> = grouped(reminders, ({ loss }) => loss);

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

export const inOrder = (a: Pick<OpenDeadline, 'kind' | 'dueAt'>, b: Pick<OpenDeadline, 'kind' | 'dueAt'>): number => {
  if (a.dueAt !== b.dueAt) return a.dueAt < b.dueAt ? -1 : 1;
  return deadlineKinds.indexOf(a.kind) - deadlineKinds.indexOf(b.kind);
};

/** `D14`, `D30` and `P` of one end. */
export const lossDates = (end: End): Readonly<Record<LossKind, Instant>> =>
  Object.fromEntries(lossRows.map((row) => [row.kind, comesAt(row, end)])) as Record<LossKind, Instant>;
