// The typed client: every path, request, answer and refusal as the OpenAPI document has them.
import createFetchClient, { type Client as FetchClient, type ClientOptions } from 'openapi-fetch';
import type { components, paths } from './api.js';

export type { components, paths } from './api.js';
export { follow, type Followed } from './follow.js';
export { verifyWebhook, WebhookVerificationError, type WebhookPayload } from './webhooks.js';

/** By name: `Schemas['Membership']`. */
export type Schemas = components['schemas'];

export type Client = FetchClient<paths>;

export interface Options extends Omit<ClientOptions, 'baseUrl'> {
  /** Where the service is: `https://sunset.example.com`. */
  readonly baseUrl: string;
  /** A bearer token, or whoever gets one; asked for before every request. Absent: on the page of a customer, whose session is a cookie. */
  readonly token?: string | (() => string | Promise<string>);
}

/** Every call answers `{ data, error, response }`: `error` is the problem document of a refusal. Rejects where there is no answer at all. */
export function createClient({ token, ...options }: Options): Client {
  const client = createFetchClient<paths>(options);
  if (token === undefined) return client;
  client.use({
    async onRequest({ request }) {
      request.headers.set('authorization', `Bearer ${typeof token === 'string' ? token : await token()}`);
      return request;
    },
  });
  return client;
}
