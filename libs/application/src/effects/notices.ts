// What customers are told of because of what just happened, and when nothing is to be told any more.
import { messages, monthsIn, openDeadlines, subscriptionById, type Membership, type MembershipEvent, type Message } from '#domain';
import type { RecordedEvent } from '#kernel';
import type { Intent } from '#effects';

/** What stands before and after what happened. */
interface Around {
  readonly before: Membership;
  readonly state: Membership;
  /** Of the account before the first of the events. */
  readonly versionBefore: number;
}

/** The event's version in its stream names the notice: it is never used twice. */
const noticeIdOf = (message: Message, version: number): string => `${message}.${version}`;

export const messageOf = (noticeId: string): Message => {
  const message = messages.find((one) => noticeId.startsWith(`${one}.`));
  if (!message) throw new TypeError('a notice tells of nothing that is known');
  return message;
};

/** The event that a notice tells of. */
export const occasionOf = <Event extends RecordedEvent<MembershipEvent>>(noticeId: string, events: readonly Event[]): Event | undefined =>
  events.find(({ version }) => `${version}` === noticeId.slice(noticeId.lastIndexOf('.') + 1));

/** `events` in their order. Of an account whose purge begins with them, the purge alone is told. */
export function noticesOf(events: readonly MembershipEvent[], { before, state, versionBefore }: Around): readonly Intent[] {
  // What was before the return is of the life that is over.
  const back = state.lifecycle === before.lifecycle ? 0 : events.findIndex((event) => event.type === 'SubscriptionStarted' && subscriptionById(state, event.data.subscriptionId)?.lifecycle === state.lifecycle);
  return events.flatMap((event, place) => {
    const message = messageAbout(event, events.slice(0, place), before);
    if (message === null || (state.purge && message !== 'data-purged')) return [];
    const neededBy = event.type === 'LossAnnounced' ? event.data.at : undefined;
    return [{ kind: 'notify', subject: noticeIdOf(message, versionBefore + place + 1), generation: place < back ? before.lifecycle : state.lifecycle, dueAt: event.effectiveAt, neededBy }];
  });
}

function messageAbout(event: MembershipEvent, earlier: readonly MembershipEvent[], before: Membership): Message | null {
  switch (event.type) {
    case 'CancellationRequested':
      return 'cancellation-confirmed';
    case 'SubscriptionResumed':
      return 'subscription-resumed';
    case 'PeriodEnded':
      return 'plan-ended';
    case 'LossAnnounced':
      return 'loss-announced';
    case 'NumbersReleased':
      return event.data.released > 0 ? 'numbers-released' : null;
    case 'TenDlcExpired':
      return 'ten-dlc-expired';
    case 'PurgeStarted':
      return 'data-purged';
    case 'SubscriptionRenewed':
      return beginsAYear(event.data, earlier, before) ? 'annual-reminder' : null;
    default:
      return null;
  }
}

type Renewed = Extract<MembershipEvent, { readonly type: 'SubscriptionRenewed' }>['data'];

/** Whether another whole year since the anchor was completed within the period that is over. */
function beginsAYear({ subscriptionId, interval, monthsFromAnchor }: Renewed, earlier: readonly MembershipEvent[], before: Membership): boolean {
  const start = monthsFromAnchor - monthsIn[interval];
  const renewal = earlier.findLast((event): event is Extract<MembershipEvent, { readonly type: 'SubscriptionRenewed' }> => event.type === 'SubscriptionRenewed' && event.data.subscriptionId === subscriptionId);
  const former = renewal?.data.interval ?? subscriptionById(before, subscriptionId)?.term.interval ?? interval;
  return start > 0 && Math.floor(start / 12) > Math.floor((start - monthsIn[former]) / 12);
}

/**
 * Whether there is still something to tell, of an event and all that has happened since: not to whoever came back, not what was taken back, not of a
 * loss that has come, that is held, or that a later announcement speaks of.
 */
export function isStillToTell(event: RecordedEvent<MembershipEvent>, state: Membership, events: readonly RecordedEvent<MembershipEvent>[], generation: number): boolean {
  if (state.purge) return event.type === 'PurgeStarted' && state.purge.purgedAt === null && state.purge.purgeId === event.data.purgeId;
  if (generation !== state.lifecycle) return false;
  const since = events.filter(({ version }) => version > event.version);
  switch (event.type) {
    case 'CancellationRequested':
      return !since.some(({ type, data }) => type === 'SubscriptionResumed' && data.subscriptionId === event.data.subscriptionId);
    case 'SubscriptionResumed':
      return !since.some(({ type, data }) => type === 'CancellationRequested' && data.subscriptionId === event.data.subscriptionId);
    case 'SubscriptionRenewed': {
      const subscription = subscriptionById(state, event.data.subscriptionId);
      return subscription?.endedAt === null && subscription.cancellation === null;
    }
    case 'LossAnnounced': {
      const { loss, subject, generation: counted } = event.data;
      const comes = openDeadlines(state).some((one) => one.kind === loss && one.subject === subject && one.generation === counted && !one.held);
      return comes && !since.some(({ type, data }) => type === 'LossAnnounced' && data.loss === loss);
    }
    default:
      return true;
  }
}
