// Deletes everything of an account before its year is over, on a request that was verified outside; only when no plan is open.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ClockInDoubt } from '#deadlines';
import { Refused, refuse, type Metadata } from '#kernel';
import { PurgeGuard } from '#purge';
import { Memberships, type Account } from '../memberships.js';

export class StartErasure extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    /** The legal ground. */
    readonly basis: string,
  ) {
    super();
  }
}

@CommandHandler(StartErasure)
export class StartErasureHandler implements ICommandHandler<StartErasure> {
  constructor(
    private readonly memberships: Memberships,
    private readonly guard: PurgeGuard,
  ) {}

  execute({ accountId, metadata, basis }: StartErasure): Promise<Account> {
    return this.memberships.handle(accountId, async ({ state }) => {
      const objection = state.terms?.testClockId === null ? await this.guard.objection() : null;
      if (objection === 'clock') throw new ClockInDoubt('an erasure waits until an operator confirms the clock');
      if (objection === 'cap') throw new Refused(refuse('purge_cap_reached'));
      return { type: 'StartErasure', basis };
    }, metadata);
  }
}
