// One sentence for everything that can have happened and everything that can be to come: each subject's own, and those of the consequences' rows.
import type { OpenDataOf } from '#kernel';
import { accountWords } from '../account/words.js';
import { cancellationWords } from '../cancellation/words.js';
import { numberWords } from '../numbers/words.js';
import { operatorWords } from '../operators/words.js';
import { retentionWords } from '../retention/words.js';
import type { Sentences } from '../subject.js';
import { subscriptionWords } from '../subscriptions/words.js';
import { tenDlcWords } from '../ten-dlc/words.js';
import { walletWords } from '../wallet/words.js';
import { plural } from '../wording.js';
import { isAtStake, isLossKind, lossOf, losses, recurrenceOf, recurrences, reminderOf, type DeadlineKind, type RecurrenceKind } from './consequences.js';
import type { DeclaredEvent, MembershipEvent } from './events.js';
import { openDataOf } from './personal.js';
import type { Membership } from './state.js';

const rows = [...recurrences, ...losses];

/** What has the members of all of them. */
type AllOf<One> = (One extends unknown ? (one: One) => void : never) extends (all: infer All) => void ? All : never;

const toldByRows = Object.assign({}, ...rows.map(({ told }) => told)) as AllOf<(typeof rows)[number]['told']>;

const sentences: Sentences<DeclaredEvent> = {
  ...accountWords,
  ...subscriptionWords,
  ...walletWords,
  ...cancellationWords,
  ...numberWords,
  ...tenDlcWords,
  ...retentionWords,
  ...toldByRows,
  ...operatorWords,
  LossAnnounced: ({ loss, at, daysLeft }) => (isLossKind(loss) ? `${plural(daysLeft, 'day')} left until ${lossOf(loss).announced}, on ${at}.` : null),
};

/** `null`: there is nothing to say of it. */
export const describe = (event: Pick<MembershipEvent, 'type' | 'data'>): string | null =>
  (sentences[event.type] as (data: OpenDataOf<DeclaredEvent>) => string | null)(openDataOf(event));

/** One sentence for a deadline that is still to come; `subject`: what it is about, where it is not the account. */
export function foretell(state: Membership, kind: DeadlineKind, subject = ''): string {
  const reminder = reminderOf(kind);
  if (reminder) return `${plural(reminder.daysLeft, 'day')} left until ${lossOf(reminder.loss).announced}.`;
  return isLossKind(kind) ? lossOf(kind).foretold(state, subject) : recurrenceOf(kind as RecurrenceKind).foretold(state, subject);
}

/** A loss where there is something to lose, and whatever is none. */
export const isFelt = (state: Membership, kind: DeadlineKind): boolean => !isLossKind(kind) || isAtStake(state, kind);

/** The events by which a loss is carried out. */
export const carriesOut: ReadonlySet<string> = new Set(losses.flatMap(({ told }) => Object.keys(told)));
