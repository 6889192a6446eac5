// Lanes: what a carrier account may be asked how often. Numbers and campaigns have limits of their own and do not wait for each other.
import type { Carrier } from '#carriers';
import type { EffectKind } from './effect.js';

export interface Lane {
  readonly name: 'numbers' | 'campaigns';
  readonly carrier: Carrier;
  readonly kinds: readonly EffectKind[];
  /** Between two calls. */
  readonly intervalMs: number;
  /** How many effects one call may take. */
  readonly batchMost: number;
}

export const lanesOf = (carrier: Carrier): readonly Lane[] => [
  { name: 'numbers', carrier, kinds: ['release-number'], intervalMs: 1000 / carrier.requestsPerSecond, batchMost: carrier.batchMost },
  { name: 'campaigns', carrier, kinds: ['end-campaign', 'delete-brand'], intervalMs: 1000 / carrier.campaignRequestsPerSecond, batchMost: 1 },
];
