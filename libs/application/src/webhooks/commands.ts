// Endpoints of webhooks registered, changed, tried and removed; and deliveries asked for once more.
import type { Metadata } from '#kernel';
import {
  Deliveries, Endpoints, type Delivery, type Endpoint, type EndpointChanges, type RegisteredEndpoint, type Replay, type ReplayRequest, type RotatedSecret,
} from '#webhooks';
import { handles, RefusableCommand } from '../commands.js';

export class RegisterWebhookEndpoint extends RefusableCommand<RegisteredEndpoint, 'invalid_request' | 'too_many_endpoints'> {
  constructor(readonly url: string, readonly events: readonly string[], readonly metadata: Metadata) {
    super();
  }
}

/** Answers `null` where there is no such endpoint. */
export class ChangeWebhookEndpoint extends RefusableCommand<Endpoint | null, 'invalid_request'> {
  constructor(readonly endpointId: string, readonly changes: EndpointChanges, readonly metadata: Metadata) {
    super();
  }
}

/** Answers `null` where there is no such endpoint. */
export class RotateWebhookSecret extends RefusableCommand<RotatedSecret | null, 'too_many_secrets'> {
  constructor(readonly endpointId: string, readonly metadata: Metadata) {
    super();
  }
}

/** Answers whether there was one. */
export class RemoveWebhookEndpoint extends RefusableCommand<boolean, never> {
  constructor(readonly endpointId: string, readonly metadata: Metadata) {
    super();
  }
}

/** Of an endpoint that there is. */
export class TestWebhookEndpoint extends RefusableCommand<Delivery, 'endpoint_disabled'> {
  constructor(readonly endpointId: string, readonly metadata: Metadata) {
    super();
  }
}

/** Of an endpoint that there is. Answers `null` where there is no such delivery. */
export class ReplayDelivery extends RefusableCommand<Delivery | null, 'endpoint_disabled'> {
  constructor(readonly endpointId: string, readonly deliveryId: string, readonly metadata: Metadata) {
    super();
  }
}

/** Of an endpoint that there is. */
export class ReplayDeliveries extends RefusableCommand<Replay, 'endpoint_disabled' | 'replay_in_progress' | 'invalid_request'> {
  constructor(readonly endpointId: string, readonly request: ReplayRequest, readonly metadata: Metadata) {
    super();
  }
}

export const RegisterWebhookEndpointHandler = handles(RegisterWebhookEndpoint, [Endpoints], ({ url, events }, endpoints) => endpoints.register(url, events));
export const ChangeWebhookEndpointHandler = handles(ChangeWebhookEndpoint, [Endpoints], ({ endpointId, changes }, endpoints) => endpoints.change(endpointId, changes));
export const RotateWebhookSecretHandler = handles(RotateWebhookSecret, [Endpoints], ({ endpointId }, endpoints) => endpoints.rotateSecret(endpointId));
export const RemoveWebhookEndpointHandler = handles(RemoveWebhookEndpoint, [Endpoints], ({ endpointId }, endpoints) => endpoints.remove(endpointId));
export const TestWebhookEndpointHandler = handles(TestWebhookEndpoint, [Deliveries], ({ endpointId }, deliveries) => deliveries.test(endpointId));
export const ReplayDeliveryHandler = handles(ReplayDelivery, [Deliveries], ({ endpointId, deliveryId }, deliveries) => deliveries.replay(endpointId, deliveryId));
export const ReplayDeliveriesHandler = handles(ReplayDeliveries, [Deliveries], ({ endpointId, request }, deliveries) => deliveries.replayMany(endpointId, request));
