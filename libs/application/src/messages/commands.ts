// One prepaid message is sent, or withdrawn before its time.
import type { Metadata } from '#kernel';
import { ScheduledMessages, type ScheduledMessage } from '#scheduled-messages';
import { handles, orRefuse, RefusableCommand } from '../commands.js';
import { Memberships } from '../memberships.js';

abstract class MessageCommand<Code extends string> extends RefusableCommand<ScheduledMessage, Code | 'not_found' | 'account_purged'> {
  constructor(readonly accountId: string, readonly metadata: Metadata, readonly messageId: string) {
    super();
  }
}

/** The platform sent it, or the carrier accepted it: it is not credited any more (A10). */
export class MarkMessageSent extends MessageCommand<'message_cancelled'> {}

/** It is neither sent nor credited. */
export class RemoveMessage extends MessageCommand<'message_sent' | 'message_cancelled'> {}

export const MarkMessageSentHandler = handles(MarkMessageSent, [Memberships, ScheduledMessages], (command, memberships, messages) =>
  memberships.alongside(command.accountId, async ({ now }) => orRefuse(command, await messages.markSent(command.accountId, command.messageId, now)), command.metadata));
export const RemoveMessageHandler = handles(RemoveMessage, [Memberships, ScheduledMessages], (command, memberships, messages) =>
  memberships.alongside(command.accountId, async ({ now }) => orRefuse(command, await messages.remove(command.accountId, command.messageId, now)), command.metadata));
