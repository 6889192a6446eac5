// What comes by webhook: signed by the Standard Webhooks specification, to be verified before it is believed.
import { Webhook } from 'standardwebhooks';
import type { webhooks } from './api.js';
import type { Schemas } from './index.js';

export { WebhookVerificationError } from 'standardwebhooks';

type BodyOf<Hook> = Hook extends { post: { requestBody?: { content: { 'application/json': infer Body } } } } ? Body : never;

type Stated = BodyOf<webhooks[keyof webhooks]>;

interface Plain {
  readonly type: Schemas['Event']['type'];
  readonly timestamp: string;
  readonly data: unknown;
}

/** As the document states them. */
export type WebhookPayload = [Stated] extends [never] ? Plain : Stated;

/**
 * `body` as it came, before anybody has parsed it. Throws `WebhookVerificationError` where the signature is not of `secret` (`whsec_…`), and where it is older than
 * five minutes.
 */
export const verifyWebhook = (body: string, headers: Readonly<Record<string, string>>, secret: string): WebhookPayload => new Webhook(secret).verify(body, { ...headers }) as WebhookPayload;
