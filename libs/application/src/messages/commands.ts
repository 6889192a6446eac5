// Prepaid messages are sent, one or many, or withdrawn before their time.
import { isRefusal, type Metadata } from '#kernel';
import { readReports, ScheduledMessages, type ScheduledMessage, type TakenReports } from '#scheduled-messages';
import { handles, orRefuse, RefusableCommand } from '../commands.js';
import { Memberships } from '../memberships.js';

abstract class MessageCommand<Code extends string> extends RefusableCommand<ScheduledMessage, Code | 'not_found' | 'account_purged'> {
  constructor(readonly accountId: string, readonly metadata: Metadata, readonly messageId: string) {
    super();
  }
}

/** The platform sent it, or the carrier accepted it: it is not credited any more (A10). */
export class MarkMessageSent extends MessageCommand<'message_cancelled'> {}

/** As {@link MarkMessageSent}, of one message a line. */
export class MarkMessagesSent extends RefusableCommand<TakenReports, 'not_found' | 'account_purged' | 'invalid_request'> {
  constructor(readonly accountId: string, readonly metadata: Metadata, readonly ndjson: string) {
    super();
  }
}

/** It is neither sent nor credited. */
export class RemoveMessage extends MessageCommand<'message_sent' | 'message_cancelled'> {}

export const MarkMessageSentHandler = handles(MarkMessageSent, [Memberships, ScheduledMessages], (command, memberships, messages) =>
  memberships.alongside(command.accountId, async ({ now }) => orRefuse(command, await messages.markSent(command.accountId, command.messageId, now)), command.metadata));
export const MarkMessagesSentHandler = handles(MarkMessagesSent, [Memberships, ScheduledMessages], async ({ accountId, metadata, ndjson }, memberships, messages) => {
  const reports = readReports(ndjson);
  return isRefusal(reports) ? reports : memberships.alongside(accountId, ({ now }) => messages.markAllSent(accountId, reports, now), metadata);
});
export const RemoveMessageHandler = handles(RemoveMessage, [Memberships, ScheduledMessages], (command, memberships, messages) =>
  memberships.alongside(command.accountId, async ({ now }) => orRefuse(command, await messages.remove(command.accountId, command.messageId, now)), command.metadata));
