// Changes who an account is, or where its clock stands.
import type { Metadata } from '#kernel';
import type { CommandOf } from '#domain';
import { AccountCommand, decides } from '../commands.js';

export class ChangeAccount extends AccountCommand<'ChangeAccount'> {
  constructor(
    accountId: string,
    metadata: Metadata,
    readonly changes: Omit<CommandOf<'ChangeAccount'>, 'type'>,
  ) {
    super(accountId, metadata);
  }
}

export const ChangeAccountHandler = decides(ChangeAccount, ({ changes }) => ({ type: 'ChangeAccount', ...changes }));
