// Carries out everything of accounts that is due: what deadlines ask for when their time has come.
import type { Carried } from '#deadlines';
import type { Metadata } from '#kernel';
import { handles, RefusableCommand } from './commands.js';
import { Memberships, type Account, type ToSettle } from './memberships.js';

export class SettleAccount extends RefusableCommand<Account, never> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
  ) {
    super();
  }
}

export const SettleAccountHandler = handles(SettleAccount, [Memberships], ({ accountId, metadata }, memberships) => memberships.settleDue(accountId, metadata));

/** In the surrounding transaction. Answers of each account, in the order given, what became of it. */
export class SettleAccounts extends RefusableCommand<readonly Carried[], never> {
  constructor(
    readonly accounts: readonly ToSettle[],
    readonly alone: boolean,
  ) {
    super();
  }
}

export const SettleAccountsHandler = handles(SettleAccounts, [Memberships], ({ accounts, alone }, memberships) => memberships.settleAll(accounts, alone));
