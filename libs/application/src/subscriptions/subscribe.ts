// Subscribes, or comes back; a new term either way (R17).
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { uuidv7 } from '#event-store';
import { Memberships, type Account } from '../memberships.js';

export interface Subscribed extends Account {
  readonly subscriptionId: string;
}

export class Subscribe extends Command<Subscribed> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly planId: string,
    readonly trialDays: number | null,
  ) {
    super();
  }
}

@CommandHandler(Subscribe)
export class SubscribeHandler implements ICommandHandler<Subscribe> {
  constructor(private readonly memberships: Memberships) {}

  async execute({ accountId, metadata, planId, trialDays }: Subscribe): Promise<Subscribed> {
    const subscriptionId = uuidv7();
    const account = await this.memberships.handle(accountId, { type: 'Subscribe', subscriptionId, planId, trialDays }, metadata);
    return { ...account, subscriptionId };
  }
}
