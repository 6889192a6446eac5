// Changes who an account is, or where its clock stands.
import type { Metadata } from '#kernel';
import type { CommandOf } from '#domain';
import { AccountCommand, decides } from '../commands.js';
import type { Account } from '../memberships.js';
import { accountShown } from '../pages/who.js';

export class ChangeAccount extends AccountCommand<'ChangeAccount'> {
  constructor(
    accountId: string,
    metadata: Metadata,
    readonly changes: Omit<CommandOf<'ChangeAccount'>, 'type'>,
  ) {
    super(accountId, metadata);
  }
}

export const ChangeAccountHandler = decides(ChangeAccount, ({ changes }) => async (account) => ({ type: 'ChangeAccount', ...changes, ...(await withoutKnown(account, changes)) }));

/** Who the account is stands in its events alone, so what is no change of that is left out here. */
async function withoutKnown(account: Account, { name, email }: ChangeAccount['changes']): Promise<Pick<Partial<ChangeAccount['changes']>, 'name' | 'email'>> {
  const { terms, purge } = account.state;
  if (!terms || purge?.purgedAt === null || (name === undefined && email === undefined)) return {};
  const known = await accountShown(account);
  return { ...(name === known.name && { name: undefined }), ...(email === known.email && { email: undefined }) };
}
