// An operator takes out of an event what an operator wrote there. The log says that it was done, and only then lets it go.
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { notFound, type Metadata } from '#kernel';
import { noteFieldOf, personalOf, type RefusedBy } from '#domain';
import { EventStore } from '#event-store';
import { Database } from '#postgres';
import { orRefuse, RefusableCommand } from '../commands.js';
import { Memberships, type Account, type EventsOf } from '../memberships.js';

export class RedactNote extends RefusableCommand<void, RefusedBy<'RedactNote'>> {
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

  execute(command: RedactNote): Promise<void> {
    const { eventId, metadata } = command;
    return this.database.transaction(async () => {
      const found = await this.store.find(eventId);
      if (found === null) return orRefuse(command, notFound('event'));
      const { accountId, version } = found;
      await this.memberships.note(accountId, async ({ events }) => ({ type: 'RedactNote', eventId, holdsNote: holdsNote(await events({ fromVersion: version, toVersion: version }), eventId) }), metadata);
      await this.store.redact(accountId, eventId);
    });
  }
}

function holdsNote(events: EventsOf<Account>, eventId: string): boolean {
  const event = events.find((one) => one.eventId === eventId);
  return event !== undefined && personalOf(event).some(([field]) => field === noteFieldOf(event.type));
}
