// What a certificate says is what the events say, and it says the same whenever it is asked.
import { describe, expect, it } from '@jest/globals';
import type { MembershipEvent } from '#domain';
import type { RecordedEvent } from '#kernel';
import { canonicalJson, certificateOf, certificateReport } from './index.js';
import { fullLife, opened, placed, promised, purge, purgeData, recorded, type Told } from '../test/life.js';

const stream = (...told: readonly Told[]): readonly RecordedEvent<MembershipEvent>[] => told.map(recorded);

describe('certificateOf', () => {
  it('is there once the data is purged, and not before', () => {
    expect(certificateOf('acme', [])).toBeNull();
    expect(certificateOf('acme', fullLife.slice(0, -1))).toBeNull();
    expect(certificateOf('acme', fullLife)).not.toBeNull();
  });

  it('says what was deleted, when, what was kept, and who held it up', () => {
    expect(certificateOf('acme', fullLife)).toEqual({
      format: 'sunset-purge-certificate/2',
      purgeId: 'acme.1',
      accountId: 'acme',
      basis: 'retention',
      dueAt: '2027-04-30T07:00:00.000Z',
      startedAt: '2027-05-02T07:00:00.000Z',
      purgedAt: '2027-05-02T08:00:00.000Z',
      recordedAt: '2030-01-01T00:00:00.000Z',
      method: expect.stringContaining('destroyed'),
      ...purgeData,
      holds: [
        { holdId: 'h-1', placedAt: '2027-04-01T00:00:00.000Z', placedBy: { role: 'operator', id: 'op-1' }, reviewAt: '2027-06-01T00:00:00.000Z', liftedAt: '2027-05-02T06:59:00.000Z', liftedBy: { role: 'operator', id: 'op-2' } },
        { holdId: 'h-2', placedAt: '2027-05-02T07:30:00.000Z', placedBy: { role: 'operator', id: 'op-1' }, reviewAt: '2027-06-01T00:00:00.000Z', liftedAt: null, liftedBy: null },
      ],
      carriedOut: {
        plans: [{
          subscriptionId: 'plan', planId: 'messaging-monthly', cancellationId: 'e-2', requestedAt: '2026-04-10T07:01:00.000Z', endedAt: '2026-04-30T07:00:00.000Z', credited: promised.credits, cameBack: null,
        }],
        numberFees: [{ at: '2026-04-30T07:00:00.000Z', count: 3, amount: { amount: 600, currency: 'USD' }, paid: { amount: 500, currency: 'USD' } }],
        losses: [
          { kind: 'release-numbers', at: '2026-05-14T07:00:00.000Z', open: 0 }, { kind: 'expire-ten-dlc', at: '2026-05-30T07:00:00.000Z', open: 0 }, { kind: 'purge-data', at: '2027-05-02T07:00:00.000Z', open: 0 },
        ],
      },
    });
  });

  it('tells of how many numbers no carrier has said that they are gone', () => {
    const without = (type: string) => certificateOf('acme', fullLife.filter((event) => event.type !== type))!.carriedOut.losses.map(({ open }) => open);
    expect([without('NumberReleased'), without('NumberReleaseWithdrawn')]).toEqual([[1, 0, 0], [1, 0, 0]]);
  });

  it('never tells the reason of a hold', () => {
    expect(canonicalJson(certificateOf('acme', fullLife))).not.toContain('case 7');
  });

  it('is of the latest life alone', () => {
    const certificate = certificateOf('acme', [...fullLife, ...stream(...purge('acme.2', '2029-01-01T00:00:00Z'))]);
    expect(certificate).toMatchObject({ purgeId: 'acme.2', holds: [], purgedAt: '2029-01-01T00:00:00.000Z' });
  });

  it('stays while the next life goes on', () => {
    const next = stream(opened('2028-01-01T00:00:00Z'), placed('h-3', '2028-01-02T00:00:00Z', 'another', '2029-01-01T00:00:00Z'));
    expect(canonicalJson(certificateOf('acme', [...fullLife, ...next]))).toBe(canonicalJson(certificateOf('acme', fullLife)));
  });

  it('has the same bytes when the events are read again, their members in another order', () => {
    const again = fullLife.map((event) => JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(event).reverse()))) as RecordedEvent<MembershipEvent>);
    expect(canonicalJson(certificateOf('acme', again))).toBe(canonicalJson(certificateOf('acme', fullLife)));
  });
});

describe('certificateReport', () => {
  it('tells it all in words', () => {
    expect(certificateReport(certificateOf('acme', fullLife)!).split('\n')).toEqual([
      'Account acme, purge acme.1 (retention)',
      '',
      '  due      2027-04-30T07:00:00.000Z',
      '  started  2027-05-02T07:00:00.000Z',
      '  purged   2027-05-02T08:00:00.000Z',
      '  recorded 2030-01-01T00:00:00.000Z (real time)',
      '',
      expect.stringContaining('destroyed'),
      '',
      'Deleted',
      '  3 contacts',
      '  2 sealedEvents',
      '  from retained-data: 3 contacts; commitment sha-256-sum 00ff, salt c2FsdA',
      '  from event-log: 2 sealedEvents',
      'Searched afterwards',
      '  31 tables and 4 jobs for 7 markers: 0 findings',
      'Kept beyond the purge',
      '  1 opt-outs, until 2032-05-02T08:00:00.000Z: The law asks for it.',
      '  2 unsettled-releases, without expiry: The carrier has not answered.',
      'Legal holds before it',
      '  h-1: placed 2027-04-01T00:00:00.000Z by operator op-1, to be reviewed 2027-06-01T00:00:00.000Z, lifted 2027-05-02T06:59:00.000Z by operator op-2',
      '  h-2: placed 2027-05-02T07:30:00.000Z by operator op-1, to be reviewed 2027-06-01T00:00:00.000Z, not lifted',
      '',
    ]);
  });
});
