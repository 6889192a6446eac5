// One sentence for everything that can have happened and everything that can be to come, in the words of the language that is spoken.
import type { OpenDataOf } from '#kernel';
import { periodEnd } from '../cancellation/consequences.js';
import type { Saying } from '../wording.js';
import { isLossKind, losses, recurrenceOf, reminderOf, type DeadlineKind, type RecurrenceKind } from './consequences.js';
import { isAtStake } from './deadlines.js';
import type { DeclaredEvent, MembershipEvent } from './events.js';
import { wordsOf } from './languages/saying.js';
import { openDataOf } from './personal.js';
import type { Membership } from './state.js';

/** `null`: there is nothing to say of it, in whatever language. */
export const describe = (event: Pick<MembershipEvent, 'type' | 'data'>, say: Saying): string | null =>
  (wordsOf[say.spoken].happened[event.type] as (data: OpenDataOf<DeclaredEvent>, say: Saying) => string | null)(openDataOf(event), say);

/** One sentence for a deadline that is still to come; `subject`: what it is about, where it is not the account. */
export function foretell(state: Membership, kind: DeadlineKind, subject: string, say: Saying): string {
  const { daysLeft, lost, recurs } = wordsOf[say.spoken];
  const reminder = reminderOf(kind);
  if (reminder) return daysLeft(reminder.daysLeft, reminder.loss);
  if (isLossKind(kind)) return say.foretold[kind] ?? lost[kind];
  const ending = kind === 'period-end' ? periodEnd.foretold(state, subject) : null;
  if (ending?.ends && say.foretold[kind] !== undefined) return say.foretold[kind].replaceAll('{plan}', say.plan(ending.planId));
  const recurring = kind as RecurrenceKind;
  return (recurs[recurring] as (facts: unknown, say: Saying) => string)(recurrenceOf(recurring).foretold(state, subject), say);
}

/** A loss where there is something to lose, and whatever is none. */
export const isFelt = (state: Membership, kind: DeadlineKind): boolean => !isLossKind(kind) || isAtStake(state, kind);

/** The events by which a loss is carried out. */
export const carriesOut: ReadonlySet<string> = new Set(losses.flatMap(({ carriedOutBy }) => carriedOutBy));
