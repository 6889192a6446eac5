// The shapes of endpoints and of what became of their messages.
import { deliveryStatuses, disabledBecause, failureReasons } from '#webhooks';
import { InstantSchema, list, nullable, object, oneOf, schema, text, whole } from '../http/answers/schemas.js';

const endpoint = {
  endpointId: text,
  url: text,
  events: { ...list(text), description: 'Event types, or `*` alone.' },
  status: oneOf('enabled', 'disabled'),
  disabledBecause: {
    ...nullable(oneOf(...disabledBecause)),
    description: 'Asked: by `PATCH`. Gone: it answered 410. Failing: it has acknowledged nothing for five days. What was recorded since is sent once it is enabled again.',
  },
  disabledAt: nullable(InstantSchema),
  failingSince: { ...nullable(InstantSchema), description: 'The first failure since something was acknowledged last.' },
  acknowledgedAt: nullable(InstantSchema),
  createdAt: InstantSchema,
  waiting: { ...whole, description: 'Messages that were attempted in vain and will be again; 10,000 at most are counted.' },
  undeliveredSince: { ...nullable(InstantSchema), description: 'When the oldest message was recorded, or first attempted, that is not delivered yet.' },
};

export const WebhookEndpointSchema = schema('WebhookEndpoint', object(endpoint));

const secret = { ...text, description: 'Shown this once; `whsec_` and base64, as libraries of Standard Webhooks take it.' };

export const RegisteredEndpointSchema = schema('RegisteredWebhookEndpoint', object({ ...endpoint, secret }));

export const RotatedSecretSchema = schema(
  'RotatedWebhookSecret',
  object({ endpointId: text, secret, formerUntil: { $ref: InstantSchema.$ref, description: 'Until then the former secret signs as well.' } }),
);

export const DeliverySchema = schema(
  'WebhookDelivery',
  object({
    deliveryId: { ...text, description: 'As `webhook-id` says it; of an event, the event’s id.' },
    endpointId: text,
    accountId: { ...nullable(text), description: 'Of a test: none.' },
    sequence: nullable(whole),
    type: text,
    status: oneOf(...deliveryStatuses),
    attempts: whole,
    nextAttemptAt: nullable(InstantSchema),
    firstAttemptAt: nullable(InstantSchema),
    lastAttemptAt: nullable(InstantSchema),
    httpStatus: { ...nullable(whole), description: 'Of the last attempt, as all that follows.' },
    reason: { ...nullable(oneOf(...failureReasons)), description: 'Why it was not acknowledged.' },
    latencyMs: nullable(whole),
    answer: { ...nullable(text), description: 'Its beginning, at most 300 characters, without what could name a person.' },
  }),
);

export const ReplaySchema = schema(
  'WebhookReplay',
  object({ deliveries: { ...nullable(whole), description: 'Failed deliveries that are due again. `null`: the events of the stretch follow one by one.' } }),
);
