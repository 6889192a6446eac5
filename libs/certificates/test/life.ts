// For tests: the events of an account that was held up, purged, and certified in full.
import { generateKeyPairSync } from 'node:crypto';
import { instant, type RecordedEvent } from '#kernel';
import type { Proof } from '#domain';
import { canonicalJson, publicKeysOf, type PublicKey } from '../src/index.js';

/** Type, when it counts, data, and which operator did it. */
export type Told = readonly [type: string, at: string, data: object, by?: string];

export const recorded = ([type, at, data, by]: Told, index: number): RecordedEvent => ({
  type,
  effectiveAt: instant(at),
  data: data as Readonly<Record<string, unknown>>,
  eventId: `e-${index}`,
  accountId: 'acme',
  version: index + 1,
  schemaVersion: 1,
  position: index + 1,
  recordedAt: instant('2030-01-01T00:00:00Z'),
  metadata: { actor: by === undefined ? { role: 'system', id: 'deadlines' } : { role: 'operator', id: by }, channel: 'api', correlationId: 'c', causationId: 'r' },
});

export const opened = (at: string): Told => ['AccountOpened', at, { name: null, email: null, timeZone: 'UTC' }];

const reviewAt = instant('2027-06-01T00:00:00Z');

export const purgeData: Proof = {
  counts: { contacts: 3, sealedEvents: 2 },
  stores: [
    { name: 'retained-data', counts: { contacts: 3 }, commitment: { algorithm: 'sha-256-sum', salt: 'c2FsdA', sum: '00ff' } },
    { name: 'event-log', counts: { sealedEvents: 2 }, commitment: null },
  ],
  verification: { tables: 31, markers: 7, jobs: 4, findings: 0 },
  exceptions: [
    { kind: 'opt-outs', records: 1, reason: 'The law asks for it.', expiresAt: instant('2032-05-02T08:00:00Z') },
    { kind: 'unsettled-releases', records: 2, reason: 'The carrier has not answered.', expiresAt: null },
  ],
};

/** An erasure, all at one instant. */
export const purge = (purgeId: string, at: string): readonly Told[] => [
  ['PurgeStarted', at, { purgeId, basis: 'gdpr-art-17', due: instant(at) }],
  ['DataPurged', at, { purgeId, ...purgeData }],
];

export const fullLife: readonly RecordedEvent[] = ([
  opened('2026-03-30T07:00:00Z'),
  ['LegalHoldPlaced', '2027-04-01T00:00:00Z', { holdId: 'h-1', reason: 'case 7', reviewAt }, 'op-1'],
  ['LegalHoldLifted', '2027-05-02T06:59:00Z', { holdId: 'h-1' }, 'op-2'],
  ['PurgeStarted', '2027-05-02T07:00:00Z', { purgeId: 'acme.1', basis: 'retention', due: instant('2027-04-30T07:00:00Z') }],
  ['LegalHoldPlaced', '2027-05-02T07:30:00Z', { holdId: 'h-2', reason: 'case 7', reviewAt }, 'op-1'],
  ['DataPurged', '2027-05-02T08:00:00Z', { purgeId: 'acme.1', ...purgeData }],
] as const satisfies readonly Told[]).map(recorded);

export const keyPair = () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = privateKey.export({ format: 'jwk' });
  const [publicKey] = publicKeysOf(canonicalJson(jwk)) as [PublicKey];
  return { privateKey, jwk, publicKey, keyId: publicKey.keyId };
};
