// What only Bandwidth does: orders with a list of errors, campaigns and brands that are gone when they are no longer found.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BrandDeletion, CampaignEnd, NumberRelease, Report } from '#carriers';
import { allowing, bandwidthRig, brandDeletion, campaignEnd, outcomeOf, release, type Rig } from './rigs.js';
import type { BandwidthStub } from './bandwidth-stub.js';

const [a, b, c, d] = ['+15005550001', '+15005550002', '+15005550003', '+15005550004'] as const;
const numbers = [a, b, c, d];
let rig: Rig<BandwidthStub>;
beforeEach(async () => {
  rig = await bandwidthRig();
  for (const number of numbers) rig.stub.addNumber(number);
});
afterEach(async () => {
  await rig.stub.stop();
  expect(rig.stub.askedAgain).toEqual([]);
});

const ask = (...requests: NumberRelease[]): Promise<readonly Report[]> => rig.carrier.releaseNumbers(requests, allowing);
const again = (request: NumberRelease, report: Report): NumberRelease => ({ ...request, attempt: request.attempt + 1, order: report.order });
const finish = (end?: 'done' | 'failed' | 'forgetful'): void => {
  rig.stub.advance();
  rig.stub.advance(end);
};

describe('an order', () => {
  const requests = numbers.map((number) => release(number));

  it('is placed for the batch, and tells of each number', async () => {
    rig.stub.errorCodes.set(b.slice(2), 5006);
    rig.stub.errorCodes.set(c.slice(2), 5012);
    const first = await ask(...requests);
    expect(first.map(({ outcome }) => outcome)).toEqual(['in-progress', 'in-progress', 'in-progress', 'in-progress']);
    rig.stub.numbers.delete(d.slice(2));
    rig.stub.advance();
    expect((await ask(...requests.map((request, index) => again(request, first[index]!)))).every(({ outcome }) => outcome === 'in-progress')).toBe(true);
    rig.stub.advance();
    const second = await ask(...requests.map((request, index) => again(request, first[index]!)));
    expect(second.map(outcomeOf)).toEqual([
      { outcome: 'released', order: null },
      { outcome: 'blocked', reason: 'disconnect-refused', order: null },
      { outcome: 'blocked', reason: 'account-locked', order: null },
      { outcome: 'already-gone', order: null },
    ]);
    expect(second.map(({ providerCode }) => providerCode)).toEqual([null, '5006', '5012', '5006']);
    expect(rig.stub.orders).toHaveLength(1);
    expect(rig.stub.orders[0]!.customerOrderId).toMatch(/^[0-9a-f]{40}$/);
  });

  it.each([
    [5019, { outcome: 'retry-later', reason: 'order-pending' }],
    [5086, { outcome: 'retry-later', reason: 'order-failed' }],
    // Said of one number, it must not stop all others.
    [5051, { outcome: 'blocked', reason: 'disconnect-refused' }],
    [5094, { outcome: 'blocked', reason: 'account-locked' }],
  ])('with error %i', async (code, outcome) => {
    rig.stub.errorCodes.set(a.slice(2), code);
    const [first] = await ask(requests[0]!);
    finish();
    expect((await ask(again(requests[0]!, first!)))[0]).toMatchObject({ ...outcome, providerCode: String(code), order: null });
  });

  it.each([
    ['failed', 'order-failed'],
    ['forgetful', 'order-incomplete'],
  ] as const)('that ended %s about a number is over: asked anew', async (end, reason) => {
    const [first] = await ask(requests[0]!);
    finish(end);
    const [second] = await ask(again(requests[0]!, first!));
    expect(outcomeOf(second!)).toEqual({ outcome: 'retry-later', afterMs: null, reason, order: null });
    const third = { ...requests[0]!, attempt: 3 };
    const [asked] = await ask(third);
    finish();
    expect((await ask(again(third, asked!)))[0]!.outcome).toBe('released');
  });

  it('that is unknown: what the number shows', async () => {
    rig.stub.numbers.delete(b.slice(2));
    const reports = await ask(release(a, null, { attempt: 2, order: 'unknown' }), release(b, null, { attempt: 2, order: 'unknown' }));
    expect(reports.map(outcomeOf)).toEqual([
      { outcome: 'retry-later', afterMs: null, reason: 'order-unknown', order: null },
      { outcome: 'already-gone', order: null },
    ]);
  });

  it('keeps standing while Bandwidth is busy, or answers about something else', async () => {
    const [first] = await ask(requests[0]!);
    rig.stub.fail('GET', first!.order!, 'rate-limited-for-7-seconds');
    expect((await ask(again(requests[0]!, first!)))[0]).toMatchObject({ outcome: 'retry-later', afterMs: 7000, order: first!.order });
    rig.stub.fail('GET', first!.order!, 'other-shape');
    expect((await ask(again(requests[0]!, first!)))[0]).toMatchObject({ outcome: 'retry-later', reason: 'answer-unreadable', order: first!.order });
    expect(rig.stub.orders).toHaveLength(1);
  });

  it.each([
    ['nothing', () => ''],
    ['another order', (body: string) => body.replace(/<id>[^<]*/, '<id>another')],
    ['no order', (body: string) => body.replace(/<id>.*<\/id>/, '')],
    ['no status', (body: string) => body.replace(/<OrderStatus>.*<\/OrderStatus>/, '')],
    ['a status of another spelling', (body: string) => body.replace('COMPLETE', 'Complete')],
    ['two statuses', (body: string) => body.replace('<OrderStatus>', '<OrderStatus>RECEIVED</OrderStatus><OrderStatus>')],
    ['only its beginning', (body: string) => body.slice(0, body.indexOf('<orderRequest>'))],
  ])('keeps standing while %s is told of it: nobody knows, which counts as a failure', async (_, altered) => {
    const [first] = await ask(requests[0]!);
    finish();
    rig.stub.altered = { path: first!.order!, body: altered };
    expect(outcomeOf((await ask(again(requests[0]!, first!)))[0]!)).toEqual({ outcome: 'retry-later', afterMs: null, reason: 'answer-unreadable', order: first!.order });
    rig.stub.altered = undefined;
    expect((await ask(again(requests[0]!, first!)))[0]).toMatchObject({ outcome: 'released' });
  });

  it('stands, and is not placed once more, where its own answer tells no status', async () => {
    rig.stub.altered = { path: 'disconnects', body: (body) => body.replace('RECEIVED', 'Received') };
    const [first] = await ask(requests[0]!);
    expect(outcomeOf(first!)).toEqual({ outcome: 'retry-later', afterMs: null, reason: 'answer-unreadable', order: rig.stub.orders[0]!.id });
    rig.stub.altered = undefined;
    finish();
    expect((await ask(again(requests[0]!, first!)))[0]).toMatchObject({ outcome: 'released' });
    expect(rig.stub.asked(a)).toBe(1);
  });

  it('is not known to be placed by an answer about something else', async () => {
    rig.stub.fail('POST', a, 'other-shape');
    expect((await ask(requests[0]!))[0]).toMatchObject({ outcome: 'retry-later', reason: 'answer-unreadable', order: null });
    expect(rig.holds(a)).toBe(true);
  });

  it('that is refused as a whole leaves only the bad number behind', async () => {
    rig.stub.unacceptable.set(c.slice(2), 5175);
    const reports = await ask(...requests);
    expect(reports.map(({ outcome }) => outcome)).toEqual(['in-progress', 'in-progress', 'refused', 'in-progress']);
    expect(reports[2]).toMatchObject({ reason: 'rejected', providerCode: '5175', httpStatus: 200 });
    finish();
    expect(numbers.filter((number) => rig.holds(number))).toEqual([c]);
  });

  it('whose answer was lost while it runs: a second one fails for the number, which is then seen to be gone', async () => {
    rig.stub.fail('POST', a, 'silent-after');
    expect((await rig.impatient.releaseNumbers([requests[0]!], allowing))[0]).toMatchObject({ outcome: 'retry-later', reason: 'timeout' });
    const second = { ...requests[0]!, attempt: 2 };
    const [asked] = await ask(second);
    expect(asked!.outcome).toBe('in-progress');
    finish();
    expect((await ask(again(second, asked!)))[0]).toMatchObject({ outcome: 'already-gone', providerCode: '5006' });
  });

  it('is not placed where reading shows that Bandwidth is busy', async () => {
    rig.stub.fail('GET', a, 'rate-limited');
    const reports = await ask(...requests.map((request) => ({ ...request, attempt: 2 })));
    expect(reports.every(({ outcome }) => outcome === 'retry-later')).toBe(true);
    expect(rig.stub.requests).toHaveLength(1);
  });

  it('goes on without a number that gets no answer, but not through three silences', async () => {
    rig.stub.fail('GET', a, 'silent-after');
    const late = requests.map((request) => ({ ...request, attempt: 2 }));
    expect((await rig.impatient.releaseNumbers(late, allowing)).map(({ outcome }) => outcome)).toEqual(['retry-later', 'in-progress', 'in-progress', 'in-progress']);
    for (const number of [a, b, c]) rig.stub.fail('GET', number, 'reset-before');
    const before = rig.stub.requests.length;
    expect((await ask(...late)).map(({ outcome }) => outcome)).toEqual(['retry-later', 'retry-later', 'retry-later', 'retry-later']);
    expect(rig.stub.requests).toHaveLength(before + 3);
  });

  it('writes numbers of other countries in full', async () => {
    const request = release('+442071838750');
    rig.stub.numbers.add(request.e164);
    const [first] = await ask(requests[0]!, request);
    expect(rig.stub.orders[0]!.asked).toEqual(['5005550001', '+442071838750']);
    finish();
    expect((await ask(again(request, first!)))[0]!.outcome).toBe('released');
  });
});

