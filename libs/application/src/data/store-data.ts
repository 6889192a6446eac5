// Keeps campaigns, messages, contacts and reports of an account; after its last plan they can only be read (R21).
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isRefusal, Refused, refuse } from '#kernel';
import { optOutFault, OptOuts } from '#opt-outs';
import { contactsIn, RetainedData, type Category } from '#retained-data';
import { Memberships } from '../memberships.js';

/** Answers the number of records stored. */
export class StoreData extends Command<number> {
  constructor(
    readonly accountId: string,
    readonly category: Category,
    readonly ndjson: string,
  ) {
    super();
  }
}

@CommandHandler(StoreData)
export class StoreDataHandler implements ICommandHandler<StoreData> {
  constructor(
    private readonly memberships: Memberships,
    private readonly retainedData: RetainedData,
    private readonly optOuts: OptOuts,
  ) {}

  execute({ accountId, category, ndjson }: StoreData): Promise<number> {
    return this.memberships.alongside(accountId, async ({ state }) => {
      if (state.lapse) throw new Refused(refuse('data_read_only', { since: state.lapse.at }));
      const contacts = category === 'contacts';
      const stored = await this.retainedData.write(accountId, category, ndjson, contacts ? optOutFault : undefined);
      if (isRefusal(stored)) throw new Refused(stored);
      if (contacts) await this.optOuts.keep(accountId, contactsIn(ndjson));
      return stored;
    });
  }
}
