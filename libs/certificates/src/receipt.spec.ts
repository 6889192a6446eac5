// What a receipt says is what was promised at the confirmation, and beside a certificate it says whether that is what happened.
import { describe, expect, it } from '@jest/globals';
import type { MembershipEvent } from '#domain';
import { instant, money, plusMs, type RecordedEvent } from '#kernel';
import { cancelled, fullLife, promised, recorded, resumed, type Told } from '../test/life.js';
import { canonicalJson, certificateOf, comparisonOf, receiptOf, type CancellationReceipt, type PurgeCertificate } from './index.js';

const stream = (...told: readonly Told[]): readonly RecordedEvent<MembershipEvent>[] => told.map(recorded);
const receipt = receiptOf('acme', 'plan', fullLife)!;
const held = certificateOf('acme', fullLife)!;
/** The same life, without a hold that put its deletion off. */
const begun = (at: string) => certificateOf('acme', fullLife.flatMap((event) => (event.type === 'LegalHoldPlaced' ? [] : [event.type === 'PurgeStarted' ? { ...event, effectiveAt: instant(at) } : event])))!;
const certificate = begun('2027-04-30T07:00:00Z');

describe('receiptOf', () => {
  it('says what was promised, accepted and shown, and nothing that is personal', () => {
    expect(receipt).toEqual({
      format: 'sunset-cancellation-receipt/1', accountId: 'acme', subscriptionId: 'plan', planId: 'messaging-monthly', cancellationId: 'e-2', requestedAt: '2026-04-10T07:01:00.000Z', recordedAt: '2030-01-01T00:00:00.000Z',
      effectiveAt: '2026-04-30T07:00:00.000Z', timeZone: 'America/Los_Angeles', policyVersion: '2026-01', reason: 'unused', consequences: promised.consequences,
      credits: { total: money(40, 'USD'), ...promised.credits }, numberFees: promised.numberFees,
      disclosures: { accepted: [{ id: 'terms', version: '2026-01' }], language: 'es', textHash: 'ab' }, previewHash: 'shown', resumedAt: null,
    });
    expect(canonicalJson(receipt)).not.toContain('Farewell');
  });

  it('is of the latest cancellation, and says when it was taken back', () => {
    expect(receiptOf('acme', 'plan', stream(cancelled('2026-04-01T00:00:00Z')))).toMatchObject({ previewHash: null, resumedAt: null });
    expect(receiptOf('acme', 'plan', stream(cancelled('2026-04-01T00:00:00Z'), resumed('2026-04-02T00:00:00Z')))).toMatchObject({ requestedAt: '2026-04-01T00:00:00.000Z', resumedAt: '2026-04-02T00:00:00.000Z' });
    expect(receiptOf('acme', 'plan', stream(cancelled('2026-04-01T00:00:00Z'), resumed('2026-04-02T00:00:00Z'), cancelled('2026-04-03T00:00:00Z')))).toMatchObject({ requestedAt: '2026-04-03T00:00:00.000Z', resumedAt: null });
  });

  it('is none without a cancellation, of another plan, or once what was accepted is forgotten', () => {
    expect([receiptOf('acme', 'plan', []), receiptOf('acme', 'other', fullLife)]).toEqual([null, null]);
    const forgotten = fullLife.map((event) => (event.type === 'CancellationRequested' ? { ...event, data: { ...event.data, consent: null } } : event));
    expect(receiptOf('acme', 'plan', forgotten)).toBeNull();
  });

  it('has the same bytes when the events are read again', () => {
    expect(canonicalJson(receiptOf('acme', 'plan', structuredClone(fullLife)))).toBe(canonicalJson(receipt));
  });
});

