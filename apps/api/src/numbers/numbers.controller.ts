// Phone numbers of an account.
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { BuyNumber, Memberships, numbersPage, numberView, RemoveNumber } from '#application';
import type { NumberView } from '#read-models';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { E164, OneOf, Text } from '../http/input/fields.js';
import { Page, startOf, toList, type List } from '../http/answers/page.js';
import { InstantSchema, MoneySchema, nullable, object, oneOf, page, schema, text } from '../http/answers/schemas.js';

const origins = ['purchased', 'ported', 'verified'] as const;

const NumberSchema = schema(
  'Number',
  object({
    numberId: text,
    e164: nullable(text),
    origin: oneOf(...origins),
    status: oneOf('active', 'held', 'releasing', 'released', 'blocked', 'removed', 'left', 'ported-out'),
    purchasedAt: InstantSchema,
    releasedAt: nullable(InstantSchema),
    giveBack: nullable(oneOf('waiting', 'blocked', 'done', 'void')),
    nextFee: { ...nullable(object({ at: InstantSchema, amount: MoneySchema })), description: 'The next monthly fee for this number, if it stays; null: none is to come.' },
  }),
);

class NewNumberBody {
  @E164({ example: '+12065550100' }) e164!: string;
  @Text({ max: 64, optional: true, description: "The carrier's own id of the number." }) carrierNumberId?: string;
  @OneOf(origins, { optional: true, description: 'Ported and verified numbers are not ours to release.' }) origin: (typeof origins)[number] = 'purchased';
}

@Controller('v1/accounts/:accountId/numbers')
export class NumbersController {
  constructor(private readonly memberships: Memberships) {}

  @Post()
  @Summary('Add a number')
  @Allow('service')
  @Answers(201, NumberSchema, 'The number. Its fee falls due at the next billing boundary.')
  @Refuses('number_taken', 'number_exists', 'no_open_plan', 'account_purged')
  async buy(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Body() { e164, origin, carrierNumberId }: NewNumberBody, @Execute() execute: Executes<BuyNumber>): Promise<NumberView> {
    const account = await execute(new BuyNumber(accountId, metadata, e164, origin, carrierNumberId));
    const { numberId } = account;
    const bought = await numberView(account, numberId);
    if (!bought) throw new Error(`number ${numberId} was not bought`);
    return bought;
  }

  @Delete(':e164')
  @Summary('Remove a number')
  @Allow('customer', 'service')
  @Answers(204, null, 'The number is removed and no longer billed. A purchased one is given back to the carrier; `giveBack` in the list tells what came of that.')
  @Refuses('number_not_removable', 'account_purged')
  async remove(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Param('e164') e164: string, @Execute() execute: Executes<RemoveNumber>): Promise<void> {
    await execute(new RemoveNumber(accountId, metadata, e164));
  }

  @Get()
  @Summary('List numbers')
  @Allow('customer', 'service', 'operator')
  @Answers(200, page(NumberSchema), 'All numbers with the outcome of each, in the order they were added.')
  @Refuses('account_purged')
  async list(@Param('accountId') accountId: string, @Query() query: Page): Promise<List<NumberView>> {
    const start = Math.max(0, startOf(query, ['number'])?.[0] ?? 0);
    const numbers = await numbersPage(await this.memberships.read(accountId), { start, most: query.limit + 1 });
    return toList(query, numbers.map((row, index) => ({ row, end: start + index + 1 })), ({ end }) => [end], ({ row }) => row);
  }
}
