// Accounts: opened by the platform, changed by the customer.
import { Body, Controller, Get, Inject, Param, Patch, Post, Query, UseGuards } from '@nestjs/common';
import type { Instant, Money } from '#kernel';
import { AccountPasts, accountShown, ChangeAccount, type FoundAccount, FoundAccounts, inOrderOfEnds, isAskedFor, Memberships, OpenAccount, POLICY } from '#application';
import { planById, type PolicyInForce, type Standing } from '#domain';
import { uuidv7 } from '#event-store';
import type { AccountView, FoundAccountView } from '#read-models';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { Page, startInTime, startOf, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { AsOf, E164, Email, Id, InstantField, KnownAt, Locale, MoneyField, OfPolicy, OneOf, Text, TimeZone, Whole } from '../http/input/fields.js';
import { invalidField } from '../http/problems/problems.js';
import { Tells, type TellsOf } from '../http/requests/told-accounts.js';
import { EarlierLifeGuard } from '../retention/earlier-life.guard.js';
import { AccountSchema, FoundAccountSchema, standings } from './schemas.js';
import { localeMeans, usualNumberFee } from './usual.js';

class NewAccountBody {
  @Id({ optional: true, description: 'Chosen by the platform; made here when absent.' }) accountId?: string;
  @Text({ max: 200 }) name!: string;
  @Email() email!: string;
  @TimeZone({ description: 'IANA name; all dates follow its wall clock.', example: 'America/Los_Angeles' }) timeZone!: string;
  @Locale({ optional: true, description: localeMeans }) locale?: string;
  @OfPolicy('currencies', { optional: true, description: 'The currency of the catalogue.' }) currency?: string;
  @Id({ optional: true, description: 'Sandbox only: the account lives by this clock.' }) testClockId?: string;
  @Whole({ min: 1, max: 31, optional: true, description: 'The local day of the first subscription when absent.' }) numberBillingAnchorDay?: number;
  @MoneyField({ min: 0, optional: true, description: 'Per number and month; $numberFee when absent.' }) numberFee?: Money;
  @OneOf(['two-step', 'one-step'], { optional: true }) cancellationMode: 'two-step' | 'one-step' = 'two-step';
}

class AccountChangeBody {
  @Text({ max: 200, optional: true }) name?: string;
  @Email({ optional: true }) email?: string;
  @TimeZone({ optional: true, description: 'Dates that were promised already stay.' }) timeZone?: string;
  @Locale({ optional: true, description: localeMeans }) locale?: string;
}

class AccountsQuery extends Page {
  @Email({ optional: true, description: 'However it is written: case, Unicode form and punycode make no difference.' }) email?: string;
  @E164({ optional: true, description: 'A phone number that the account has.' }) e164?: string;
  @OneOf(standings, { optional: true }) standing?: Standing;
  @Id({ optional: true, description: 'An open plan; of an account that has none left the one that ended last.' }) planId?: string;
  @InstantField({ optional: true, description: 'Accounts of which a plan ends before that instant, soonest first: one whose cancellation is pending. With `planId`: that plan.' }) endsBefore?: Instant;
}

class AccountQuery {
  @AsOf() asOf?: Instant;
  @KnownAt() knownAt?: Instant;
}

@Controller('v1/accounts')
export class AccountsController {
  constructor(
    private readonly memberships: Memberships,
    private readonly pasts: AccountPasts,
    private readonly accounts: FoundAccounts,
    @Inject(POLICY) private readonly policy: PolicyInForce,
  ) {}

  @Get()
  @Summary('Find accounts')
  @Allow('service', 'operator')
  @Answers(200, page(FoundAccountSchema), 'The accounts to which all of it applies, each as it is now. What a page leaves out has changed meanwhile: it may hold fewer than `limit` and not be the last.')
  async list(@Query() query: AccountsQuery, @Tells() tellsOf: TellsOf): Promise<List<FoundAccountView>> {
    const { limit, after: _cursor, ...wanted } = query;
    if (wanted.planId !== undefined && !planById(this.policy, wanted.planId)) throw invalidField('/query/planId', 'is not in the catalogue');
    const found = await this.accounts.find(wanted, { after: this.placeOf(query), limit: limit + 1 });
    const { data, next } = toList(query, found, ({ place: { accountId, endsAt } }) => (endsAt === null ? [accountId] : [endsAt, accountId]), ({ account }) => account);
    const told = data.filter((account) => account !== null);
    tellsOf(told.map(({ accountId }) => accountId));
    return { data: told, next };
  }

  @Post()
  @Summary('Open an account')
  @Allow('service')
  @Answers(201, AccountSchema, 'The account.')
  @Refuses('account_exists', 'account_purged')
  async open(@Caller() caller: Identity, @Body() body: NewAccountBody, @Execute() execute: Executes<OpenAccount>): Promise<AccountView> {
    const { accountId = uuidv7(), testClockId = null, numberBillingAnchorDay = null, currency = this.policy.currencies[0].code, ...rest } = body;
    const numberFee = body.numberFee ?? usualNumberFee(this.policy, currency);
    if (numberFee.currency !== currency) throw invalidField('/numberFee/currency', `must be ${currency}, the account's currency`);
    const account = { ...rest, currency, testClockId, numberBillingAnchorDay, numberFee };
    return accountShown(await execute(new OpenAccount(accountId, caller.metadata, account)));
  }

  @Get(':accountId')
  @Summary('Get an account')
  @Allow('customer', 'service', 'operator')
  @Answers(200, AccountSchema, 'The account, as it is or was.')
  @Refuses('account_purged')
  async get(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Query() past: AccountQuery): Promise<AccountView> {
    return accountShown(await (isAskedFor(past) ? this.pasts.read(accountId, past, metadata) : this.memberships.read(accountId)));
  }

  @Patch(':accountId')
  @Summary('Change an account')
  @Allow('customer', 'service')
  @UseGuards(EarlierLifeGuard)
  @Answers(200, AccountSchema, 'The account as it is now. After a purge: tells it who it is.')
  @Refuses('account_purged')
  async change(@Caller() caller: Identity, @Param('accountId') accountId: string, @Body() body: AccountChangeBody, @Execute() execute: Executes<ChangeAccount>): Promise<AccountView> {
    return accountShown(await execute(new ChangeAccount(accountId, caller.metadata, body)));
  }

  private placeOf(query: AccountsQuery): FoundAccount['place'] | undefined {
    if (inOrderOfEnds(query)) {
      const start = startInTime(query, 'id');
      return start && { accountId: start.id, endsAt: start.at };
    }
    const [accountId] = startOf(query, ['id']) ?? [];
    return accountId === undefined ? undefined : { accountId, endsAt: null };
  }
}
