// What stands about an account beside its stream, and how all of it is deleted at the end of the year.
import { Injectable } from '@nestjs/common';
import type { EventStore } from '#event-store';
import type { PersonalData } from '#personal-data';

/** Somewhere that holds an account's data. */
export interface DataStore {
  /** Deletes everything of the account; may be called again. Answers how many records went, by category. */
  purge(accountId: string): Promise<Readonly<Record<string, number>>>;
}

@Injectable()
export class Purge {
  constructor(
    private readonly stores: readonly DataStore[],
    private readonly personalData: PersonalData,
    private readonly eventStore: EventStore,
  ) {}

  /** In the surrounding transaction: every data store, then the key, so that no copy of a sealed field can be read again. */
  async execute(accountId: string): Promise<Readonly<Record<string, number>>> {
    let counts: Record<string, number> = {};
    for (const store of this.stores) counts = { ...counts, ...(await store.purge(accountId)) };
    await this.personalData.forget(accountId);
    return { ...counts, sealedEvents: await this.eventStore.eraseSealed(accountId) };
  }
}
