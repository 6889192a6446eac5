// Keeps campaigns, messages, contacts and reports of an account; after its last plan they can only be read (R21).
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { refuse } from '#kernel';
import { optOutFault, OptOuts } from '#opt-outs';
import { contactsIn, RetainedData, type Category } from '#retained-data';
import { orRefuse, RefusableCommand } from '../commands.js';
import { Memberships } from '../memberships.js';

/** Answers the number of records stored. */
export class StoreData extends RefusableCommand<number, 'not_found' | 'account_purged' | 'invalid_request' | 'data_read_only'> {
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

  execute(command: StoreData): Promise<number> {
    const { accountId, category, ndjson } = command;
    return this.memberships.alongside(accountId, async ({ state }) => {
      if (state.lapse) return orRefuse(command, refuse('data_read_only', { since: state.lapse.at }));
      const contacts = category === 'contacts';
      const stored = orRefuse(command, await this.retainedData.write(accountId, category, ndjson, contacts ? optOutFault : undefined));
      if (contacts) await this.optOuts.keep(accountId, contactsIn(ndjson));
      return stored;
    });
  }
}
