// What became of what the card was asked for: told by the payment system's side, in any order, twice, or late.
import { Body, Controller, Param, Post } from '@nestjs/common';
import { MarkChargeCollected, MarkChargeFailed } from '#application';
import type { ChargeView } from '#read-models';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { Text } from '../http/input/fields.js';
import { ChargeSchema } from './schemas.js';
import { shownCharge } from './shown.js';

class FailureBody {
  @Text({ max: 500, optional: true, description: 'Why, in the words of the payment system: `card_declined`.' }) reason?: string;
}

@Controller('v1/accounts/:accountId/charges/:chargeId')
export class ChargesController {
  @Post('collected')
  @Summary('Tell that a charge was collected')
  @Allow('service')
  @Answers(200, ChargeSchema, 'The charge. Collected once: it pays its period or fills the wallet, also after it was told to have failed.')
  @Refuses('account_purged')
  async collected(
    @Caller() { metadata }: Identity,
    @Param('accountId') accountId: string,
    @Param('chargeId') chargeId: string,
    @Execute() execute: Executes<MarkChargeCollected>,
  ): Promise<ChargeView> {
    return shownCharge((await execute(new MarkChargeCollected(accountId, metadata, chargeId))).state, chargeId);
  }

  @Post('failed')
  @Summary('Tell that a charge failed')
  @Allow('service')
  @Answers(200, ChargeSchema, 'The charge. A plan whose period is not paid is past due; what was collected stays collected.')
  @Refuses('account_purged')
  async failed(
    @Caller() { metadata }: Identity,
    @Param('accountId') accountId: string,
    @Param('chargeId') chargeId: string,
    @Body() { reason }: FailureBody,
    @Execute() execute: Executes<MarkChargeFailed>,
  ): Promise<ChargeView> {
    return shownCharge((await execute(new MarkChargeFailed(accountId, metadata, chargeId, reason ?? null))).state, chargeId);
  }
}
