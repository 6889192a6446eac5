// Carries out everything of an account that is due: what a deadline asks for when its time has come.
import type { Metadata } from '#kernel';
import { handles, RefusableCommand } from './commands.js';
import { Memberships, type Account } from './memberships.js';

export class SettleAccount extends RefusableCommand<Account, never> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
  ) {
    super();
  }
}

export const SettleAccountHandler = handles(SettleAccount, [Memberships], ({ accountId, metadata }, memberships) => memberships.settleDue(accountId, metadata));
