// Who counts how attempts end, handed in.
import type { DisabledBecause } from './endpoints.js';
import type { FailureReason } from './sender.js';

export interface WebhookObserver {
  attempted(outcome: 'acknowledged' | FailureReason, latencyMs: number): void;
  disabled(because: DisabledBecause): void;
}

const ignore = (): void => undefined;

export const silentWebhookObserver: WebhookObserver = { attempted: ignore, disabled: ignore };
