// What the service sends by itself, as rooms declare it: the `webhooks` of the OpenAPI document.
import type { JsonSchema } from './schemas.js';

export interface DeclaredWebhook {
  readonly description: string;
  /** Of the whole body. */
  readonly body: JsonSchema;
}

const webhooks = new Map<string, DeclaredWebhook>();

/** Declares one by its `type`, which can be declared once. */
export function webhook(type: string, declared: DeclaredWebhook): void {
  if (webhooks.has(type)) throw new Error(`the webhook ${type} is declared twice`);
  webhooks.set(type, declared);
}

/** All declared so far, by type. */
export const declaredWebhooks = (): ReadonlyMap<string, DeclaredWebhook> => webhooks;
