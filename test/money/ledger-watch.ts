// Adds up an account's ledger event by event: at every position the movements are the balance that decisions see.
import { evolve, noMembership } from '#domain';
import { ledgerEntry, movesWallet, type LedgerKind } from '#read-models';
import { recorded } from '../stories/recorded.js';
import type { Life } from '../stories/life.js';
import { must } from './random-account.js';

export class LedgerWatch {
  readonly kinds = new Map<LedgerKind, number>();

  watch(life: Life): void {
    let state = noMembership(life.state.accountId);
    let balance = 0;
    for (const event of recorded(life)) {
      const { wallet } = state;
      state = evolve(state, life.events[event.version - 1]!);
      const entry = ledgerEntry(event);
      // The ledger of a life ends with it; the next opens with nothing.
      if (event.type === 'DataPurged') balance = 0;
      else if (!entry) must(state.wallet.balance === wallet.balance, `${event.type} moved the wallet and the ledger says nothing`);
      if (entry) {
        this.kinds.set(entry.kind, (this.kinds.get(entry.kind) ?? 0) + 1);
        if (movesWallet(entry)) balance += entry.amount.amount;
        else must(state.wallet.balance === wallet.balance, `a ${entry.kind} moved the wallet`);
        must(entry.amount.currency === 'USD' && entry.effectiveAt === event.effectiveAt, 'another currency or instant than the event');
      }
      must(state.wallet.balance === balance, `position ${event.version}: the wallet holds ${state.wallet.balance}, the ledger adds up to ${balance}`);
      must(balance >= 0, `position ${event.version}: the wallet holds ${balance}`);
    }
  }
}
