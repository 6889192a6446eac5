// Deletes everything of an account before its year is over, on a request that was verified outside; only when no plan is open.
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ClockInDoubt } from '#deadlines';
import { refuseForNow, type Metadata } from '#kernel';
import { PurgeGuard } from '#purge';
import { AccountCommand, decided } from '../commands.js';
import { Memberships, type Account } from '../memberships.js';

export class StartErasure extends AccountCommand<'StartErasure', Account, 'purge_cap_reached' | 'second_person_needed'> {
  constructor(
    accountId: string,
    metadata: Metadata,
    /** The legal ground. */
    readonly basis: string,
  ) {
    super(accountId, metadata);
  }
}

@CommandHandler(StartErasure)
export class StartErasureHandler implements ICommandHandler<StartErasure> {
  constructor(
    private readonly memberships: Memberships,
    private readonly guard: PurgeGuard,
  ) {}

  execute(command: StartErasure): Promise<Account> {
    return decided(this.memberships, command, async ({ state }) => {
      const objection = state.terms?.testClockId === null ? await this.guard.objection() : null;
      if (objection === 'clock') throw new ClockInDoubt('an erasure waits until an operator confirms the clock');
      if (objection === 'cap') return refuseForNow('purge_cap_reached');
      return { type: 'StartErasure', basis: command.basis };
    });
  }
}
