// For tests: the events of an account that was held up, purged, and certified in full.
import { generateKeyPairSync } from 'node:crypto';
import {
  AccountOpened, CancellationAttempted, CancellationRequested, DataPurged, LegalHoldLifted, LegalHoldPlaced, NumberFeesCharged, NumberReleased, NumberReleaseStarted, NumberReleaseWithdrawn, PeriodEnded, PurgeStarted, SubscriptionResumed,
  TenDlcExpired, UnsentMessagesCredited, builtInPolicy, reasonCodeOf, type MembershipEvent, type Promised, type Proof,
} from '#domain';
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

const usd = (amount: number) => money(amount, 'USD');
const counted = (count: number, amount: number) => ({ count, amount: usd(amount) });
const end = instant('2026-04-30T07:00:00Z');
const unused = reasonCodeOf(builtInPolicy, 'unused')!;

export const promised: Promised = {
  consequences: [
    { kind: 'period-end', at: end },
    { kind: 'release-numbers', at: instant('2026-05-14T07:00:00Z') },
    { kind: 'expire-ten-dlc', at: instant('2026-05-30T07:00:00Z') },
    { kind: 'purge-data', at: instant('2027-04-30T07:00:00Z') },
  ],
  credits: { sms: counted(1, 40), rvm: counted(0, 0) },
  numberFees: [{ at: end, ...counted(3, 600) }],
};

/** Of the plan `plan`, with an attempt of that id or without. */
export const cancelled = (at: string, attemptId: string | null = null): Told => [
  CancellationRequested(instant(at), {
    subscriptionId: 'plan', planId: 'messaging-monthly', attemptId, effectiveAt: end, policy: builtInPolicy.periods, timeZone: 'America/Los_Angeles', told: { consequences: {}, numberFees: null }, promised,
    reason: unused, comment: 'Farewell.', consent: { disclosures: [{ id: 'terms', version: '2026-01' }], textHash: 'ab', language: 'es', acknowledgedConsequences: true },
  }),
];

export const resumed = (at: string): Told => [SubscriptionResumed(instant(at), { subscriptionId: 'plan', planId: 'messaging-monthly' })];

const told: readonly Told[] = [
  opened('2026-03-30T07:00:00Z'),
  [CancellationAttempted(instant('2026-04-10T07:00:00Z'), { attemptId: 'a-1', subscriptionId: 'plan', reason: unused, language: 'es', previewHash: 'shown', expiresAt: instant('2026-04-10T08:00:00Z'), comment: 'Farewell.' })],
  cancelled('2026-04-10T07:01:00Z', 'a-1'),
  [NumberFeesCharged(end, { count: 3, rate: usd(200), amount: usd(500), date: 20_260_430 })],
  [PeriodEnded(end, { subscriptionId: 'plan', planId: 'messaging-monthly', lastPlan: true })],
  [UnsentMessagesCredited(end, { creditId: 'c', subscriptionId: 'plan', ...promised.credits, amount: usd(40) })],
  [NumberReleaseStarted(instant('2026-05-14T07:00:00Z'), { numberIds: ['n', 'm'], leftIds: [] })],
  [NumberReleaseWithdrawn(instant('2026-05-14T07:00:01Z'), { numberIds: ['m'] })],
  [NumberReleased(instant('2026-05-14T07:00:02Z'), { numberId: 'n', outcome: 'released', reason: null, note: null })],
  [TenDlcExpired(instant('2026-05-30T07:00:00Z'), { registrationId: 'r' })],
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
