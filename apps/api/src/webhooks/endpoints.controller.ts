// Where webhooks go: endpoints registered, changed, tried and removed.
import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ChangeWebhookEndpoint, RegisterWebhookEndpoint, RemoveWebhookEndpoint, ReplayDeliveries, RotateWebhookSecret, TestWebhookEndpoint } from '#application';
import type { Instant } from '#kernel';
import { Endpoints, everyType, type Delivery, type Endpoint, type RegisteredEndpoint, type Replay, type RotatedSecret } from '#webhooks';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { found, rowId } from '../http/answers/not-found.js';
import { Page, startInTime, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { Bool, InstantField, OneOf, Texts, Url } from '../http/input/fields.js';
import { notFoundProblem } from '../http/problems/problems.js';
import { DeliverySchema, RegisteredEndpointSchema, ReplaySchema, RotatedSecretSchema, WebhookEndpointSchema } from './schemas.js';

const urlOf = 'Public, and by https; in the sandbox private and loopback addresses and http too. Redirects are not followed.';
const eventsOf = 'Event types; `*`, which stands alone, for all of them.';

class RegisterBody {
  @Url({ description: urlOf }) url!: string;
  @Texts({ min: 1, max: 100, maxLength: 64, optional: true, description: `${eventsOf} All of them unless told.` }) events: string[] = [everyType];
}

class ChangeBody {
  @Url({ optional: true, description: urlOf }) url?: string;
  @Texts({ min: 1, max: 100, maxLength: 64, optional: true, description: eventsOf }) events?: string[];
  @OneOf(['enabled', 'disabled'], { optional: true }) status?: 'enabled' | 'disabled';
}

class ReplayBody {
  @InstantField({ optional: true, description: 'Recorded from then on; of failed ones: attempted first from then on. Required, unless `failedOnly` is true.' }) since?: Instant;
  @InstantField({ optional: true, description: 'Exclusively.' }) until?: Instant;
  @Bool({ optional: true, description: 'Deliveries that have failed for good, and no others.' }) failedOnly: boolean = false;
}

@Controller('v1/webhook-endpoints')
export class WebhookEndpointsController {
  constructor(private readonly endpoints: Endpoints) {}

  @Post()
  @Summary('Register a webhook endpoint')
  @Allow('service')
  @Answers(201, RegisteredEndpointSchema, 'The endpoint, and its secret. It is sent what is recorded from now on.')
  @Refuses('too_many_endpoints')
  register(@Caller() { metadata }: Identity, @Body() { url, events }: RegisterBody, @Execute() execute: Executes<RegisterWebhookEndpoint>): Promise<RegisteredEndpoint> {
    return execute(new RegisterWebhookEndpoint(url, events, metadata));
  }

  @Get()
  @Summary('List webhook endpoints')
  @Allow('service')
  @Answers(200, page(WebhookEndpointSchema), 'All endpoints, in the order in which they were registered.')
  async list(@Query() query: Page): Promise<List<Endpoint>> {
    const start = startInTime(query);
    const rows = await this.endpoints.list({ limit: query.limit + 1, ...(start && { after: { createdAt: start.at, endpointId: start.id } }) });
    return toList(query, rows, ({ createdAt, endpointId }) => [createdAt, endpointId], (row) => row);
  }

  @Get(':endpointId')
  @Summary('Get a webhook endpoint')
  @Allow('service')
  @Answers(200, WebhookEndpointSchema, 'The endpoint, without its secret.')
  async get(@Param('endpointId') endpointId: string): Promise<Endpoint> {
    return found('endpoint', await this.endpoints.get(rowId('endpoint', endpointId)));
  }

  @Patch(':endpointId')
  @Summary('Change a webhook endpoint')
  @Allow('service')
  @Answers(200, WebhookEndpointSchema, 'The endpoint afterwards. One that is enabled again goes on where it stopped.')
  @Refuses()
  async change(@Caller() { metadata }: Identity, @Param('endpointId') endpointId: string, @Body() body: ChangeBody, @Execute() execute: Executes<ChangeWebhookEndpoint>): Promise<Endpoint> {
    return found('endpoint', await execute(new ChangeWebhookEndpoint(rowId('endpoint', endpointId), body, metadata)));
  }

  @Delete(':endpointId')
  @Summary('Remove a webhook endpoint')
  @Allow('service')
  @Answers(204, null, 'It is sent nothing any more, and its secrets are gone.')
  @Refuses()
  async remove(@Caller() { metadata }: Identity, @Param('endpointId') endpointId: string, @Execute() execute: Executes<RemoveWebhookEndpoint>): Promise<void> {
    if (!(await execute(new RemoveWebhookEndpoint(rowId('endpoint', endpointId), metadata)))) throw notFoundProblem('endpoint');
  }

  @Post(':endpointId/rotate-secret')
  @Summary('Rotate the secret of a webhook endpoint')
  @Allow('service')
  @Answers(200, RotatedSecretSchema, 'A new secret. For a day both sign; five at most are in force.')
  @Refuses('too_many_secrets')
  async rotateSecret(@Caller() { metadata }: Identity, @Param('endpointId') endpointId: string, @Execute() execute: Executes<RotateWebhookSecret>): Promise<RotatedSecret> {
    return found('endpoint', await execute(new RotateWebhookSecret(rowId('endpoint', endpointId), metadata)));
  }

  @Post(':endpointId/test')
  @Summary('Test a webhook endpoint')
  @Allow('service')
  @Answers(202, DeliverySchema, 'A message of type `webhook.test` is on its way; what became of it stands among the deliveries.')
  @Refuses('endpoint_disabled')
  async test(@Caller() { metadata }: Identity, @Param('endpointId') endpointId: string, @Execute() execute: Executes<TestWebhookEndpoint>): Promise<Delivery> {
    const { endpointId: id } = await this.get(endpointId);
    return execute(new TestWebhookEndpoint(id, metadata));
  }

  @Post(':endpointId/replay')
  @Summary('Replay messages to a webhook endpoint')
  @Allow('service')
  @Answers(202, ReplaySchema, 'What was asked for is sent once more, with the ids that it had.')
  @Refuses('endpoint_disabled', 'replay_in_progress')
  async replay(@Caller() { metadata }: Identity, @Param('endpointId') endpointId: string, @Body() body: ReplayBody, @Execute() execute: Executes<ReplayDeliveries>): Promise<Replay> {
    const { endpointId: id } = await this.get(endpointId);
    return execute(new ReplayDeliveries(id, body, metadata));
  }
}
