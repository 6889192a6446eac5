// The ledger of an account: the money in its events, with the messages that each credit is made of.
import { Injectable } from '@nestjs/common';
import { eventsOfType } from '#kernel';
import { ledgerEntry, ofThisLife, type LedgerEntry, type LedgerLine } from '#read-models';
import { ScheduledMessages } from '#scheduled-messages';
import type { Account } from '../memberships.js';

/** Items told with an entry; the rest is among the cancelled scheduled messages. */
const itemsMost = 1000;

@Injectable()
export class Ledgers {
  constructor(private readonly messages: ScheduledMessages) {}

  /** Every movement, oldest first; only of the life the account lives now. */
  async of(account: Account): Promise<readonly LedgerLine[]> {
    return this.itemised(account, await this.entries(account));
  }

  /** The same without items: what a page is cut from. */
  async entries({ events }: Account): Promise<readonly LedgerEntry[]> {
    return ofThisLife(await events()).flatMap((event) => ledgerEntry(event) ?? []);
  }

  /** Adds to the credits among `entries` the messages that they are made of; asked once for all of them. */
  async itemised({ state, events }: Account, entries: readonly LedgerEntry[]): Promise<readonly LedgerLine[]> {
    const wanted = new Set(entries.map(({ entryId }) => entryId));
    const credits = new Map(eventsOfType(await events(), 'UnsentMessagesCredited').filter(({ eventId }) => wanted.has(eventId)).map(({ eventId, data }) => [eventId, data]));
    const items = await this.messages.items(state.accountId, [...credits.values()].map(({ creditId }) => creditId), itemsMost);
    return entries.map((entry) => {
      const credit = credits.get(entry.entryId);
      if (!credit) return entry;
      const { creditId, sms, rvm } = credit;
      return { ...entry, itemCount: sms.count + rvm.count, items: items.get(creditId)!.map(({ messageId, channel, price }) => ({ messageId, channel, amount: price })) };
    });
  }
}