describe('a number that is not in service here', () => {
  const elsewhere = (status: string) => {
    rig.stub.numbers.delete(a.slice(2));
    rig.stub.elsewhere.set(a.slice(2), { accountId: '9900001', status });
  };

  it('is not gone while it is in another account', async () => {
    elsewhere('Inservice');
    for (const attempt of [1, 2]) expect(outcomeOf((await ask(release(a, null, { attempt })))[0]!)).toEqual({ outcome: 'blocked', reason: 'in-another-account', order: null });
    rig.stub.orders.length = 0;
    expect(outcomeOf((await ask(release(a, null, { attempt: 2, order: 'unknown' })))[0]!)).toEqual({ outcome: 'blocked', reason: 'in-another-account', order: null });
    expect(rig.stub.asked(a)).toBe(0);
  });

  it.each(['Aging', 'Available'])('is gone where it is %s', async (status) => {
    elsewhere(status);
    expect((await ask(release(a)))[0]).toMatchObject({ outcome: 'already-gone' });
  });

  it.each(['InService', 'INSERVICE', 'InAccount', 'PortInPendingFoc', 'Anything'])('is not gone because it is %s', async (status) => {
    elsewhere(status);
    expect((await ask(release(a)))[0]).toMatchObject({ outcome: 'retry-later', reason: 'answer-unreadable' });
    expect(rig.stub.asked(a)).toBe(0);
  });

  it.each([
    ['another number', (body: string) => body.replace(/<TelephoneNumber>[^<]*/, '<TelephoneNumber>5005550002')],
    ['no number', (body: string) => body.replace(/<TelephoneNumber>.*<\/TelephoneNumber>/, '')],
    ['two numbers', (body: string) => body.replace('<Status>', '<TelephoneNumber>5005550002</TelephoneNumber><Status>')],
  ])('is not gone by a record of %s', async (_, altered) => {
    elsewhere('Aging');
    rig.stub.altered = { path: 'tns', body: altered };
    expect((await ask(release(a)))[0]).toMatchObject({ outcome: 'retry-later', reason: 'answer-unreadable' });
  });

  it('is not gone where another answer has it in service here', async () => {
    rig.stub.numbers.delete(a.slice(2));
    rig.stub.elsewhere.set(a.slice(2), { accountId: rig.stub.accountId, status: 'Inservice' });
    expect((await ask(release(a)))[0]).toMatchObject({ outcome: 'retry-later', reason: 'answer-unreadable' });
    expect(rig.stub.asked(a)).toBe(0);
  });

  it('is not gone where nothing of the account is found', async () => {
    rig.stub.hasNoAccount = true;
    expect((await ask(release(a)))[0]).toMatchObject({ outcome: 'refused', reason: 'rejected', httpStatus: 404 });
    rig.stub.numbers.delete(a.slice(2));
    expect((await ask(release(a)))[0]).toMatchObject({ outcome: 'refused', reason: 'rejected', httpStatus: 404 });
  });

  it('is not gone where Bandwidth says nothing of it', async () => {
    rig.stub.numbers.delete(a.slice(2));
    rig.stub.fail('GET', `anywhere ${a}`, 'other-shape');
    expect((await ask(release(a)))[0]).toMatchObject({ outcome: 'retry-later', reason: 'answer-unreadable' });
    rig.stub.fail('GET', `anywhere ${a}`, 'server-error');
    expect((await ask(release(a)))[0]).toMatchObject({ outcome: 'retry-later', reason: 'server-error' });
  });

  it.each(['5005550001', '+1 (500) 555-0001', 'our own id'])('is the one that is meant where its id is given as %s', async (id) => {
    expect((await ask(release(a, id)))[0]).toMatchObject({ outcome: 'in-progress' });
  });
});

