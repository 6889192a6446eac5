// The prepaid wallet and the ledger of every movement.
import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import type { Instant, Money } from '#kernel';
import { AccountPasts, ConfigureAutoRecharge, Ledgers, Memberships, RequestTopUp, TopUpWallet } from '#application';
import { walletView, type ChargeView, type LedgerLine, type WalletView } from '#read-models';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { AsOf, Bool, KnownAt, MoneyField } from '../http/input/fields.js';
import { Page, pageOfStream, streamList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { ChargeSchema, LedgerEntrySchema, WalletSchema } from './schemas.js';
import { shownCharge } from './shown.js';

class TopUpBody {
  @MoneyField({ min: 1, description: 'In the currency of the account.' }) amount!: Money;
}

class AutoRechargeBody {
  @Bool() enabled!: boolean;
  @MoneyField({ min: 0, description: 'The card is asked when a debit would leave less than this, unless it is being asked already.' }) threshold!: Money;
  @MoneyField({ min: 1, description: 'What it is asked for then; it is in the wallet once it is collected.' }) amount!: Money;
}

class LedgerQuery extends Page {
  @AsOf() asOf?: Instant;
  @KnownAt() knownAt?: Instant;
}

@Controller('v1/accounts/:accountId')
export class WalletController {
  constructor(
    private readonly memberships: Memberships,
    private readonly pasts: AccountPasts,
    private readonly ledgers: Ledgers,
  ) {}

  @Get('wallet')
  @Summary('Get the wallet')
  @Allow('customer', 'service')
  @Answers(200, WalletSchema, 'Balance, auto-recharge, and what the card was asked for and nothing is known of yet.')
  @Refuses('account_purged')
  async wallet(@Param('accountId') accountId: string): Promise<WalletView> {
    return walletView((await this.memberships.read(accountId)).state);
  }

  @Post('wallet/top-ups')
  @Summary('Top the wallet up')
  @Allow('service')
  @Answers(201, WalletSchema, 'The wallet with the money in it, which has arrived.')
  @Refuses('account_purged')
  async topUp(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Body() { amount }: TopUpBody, @Execute() execute: Executes<TopUpWallet>): Promise<WalletView> {
    return walletView((await execute(new TopUpWallet(accountId, metadata, amount))).state);
  }

  @Post('wallet/top-up-requests')
  @Summary('Request a top-up')
  @Allow('customer', 'service')
  @Answers(201, ChargeSchema, 'What the card is asked for. The wallet is credited when it is collected.')
  @Refuses('auto_recharge_suspended', 'too_many_open_charges', 'account_purged')
  async requestTopUp(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Body() { amount }: TopUpBody, @Execute() execute: Executes<RequestTopUp>): Promise<ChargeView> {
    const { state, chargeId } = await execute(new RequestTopUp(accountId, metadata, amount));
    return shownCharge(state, chargeId);
  }

  @Put('wallet/auto-recharge')
  @Summary('Set auto-recharge')
  @Allow('customer', 'service')
  @Answers(200, WalletSchema, 'The wallet with its new settings. While every plan is pending or ended the card rests.')
  @Refuses('account_purged')
  async configure(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Body() body: AutoRechargeBody, @Execute() execute: Executes<ConfigureAutoRecharge>): Promise<WalletView> {
    return walletView((await execute(new ConfigureAutoRecharge(accountId, metadata, body))).state);
  }

  @Get('ledger')
  @Summary('List movements of money')
  @Allow('customer', 'service', 'operator')
  @Answers(200, page(LedgerEntrySchema), 'Every movement, oldest first; or every one there had been.')
  @Refuses('account_purged')
  async ledger(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Query() query: LedgerQuery): Promise<List<LedgerLine>> {
    const wanted = pageOfStream(query);
    return streamList(query, await this.ledgers.page(await this.pasts.read(accountId, query, metadata), wanted));
  }
}
