// The prepaid wallet and the ledger of every movement.
import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import type { Money } from '#kernel';
import { ConfigureAutoRecharge, Ledgers, Memberships, TopUpWallet } from '#application';
import { walletView, type LedgerLine, type WalletView } from '#read-models';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { Bool, MoneyField } from '../http/input/fields.js';
import { Page, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { sliceOf } from '../http/answers/slice.js';
import { LedgerEntrySchema, WalletSchema } from './schemas.js';

class TopUpBody {
  @MoneyField({ min: 1, description: 'In the currency of the account.' }) amount!: Money;
}

class AutoRechargeBody {
  @Bool() enabled!: boolean;
  @MoneyField({ min: 0, description: 'The card is charged when a debit would leave less than this.' }) threshold!: Money;
  @MoneyField({ min: 1, description: 'What is charged then.' }) amount!: Money;
}

@Controller('v1/accounts/:accountId')
export class WalletController {
  constructor(
    private readonly memberships: Memberships,
    private readonly ledgers: Ledgers,
  ) {}

  @Get('wallet')
  @Allow('customer', 'service')
  @Answers(200, WalletSchema, 'Balance and auto-recharge.')
  @Refuses('account_purged')
  async wallet(@Param('accountId') accountId: string): Promise<WalletView> {
    return walletView((await this.memberships.read(accountId)).state);
  }

  @Post('wallet/top-ups')
  @Allow('service')
  @Answers(201, WalletSchema, 'The wallet with the money in it, which has arrived.')
  @Refuses('account_purged')
  async topUp(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Body() { amount }: TopUpBody, @Execute() execute: Executes<TopUpWallet>): Promise<WalletView> {
    return walletView((await execute(new TopUpWallet(accountId, metadata, amount))).state);
  }

  @Put('wallet/auto-recharge')
  @Allow('customer', 'service')
  @Answers(200, WalletSchema, 'The wallet with its new settings. While every plan is pending or ended the card rests.')
  @Refuses('account_purged')
  async configure(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Body() body: AutoRechargeBody, @Execute() execute: Executes<ConfigureAutoRecharge>): Promise<WalletView> {
    return walletView((await execute(new ConfigureAutoRecharge(accountId, metadata, body))).state);
  }

  @Get('ledger')
  @Allow('customer', 'service', 'operator')
  @Answers(200, page(LedgerEntrySchema), 'Every movement, oldest first.')
  @Refuses('account_purged')
  async ledger(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Query() query: Page): Promise<List<LedgerLine>> {
    const account = await this.memberships.readWritten(accountId, metadata);
    const { data, next } = sliceOf(query, await this.ledgers.entries(account));
    return { data: await this.ledgers.itemised(account, data), next };
  }
}
