// The customer withdrew a message before its time: it is neither sent nor credited here.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isRefusal, Refused, type Metadata } from '#kernel';
import { ScheduledMessages, type ScheduledMessage } from '#scheduled-messages';
import { Memberships } from '../memberships.js';

export class RemoveMessage extends Command<ScheduledMessage> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly messageId: string,
  ) {
    super();
  }
}

@CommandHandler(RemoveMessage)
export class RemoveMessageHandler implements ICommandHandler<RemoveMessage> {
  constructor(
    private readonly memberships: Memberships,
    private readonly messages: ScheduledMessages,
  ) {}

  execute({ accountId, metadata, messageId }: RemoveMessage): Promise<ScheduledMessage> {
    return this.memberships.alongside(accountId, async ({ now }) => {
      const message = await this.messages.remove(accountId, messageId, now);
      if (isRefusal(message)) throw new Refused(message);
      return message;
    }, metadata);
  }
}
