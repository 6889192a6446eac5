// The platform sent a message, or the carrier accepted it: it is not credited any more (A10).
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isRefusal, Refused, type Metadata } from '#kernel';
import { ScheduledMessages, type ScheduledMessage } from '#scheduled-messages';
import { Memberships } from '../memberships.js';

export class MarkMessageSent extends Command<ScheduledMessage> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly messageId: string,
  ) {
    super();
  }
}

@CommandHandler(MarkMessageSent)
export class MarkMessageSentHandler implements ICommandHandler<MarkMessageSent> {
  constructor(
    private readonly memberships: Memberships,
    private readonly messages: ScheduledMessages,
  ) {}

  execute({ accountId, metadata, messageId }: MarkMessageSent): Promise<ScheduledMessage> {
    return this.memberships.alongside(accountId, async ({ now }) => {
      const message = await this.messages.markSent(accountId, messageId, now);
      if (isRefusal(message)) throw new Refused(message);
      return message;
    }, metadata);
  }
}
