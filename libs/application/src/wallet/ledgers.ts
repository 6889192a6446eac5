// The ledger of an account: the money in its events, with what became of each charge and the messages that each credit is made of.
import { Injectable } from '@nestjs/common';
import type { RecordedEvent } from '#kernel';
import { chargeById, type MembershipEvent } from '#domain';
import { ledgerEntry, ledgerTypes, type LedgerEntry, type LedgerLine } from '#read-models';
import { ScheduledMessages } from '#scheduled-messages';
import { beginningOf } from '../life.js';
import type { Account } from '../memberships.js';
import { type PageOfStream, type Shown, shownOf } from '../pages/shown.js';

/** Items told with an entry; the rest is among the cancelled scheduled messages. */
const itemsMost = 1000;

/** An entry, and the credit that it tells of. */
interface Movement {
  readonly entry: LedgerEntry;
  readonly credit: Extract<MembershipEvent, { readonly type: 'UnsentMessagesCredited' }>['data'] | null;
}

@Injectable()
export class Ledgers {
  constructor(private readonly messages: ScheduledMessages) {}

  /** Every movement, oldest first; only of the life the account lives now. */
  async of(account: Account): Promise<readonly LedgerLine[]> {
    return (await this.page(account, { after: 0, most: Infinity })).map(({ row }) => row);
  }

  /** The same, a page of it. */
  async page(account: Account, { after, most }: PageOfStream): Promise<readonly Shown<LedgerLine>[]> {
    const movements = await shownOf(account, { after: Math.max(after, await beginningOf(account)), most }, movementOf, ledgerTypes);
    const lines = await this.itemised(account, movements.map(({ row }) => row));
    return movements.map(({ version }, index) => ({ version, row: lines[index]! }));
  }

  /** Adds to the card charges what became of them, and to the credits the messages that they are made of, asked for at once. */
  private async itemised({ state }: Account, movements: readonly Movement[]): Promise<readonly LedgerLine[]> {
    const items = await this.messages.items(state.accountId, movements.flatMap(({ credit }) => credit?.creditId ?? []), itemsMost);
    return movements.map(({ entry, credit }) => {
      if (entry.kind === 'card_charge') return { ...entry, chargeStatus: chargeById(state, entry.chargeId ?? '')?.status ?? 'requested' };
      if (!credit) return entry;
      const { creditId, sms, rvm } = credit;
      return { ...entry, itemCount: sms.count + rvm.count, items: items.get(creditId)!.map(({ messageId, channel, price }) => ({ messageId, channel, amount: price })) };
    });
  }
}

function movementOf(event: RecordedEvent<MembershipEvent>): Movement | null {
  const entry = ledgerEntry(event);
  return entry && { entry, credit: event.type === 'UnsentMessagesCredited' ? event.data : null };
}
