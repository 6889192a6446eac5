// Carries out everything of accounts that is due: what deadlines ask for when their time has come.
import type { Carried } from '#deadlines';
import type { Metadata } from '#kernel';
import { handles, RefusableCommand } from './commands.js';
import { Memberships, type Account, type ToBringUpToDate } from './memberships.js';

export class BringUpToDate extends RefusableCommand<Account, never> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
  ) {
    super();
  }
}

export const BringUpToDateHandler = handles(BringUpToDate, [Memberships], ({ accountId, metadata }, memberships) => memberships.bringUpToDate(accountId, metadata));

/** In the surrounding transaction. Answers of each account, in the order given, what became of it. */
export class BringAllUpToDate extends RefusableCommand<readonly Carried[], never> {
  constructor(
    readonly accounts: readonly ToBringUpToDate[],
    readonly alone: boolean,
  ) {
    super();
  }
}

export const BringAllUpToDateHandler = handles(BringAllUpToDate, [Memberships], ({ accounts, alone }, memberships) => memberships.bringAllUpToDate(accounts, alone));
