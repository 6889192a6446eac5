// An account is opened once; afterwards only who it is and where its clock stands may change.
import { refuse } from '#kernel';
import type { Rules } from '../subject.js';
import type { AccountCommands } from './commands.js';
import { AccountChanged, AccountOpened, type AccountEvent } from './events.js';
import type { AccountState } from './state.js';

export const accountRules = {
  OpenAccount: ({ terms }, { type: _type, ...account }, now) => (terms ? refuse('account_exists') : [AccountOpened(now, account)]),

  ChangeAccount: (_, { type: _type, ...account }, now) => {
    const changes = Object.entries<string | undefined>(account).filter(([, value]) => value !== undefined);
    return changes.length === 0 ? [] : [AccountChanged(now, Object.fromEntries(changes))];
  },
} satisfies Rules<AccountState, AccountCommands, AccountEvent>;
