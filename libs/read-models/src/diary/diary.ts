// An account as a diary: what happened, day by day on its own wall clock, and what is still to come.
import { isImported, type Instant, type RecordedEvent } from '#kernel';
import {
  asWritten, describe, foretell, isFelt, isHeldSinceImport, localDateTime, openDeadlines, plannedDeadlines, termsOf, type DeadlineKind, type Membership, type MembershipEvent, type OpenDeadline, type Saying,
} from '#domain';

interface Entry {
  readonly at: Instant;
  readonly text: string;
}

/**
 * Plain text, ending in a line feed. `state` is the account as settled at `now`, and of an account that exists; `events` are
 * what the log holds, in its order. Names no person.
 */
export function diary(state: Membership, events: readonly RecordedEvent<MembershipEvent>[], now: Instant): string {
  const { timeZone } = termsOf(state);
  const local = (at: Instant): string => wallClock(localDateTime(at, timeZone));
  const say: Saying = { ...asWritten, moment: local };
  const past = events.flatMap((event) => {
    const text = describe(event, say);
    return text === null ? [] : [{ at: event.effectiveAt, text: isImported(event.metadata) ? `${text} (imported)` : text }];
  });
  const future = toCome(state, say);
  return [
    `Account ${state.accountId}, ${timeZone}, at ${local(now)}`,
    ...days(past, local),
    '',
    future.length > 0 ? 'Still to come, if nothing changes' : 'Nothing is still to come.',
    ...days(future, local),
    '',
  ].join('\n');
}

function toCome(state: Membership, say: Saying): readonly Entry[] {
  const word = (kind: DeadlineKind, subject: string): string => foretell(state, kind, subject, say);
  const open = openDeadlines(state).map((one) => ({ kind: one.kind, at: one.dueAt, text: `${word(one.kind, one.subject)}${one.held ? whyHeld(state, one) : ''}` }));
  const planned = plannedDeadlines(state).map(({ kind, dueAt }) => ({ kind, at: dueAt, text: word(kind, '') }));
  return [...open, ...planned].filter(({ kind }) => isFelt(state, kind)).toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

const whyHeld = (state: Membership, loss: OpenDeadline): string =>
  isHeldSinceImport(state, loss) ? ' It was due when the account was taken over, and waits until an operator lets it go.' : ' A legal hold stops it.';

/** Under each day its entries; what is said several times at one instant is said once, with how often. */
function days(entries: readonly Entry[], local: (at: Instant) => string): readonly string[] {
  const lines: string[] = [];
  let today = '';
  for (let index = 0; index < entries.length; ) {
    const { at, text } = entries[index] as Entry;
    const next = entries.findIndex((one, later) => later > index && (one.at !== at || one.text !== text));
    const times = (next === -1 ? entries.length : next) - index;
    index += times;
    const [date = '', time = ''] = local(at).split(' ');
    if (date !== today) lines.push('', `${date} ${weekday(date)}`);
    today = date;
    lines.push(`  ${time}  ${text}${times > 1 ? ` (${times} times)` : ''}`);
  }
  return lines;
}

/** `2026-04-30 00:00`; seconds and milliseconds only where there are some. */
const wallClock = (local: string): string => local.replace('T', ' ').replace(/(:00)?\.000$/, '');

const weekday = (date: string): string => ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][new Date(`${date}T00:00:00Z`).getUTCDay()] ?? '';
