// Deletes everything of an account before its year is over, on a request that was verified outside; only when no plan is open.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
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

const refusals = { clock: 'clock_unconfirmed', cap: 'purge_cap_reached' } as const;

@CommandHandler(StartErasure)
export class StartErasureHandler implements ICommandHandler<StartErasure> {
  constructor(
    private readonly memberships: Memberships,
    private readonly guard: PurgeGuard,
  ) {}

  execute({ accountId, metadata, basis }: StartErasure): Promise<Account> {
    return this.memberships.handle(accountId, async ({ state }) => {
      const objection = state.terms?.testClockId === null ? await this.guard.objection() : null;
      if (objection !== null) throw new Refused(refuse(refusals[objection]));
      return { type: 'StartErasure', basis };
    }, metadata);
  }
}
