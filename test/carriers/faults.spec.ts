// What may go wrong on the way to any carrier: the outcome it is, and that nothing is asked for twice once an answer was definite.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { CampaignEnd, Carrier, Permit, Report } from '#carriers';
import { allowing, brandDeletion, campaignEnd, outcomeOf, release, type Rig, rigs, timeoutMs, untilSettled } from './rigs.js';
import type { Fault } from './stub-server.js';

const number = '+15005550001';

describe.each(Object.entries(rigs))('%s', (_name, start) => {
  let rig: Rig;
  let id: string | null;
  beforeEach(async () => {
    rig = await start();
    id = rig.addNumber(number);
  });
  afterEach(async () => {
    await rig.stub.stop();
    expect(rig.stub.askedAgain).toEqual([]);
    expect(rig.stub.redirected).toEqual([]);
  });

  const askBy = async (carrier: Carrier, next: { attempt?: number; order?: string | null } = {}, permit: Permit = allowing): Promise<Report> => (await carrier.releaseNumbers([release(number, id, next)], permit))[0]!;
  const ask = (next?: { attempt?: number; order?: string | null }): Promise<Report> => askBy(rig.carrier, next);
  /** What a brand's deletion comes to: nothing where the carrier has no way to do it. */
  const ofBrand = (outcome: object): unknown => (rig.addBrand ? expect.objectContaining(outcome) : undefined);
  const last = (reports: Report[]): Report => reports.at(-1)!;

  it('gives a number up, once', async () => {
    const reports = await untilSettled(rig, ask);
    expect(last(reports)).toEqual({ outcome: 'released', httpStatus: expect.any(Number), latencyMs: expect.any(Number), providerCode: null, order: null });
    expect(rig.holds(number)).toBe(false);
    expect(rig.stub.asked(number)).toBe(1);
  });

  it('finds it by the number where its id was never told', async () => {
    rig.addNumber('+150055500012');
    id = null;
    expect(last(await untilSettled(rig, ask)).outcome).toBe('released');
    expect(rig.holds(number)).toBe(false);
  });

  it('gives up no other number than the one that was named, whatever id it was given', async () => {
    const other = '+15005550002';
    id = rig.addNumber(other) ?? other;
    for (const attempt of [1, 2]) expect(outcomeOf(await ask({ attempt }))).toEqual({ outcome: 'blocked', reason: 'not_this_number', order: null });
    expect([number, other].map((one) => [rig.holds(one), rig.stub.asked(one)])).toEqual([[true, 0], [true, 0]]);
  });

  it('calls gone what the carrier does not know', async () => {
    await untilSettled(rig, ask);
    expect(last(await untilSettled(rig, ask, { attempt: 2, order: null })).outcome).toBe('already-gone');
    expect(rig.stub.asked(number)).toBe(1);
  });

  it.each<[Fault, object]>([
    ['rate-limited', { outcome: 'retry-later', afterMs: null, reason: 'rate-limited', order: null }],
    ['rate-limited-for-7-seconds', { outcome: 'retry-later', afterMs: 7000, reason: 'rate-limited', order: null }],
    ['server-error', { outcome: 'retry-later', afterMs: null, reason: 'server-error', order: null }],
    ['reset-before', { outcome: 'retry-later', afterMs: null, reason: 'connection-lost', order: null }],
    ['redirect', { outcome: 'refused', reason: 'redirected', order: null }],
  ])('%s: not processed, asked again', async (fault, outcome) => {
    rig.stub.fail(rig.asks, number, fault);
    expect(outcomeOf(await ask())).toEqual(outcome);
    expect(rig.holds(number)).toBe(true);
    expect(last(await untilSettled(rig, ask, { attempt: 2, order: null })).outcome).toBe('released');
    expect(rig.stub.asked(number)).toBe(2);
  });

  it.each<[Fault, string]>([
    ['silent-after', 'timeout'],
    ['reset-after', 'connection-lost'],
    ['garbage', 'answer-unreadable'],
    ['endless', 'answer-too-large'],
  ])('%s: processed, but nobody knows; read before anything is asked again', async (fault, reason) => {
    rig.stub.fail(rig.asks, number, fault);
    expect(outcomeOf(await askBy(fault === 'silent-after' ? rig.impatient : rig.carrier))).toEqual({ outcome: 'retry-later', afterMs: null, reason, order: null });
    rig.advance();
    rig.advance();
    expect(rig.holds(number)).toBe(false);
    expect(outcomeOf(await ask({ attempt: 2 }))).toEqual({ outcome: 'already-gone', order: null });
    expect(rig.stub.asked(number)).toBe(1);
  });

  it('gives up waiting in time', async () => {
    rig.stub.fail(rig.asks, number, 'silent-after');
    const { latencyMs, httpStatus } = await askBy(rig.impatient);
    expect(httpStatus).toBeNull();
    expect(latencyMs).toBeGreaterThanOrEqual(timeoutMs - 5);
  });

  it.each([
    ['revoked', 401, 'credentials'],
    ['forbidden', 403, 'forbidden'],
  ] as const)('credentials %s: refused at once, with one request', async (credentials, httpStatus, reason) => {
    rig.stub.credentials = credentials;
    expect(await ask()).toMatchObject({ outcome: 'refused', reason, httpStatus });
    expect(rig.stub.requests).toHaveLength(1);
    expect(rig.holds(number)).toBe(true);
  });

  it('at a base URL that leads elsewhere calls nothing gone', async () => {
    const { order } = await ask();
    const campaign = campaignEnd(rig.addCampaign());
    rig.stub.astray = true;
    const refused = { outcome: 'refused', reason: 'rejected', httpStatus: 404 };
    for (const next of [{}, { attempt: 2 }, { attempt: 2, order }]) expect(await ask(next)).toMatchObject(refused);
    id = null;
    for (const next of [{}, { attempt: 2 }]) expect(await ask(next)).toMatchObject(refused);
    for (const attempt of [1, 2]) expect(await rig.carrier.endCampaign({ ...campaign, attempt }, allowing)).toMatchObject(refused);
    for (const attempt of [1, 2]) expect(await rig.carrier.deleteBrand?.(brandDeletion({ attempt }), allowing)).toEqual(ofBrand(refused));
  });

  it('asks for nothing that is taken back while it reads', async () => {
    const refusing = { ...allowing, stillWanted: async () => [] };
    const campaign = campaignEnd(rig.addCampaign());
    const taken = { outcome: 'retry-later', reason: 'taken-back', order: null };
    expect(await askBy(rig.carrier, {}, refusing)).toMatchObject(taken);
    expect(await rig.carrier.endCampaign(campaign, refusing)).toMatchObject(taken);
    rig.addBrand?.('B1');
    expect(await rig.carrier.deleteBrand?.(brandDeletion(), refusing)).toEqual(ofBrand(taken));
    expect(rig.stub.requests.map(({ method }) => method)).not.toContain(rig.asks);
    expect(rig.stub.requests.filter(({ gives }) => gives)).toEqual([]);
    expect(rig.stub.requests.length).toBeGreaterThan(0);
  });

  it('asks for nothing once its time is over, though it was still wanted a moment before', async () => {
    // Looked at here, and not at the far side: a request that is begun in vain may still get there.
    const begun = jest.spyOn(globalThis, 'fetch');
    let leftMs = Infinity;
    const permit: Permit = {
      leftMs: () => leftMs,
      stillWanted: async (requests) => {
        leftMs = 0;
        begun.mockClear();
        return requests;
      },
    };
    expect(outcomeOf(await askBy(rig.carrier, {}, permit))).toEqual({ outcome: 'retry-later', afterMs: null, reason: 'out-of-time', order: null });
    expect(begun).not.toHaveBeenCalled();
    leftMs = Infinity;
    expect(await rig.carrier.endCampaign(campaignEnd(rig.addCampaign()), permit)).toMatchObject({ outcome: 'retry-later', reason: 'out-of-time' });
    expect(begun).not.toHaveBeenCalled();
    begun.mockRestore();
    expect(rig.stub.requests.filter(({ gives }) => gives)).toEqual([]);
  });

  it('gives a request up when its time is over', async () => {
    rig.stub.fail(rig.asks, number, 'silent-after');
    const began = performance.now();
    expect(await askBy(rig.carrier, {}, { ...allowing, leftMs: () => 1_000 })).toMatchObject({ outcome: 'retry-later', reason: 'out-of-time', httpStatus: null });
    expect(performance.now() - began).toBeLessThan(30_000);
  });

  it('is not reached: later', async () => {
    await rig.stub.stop();
    expect(await ask()).toMatchObject({ outcome: 'retry-later', reason: 'connection-lost', httpStatus: null });
  });

  it('keeps no word of the far side that could hold a number', async () => {
    rig.stub.credentials = 'revoked';
    rig.addNumber('+15005550002');
    expect(JSON.stringify([await ask(), await ask({ attempt: 2 })])).not.toMatch(/500555|about/);
  });

  it('sends no id that leads elsewhere', async () => {
    id = '../../v2/phone_numbers/jobs';
    if (rig.carrier.name === 'bandwidth') expect((await ask()).outcome).toBe('in-progress');
    else {
      expect(await ask()).toMatchObject({ outcome: 'refused', reason: 'carrier-id-malformed' });
      expect(rig.stub.requests).toEqual([]);
    }
    const campaign = campaignEnd({ messagingServiceSid: `MG${'5'.repeat(32)}`, campaignId: '../brands' });
    expect(await rig.carrier.endCampaign(campaign, allowing)).toMatchObject({ outcome: 'refused', reason: 'carrier-id-malformed' });
    expect(await rig.carrier.endCampaign({ ...campaign, campaignId: null }, allowing)).toMatchObject({ outcome: 'refused', reason: 'carrier-id-missing' });
  });

  it('takes no more than it said, and no number that is none', async () => {
    const tooMany = Array.from({ length: rig.carrier.batchMost + 1 }, (_, index) => release(`+1500${String(5_560_000 + index)}`));
    await expect(rig.carrier.releaseNumbers(tooMany, allowing)).rejects.toThrow(RangeError);
    await expect(rig.carrier.releaseNumbers([release('5005550001')], allowing)).rejects.toThrow(RangeError);
    await expect(rig.carrier.releaseNumbers([release('+1500</TelephoneNumber>')], allowing)).rejects.toThrow(RangeError);
    expect(rig.stub.requests).toEqual([]);
  });

  describe('a campaign', () => {
    let campaign: ReturnType<Rig['addCampaign']>;
    beforeEach(() => {
      campaign = rig.addCampaign();
    });
    const endBy = (carrier: Carrier, next: Partial<CampaignEnd> = {}, permit: Permit = allowing): Promise<Report> => carrier.endCampaign(campaignEnd({ ...campaign, ...next }), permit);
    const end = (next?: Partial<CampaignEnd>): Promise<Report> => endBy(rig.carrier, next);

    it('is ended, once, and then gone', async () => {
      expect(last(await untilSettled(rig, end)).outcome).toBe('released');
      expect(last(await untilSettled(rig, end, { attempt: 2, order: null })).outcome).toBe('already-gone');
      expect(rig.stub.asked(campaign.campaignId)).toBe(1);
    });

    it.each<[Fault, object]>([
      ['rate-limited', { outcome: 'retry-later', afterMs: null, reason: 'rate-limited' }],
      ['rate-limited-for-7-seconds', { outcome: 'retry-later', afterMs: 7000, reason: 'rate-limited' }],
      ['server-error', { outcome: 'retry-later', reason: 'server-error' }],
      ['reset-before', { outcome: 'retry-later', reason: 'connection-lost' }],
    ])('%s: asked again', async (fault, outcome) => {
      rig.stub.fail('DELETE', campaign.campaignId, fault);
      expect(await end()).toMatchObject(outcome);
      expect(last(await untilSettled(rig, end, { attempt: 2, order: null })).outcome).toBe('released');
      expect(rig.stub.asked(campaign.campaignId)).toBe(2);
    });

    it('that the record shows to be another’s is not ended', async () => {
      for (const attempt of [1, 2]) expect(outcomeOf(await end({ brandId: `BN${'0'.repeat(32)}`, attempt }))).toEqual({ outcome: 'blocked', reason: 'not_this_campaign', order: null });
      expect(rig.stub.asked(campaign.campaignId)).toBe(0);
    });

    it('unanswered: read first', async () => {
      rig.stub.fail('DELETE', campaign.campaignId, 'silent-after');
      expect(await endBy(rig.impatient)).toMatchObject({ outcome: 'retry-later', reason: 'timeout' });
      rig.advance();
      expect(await end({ attempt: 2 })).toMatchObject({ outcome: 'already-gone' });
      expect(rig.stub.asked(campaign.campaignId)).toBe(1);
    });

    it.each([
      ['revoked', 401, 'credentials'],
      ['forbidden', 403, 'forbidden'],
    ] as const)('with credentials %s: refused', async (credentials, httpStatus, reason) => {
      rig.stub.credentials = credentials;
      expect(await end()).toMatchObject({ outcome: 'refused', reason, httpStatus });
      expect(rig.stub.requests).toHaveLength(1);
    });
  });
});
