// Accounts of another system: an import that was received is carried out from now on, and its accounts are taken over, many at once.
import { type Received, Imports } from '#imports';
import type { Instant } from '#kernel';
import type { Membership, RefusedBy } from '#domain';
import { handles, RefusableCommand } from '../commands.js';
import { Memberships } from '../memberships.js';
import type { TakenOver } from '../write-path/write-path.js';

export class BeginImport extends RefusableCommand<void, never> {
  constructor(readonly received: Received) {
    super();
  }
}

/** In the surrounding transaction. Answers each account as it is, or would be, afterwards. */
export class TakeOverAccounts extends RefusableCommand<readonly Membership[], RefusedBy<'ImportAccount'>> {
  constructor(readonly accounts: readonly TakenOver[], readonly now: Instant, readonly dryRun: boolean) {
    super();
  }
}

export const BeginImportHandler = handles(BeginImport, [Imports], ({ received }, imports) => imports.begin(received));
export const TakeOverAccountsHandler = handles(TakeOverAccounts, [Memberships], ({ accounts, now, dryRun }, memberships) => memberships.takeOver(accounts, { now, dryRun }));