describe('10DLC', () => {
  beforeEach(() => {
    rig.stub.brands.set('B1', { campaigns: 0, leaving: false });
  });
  const end = (more: Partial<CampaignEnd> = {}): Promise<Report> => rig.carrier.endCampaign(campaignEnd(more), allowing);
  const drop = (more: Partial<BrandDeletion> = {}): Promise<Report> => rig.carrier.deleteBrand!(brandDeletion(more), allowing);

  it('believes in the end of a campaign when it is no longer found', async () => {
    rig.stub.campaigns.set('C1', 'ACTIVE');
    expect(outcomeOf(await end())).toEqual({ outcome: 'in-progress', order: 'campaigns/C1' });
    expect(await end({ attempt: 2, order: 'campaigns/C1' })).toMatchObject({ outcome: 'in-progress' });
    rig.stub.advance();
    expect(await end({ attempt: 3, order: 'campaigns/C1' })).toMatchObject({ outcome: 'released', httpStatus: 200 });
    expect(rig.stub.asked('C1')).toBe(1);
  });

  it('calls an expired campaign gone', async () => {
    rig.stub.campaigns.set('C1', 'EXPIRED');
    expect(await end({ attempt: 2 })).toMatchObject({ outcome: 'already-gone' });
    expect(rig.stub.asked('C1')).toBe(0);
  });

  describe.each([
    ['campaign', 'campaigns', 'C1', end],
    ['brand', 'brands', 'B1', drop],
  ] as const)('a %s that is said not to be found', (_, kind, id, give: (more?: { readonly attempt?: number; readonly order?: string | null }) => Promise<Report>) => {
    const unreadable = { outcome: 'retry-later', afterMs: null, reason: 'answer-unreadable' };
    const unknown = () => {
      rig.stub.altered = { path: `${kind}/${id}`, status: 404, body: () => '<Response><ResponseStatus><ErrorCode>12189</ErrorCode></ResponseStatus></Response>' };
    };
    beforeEach(() => {
      rig.stub.campaigns.set('C1', 'ACTIVE');
    });

    it('is not gone while its list has it, nor is what was asked for done', async () => {
      unknown();
      expect(outcomeOf(await give())).toEqual({ ...unreadable, order: null });
      expect(outcomeOf(await give({ attempt: 2, order: `${kind}/${id}` }))).toEqual({ ...unreadable, order: `${kind}/${id}` });
      expect(rig.stub.asked(id)).toBe(0);
    });

    it('is not gone where it is asked for, while its list has it', async () => {
      rig.stub.beforeGivingUp = async () => unknown();
      expect(outcomeOf(await give())).toEqual({ ...unreadable, order: null });
    });

    it('is refused where it is asked for, and its list is', async () => {
      rig.stub.fail('GET', kind, 'rejected');
      rig.stub.beforeGivingUp = async () => unknown();
      expect(outcomeOf(await give())).toEqual({ outcome: 'refused', reason: 'rejected', order: null });
    });

    it('is gone where its list does not have it, and not where that is not read', async () => {
      rig.stub.campaigns.clear();
      rig.stub.brands.clear();
      rig.stub.fail('GET', kind, 'other-list');
      expect(outcomeOf(await give())).toEqual({ ...unreadable, order: null });
      rig.stub.fail('GET', kind, 'server-error');
      expect(await give({ attempt: 2, order: `${kind}/${id}` })).toMatchObject({ outcome: 'retry-later', reason: 'server-error', order: `${kind}/${id}` });
      expect(await give()).toMatchObject({ outcome: 'already-gone' });
      expect(await give({ attempt: 2, order: `${kind}/${id}` })).toMatchObject({ outcome: 'released' });
    });
  });

  it('keeps the order when the reading after it fails', async () => {
    rig.stub.campaigns.set('C1', 'ACTIVE');
    rig.stub.beforeGivingUp = async () => rig.stub.fail('GET', 'C1', 'server-error');
    expect(outcomeOf(await end())).toEqual({ outcome: 'retry-later', afterMs: null, reason: 'server-error', order: 'campaigns/C1' });
  });

  it.each([
    ['the brand', { brandId: 'B2' }],
    ['the name', { brandName: 'Ada and Sons' }],
    ['a name without a letter', { brandName: '&' }],
  ])('ends no campaign of which the record shows another than %s that was registered', async (_, registered) => {
    rig.stub.campaigns.set('C1', 'ACTIVE');
    expect(await end(registered)).toMatchObject({ outcome: 'blocked', reason: 'not_this_campaign' });
    expect(rig.stub.asked('C1')).toBe(0);
  });

  it('ends none because neither the registered name nor that of the record has a letter', async () => {
    rig.stub.campaigns.set('C1', 'ACTIVE');
    rig.stub.brandName = '*';
    expect(await end({ brandName: '?' })).toMatchObject({ outcome: 'blocked', reason: 'not_this_campaign' });
  });

  it('ends none whose brand is not known', async () => {
    rig.stub.campaigns.set('C1', 'ACTIVE');
    rig.stub.brands.clear();
    expect(await end()).toMatchObject({ outcome: 'blocked', reason: 'not_this_campaign' });
  });

  it('ends and deletes nothing by a record of another id', async () => {
    rig.stub.campaigns.set('C1', 'ACTIVE');
    rig.stub.shownId = 'another';
    const unreadable = { outcome: 'retry-later', reason: 'answer-unreadable' };
    expect([await end(), await drop()]).toMatchObject([unreadable, unreadable]);
    expect([rig.stub.asked('C1'), rig.stub.asked('B1')]).toEqual([0, 0]);
  });

  it('deletes no brand of another name, and takes a refusal to show it for no word about its campaigns', async () => {
    expect(await drop({ brandName: 'Ada' })).toMatchObject({ outcome: 'blocked', reason: 'not_this_brand' });
    expect((await drop({ brandName: 'ada and company inc' })).outcome).toBe('in-progress');
    rig.stub.fail('GET', 'B1', 'rejected');
    expect(await drop()).toMatchObject({ outcome: 'refused', reason: 'rejected' });
    expect(rig.stub.asked('B1')).toBe(1);
  });

  it('deletes a brand after its campaigns', async () => {
    rig.stub.brands.set('B1', { campaigns: 1, leaving: false });
    expect(await drop()).toMatchObject({ outcome: 'blocked', reason: 'brand-has-campaigns' });
    rig.stub.brands.get('B1')!.campaigns = 0;
    expect(await drop({ attempt: 2 })).toMatchObject({ outcome: 'in-progress', order: 'brands/B1' });
    rig.stub.advance();
    expect(await drop({ attempt: 3, order: 'brands/B1' })).toMatchObject({ outcome: 'released' });
  });
});

