// Changes who an account is, or where its clock stands.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { Memberships, type Account } from '../memberships.js';

export class ChangeAccount extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly changes: { readonly name?: string | undefined; readonly email?: string | undefined; readonly timeZone?: string | undefined },
  ) {
    super();
  }
}

@CommandHandler(ChangeAccount)
export class ChangeAccountHandler implements ICommandHandler<ChangeAccount> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accountId, metadata, changes }: ChangeAccount): Promise<Account> {
    return this.memberships.handle(accountId, { type: 'ChangeAccount', ...changes }, metadata);
  }
}
