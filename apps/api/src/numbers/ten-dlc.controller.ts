// The 10DLC registration of an account.
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApplyTenDlc, ApproveTenDlc, Memberships, tenDlcShown } from '#application';
import type { TenDlcView } from '#read-models';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { Text } from '../http/input/fields.js';
import { InstantSchema, nullable, object, oneOf, schema, text } from '../http/answers/schemas.js';

const TenDlcSchema = schema(
  'TenDlc',
  object({
    status: oneOf('none', 'pending', 'active', 'expired'),
    registrationId: nullable(text),
    brandName: nullable(text),
    appliedAt: nullable(InstantSchema),
    registeredAt: nullable(InstantSchema),
    expiredAt: nullable(InstantSchema),
  }),
);

class TenDlcBody {
  @Text({ max: 200 }) brandName!: string;
  @Text({ max: 64, optional: true, description: "Twilio's messaging service of the campaign." }) messagingServiceSid?: string;
  @Text({ max: 64, optional: true, description: "The carrier's own id of the campaign, to be ended with the registration." }) campaignId?: string;
  @Text({ max: 64, optional: true, description: "The carrier's own id of the brand, to be deleted after its campaign." }) brandId?: string;
}

@Controller('v1/accounts/:accountId/ten-dlc')
export class TenDlcController {
  constructor(private readonly memberships: Memberships) {}

  @Post()
  @Summary('Apply for 10DLC')
  @Allow('service')
  @Answers(201, TenDlcSchema, 'The application; it waits for approval.')
  @Refuses('ten_dlc_exists', 'ten_dlc_ending', 'no_open_plan', 'account_purged')
  async apply(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Body() body: TenDlcBody, @Execute() execute: Executes<ApplyTenDlc>): Promise<TenDlcView> {
    return tenDlcShown(await execute(new ApplyTenDlc(accountId, metadata, body)));
  }

  @Post('approve')
  @Summary('Approve 10DLC')
  @Allow('operator', 'service')
  @Answers(200, TenDlcSchema, 'The registration; it is active.')
  @Refuses('ten_dlc_not_pending', 'account_purged')
  async approve(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Execute() execute: Executes<ApproveTenDlc>): Promise<TenDlcView> {
    return tenDlcShown(await execute(new ApproveTenDlc(accountId, metadata)));
  }

  @Get()
  @Summary('Get 10DLC')
  @Allow('customer', 'service', 'operator')
  @Answers(200, TenDlcSchema, 'The registration as it stands.')
  @Refuses('account_purged')
  async get(@Caller() { metadata }: Identity, @Param('accountId') accountId: string): Promise<TenDlcView> {
    return tenDlcShown(await this.memberships.readWritten(accountId, metadata));
  }
}
