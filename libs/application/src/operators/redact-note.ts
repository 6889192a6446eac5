// An operator takes out of an event what an operator wrote there. The log says that it was done, and only then lets it go.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { notFound, Refused, type Metadata, type RecordedEvent } from '#kernel';
import { noteFieldOf } from '#domain';
import { EventStore } from '#event-store';
import { Database } from '#postgres';
import { Memberships } from '../memberships.js';

export class RedactNote extends Command<void> {
  constructor(
    readonly eventId: string,
    readonly metadata: Metadata,
  ) {
    super();
  }
}

@CommandHandler(RedactNote)
export class RedactNoteHandler implements ICommandHandler<RedactNote> {
  constructor(
    private readonly database: Database,
    private readonly store: EventStore,
    private readonly memberships: Memberships,
  ) {}

  execute({ eventId, metadata }: RedactNote): Promise<void> {
    return this.database.transaction(async () => {
      const accountId = await this.store.accountOf(eventId);
      if (accountId === null) throw new Refused(notFound('event'));
      await this.memberships.note(accountId, async ({ events }) => ({ type: 'RedactNote', eventId, holdsNote: holdsNote(await events(), eventId) }), metadata);
      await this.store.redact(eventId);
    });
  }
}

function holdsNote(events: readonly RecordedEvent[], eventId: string): boolean {
  const event = events.find((one) => one.eventId === eventId);
  const field = event && noteFieldOf(event.type);
  return event !== undefined && field !== undefined && typeof event.data[field] === 'string';
}
