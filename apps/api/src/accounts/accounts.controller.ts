// Accounts: opened by the platform, changed by the customer.
import { Body, Controller, Get, Param, Patch, Post, UseGuards } from '@nestjs/common';
import type { Money } from '#kernel';
import { ChangeAccount, Memberships, OpenAccount } from '#application';
import { uuidv7 } from '#event-store';
import { accountView, type AccountView } from '#read-models';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { Email, Id, MoneyField, OneOf, Text, TimeZone, Whole } from '../http/input/fields.js';
import { invalidField } from '../http/problems/problems.js';
import { EarlierLifeGuard } from '../retention/earlier-life.guard.js';
import { AccountSchema } from './schemas.js';

/** What a number costs a month unless told otherwise, in minor units (A8). */
const defaultNumberFee = 200;

class NewAccountBody {
  @Id({ optional: true, description: 'Chosen by the platform; made here when absent.' }) accountId?: string;
  @Text({ max: 200 }) name!: string;
  @Email() email!: string;
  @TimeZone({ description: 'IANA name; all dates follow its wall clock.', example: 'America/Los_Angeles' }) timeZone!: string;
  @OneOf(['USD'], { optional: true, description: 'The currency of the catalogue.' }) currency: string = 'USD';
  @Id({ optional: true, description: 'Sandbox only: the account lives by this clock.' }) testClockId?: string;
  @Whole({ min: 1, max: 31, optional: true, description: 'The local day of the first subscription when absent.' }) numberBillingAnchorDay?: number;
  @MoneyField({ min: 0, optional: true, description: 'Per number and month; 2.00 when absent.' }) numberFee?: Money;
  @OneOf(['two-step', 'one-step'], { optional: true }) cancellationMode: 'two-step' | 'one-step' = 'two-step';
}

class AccountChangeBody {
  @Text({ max: 200, optional: true }) name?: string;
  @Email({ optional: true }) email?: string;
  @TimeZone({ optional: true, description: 'Dates that were promised already stay.' }) timeZone?: string;
}

@Controller('v1/accounts')
export class AccountsController {
  constructor(private readonly memberships: Memberships) {}

  @Post()
  @Allow('service')
  @Answers(201, AccountSchema, 'The account.')
  @Refuses('account_exists', 'account_purged')
  async open(@Caller() caller: Identity, @Body() body: NewAccountBody, @Execute() execute: Executes<OpenAccount>): Promise<AccountView> {
    const { accountId = uuidv7(), testClockId = null, numberBillingAnchorDay = null, currency, ...rest } = body;
    const numberFee = body.numberFee ?? { amount: defaultNumberFee, currency };
    if (numberFee.currency !== currency) throw invalidField('/numberFee/currency', `must be ${currency}, the account's currency`);
    const account = { ...rest, currency, testClockId, numberBillingAnchorDay, numberFee };
    const { state, events } = await execute(new OpenAccount(accountId, caller.metadata, account));
    return accountView(state, await events());
  }

  @Get(':accountId')
  @Allow('customer', 'service', 'operator')
  @Answers(200, AccountSchema, 'The account.')
  @Refuses('account_purged')
  async get(@Param('accountId') accountId: string): Promise<AccountView> {
    const { state, events } = await this.memberships.read(accountId);
    return accountView(state, await events());
  }

  @Patch(':accountId')
  @Allow('customer', 'service')
  @UseGuards(EarlierLifeGuard)
  @Answers(200, AccountSchema, 'The account as it is now. After a purge: tells it who it is.')
  @Refuses('account_purged')
  async change(@Caller() caller: Identity, @Param('accountId') accountId: string, @Body() body: AccountChangeBody, @Execute() execute: Executes<ChangeAccount>): Promise<AccountView> {
    const { state, events } = await execute(new ChangeAccount(accountId, caller.metadata, body));
    return accountView(state, await events());
  }
}