describe('comparisonOf', () => {
  const told = (of: Partial<CancellationReceipt>, by: Partial<PurgeCertificate> = {}) => comparisonOf({ ...receipt, ...of }, { ...certificate, ...by });
  const [plan] = certificate.carriedOut.plans;

  it('finds that what happened is what was promised, line by line', () => {
    const { report, kept } = told({})!;
    expect(kept).toBe(true);
    expect(report.split('\n')).toEqual([
      'Receipt of the cancellation of messaging-monthly (plan), requested 2026-04-10T07:01:00.000Z',
      '',
      'Promised and happened',
      '  period-end: promised 2026-04-30T07:00:00.000Z, happened 2026-04-30T07:00:00.000Z: as promised',
      '  release-numbers: promised 2026-05-14T07:00:00.000Z, happened 2026-05-14T07:00:00.000Z: as promised',
      '  expire-ten-dlc: promised 2026-05-30T07:00:00.000Z, happened 2026-05-30T07:00:00.000Z: as promised',
      '  purge-data: promised 2027-04-30T07:00:00.000Z, happened 2027-04-30T07:00:00.000Z: as promised',
      '  credit for unsent sms: promised 0.40 USD for 1, happened 0.40 USD for 1: as promised',
      '  number fees of 2026-04-30T07:00:00.000Z: promised 6.00 USD for 3, fell due 6.00 USD for 3, the wallet paid 5.00 USD: as promised, and the wallet paid 1.00 USD less than promised',
      '',
      'What happened is what was promised.',
      '',
    ]);
  });

  const at = instant('2026-05-01T00:00:00Z');
  it.each<[string, Partial<CancellationReceipt>, Partial<PurgeCertificate>, string]>([
    ['a date is nearer', {}, { carriedOut: { ...certificate.carriedOut, losses: certificate.carriedOut.losses.map((one) => (one.kind === 'release-numbers' ? { ...one, at } : one)) } }, 'release-numbers: promised 2026-05-14T07:00:00.000Z, happened 2026-05-01T00:00:00.000Z: earlier than promised'],
    ['the plan ended later', {}, { carriedOut: { ...certificate.carriedOut, plans: [{ ...plan!, endedAt: at }] } }, 'period-end: promised 2026-04-30T07:00:00.000Z, happened 2026-05-01T00:00:00.000Z: later than promised'],
    ['a loss did not come', {}, { carriedOut: { ...certificate.carriedOut, losses: [] } }, 'expire-ten-dlc: promised 2026-05-30T07:00:00.000Z, did not happen: not carried out'],
    ['a number was never given back', {}, { carriedOut: { ...certificate.carriedOut, losses: certificate.carriedOut.losses.map((one) => (one.kind === 'release-numbers' ? { ...one, open: 1 } : one)) } }, 'release-numbers: promised 2026-05-14T07:00:00.000Z, happened 2026-05-14T07:00:00.000Z: begun, and not carried out for 1'],
    ['nothing was credited', {}, { carriedOut: { ...certificate.carriedOut, plans: [{ ...plan!, credited: null }] } }, 'credit for unsent sms: promised 0.40 USD for 1, did not happen: less than promised'],
    ['more was credited', { credits: { ...receipt.credits, sms: { count: 0, amount: money(0, 'USD') } } }, {}, 'credit for unsent sms: promised 0.00 USD for 0, happened 0.40 USD for 1: more than promised'],
    ['a fee is higher', { numberFees: [{ ...receipt.numberFees[0]!, count: 2, amount: money(400, 'USD') }] }, {}, 'promised 4.00 USD for 2, fell due 6.00 USD for 3, the wallet paid 5.00 USD: more than promised'],
    ['a fee was not told', { numberFees: [] }, {}, 'number fees of 2026-04-30T07:00:00.000Z: not promised, fell due 6.00 USD for 3, the wallet paid 5.00 USD: more than promised'],
    ['a fee was avoided', { numberFees: [...receipt.numberFees, { ...receipt.numberFees[0]!, at }] }, {}, 'number fees of 2026-05-01T00:00:00.000Z: promised 6.00 USD for 3, did not happen: less than promised'],
  ])('says so when %s', (_, of, by, line) => {
    const { report, kept } = told(of, by)!;
    expect(kept).toBe(false);
    expect(report).toContain(line);
    expect(report).toMatch(/\nWhat happened is not what was promised\.\n$/);
  });

  it('tells the day on which a deletion really began, and that a legal hold had put it off', () => {
    const { report, kept } = comparisonOf(receipt, held)!;
    expect([kept, report.split('\n').filter((line) => line.includes('purge-data'))]).toEqual([
      false, ['  purge-data: promised 2027-04-30T07:00:00.000Z, happened 2027-05-02T07:00:00.000Z: later than promised, held by a legal hold until 2027-05-02T06:59:00.000Z'],
    ]);
    const [hold] = held.holds;
    for (const [holds, until] of [
      [[{ ...hold!, liftedAt: instant('2027-04-30T07:00:00Z') }], null], [[{ ...hold!, placedAt: instant('2027-04-30T07:00:00Z') }], null], [[{ ...hold!, liftedAt: null }], '2027-05-02T07:00:00.000Z'],
    ] as const) {
      expect(comparisonOf(receipt, { ...held, holds })!.report).toContain(`: later than promised${until === null ? '' : `, held by a legal hold until ${until}`}\n`);
    }
  });

  it('lets a deletion begin within a day of when it was due, and no later', () => {
    for (const [late, words, kept] of [[1, 'as promised, begun within 24 hours', true], [86_399_999, 'as promised, begun within 24 hours', true], [86_400_000, 'later than promised', false]] as const) {
      const at = plusMs(instant('2027-04-30T07:00:00Z'), late);
      expect(comparisonOf(receipt, begun(at))).toEqual({ kept, report: expect.stringContaining(`purge-data: promised 2027-04-30T07:00:00.000Z, happened ${at}: ${words}\n`) });
    }
  });

  it('knows a cancellation that was taken back, also from before it was, and at the same instant', () => {
    for (const other of [{ resumedAt: at }, { cancellationId: 'e-1', requestedAt: at }, { cancellationId: 'e-1' }]) {
      expect(told(other)).toEqual({ kept: true, report: expect.stringContaining('was taken back') });
    }
  });

  it('compares nothing of another account, or of another life of it', () => {
    expect([told({ accountId: 'other' }), told({ subscriptionId: 'other' })]).toEqual([null, null]);
  });

  const back = { at: instant('2026-05-20T00:00:00Z'), planId: 'calling-monthly', by: 'subscribing' } as const;
  const cameBack = (by: 'subscribing' | 'resuming', losses = certificate.carriedOut.losses) => told({}, { carriedOut: { ...certificate.carriedOut, losses, plans: [{ ...plan!, cameBack: { ...back, by } }] } })!;
  const lossesOf = (registration: string | null) =>
    certificate.carriedOut.losses.flatMap((one) => (one.kind !== 'expire-ten-dlc' ? [one] : registration === null ? [] : [{ ...one, at: instant(registration) }]));

  it('says that the customer came back, and that nothing after that day had to follow any more', () => {
    const { report, kept } = cameBack('subscribing', lossesOf('2026-09-01T00:00:00Z'));
    expect(report.split('\n').slice(3)).toEqual([
      expect.stringMatching(/period-end.*: as promised$/),
      expect.stringMatching(/release-numbers.*: as promised$/),
      '  expire-ten-dlc: promised 2026-05-30T07:00:00.000Z, happened 2026-09-01T00:00:00.000Z: later than promised, since the customer came back on 2026-05-20T00:00:00.000Z',
      expect.stringMatching(/purge-data.*: as promised$/),
      expect.stringMatching(/credit/),
      expect.stringMatching(/fees/),
      '  the customer came back on 2026-05-20T00:00:00.000Z: calling-monthly was begun',
      '  what was not lost by then was kept, and had to follow no longer from this cancellation, but from the end of the plan that ended last',
      '',
      'What happened until the customer came back is what was promised.',
      '',
    ]);
    expect(kept).toBe(true);
  });

  it('says so also where nothing was lost afterwards, and where another plan was kept', () => {
    const { report, kept } = cameBack('resuming', lossesOf(null));
    expect(kept).toBe(true);
    expect(report).toContain('expire-ten-dlc: promised 2026-05-30T07:00:00.000Z, did not happen: not carried out, since the customer came back on 2026-05-20T00:00:00.000Z\n');
    expect(report).toContain('  the customer came back on 2026-05-20T00:00:00.000Z: calling-monthly was kept, its cancellation taken back\n');
  });

  it('does not forgive for that what came too early, or had to come before', () => {
    expect(cameBack('subscribing', lossesOf('2026-05-25T00:00:00Z'))).toEqual({ kept: false, report: expect.stringContaining('earlier than promised') });
    expect(cameBack('subscribing', certificate.carriedOut.losses.filter(({ kind }) => kind !== 'release-numbers'))).toEqual({
      kept: false, report: expect.stringMatching(/release-numbers: .*, did not happen: not carried out\n[^]*\nWhat happened is not what was promised\.\n$/),
    });
  });
});
