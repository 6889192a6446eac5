// An account is opened once, in a currency of the policy; afterwards only who it is and where its clock stands may change.
import { refuse } from '#kernel';
import type { PolicyInForce } from '../policy-in-force.js';
import { badInput } from '../refusals.js';
import type { Rules } from '../subject.js';
import type { AccountCommands } from './commands.js';
import { AccountChanged, AccountOpened, type AccountEvent } from './events.js';
import type { AccountState } from './state.js';

/** What is wrong with a currency; `null`: an account can be opened in it. */
export const unknownCurrency = (currencies: PolicyInForce['currencies'], currency: string): string | null =>
  currencies.some(({ code }) => code === currency) ? null : `must be one of ${currencies.map(({ code }) => code).join(', ')}`;

export const accountRules = {
  OpenAccount: ({ terms }, { type: _type, ...account }, now, { policy: { currencies } }) => {
    if (terms) return refuse('account_exists');
    const unknown = unknownCurrency(currencies, account.currency);
    return unknown === null ? [AccountOpened(now, account)] : badInput('/currency', unknown);
  },

  ChangeAccount: ({ terms }, { type: _type, ...account }, now) => {
    const known: Readonly<Record<string, unknown>> = { timeZone: terms?.timeZone, locale: terms?.locale };
    const changes = Object.entries<string | undefined>(account).filter(([field, value]) => value !== undefined && value !== known[field]);
    return changes.length === 0 ? [] : [AccountChanged(now, Object.fromEntries(changes))];
  },
} satisfies Rules<AccountState, AccountCommands, AccountEvent>;
