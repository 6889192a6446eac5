// Written down as it was: telling the customer changes nothing of what the account is.
import type { AccountState } from '../account/state.js';
import type { Rules } from '../subject.js';
import type { NoticeCommands } from './commands.js';
import { CustomerNotified, NoticeBlocked, NoticeRetried, type NoticeEvent } from './events.js';

export const noticeRules = {
  TellOfNotice: (_, { type: _type, ...told }, now) => [CustomerNotified(now, told)],

  BlockNotice: (_, { type: _type, ...blocked }, now) => [NoticeBlocked(now, blocked)],

  RetryNotice: (_, { type: _type, ...retried }, now) => [NoticeRetried(now, retried)],
} satisfies Rules<AccountState, NoticeCommands, NoticeEvent>;
