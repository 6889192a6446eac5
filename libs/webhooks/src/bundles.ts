// What is sent next to an endpoint: what is due again, and what its ways along the log hold, by turns; read when it is to be sent, since it holds persons.
import type { EventStore } from '#event-store';
import { type AnyEvent, isImported, type RecordedEvent } from '#kernel';
import { bodyOf, everyType, type Tell, testType } from './message.js';
import { failuresUntilSpared } from './schedule.js';
import { type Job, stretchMost, type Waiting, type Way, type Work } from './work.js';

export interface Message {
  readonly messageId: string;
  readonly accountId: string | null;
  /** The version of the event in the account's stream. */
  readonly sequence: number | null;
  readonly type: string;
  /** In vain so far, since it was last asked for. */
  readonly failures: number;
  readonly body: string;
  readonly personal: readonly string[];
  readonly forgotten: boolean;
}

/** `message`: `null` where there is nothing to be sent, since another part of the bundle sends it, or it happened elsewhere before its account was taken over. */
export interface Part {
  readonly message: Message | null;
  /** Where on its way it stands; absent of what is due again. */
  readonly at?: { readonly way: Way; readonly position: number };
}

export interface Bundle {
  readonly parts: readonly Part[];
  /** How far each way was looked through, once all its parts are sent. */
  readonly readTo: ReadonlyMap<Way, number>;
  /** Due again, and in the log no more: nothing can be sent. */
  readonly lost: readonly Waiting[];
}

export class Bundles<Event extends AnyEvent = AnyEvent> {
  constructor(
    private readonly work: Work,
    private readonly log: Pick<EventStore<Event>, 'read' | 'byIds'>,
    private readonly tell: Tell<Event>,
  ) {}

  /** `most`: of what is due again, and of each way. */
  async next(endpointId: string, job: Job, most: number): Promise<Bundle> {
    const due = await this.work.due(endpointId, most);
    const stretches = await this.stretches(job, most);
    const found = new Map((await this.log.byIds(due.filter(({ type }) => type !== testType).map(({ messageId }) => messageId))).map((event) => [event.eventId, event]));
    const onTheWay = stretches.flatMap((one) => one.events).filter(({ metadata }) => !isImported(metadata));
    const events = [...new Map([...found.values(), ...onTheWay].map((event) => [event.eventId, event])).values()];
    const told = await this.told(events);

    const again = due.flatMap((waiting): Part[] => {
      if (waiting.type === testType) return [{ message: testOf(endpointId, waiting, job) }];
      const message = told.get(waiting.messageId);
      return message ? [{ message: { ...message, failures: waiting.failures } }] : [];
    });
    const ways = stretches.map(({ way, events: own }) => own.map(({ eventId, position }): Part => ({ message: found.has(eventId) ? null : (told.get(eventId) ?? null), at: { way, position } })));
    return {
      parts: byTurns([again, ...ways]),
      readTo: new Map(stretches.map(({ way, readTo }) => [way, readTo])),
      lost: due.filter(({ type, messageId }) => type !== testType && !found.has(messageId)),
    };
  }

  /** An endpoint that acknowledges nothing is tried with one message: the rest stays in the log. */
  private async stretches({ takesUp, failures, ways, events: types }: Job, most: number): Promise<{ way: Way; events: RecordedEvent<Event>[]; readTo: number }[]> {
    const limit = failures >= failuresUntilSpared ? 1 : most;
    const chosen = !takesUp ? [] : failures >= failuresUntilSpared ? ways.slice(0, 1) : ways;
    return Promise.all(chosen.map(async (way) => {
      const { shard, position: after } = way;
      const until = Math.min(way.until, after + stretchMost);
      const events = await this.log.read({ shard, after, until, limit, types: types[0] === everyType ? null : types });
      return { way, events, readTo: events.length < limit ? until : events.at(-1)!.position };
    }));
  }

  private async told(events: readonly RecordedEvent<Event>[]): Promise<ReadonlyMap<string, Message>> {
    const told = events.length === 0 ? [] : await this.tell(events);
    return new Map(events.map(({ eventId, accountId, version, type }, index) => {
      const { personal, forgotten } = told[index]!;
      return [eventId, { messageId: eventId, accountId, sequence: version, type, failures: 0, body: bodyOf(type, told[index]!), personal, forgotten }];
    }));
  }
}

const testOf = (endpointId: string, { messageId, type, failures }: Waiting, { now }: Job): Message => ({
  messageId, accountId: null, sequence: null, type, failures, body: bodyOf(type, { timestamp: now, data: { endpointId } }), personal: [], forgotten: false,
});

/** The first of each, the second of each … */
function byTurns(queues: readonly (readonly Part[])[]): readonly Part[] {
  const longest = Math.max(0, ...queues.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => queues.flatMap((queue) => queue[index] ?? [])).flat();
}
