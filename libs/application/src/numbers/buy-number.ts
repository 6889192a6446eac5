// Adds a phone number to the account, unless it is another's. Buying moves no money here; the fee falls due at the next billing boundary.
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import type { NumberOrigin } from '#domain';
import { uuidv7 } from '#event-store';
import { PersonalData } from '#personal-data';
import { CarrierHoldings, numberTaken } from '../effects/carrier-holdings.js';
import { AccountCommand, decided } from '../commands.js';
import { Memberships, type Account } from '../memberships.js';

export interface BoughtNumber extends Account {
  readonly numberId: string;
}

export class BuyNumber extends AccountCommand<'BuyNumber', BoughtNumber, 'number_taken'> {
  constructor(
    accountId: string,
    metadata: Metadata,
    /** E.164, e.g. `+12065550100`. */
    readonly e164: string,
    readonly origin: NumberOrigin,
    /** The carrier's own id of the number, where it is known. */
    readonly carrierNumberId?: string,
  ) {
    super(accountId, metadata);
  }
}

@CommandHandler(BuyNumber)
export class BuyNumberHandler implements ICommandHandler<BuyNumber> {
  constructor(
    private readonly memberships: Memberships,
    private readonly personalData: PersonalData,
    private readonly holdings: CarrierHoldings,
  ) {}

  async execute(command: BuyNumber): Promise<BoughtNumber> {
    const { accountId, e164, origin, carrierNumberId } = command;
    const numberId = uuidv7();
    const account = await decided(this.memberships, command, async ({ state }) => {
      if (state.terms && !state.purge && (await this.holdings.isTaken(accountId, e164))) return numberTaken;
      return { type: 'BuyNumber', numberId, e164, e164Hash: (await this.personalData.accountHash(accountId))(e164), origin, carrierNumberId };
    });
    return { ...account, numberId };
  }
}
