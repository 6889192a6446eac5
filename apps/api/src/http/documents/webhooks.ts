// The `webhooks` of the OpenAPI document: each declared message as the request that its receiver gets.
import type { JsonSchema } from '../answers/schemas.js';
import { declaredWebhooks } from '../answers/webhooks.js';

const header = (name: string, description: string, schema: JsonSchema) => ({ name, in: 'header', required: true, description, schema });

const parameters = [
  header('webhook-id', 'Of the message; the same with every attempt. Who has seen it already acknowledges and does nothing.', { type: 'string', format: 'uuid' }),
  header('webhook-timestamp', 'Of this attempt, in seconds since 1970.', { type: 'string', pattern: '^\\d+$' }),
  header('webhook-signature', 'One for each secret in force, separated by spaces: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.', { type: 'string' }),
];

const responses = {
  '2XX': { description: 'Acknowledged. What the answer says is read up to 2 KiB.' },
  '410': { description: 'Nobody wants this any more: the endpoint is disabled.' },
  default: { description: 'Not acknowledged: it is sent again. Redirects are not followed.' },
};

export const describedWebhooks = (): Record<string, object> =>
  Object.fromEntries([...declaredWebhooks()].map(([type, { description, body }]) => [type, {
    post: {
      summary: type, operationId: `webhook_${type.replaceAll('.', '_')}`, tags: ['Webhooks'], security: [], ...(description && { description }), parameters,
      requestBody: { required: true, content: { 'application/json': { schema: body } } }, responses,
    },
  }]));
