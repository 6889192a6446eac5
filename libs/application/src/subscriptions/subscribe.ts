// Subscribes, or comes back; a new term either way (R17).
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { numberIdsOf, type Membership } from '#domain';
import { Effects } from '#effects';
import { uuidv7 } from '#event-store';
import { CarrierHoldings } from '../effects/carrier-holdings.js';
import { AccountCommand, decided } from '../commands.js';
import { Memberships, type Account } from '../memberships.js';

export interface Subscribed extends Account {
  readonly subscriptionId: string;
}

export class Subscribe extends AccountCommand<'Subscribe', Subscribed> {
  constructor(
    accountId: string,
    metadata: Metadata,
    readonly planId: string,
    readonly trialDays: number | null,
  ) {
    super(accountId, metadata);
  }
}

@CommandHandler(Subscribe)
export class SubscribeHandler implements ICommandHandler<Subscribe> {
  constructor(
    private readonly memberships: Memberships,
    private readonly effects: Effects,
    private readonly holdings: CarrierHoldings,
  ) {}

  async execute(command: Subscribe): Promise<Subscribed> {
    const { planId, trialDays } = command;
    const subscriptionId = uuidv7();
    const account = await decided(this.memberships, command, async ({ state }) => {
      const keptNumberIds = await this.notGivenUp(state);
      return { type: 'Subscribe', subscriptionId, planId, trialDays, keptNumberIds, takenNumberIds: await this.holdings.takeBackLeft(state) };
    });
    return { ...account, subscriptionId };
  }

  /** Of the numbers that are being released, those which no carrier has been asked for, or was and turned away unread: taken back, so that none ever is. */
  private async notGivenUp({ accountId, lapse, lifecycle, numbers }: Membership): Promise<readonly string[]> {
    const releasing = numberIdsOf(numbers.all, 'releasing');
    if (!lapse || releasing.length === 0) return [];
    await this.effects.withdraw(accountId, 'release-number', releasing);
    const asked = new Set(await this.effects.asked(accountId, 'release-number', lifecycle));
    return releasing.filter((numberId) => !asked.has(numberId));
  }
}
