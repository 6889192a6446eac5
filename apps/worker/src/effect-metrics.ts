// What Prometheus may scrape about effects: how attempts end, how long carriers take, what is open and overdue, what was paused.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { EffectObserver, EffectQueries, Pauses } from '#effects';

const latencyBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 240];

export function observeEffects(registry: Registry, effects: EffectQueries, pauses: Pauses): EffectObserver {
  const registers = [registry];
  const labelNames = ['carrier', 'kind'] as const;
  const attempted = new Counter({ name: 'sunset_effect_attempts_total', help: 'Attempts by how they ended', labelNames: [...labelNames, 'outcome'] as const, registers });
  const latency = new Histogram({ name: 'sunset_effect_latency_seconds', help: 'How long the carrier took', labelNames, buckets: latencyBuckets, registers });
  const died = new Counter({ name: 'sunset_effects_died_total', help: 'Effects attempted in vain too often', labelNames, registers });
  const fenced = new Counter({ name: 'sunset_effects_fenced_total', help: 'Answers that came after another worker had taken the effect over', labelNames, registers });
  const paused = new Counter({ name: 'sunset_effects_paused_total', help: 'Pauses that the engine began itself', labelNames: ['cause'] as const, registers });

  new Gauge({
    name: 'sunset_effects_open',
    help: 'Effects that are not settled, by status',
    labelNames: [...labelNames, 'status'] as const,
    registers,
    async collect() {
      this.reset();
      for (const { kind, carrier, status, count } of await effects.open()) this.set({ kind, carrier, status }, count);
    },
  });
  new Gauge({
    name: 'sunset_effects_overdue',
    help: 'Effects on real time that are due and neither settled nor given up, of the oldest 10,000',
    labelNames,
    registers,
    async collect() {
      this.reset();
      for (const { kind, carrier, count } of await effects.overdue()) this.set({ kind, carrier }, count);
    },
  });
  new Gauge({
    name: 'sunset_effect_pauses',
    help: 'Pauses in force, by cause: operator, credentials, storm-guard',
    labelNames: ['cause'] as const,
    registers,
    async collect() {
      this.reset();
      for (const { cause } of await pauses.inForce()) this.inc({ cause });
    },
  });
  new Gauge({
    name: 'sunset_effects_oldest_overdue_seconds',
    help: 'Age of the oldest overdue effect on real time',
    labelNames,
    registers,
    async collect() {
      this.reset();
      for (const { kind, carrier, oldestMs } of await effects.overdue()) this.set({ kind, carrier }, oldestMs / 1000);
    },
  });

  return {
    attempted: (carrier, kind, outcome, latencyMs) => {
      attempted.inc({ carrier, kind, outcome });
      if (latencyMs !== null) latency.observe({ carrier, kind }, latencyMs / 1000);
    },
    died: (carrier, kind) => died.inc({ carrier, kind }),
    fenced: (carrier, kind) => fenced.inc({ carrier, kind }),
    paused: (cause) => paused.inc({ cause }),
  };
}
