// Changes who an account is, or where its clock stands.
import type { Metadata } from '#kernel';
import { AccountCommand, decides } from '../commands.js';

export class ChangeAccount extends AccountCommand<'ChangeAccount'> {
  constructor(
    accountId: string,
    metadata: Metadata,
    readonly changes: { readonly name?: string | undefined; readonly email?: string | undefined; readonly timeZone?: string | undefined },
  ) {
    super(accountId, metadata);
  }
}

export const ChangeAccountHandler = decides(ChangeAccount, ({ changes }) => ({ type: 'ChangeAccount', ...changes }));