describe('a list', () => {
  const whole = async (): Promise<string> => {
    let place: string | null = null;
    for (let pages = 0; pages < 9; pages += 1) {
      const page = await rig.carrier.list(place);
      if (page.outcome !== 'listed') return page.reason;
      place = page.next;
      if (place === null) return 'whole';
    }
    return 'endless';
  };
  beforeEach(() => {
    rig.stub.brands.set('B1', { campaigns: 0, leaving: false });
    rig.stub.campaigns.set('C1', 'ACTIVE');
  });

  it('may be empty', async () => {
    rig.stub.numbers.clear();
    rig.stub.brands.clear();
    rig.stub.campaigns.clear();
    expect(await whole()).toBe('whole');
  });

  it.each([
    ['that is cut off', 'inserviceNumbers', (body: string) => body.slice(0, body.indexOf('</TelephoneNumbers>'))],
    ['whose end is that of something else', 'inserviceNumbers', (body: string) => body.replace('</TelephoneNumbers>', '</Numbers>')],
    ['without numbers', 'inserviceNumbers', (body: string) => body.replace(/<TelephoneNumbers>.*<\/TelephoneNumbers>/, '')],
    ['of which there are two', 'inserviceNumbers', (body: string) => body.replace('</TNs>', '<TelephoneNumbers/></TNs>')],
    ['of fewer than there are', 'inserviceNumbers', (body: string) => body.replace('<TotalCount>4', '<TotalCount>600')],
    ['of more than there are', 'inserviceNumbers', (body: string) => body.replace('<TotalCount>4', '<TotalCount>3')],
    ['of which nobody says how many', 'inserviceNumbers', (body: string) => body.replace('<TotalCount>4', '<TotalCount>many')],
    ['without brands', 'brands', () => '<BrandsResponse/>'],
    ['without campaigns', 'campaigns', () => '<CampaignsResponse><Brands/></CampaignsResponse>'],
    ['of no brands but words', 'brands', () => '<BrandsResponse><Brands>none today</Brands></BrandsResponse>'],
  ] as const)('%s is none', async (_, path, body) => {
    rig.stub.altered = { path, body };
    expect(await whole()).toBe('answer-unreadable');
  });

  it('of which one came while its pages were read is whole', async () => {
    rig.stub.pageMost = 2;
    const first = await rig.carrier.list(null);
    rig.stub.numbers.add('+12065550199');
    const second = await rig.carrier.list(first.outcome === 'listed' ? first.next : null);
    rig.stub.numbers.delete('+12065550199');
    const third = await rig.carrier.list(second.outcome === 'listed' ? second.next : null);
    expect([first.outcome, second.outcome, third.outcome]).toEqual(['listed', 'listed', 'listed']);
  });

  it('is none where its pages lead nowhere', async () => {
    rig.stub.pageMost = 2;
    const told = new Map<string, string>();
    const always = (path: string) => {
      rig.stub.altered = { path, body: (body) => told.get(path) ?? (told.set(path, body), body) };
    };
    always('inserviceNumbers');
    expect(await whole()).toBe('answer-unreadable');
    for (let count = 0; count < 60; count += 1) rig.stub.brands.set(`B${count}`, { campaigns: 0, leaving: false });
    always('brands');
    expect(await whole()).toBe('answer-unreadable');
  });
});
