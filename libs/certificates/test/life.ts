// For tests: the events of an account that was held up, purged, and certified in full.
import { generateKeyPairSync } from 'node:crypto';
import { AccountOpened, DataPurged, LegalHoldLifted, LegalHoldPlaced, PurgeStarted, type MembershipEvent, type Proof } from '#domain';
import { instant, money, type RecordedEvent } from '#kernel';
import { entered } from '../../../test/stories/recorded.js';
import { canonicalJson, publicKeysOf, type PublicKey } from '../src/index.js';

/** What happened, and which operator did it. */
export type Told = readonly [event: MembershipEvent, by?: string];

export const recorded = ([event, by]: Told, index: number): RecordedEvent<MembershipEvent> =>
  entered(event, {
    eventId: `e-${index}`,
    accountId: 'acme',
    version: index + 1,
    position: index + 1,
    recordedAt: instant('2030-01-01T00:00:00Z'),
    metadata: { actor: by === undefined ? { role: 'system', id: 'deadlines' } : { role: 'operator', id: by }, channel: 'api', correlationId: 'c', causationId: 'r' },
  });

export const opened = (at: string): Told => [
  AccountOpened(instant(at), {
    name: null, email: null, timeZone: 'UTC', currency: 'USD', testClockId: null, numberBillingAnchorDay: null, numberFee: money(0, 'USD'), cancellationMode: 'two-step',
  }),
];

export const placed = (holdId: string, at: string, reason: string, until: string): Told => [LegalHoldPlaced(instant(at), { holdId, reason, reviewAt: instant(until) }), 'op-1'];

const reviewAt = '2027-06-01T00:00:00Z';

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
  [PurgeStarted(instant(at), { purgeId, basis: 'gdpr-art-17', due: instant(at) })],
  [DataPurged(instant(at), { purgeId, ...purgeData })],
];

const told: readonly Told[] = [
  opened('2026-03-30T07:00:00Z'),
  placed('h-1', '2027-04-01T00:00:00Z', 'case 7', reviewAt),
  [LegalHoldLifted(instant('2027-05-02T06:59:00Z'), { holdId: 'h-1' }), 'op-2'],
  [PurgeStarted(instant('2027-05-02T07:00:00Z'), { purgeId: 'acme.1', basis: 'retention', due: instant('2027-04-30T07:00:00Z') })],
  placed('h-2', '2027-05-02T07:30:00Z', 'case 7', reviewAt),
  [DataPurged(instant('2027-05-02T08:00:00Z'), { purgeId: 'acme.1', ...purgeData })],
];

export const fullLife: readonly RecordedEvent<MembershipEvent>[] = told.map(recorded);

export const keyPair = () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = privateKey.export({ format: 'jwk' });
  const [publicKey] = publicKeysOf(canonicalJson(jwk)) as [PublicKey];
  return { privateKey, jwk, publicKey, keyId: publicKey.keyId };
};
