// Takes prepaid messages into account, in bulk: all of them or none.
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { refuse, type Instant, type Metadata, type Money } from '#kernel';
import { openOfKind, termsOf, type PlanKind } from '#domain';
import { uuidv7 } from '#event-store';
import { ScheduledMessages, type ScheduledMessage } from '#scheduled-messages';
import { orRefuse, RefusableCommand } from '../commands.js';
import { Memberships, type Account } from '../memberships.js';

export interface MessageToSchedule {
  readonly messageId?: string | undefined;
  readonly channel: 'sms' | 'rvm';
  readonly planKind: PlanKind;
  readonly sendAt: Instant;
  readonly price: Money;
}

export class ScheduleMessages extends RefusableCommand<readonly ScheduledMessage[], 'not_found' | 'account_purged' | 'invalid_request' | 'no_open_plan' | 'message_exists'> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly messages: readonly MessageToSchedule[],
  ) {
    super();
  }
}

@CommandHandler(ScheduleMessages)
export class ScheduleMessagesHandler implements ICommandHandler<ScheduleMessages> {
  constructor(
    private readonly memberships: Memberships,
    private readonly messages: ScheduledMessages,
  ) {}

  execute(command: ScheduleMessages): Promise<readonly ScheduledMessage[]> {
    const { accountId, metadata, messages } = command;
    return this.memberships.alongside(accountId, async (account) => {
      const named = messages.map((message) => ({ ...message, messageId: message.messageId ?? uuidv7() }));
      const known = await this.messages.known(accountId, named.map(({ messageId }) => messageId));
      const isNew = ({ messageId }: { readonly messageId: string }): boolean => !known.has(messageId);
      const errors = named.flatMap((message, index) => faults(account, message, isNew(message), `/messages/${index}`));
      if (errors.length > 0) return orRefuse(command, refuse('invalid_request', { errors }));
      // A message of a plan that is not running could neither be sent nor, at the plan's end, be credited.
      if (named.some((message) => isNew(message) && !openOfKind(account.state, message.planKind))) return orRefuse(command, refuse('no_open_plan'));
      return orRefuse(command, await this.messages.schedule(accountId, named));
    }, metadata);
  }
}

/** What is repeated may be late: it is answered as it stands. */
function faults({ state, now }: Account, { sendAt, price }: MessageToSchedule, isNew: boolean, pointer: string) {
  const { currency } = termsOf(state);
  return [
    ...(isNew && sendAt < now ? [{ pointer: `${pointer}/sendAt`, message: `must not be in the past: it is ${now}` }] : []),
    ...(price.currency !== currency ? [{ pointer: `${pointer}/price/currency`, message: `must be ${currency}, the account's currency` }] : []),
  ];
}
