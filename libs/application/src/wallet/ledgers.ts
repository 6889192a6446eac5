// The ledger of an account: the money in its events, with the messages that each credit is made of.
import { Injectable } from '@nestjs/common';
import type { RecordedEvent } from '#kernel';
import { ledgerEntry, ofThisLife, type LedgerLine } from '#read-models';
import { ScheduledMessages } from '#scheduled-messages';
import type { Account } from '../memberships.js';

/** Items told with an entry; the rest is among the cancelled scheduled messages. */
const itemsMost = 1000;

@Injectable()
export class Ledgers {
  constructor(private readonly messages: ScheduledMessages) {}

  /** Oldest first; only of the life the account lives now. */
  async of({ state, events }: Account): Promise<readonly LedgerLine[]> {
    const lines: LedgerLine[] = [];
    for (const event of ofThisLife(events)) {
      const entry = ledgerEntry(event);
      if (entry) lines.push(event.type === 'UnsentMessagesCredited' ? await this.itemised(state.accountId, event, entry) : entry);
    }
    return lines;
  }

  private async itemised(accountId: string, { data }: RecordedEvent, entry: LedgerLine): Promise<LedgerLine> {
    const { data: messages } = await this.messages.items(accountId, data['creditId'] as string, { limit: itemsMost });
    const { sms, rvm } = data as { sms: { count: number }; rvm: { count: number } };
    const items = messages.map(({ messageId, channel, price }) => ({ messageId, channel, amount: price }));
    return { ...entry, itemCount: sms.count + rvm.count, items };
  }
}
