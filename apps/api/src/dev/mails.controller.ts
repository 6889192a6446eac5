// The sandbox's mailbox: what customers would have been told by mail, to be read by whoever tries things out.
import { Controller, Get, Query } from '@nestjs/common';
import { SandboxMailbox, type KeptMail } from '#mail';
import { Allow } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { Page, startInTime, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { Id } from '../http/input/fields.js';
import { MailSchema } from './schemas.js';

class MailsQuery extends Page {
  @Id({ optional: true }) accountId?: string;
}

@Controller('v1/dev/mails')
export class MailsController {
  constructor(private readonly mailbox: SandboxMailbox) {}

  @Get()
  @Summary('List mails of the sandbox')
  @Allow('service', 'operator')
  @Answers(200, page(MailSchema), 'Latest first. Those of an account go with its purge.')
  async list(@Query() query: MailsQuery): Promise<List<KeptMail>> {
    const start = startInTime(query, 'string');
    const mails = await this.mailbox.list(query, { limit: query.limit + 1, ...(start && { after: { sentAt: start.at, mailId: start.id } }) });
    return toList(query, mails, ({ sentAt, mailId }) => [sentAt, mailId], (mail) => mail);
  }
}
