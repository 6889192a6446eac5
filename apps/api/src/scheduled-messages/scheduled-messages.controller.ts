// Prepaid messages that wait for their time: told by the platform, so that what is unsent at the end is credited.
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { Instant, Money } from '#kernel';
import { pointerTo } from '#ndjson';
import { MarkMessageSent, MarkMessagesSent, Memberships, RemoveMessage, ScheduleMessages } from '#application';
import { ScheduledMessages, type MessageStatus, type RefusedReport, type ScheduledMessage, type TakenReports } from '#scheduled-messages';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { Id, InstantField, ListOf, MoneyField, OneOf } from '../http/input/fields.js';
import { Page, startInTime, toList, type List } from '../http/answers/page.js';
import { bool, InstantSchema, list, MoneySchema, nullable, object, oneOf, page, schema, text, whole } from '../http/answers/schemas.js';
import { ndjsonMediaType, ndjsonText } from '../http/answers/streams.js'

const bulkMost = 1000;
const statuses = ['scheduled', 'sent', 'cancelled'] as const;

const ScheduledMessageSchema = schema(
  'ScheduledMessage',
  object({
    messageId: text,
    channel: oneOf('sms', 'rvm'),
    planKind: oneOf('messaging', 'calling'),
    sendAt: InstantSchema,
    price: MoneySchema,
    status: oneOf(...statuses),
    credited: bool,
    creditId: nullable(text),
    settledAt: nullable(InstantSchema),
  }),
);

const SentReportsSchema = schema(
  'SentReports',
  object({
    sent: { ...whole, description: 'How many of the messages are sent now, be it that they were reported before; each counts once.' },
    refused: list(object({
      line: { ...whole, description: 'Counted from 1.' },
      pointer: { ...text, description: '`/lines/2/messageId` for the third line.' },
      messageId: text,
      code: oneOf('not_found', 'message_cancelled'),
      message: text,
      creditId: { ...nullable(text), description: 'The credit that a cancelled message is part of; null: it was withdrawn, or there is none of that id.' },
    })),
  }),
);

const SentReportSchema = object({ messageId: { ...text, minLength: 1, maxLength: 128 } });

class MessageBody {
  @Id({ optional: true, description: 'Unique within the account; made here when absent.' }) messageId?: string;
  @OneOf(['sms', 'rvm']) channel!: 'sms' | 'rvm';
  @InstantField() sendAt!: Instant;
  @MoneyField({ min: 0, description: 'Prepaid; what is credited if the message is unsent when its plan ends.' }) price!: Money;
  @OneOf(['messaging', 'calling'], { optional: true, description: 'The plan that the message belongs to.' }) planKind: 'messaging' | 'calling' = 'messaging';
}

class MessagesBody {
  @ListOf(() => MessageBody, { min: 1, max: bulkMost, description: 'All are taken, or none.' }) messages!: MessageBody[];
}

class MessagesPage extends Page {
  @OneOf(statuses, { optional: true }) status?: MessageStatus;
}

const whyRefused: Readonly<Record<RefusedReport['code'], string>> = { not_found: 'is of no message of the account', message_cancelled: 'is of a message that was cancelled before' };

@Controller('v1/accounts/:accountId/scheduled-messages')
export class ScheduledMessagesController {
  constructor(
    private readonly memberships: Memberships,
    private readonly messages: ScheduledMessages,
  ) {}

  @Post()
  @Summary('Schedule messages')
  @Allow('service')
  @Answers(201, page(ScheduledMessageSchema), 'The messages as they stand, in the order given.')
  @Refuses('message_exists', 'no_open_plan', 'account_purged')
  async schedule(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Body() { messages }: MessagesBody, @Execute() execute: Executes<ScheduleMessages>): Promise<List<ScheduledMessage>> {
    return { data: await execute(new ScheduleMessages(accountId, metadata, messages)), next: null };
  }

  @Post('sent')
  @Summary('Report messages as sent')
  @Allow('service')
  @ApiConsumes(ndjsonMediaType)
  @ApiBody({ schema: SentReportSchema, description: 'One message a line; 10,000 lines or 8 MiB at most. With a bad line nothing is taken.' })
  @Answers(200, SentReportsSchema, 'What was taken, and what could not be: a message that is unknown, or was cancelled before it was reported, keeps none of the others from being taken. Sent again, it changes nothing.')
  @Refuses('account_purged')
  async markAllSent(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Body() body: unknown, @Execute() execute: Executes<MarkMessagesSent>) {
    const { sent, refused }: TakenReports = await execute(new MarkMessagesSent(accountId, metadata, ndjsonText(body)));
    return { sent, refused: refused.map((report) => ({ ...report, pointer: pointerTo(report.line, '/messageId'), message: `line ${report.line} ${whyRefused[report.code]}` })) };
  }

  @Post(':messageId/sent')
  @Summary('Report a message as sent')
  @Allow('service')
  @Answers(200, ScheduledMessageSchema, 'The message, sent or accepted by the carrier.')
  @Refuses('message_cancelled', 'account_purged')
  async markSent(
    @Caller() { metadata }: Identity,
    @Param('accountId') accountId: string,
    @Param('messageId') messageId: string,
    @Execute() execute: Executes<MarkMessageSent>,
  ): Promise<ScheduledMessage> {
    return execute(new MarkMessageSent(accountId, metadata, messageId));
  }

  @Delete(':messageId')
  @Summary('Withdraw a message')
  @Allow('service')
  @Answers(204, null, 'The message is withdrawn: it is not sent, and not credited.')
  @Refuses('message_sent', 'message_cancelled', 'account_purged')
  async remove(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Param('messageId') messageId: string, @Execute() execute: Executes<RemoveMessage>): Promise<void> {
    await execute(new RemoveMessage(accountId, metadata, messageId));
  }

  @Get()
  @Summary('List scheduled messages')
  @Allow('customer', 'service')
  @Answers(200, page(ScheduledMessageSchema), 'In order of time.')
  @Refuses('account_purged')
  async list(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Query() query: MessagesPage): Promise<List<ScheduledMessage>> {
    await this.memberships.readWritten(accountId, metadata);
    const start = startInTime(query, 'id');
    const { data } = await this.messages.list(accountId, {
      limit: query.limit + 1,
      ...(start && { after: { sendAt: start.at, messageId: start.id } }),
      ...(query.status && { status: query.status }),
    });
    return toList(query, data, ({ sendAt, messageId }) => [sendAt, messageId], (message) => message);
  }
}
