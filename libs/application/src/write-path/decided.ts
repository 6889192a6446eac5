// What was decided of one account, and all that is to be written of it: its events, its deadlines, what is asked of the outside world and told, its snapshot.
import type { Metadata } from '#kernel';
import { builtInVersion, deadlineKey, dependsOnPolicy, openDeadlines, undoneBy, type Membership, type MembershipEvent, type OpenDeadline, type PolicyInForce, type Unsent, type UpToDate } from '#domain';
import type { AccountChanges, Deadline } from '#deadlines';
import type { Intent } from '#effects';
import type { Append } from '#event-store';
import type { MessageCredit } from '#scheduled-messages';
import { isTracing } from '#tracing';
import { intentsOf } from '../effects/intents.js';
import { noticesOf } from '../effects/notices.js';
import type { Asked } from './asked.js';
import type { Firings } from './firings.js';
import { snapshotAfter } from './limits.js';
import { type Loaded, versionOf } from './loading.js';

/** An account at its own time. */
export interface Present extends Loaded {
  /** Whether something is due on real time while the clock is in doubt. Then nothing that is due is written, so nothing can be decided that would follow it. */
  readonly doubted: boolean;
}

/** What was decided of one account, not yet written. */
export interface Decided {
  readonly asked: Asked;
  readonly present: Present;
  readonly upToDate: UpToDate;
  readonly decided: readonly MembershipEvent[];
  /** In order: what was due, and what was decided. */
  readonly happened: readonly MembershipEvent[];
  readonly credits: readonly Credit[];
  /** A purge that is due and may not begin. */
  readonly stopped: OpenDeadline | null;
}

export interface Credit extends MessageCredit {
  readonly unsent: Unsent;
}

/** An account after what was decided. */
export interface End extends Decided {
  readonly state: Membership;
}

export function appendOf({ asked, present, upToDate, decided, happened }: Decided, firings: Firings, { version }: PolicyInForce): Append<MembershipEvent> {
  const { accountId, metadata } = asked;
  const due = upToDate.steps.flatMap(({ deadline, events }) => events.map((event) => ({ event, metadata: onTime(metadata, deadline, firings.traceOf(asked, deadline)) })));
  const all = [...due, ...decided.map((event) => ({ event, metadata }))];
  const undone = undoneBy(present.state, happened);
  return {
    accountId,
    expectedVersion: versionOf(present),
    events: all.map(({ event, metadata: by }, index) => {
      const more = { ...(version !== builtInVersion && dependsOnPolicy.has(event.type) && { policy: version }), ...(undone[index]!.length > 0 && { undone: undone[index]! }) };
      return { event, metadata: Object.keys(more).length === 0 ? by : { ...by, ...more } };
    }),
  };
}

/** What follows from the passing of time is nobody's doing. */
export const onTime = ({ channel, correlationId }: Metadata, deadline: OpenDeadline | null, traceparent: string | undefined): Metadata => ({
  actor: { role: 'system', id: 'deadlines' },
  channel,
  correlationId,
  causationId: deadline ? [deadline.kind, deadline.subject, deadline.generation].filter((part) => part !== '').join('.') : correlationId,
  ...(traceparent !== undefined && { traceparent }),
});

/**
 * What stands is said again unless this process has said it; so is what was claimed to be fired, whose row becomes void unless the account still
 * waits for it. What the guard has stopped is held. What began with what was due and was taken back by what was decided has a row of its own, as if each had been written when it happened.
 */
export function changesOf(end: End, firings: Firings): AccountChanges {
  const { asked: { claimed = [] }, present, state, upToDate, stopped } = end;
  const { accountId, state: before, now, rowsWritten } = present;
  const fired = upToDate.steps.flatMap(({ deadline }) => (deadline ? [deadline] : []));
  const stands = openDeadlines(state).map((one) => (stopped && deadlineKey(one) === deadlineKey(stopped) ? { ...one, held: true } : one));
  const stood = openDeadlines(before);
  const known = new Set([...stands, ...fired].map(deadlineKey));
  const touched = new Set(claimed.map(deadlineKey));
  const said = new Set(rowsWritten ? stood.filter((one) => !touched.has(deadlineKey(one))).map(wordsOf) : []);
  const begun = upToDate.steps.length === 0 ? [] : openDeadlines(upToDate.state).filter((one) => !known.has(deadlineKey(one)));
  const put = [...firings.traced(stands, before, end).filter((one) => one.traceparent !== undefined || !said.has(wordsOf(one))), ...fired, ...begun];
  return { accountId, testClockId: testClockIdOf(state), now, changes: { put, fired, void: [...stood.filter((one) => !known.has(deadlineKey(one))), ...begun] } };
}

/** Whether the rows say already all that {@link changesOf} would have them say: nothing has fired, and what stands is what stood. */
export function isSaid({ asked: { claimed = [] }, present: { state: before, rowsWritten }, state, upToDate: { steps }, stopped, decided }: End): boolean {
  if (!rowsWritten || claimed.length > 0 || steps.length > 0 || stopped || (isTracing() && decided.length > 0)) return false;
  const [stands, stood] = [openDeadlines(state), openDeadlines(before)];
  return stands.length === stood.length && stands.every((one, index) => isTheSame(one, stood[index]!));
}

const isTheSame = (one: OpenDeadline, other: OpenDeadline): boolean =>
  one.dueAt === other.dueAt && one.kind === other.kind && one.subject === other.subject && one.generation === other.generation && one.held === other.held;

/** All that a row says of it. */
const wordsOf = (deadline: Deadline): string => `${deadlineKey(deadline)} ${deadline.dueAt} ${deadline.held}`;

/** Of what is written already: that is what the account's version says. None while its data is being deleted. */
export const wantsSnapshot = ({ present: { state, at, snapshot } }: End): boolean =>
  at !== null && state.purge?.purgedAt !== null && at.version - snapshot >= Math.max(snapshotAfter, snapshot / 4);

/** What has happened now, and not what happened before a database was restored: whoever was told of that is not told again. */
export function toTell({ asked, present, happened, state, upToDate, decided }: End, firings: Firings): readonly Intent[] {
  if (asked.manner !== 'due-first') return [];
  const traceparent = firings.traceOf(asked, decided.length > 0 ? null : (upToDate.steps.at(-1)?.deadline ?? null));
  return noticesOf(happened, { before: present.state, state, versionBefore: versionOf(present) }).map((intent) => traced(intent, traceparent));
}

/** Of the outside world, each with what it follows from. */
export const askedFor = ({ asked, upToDate, decided, state }: End, firings: Firings): readonly Intent[] =>
  [...upToDate.steps, { deadline: null, events: decided }].flatMap(({ deadline, events }) => intentsOf(events, state).map((intent) => traced(intent, firings.traceOf(asked, deadline))));

const traced = (intent: Intent, traceparent: string | undefined): Intent => (traceparent === undefined ? intent : { ...intent, traceparent });

export const testClockIdOf = ({ terms }: Membership): string | null => terms?.testClockId ?? null;
