// What came of a few accounts, and of all so far.

export interface Told {
  readonly accounts: number;
  readonly promises: number;
  /** Accounts with a promise that would be broken. */
  readonly closing: number;
  /** Dates that would come later. */
  readonly later: number;
  /** Of the accounts with a promise that would be broken, what would differ. */
  readonly lines: readonly string[];
}

export const noAccounts: Told = { accounts: 0, promises: 0, closing: 0, later: 0, lines: [] };

export const adding = (all: Told, more: Told): Told => ({ accounts: all.accounts + more.accounts, promises: all.promises + more.promises, closing: all.closing + more.closing, later: all.later + more.later, lines: [] });
