// Early erasure on a verified request: the purge, before its year is over.
import { Body, Controller, Param, Post } from '@nestjs/common';
import { PurgeWaits, StartErasure, type ShownPurge } from '#application';
import { Purges } from '#purge';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { OneOf } from '../http/input/fields.js';
import { OnceOnly, OwnTransaction, type Once } from '../http/idempotency/idempotency.interceptor.js';
import { PurgeSchema } from './purge.schemas.js';

const erasureBases = ['gdpr-art-17', 'ccpa-1798-105', 'contract'] as const;

class ErasureBody {
  @OneOf(erasureBases, { description: 'The legal ground of the request, which was verified outside.' }) basis!: (typeof erasureBases)[number];
}

/** Most are done by then, so that whoever asked finds the certificate. */
const waitMs = 5_000;

@Controller('v1/accounts/:accountId/erasure')
export class ErasureController {
  constructor(
    private readonly purges: Purges,
    private readonly waits: PurgeWaits,
  ) {}

  @Post()
  @Summary('Erase an account early')
  @Allow('operator')
  @OwnTransaction()
  @Answers(202, PurgeSchema, 'Nothing is readable any more from now on; the deletion is under way, and proven by the certificate once it is done. `waitsFor` says what it waits for.')
  @Refuses('subscription_open', 'legal_hold', 'purge_cap_reached', 'account_purged', 'second_person_needed')
  async erase(
    @Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Body() { basis }: ErasureBody, @OnceOnly() once: Once,
    @Execute() execute: Executes<StartErasure>,
  ): Promise<ShownPurge> {
    const start = async (): Promise<string> => (await execute(new StartErasure(accountId, metadata, basis))).state.purge!.purgeId;
    const purgeId = await once(start, { outlivesAccount: true });
    await this.purges.ended(purgeId, waitMs);
    return (await this.waits.shown([(await this.purges.get(purgeId))!]))[0]!;
  }
}
