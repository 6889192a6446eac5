// Adds a phone number to the account, unless it is another's. Buying moves no money here; the fee falls due at the next billing boundary.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import type { NumberOrigin } from '#domain';
import { uuidv7 } from '#event-store';
import { PersonalData } from '#personal-data';
import { CarrierHoldings } from '../effects/carrier-holdings.js';
import { Memberships, type Account } from '../memberships.js';

export interface BoughtNumber extends Account {
  readonly numberId: string;
}

export class BuyNumber extends Command<BoughtNumber> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    /** E.164, e.g. `+12065550100`. */
    readonly e164: string,
    readonly origin: NumberOrigin,
    /** The carrier's own id of the number, where it is known. */
    readonly carrierNumberId?: string,
  ) {
    super();
  }
}

@CommandHandler(BuyNumber)
export class BuyNumberHandler implements ICommandHandler<BuyNumber> {
  constructor(
    private readonly memberships: Memberships,
    private readonly personalData: PersonalData,
    private readonly holdings: CarrierHoldings,
  ) {}

  async execute({ accountId, metadata, e164, origin, carrierNumberId }: BuyNumber): Promise<BoughtNumber> {
    const numberId = uuidv7();
    const account = await this.memberships.handle(
      accountId,
      async ({ state }) => {
        if (state.terms && !state.purge) await this.holdings.refuseTaken(accountId, e164);
        return { type: 'BuyNumber', numberId, e164, e164Hash: (await this.personalData.accountHash(accountId))(e164), origin, carrierNumberId };
      },
      metadata,
    );
    return { ...account, numberId };
  }
}
