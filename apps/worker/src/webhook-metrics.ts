// What Prometheus may scrape about webhooks: how attempts end and how long they take, which endpoints are in trouble, and how old what is undelivered is.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Endpoints, WebhookObserver } from '#webhooks';

const latencyBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

export function observeWebhooks(registry: Registry, endpoints: Endpoints): WebhookObserver {
  const registers = [registry];
  const attempted = new Counter({ name: 'sunset_webhook_attempts_total', help: 'Attempts by how they ended: acknowledged, or why not', labelNames: ['outcome'] as const, registers });
  const latency = new Histogram({ name: 'sunset_webhook_latency_seconds', help: 'How long an endpoint took', buckets: latencyBuckets, registers });
  const disabled = new Counter({ name: 'sunset_webhook_endpoints_disabled_total', help: 'Endpoints that were disabled by themselves', labelNames: ['because'] as const, registers });
  new Gauge({
    name: 'sunset_webhook_endpoints',
    help: 'Endpoints: enabled; of those the ones that acknowledge nothing at the moment (failing); disabled because they are gone or have failed for days',
    labelNames: ['status'] as const,
    registers,
    async collect() {
      const { enabled, failing, disabled: gone } = await endpoints.health();
      for (const [status, count] of Object.entries({ enabled, failing, disabled: gone })) this.set({ status }, count);
    },
  });
  new Gauge({
    name: 'sunset_webhooks_oldest_undelivered_seconds',
    help: 'Age of the oldest message that an enabled endpoint has not been delivered; 0 when there is none',
    registers,
    async collect() {
      this.set(((await endpoints.health()).oldestUndeliveredMs ?? 0) / 1000);
    },
  });
  return {
    attempted: (outcome, latencyMs) => {
      attempted.inc({ outcome });
      latency.observe(latencyMs / 1000);
    },
    disabled: (because) => disabled.inc({ because }),
  };
}
