// What became of the messages of an endpoint, and one of them sent once more.
import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ReplayDelivery } from '#application';
import { Deliveries, deliveryStatuses, Endpoints, type Delivery, type DeliveryStatus } from '#webhooks';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { found, rowId } from '../http/answers/not-found.js';
import { Page, startOf, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { Id, OneOf } from '../http/input/fields.js';
import { DeliverySchema } from './schemas.js';

class DeliveriesQuery extends Page {
  @OneOf(deliveryStatuses, { optional: true }) status?: DeliveryStatus;
  @Id({ optional: true }) accountId?: string;
}

@Controller('v1/webhook-endpoints/:endpointId/deliveries')
export class DeliveriesController {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly deliveries: Deliveries,
  ) {}

  @Get()
  @Summary('List deliveries')
  @Allow('service')
  @Answers(200, page(DeliverySchema), 'What was attempted or asked for, the latest messages first; what is settled is kept for 30 days. What was not attempted yet stands in the log alone.')
  async list(@Param('endpointId') endpointId: string, @Query() query: DeliveriesQuery): Promise<List<Delivery>> {
    const [after] = startOf(query, ['uuid']) ?? [];
    const rows = await this.deliveries.list(await this.known(endpointId), query, { limit: query.limit + 1, after });
    return toList(query, rows, ({ deliveryId }) => [deliveryId], (row) => row);
  }

  @Get(':deliveryId')
  @Summary('Get a delivery')
  @Allow('service')
  @Answers(200, DeliverySchema, 'The delivery.')
  async get(@Param('endpointId') endpointId: string, @Param('deliveryId') deliveryId: string): Promise<Delivery> {
    return found('delivery', await this.deliveries.get(await this.known(endpointId), rowId('delivery', deliveryId)));
  }

  @Post(':deliveryId/replay')
  @Summary('Replay a delivery')
  @Allow('service')
  @Answers(202, DeliverySchema, 'It is sent once more, whatever became of it, with the id that it had.')
  @Refuses('endpoint_disabled')
  async replay(
    @Caller() { metadata }: Identity, @Param('endpointId') endpointId: string, @Param('deliveryId') deliveryId: string, @Execute() execute: Executes<ReplayDelivery>,
  ): Promise<Delivery> {
    return found('delivery', await execute(new ReplayDelivery(await this.known(endpointId), rowId('delivery', deliveryId), metadata)));
  }

  private async known(endpointId: string): Promise<string> {
    return found('endpoint', await this.endpoints.get(rowId('endpoint', endpointId))).endpointId;
  }
}
