// Who comes back while the earlier life is still being deleted waits for its end (A12): what is said before would be deleted with it.
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { Memberships, BringUpToDate } from '#application';
import { Purges } from '#purge';
import { identityOf } from '../auth/identity.js';
import { Problem } from '../http/problems/problems.js';

/** Most purges are done by then. */
const waitMs = 5_000;

@Injectable()
export class EarlierLifeGuard implements CanActivate {
  constructor(
    private readonly commands: CommandBus,
    private readonly memberships: Memberships,
    private readonly purges: Purges,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { accountId } = request.params as { readonly accountId: string };
    if (!(await this.beingDeleted(accountId))) return true;
    // It may be due and nobody has begun it yet.
    const { state } = await this.commands.execute(new BringUpToDate(accountId, identityOf(request)!.metadata));
    if (state.purge) await this.purges.ended(state.purge.purgeId, waitMs);
    if (!(await this.beingDeleted(accountId))) return true;
    throw new Problem('unavailable', { detail: 'The data of the earlier life of the account is still being deleted.', headers: { 'retry-after': '5' } });
  }

  private async beingDeleted(accountId: string): Promise<boolean> {
    const { state } = await this.memberships.read(accountId, { evenPurged: true });
    return state.purge?.purgedAt === null;
  }
}
