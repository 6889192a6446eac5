// What only Telnyx does: jobs for a batch, numbers that are locked or on their way out, campaigns that expire.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BrandDeletion, CampaignEnd, NumberRelease, Permit, Report } from '#carriers';
import { allowing, brandDeletion, campaignEnd, outcomeOf, release, type Rig, telnyxRig } from './rigs.js';
import type { StubAnswer } from './stub-server.js';
import type { TelnyxStub } from './telnyx-stub.js';

const [a, b, c, d, e] = ['+15005550001', '+15005550002', '+15005550003', '+15005550004', '+15005550005'] as const;
let rig: Rig<TelnyxStub>;
beforeEach(async () => {
  rig = await telnyxRig();
});
afterEach(async () => {
  await rig.stub.stop();
  expect(rig.stub.askedAgain).toEqual([]);
});

const ask = (...requests: NumberRelease[]): Promise<readonly Report[]> => rig.carrier.releaseNumbers(requests, allowing);
const again = (request: NumberRelease, report: Report): NumberRelease => ({ ...request, attempt: request.attempt + 1, order: report.order });
const finish = (end?: 'completed' | 'failed' | 'expired'): void => {
  rig.stub.advance();
  rig.stub.advance(end);
};
const answering = (content: unknown, status = 200): StubAnswer => ({ status, body: JSON.stringify(content) });
const notFound = answering({ errors: [{ code: '10005' }] }, 404);
const unreadable = { outcome: 'retry-later', reason: 'answer-unreadable' };
const jobPosts = (): number => rig.stub.requests.filter(({ gives }) => gives).length;

describe('a batch', () => {
  it('is one job, looked at with one request, with an outcome for each number', async () => {
    const ids = [a, b, c].map((number) => rig.stub.addNumber(number));
    const locked = rig.stub.addNumber(d, { deletion_lock_enabled: true });
    rig.stub.stuck.add(b);
    const requests = [release(a, ids[0]), release(b, ids[1]), release(c), release(d, locked), release(e)];
    const all = await ask(...requests);
    expect(all.slice(3).map(outcomeOf)).toEqual([{ outcome: 'blocked', reason: 'deletion-lock', order: null }, { outcome: 'already-gone', order: null }]);
    const [asked, first] = [requests.slice(0, 3), all.slice(0, 3)];
    expect(first.map(({ outcome }) => outcome)).toEqual(['in-progress', 'in-progress', 'in-progress']);
    expect(new Set(first.map(({ order }) => order)).size).toBe(1);

    const before = rig.stub.requests.length;
    rig.stub.advance();
    expect((await ask(...asked.map((request, index) => again(request, first[index]!)))).every(({ outcome }) => outcome === 'in-progress')).toBe(true);
    expect(rig.stub.requests).toHaveLength(before + 1);

    rig.stub.advance();
    const second = await ask(...asked.map((request, index) => again(request, first[index]!)));
    expect(second.map(outcomeOf)).toEqual([
      { outcome: 'released', order: null },
      { outcome: 'refused', reason: 'rejected', order: null },
      { outcome: 'released', order: null },
    ]);
    expect(second[1]!.providerCode).toBe('10015');
    expect(jobPosts()).toBe(1);
  });

  it('of a hundred is read number by number, and asked for with one request', async () => {
    const requests = Array.from({ length: 100 }, (_, index) => {
      const number = `+1500${String(5_560_000 + index)}`;
      return release(number, rig.stub.addNumber(number));
    });
    const first = await ask(...requests);
    expect(rig.stub.requests).toHaveLength(101);
    finish();
    const second = await ask(...requests.map((request, index) => again(request, first[index]!)));
    expect(second.every(({ outcome }) => outcome === 'released')).toBe(true);
    expect(rig.stub.requests).toHaveLength(102);
  });

  it('leaves out what is not wanted any more, also where it is asked for in halves', async () => {
    const requests = [a, b, c, d].map((number) => release(number, rig.stub.addNumber(number)));
    rig.stub.unacceptable.add(a);
    let looks = 0;
    const permit: Permit = {
      ...allowing,
      stillWanted: async (those) => {
        looks += 1;
        return those.filter(({ idempotencyKey }) => !(idempotencyKey.endsWith(b) || (looks > 1 && idempotencyKey.endsWith(d))));
      },
    };
    const reports = await rig.carrier.releaseNumbers(requests, permit);
    const takenBack = { outcome: 'retry-later', reason: 'taken-back' };
    expect(reports).toMatchObject([{ outcome: 'refused' }, takenBack, { outcome: 'in-progress' }, takenBack]);
    expect([a, b, c, d].map((number) => rig.stub.asked(number))).toEqual([3, 0, 3, 1]);
  });

  it('that is refused as a whole leaves only the bad number behind', async () => {
    const numbers = [a, b, c, d, e];
    const requests = numbers.map((number) => release(number, rig.stub.addNumber(number)));
    rig.stub.unacceptable.add(c);
    const reports = await ask(...requests);
    expect(reports.map(({ outcome }) => outcome)).toEqual(['in-progress', 'in-progress', 'refused', 'in-progress', 'in-progress']);
    expect(reports[2]).toMatchObject({ reason: 'rejected', providerCode: '10015' });
    finish();
    expect(numbers.filter((number) => rig.holds(number))).toEqual([c]);
  });
});

describe('a number on its way to another carrier', () => {
  it('is not asked for until it is ported out', async () => {
    const id = rig.stub.addNumber(a, { status: 'port-out-pending' });
    const other = release(b, rig.stub.addNumber(b));
    expect((await ask(release(a, id), other)).map(outcomeOf)).toMatchObject([{ outcome: 'blocked', reason: 'port-out-pending' }, { outcome: 'in-progress' }]);
    expect(rig.stub.asked(a)).toBe(0);
    rig.stub.numbers.get(id)!.status = 'ported-out';
    const [asked] = await ask(release(a, id, { attempt: 2 }));
    finish();
    const [settled] = await ask(release(a, id, { attempt: 3, order: asked!.order }));
    expect(outcomeOf(settled!)).toEqual({ outcome: 'already-gone', reason: 'ported-out', order: null });
  });

  it.each([['by its id', (id: string) => id], ['by the number', () => null]] as const)('is followed, and never asked for, until it is ported out: %s', async (_, known) => {
    const id = rig.stub.addNumber(a, { status: 'port-out-pending' });
    const [first] = await ask(release(a, known(id)));
    const waiting = { outcome: 'blocked', reason: 'port-out-pending', order: 'port-out' };
    expect(outcomeOf(first!)).toEqual(waiting);
    expect(outcomeOf((await ask(release(a, known(id), { attempt: 2, order: 'port-out' })))[0]!)).toEqual(waiting);
    rig.stub.fail('GET', known(id) === null ? 'list' : a, 'rate-limited');
    expect((await ask(release(a, known(id), { attempt: 3, order: 'port-out' })))[0]).toMatchObject({ outcome: 'retry-later', order: 'port-out' });
    rig.stub.numbers.get(id)!.status = 'ported-out';
    expect(outcomeOf((await ask(release(a, known(id), { attempt: 4, order: 'port-out' })))[0]!)).toEqual({ outcome: 'already-gone', reason: 'ported-out', order: null });
    expect(rig.stub.asked(a)).toBe(0);
  });

  it('that stays after all is not given up without a word', async () => {
    const id = rig.stub.addNumber(a, { status: 'port-out-pending' });
    await ask(release(a, id));
    rig.stub.numbers.get(id)!.status = 'active';
    expect(outcomeOf((await ask(release(a, id, { attempt: 2, order: 'port-out' })))[0]!)).toEqual({ outcome: 'blocked', reason: 'port-out-ended', order: null });
    expect(rig.stub.asked(a)).toBe(0);
    expect((await ask(release(a, id, { attempt: 3 })))[0]).toMatchObject({ outcome: 'in-progress' });
  });

});

describe('a job', () => {
  it('whose answer was lost is found again while it runs', async () => {
    const request = release(a, rig.stub.addNumber(a));
    rig.stub.fail('POST', a, 'reset-after');
    expect((await ask(request))[0]).toMatchObject({ outcome: 'retry-later', reason: 'connection-lost' });
    const [found] = await ask({ ...request, attempt: 2 });
    expect(found).toMatchObject({ outcome: 'in-progress', order: rig.stub.jobs[0]!.id });
    expect(jobPosts()).toBe(1);
  });

  it.each([
    ['with', (id: string) => id],
    ['without', () => null],
  ])('that deleted a number once says nothing of one that was bought again, %s its id', async (_with, known) => {
    await ask(release(a, rig.stub.addNumber(a)));
    finish();
    const id = rig.stub.addNumber(a);
    expect((await ask(release(a, known(id), { attempt: 2, idempotencyKey: 'another' })))[0]!.outcome).toBe('in-progress');
    expect(jobPosts()).toBe(2);
  });

  it.each([
    ['failed', 'order-failed'],
    ['expired', 'order-expired'],
  ] as const)('that %s is over: the number is asked for anew', async (end, reason) => {
    const request = release(a, rig.stub.addNumber(a));
    const [first] = await ask(request);
    finish(end);
    const [second] = await ask(again(request, first!));
    expect(outcomeOf(second!)).toEqual({ outcome: 'retry-later', afterMs: null, reason, order: null });
    const third = { ...request, attempt: 3, order: null };
    const [asked] = await ask(third);
    expect(asked).toMatchObject({ outcome: 'in-progress', order: rig.stub.jobs[1]!.id });
    finish();
    expect((await ask(again(third, asked!)))[0]!.outcome).toBe('released');
  });

  it('that nobody knows any more is over, too', async () => {
    expect((await ask(release(a, rig.stub.addNumber(a), { attempt: 2, order: 'gone' })))[0]).toMatchObject({ outcome: 'retry-later', reason: 'order-unknown', order: null });
  });

  it('keeps standing while Telnyx is busy', async () => {
    const request = release(a, rig.stub.addNumber(a));
    const [first] = await ask(request);
    rig.stub.fail('GET', first!.order!, 'rate-limited-for-7-seconds');
    expect((await ask(again(request, first!)))[0]).toMatchObject({ outcome: 'retry-later', afterMs: 7000, order: first!.order });
    expect(jobPosts()).toBe(1);
  });

  it('keeps standing while one of its numbers cannot be read; the others have their outcomes', async () => {
    const requests = [a, b, c].map((number) => release(number, rig.stub.addNumber(number)));
    for (const number of [a, b, c]) rig.stub.stuck.add(number);
    const first = await ask(...requests);
    finish();
    rig.stub.fail('GET', b, 'server-error');
    const second = await ask(...requests.map((request, index) => again(request, first[index]!)));
    expect(second.map(outcomeOf)).toMatchObject([
      { outcome: 'refused', order: null },
      { outcome: 'retry-later', reason: 'server-error', order: first[1]!.order },
      { outcome: 'refused', order: null },
    ]);
  });

  it('is not looked at number by number once Telnyx is busy', async () => {
    const numbers = [a, b, c, d, e];
    const requests = numbers.map((number) => release(number, rig.stub.addNumber(number)));
    for (const number of numbers) rig.stub.stuck.add(number);
    const first = await ask(...requests);
    finish();
    rig.stub.fail('GET', a, 'rate-limited');
    const before = rig.stub.requests.length;
    const second = await ask(...requests.map((request, index) => again(request, first[index]!)));
    expect(second.every(({ outcome, order }) => outcome === 'retry-later' && order === first[0]!.order)).toBe(true);
    expect(rig.stub.requests).toHaveLength(before + 2);
  });
});

it.each([
  ['is of another kind', { type: 'update_phone_numbers' }],
  ['is of no kind', { type: undefined }],
  ['has no id', { id: undefined }],
  ['is in a state that nobody knows', { status: 'elsewhere' }],
  ['did something to nothing', { successful_operations: [null] }],
])('believes no job that %s', async (_, shown) => {
  const id = rig.stub.addNumber(a);
  const request = release(a, id);
  const done = { type: 'delete_phone_numbers', status: 'completed', successful_operations: [{ id, phone_number: a }] };
  rig.stub.fail('POST', a, answering({ data: { ...done, id: 'J', ...shown } }, 202));
  expect((await ask(request))[0]).toMatchObject(unreadable);
  rig.stub.fail('GET', 'jobs', answering({ data: [{ ...done, id: 'J', ...shown }], meta: { total_pages: 1 } }));
  expect((await ask({ ...request, attempt: 2 }))[0]).toMatchObject(unreadable);
  const [{ order }] = await ask({ ...request, attempt: 3 }) as [Report];
  rig.stub.fail('GET', order!, answering({ data: { ...done, id: order, ...shown } }));
  expect((await ask({ ...request, attempt: 4, order }))[0]).toMatchObject({ ...unreadable, order });
});

it('believes no other job than the one that was asked for', async () => {
  const id = rig.stub.addNumber(a);
  const [{ order }] = await ask(release(a, id)) as [Report];
  rig.stub.fail('GET', order!, answering({ data: { id: 'another', type: 'delete_phone_numbers', status: 'completed', successful_operations: [{ id, phone_number: a }] } }));
  expect((await ask(release(a, id, { attempt: 2, order })))[0]).toMatchObject({ ...unreadable, order });
});

it.each([['', 200], ['null', 200], ['[]', 200], ['"yes"', 200], [undefined, 204]] as const)('takes an answer that holds no record (%j) for none; the others have their outcomes', async (body, status) => {
  const [first, second] = [release(a, rig.stub.addNumber(a)), release(b, rig.stub.addNumber(b))];
  const nothing: StubAnswer = { status, ...(body !== undefined && { body }) };
  rig.stub.fail('GET', a, nothing);
  expect(await ask(first, second)).toMatchObject([unreadable, { outcome: 'in-progress' }]);
  rig.stub.fail('GET', 'list', nothing);
  expect(await ask(release(c))).toMatchObject([unreadable]);
  rig.stub.fail('POST', a, nothing);
  expect(await ask(first)).toMatchObject([unreadable]);
  rig.stub.fail('GET', 'list', nothing);
  expect(await rig.carrier.list(null)).toMatchObject(unreadable);
});

it.each([
  ['has no number', { id: '1' }],
  ['has another kind of number', { id: '1', phone_number: '5005550001' }],
  ['is nothing', null],
])('calls no number gone where one that is listed %s', async (_, entry) => {
  rig.stub.fail('GET', 'list', answering({ data: [entry], meta: { total_pages: 1 } }));
  expect(await ask(release(a))).toMatchObject([unreadable]);
});

it.each([{ id: 5 }, { phone_number: 5 }])('takes a record that is written otherwise (%j) for none', async (shown) => {
  const id = rig.stub.addNumber(a);
  rig.stub.fail('GET', a, answering({ data: { id, phone_number: a, ...shown } }));
  expect(await ask(release(a, id))).toMatchObject([unreadable]);
});

it('keeps no code that could be a number', async () => {
  const request = release(a, rig.stub.addNumber(a));
  rig.stub.stuck.add(a);
  rig.stub.stuckCode = 'not-15005550001';
  const [first] = await ask(request);
  finish();
  expect((await ask(again(request, first!)))[0]).toMatchObject({ outcome: 'refused', providerCode: null });
});

it.each(['other-shape', 'other-list'] as const)('takes an answer about something else (%s) for none, never for a number that is gone', async (other) => {
  const id = rig.stub.addNumber(a);
  const unreadable = { outcome: 'retry-later', reason: 'answer-unreadable' };
  rig.stub.fail('GET', a, other);
  expect((await ask(release(a, id)))[0]).toMatchObject(unreadable);
  rig.stub.fail('GET', 'list', other);
  expect((await ask(release(a)))[0]).toMatchObject(unreadable);
  rig.stub.fail('GET', 'list', other);
  expect((await ask(release(a, 'unknown')))[0]).toMatchObject(unreadable);
  rig.stub.fail('GET', 'jobs', other);
  expect((await ask(release(a, id, { attempt: 2 })))[0]).toMatchObject(unreadable);
  rig.stub.fail('POST', a, other);
  expect((await ask(release(a, id)))[0]).toMatchObject(unreadable);
  rig.stub.unacceptable.add(a);
  rig.stub.beforeGivingUp = async () => rig.stub.fail('GET', a, other);
  expect((await ask(release(a, id)))[0]).toMatchObject(unreadable);
  expect(rig.holds(a)).toBe(true);
});

describe('a number under an id that is not found', () => {
  it('is not gone while it has another', async () => {
    rig.stub.addNumber(a);
    expect((await ask(release(a, 'unknown')))[0]).toMatchObject({ outcome: 'blocked', reason: 'not_this_number' });
    expect(rig.stub.asked(a)).toBe(0);
  });

  it('is gone where it is nowhere, or was ported out under another', async () => {
    expect((await ask(release(a, 'unknown')))[0]).toMatchObject({ outcome: 'already-gone' });
    rig.stub.addNumber(b, { status: 'ported-out' });
    expect((await ask(release(b, 'unknown')))[0]).toMatchObject({ outcome: 'already-gone', reason: 'ported-out' });
  });

  it('is the one that is there, where it was ported out before and another begins with it', async () => {
    rig.stub.addNumber(`${a}2`);
    rig.stub.addNumber(a, { status: 'ported-out' });
    rig.stub.addNumber(a);
    expect((await ask(release(a)))[0]).toMatchObject({ outcome: 'in-progress' });
  });
});

describe('10DLC', () => {
  const end = (more: Partial<CampaignEnd> = {}): Promise<Report> => rig.carrier.endCampaign(campaignEnd(more), allowing);
  const drop = (more: Partial<BrandDeletion> = {}): Promise<Report> => rig.carrier.deleteBrand!(brandDeletion(more), allowing);

  it.each([answering({}), answering({ hello: 'world' }), answering({ time: 1 }, 202), { status: 204 }])('believes no end of a campaign that is told otherwise: %j', async (answer) => {
    rig.stub.campaigns.set('C1', 'ACTIVE');
    rig.stub.fail('DELETE', 'C1', answer);
    expect(await end()).toMatchObject(unreadable);
    expect(await end({ attempt: 2 })).toMatchObject({ outcome: 'released' });
  });

  it.each([answering({}), answering({}, 202), answering(null)])('believes no deletion of a brand that is told otherwise: %j', async (answer) => {
    rig.stub.brands.set('B1', { campaigns: 0 });
    rig.stub.fail('DELETE', 'B1', answer);
    expect(await drop()).toMatchObject(unreadable);
    expect(await drop({ attempt: 2 })).toMatchObject({ outcome: 'released' });
  });

  describe.each([
    ['by the id of its brand', { brandId: 'B1' }],
    ['by the registry’s id of its brand', { brandId: 'TB1' }],
    ['by the name of its brand', {}],
  ])('a campaign that is not found, %s', (_, known) => {
    beforeEach(() => {
      rig.stub.brands.set('B1', { campaigns: 1 });
      rig.stub.campaigns.set('C0', 'ACTIVE');
    });

    it('is gone where it is in no list', async () => {
      expect(await end(known)).toMatchObject({ outcome: 'already-gone' });
      expect(rig.stub.requests.flatMap(({ subjects }) => subjects)).toEqual(expect.arrayContaining(['brands', 'campaigns']));
    });

    it.each(['C0', 'TC0'])('is not gone while it is listed: %s', async (campaignId) => {
      rig.stub.fail('GET', campaignId, notFound);
      expect(await end({ ...known, campaignId })).toMatchObject(unreadable);
    });

    it.each(['brands', 'campaigns'])('is not gone where the list of %s cannot be read', async (list) => {
      for (const answer of ['other-list', answering({ records: [null], totalRecords: 1 }), answering({ records: [{}], totalRecords: 1 })] as const) {
        rig.stub.fail('GET', list, answer);
        expect(await end(known)).toMatchObject(unreadable);
      }
      rig.stub.fail('GET', list, notFound, 2);
      expect(await end(known)).toMatchObject({ outcome: 'refused', reason: 'rejected', httpStatus: 404 });
    });
  });

  it.each(['B1', 'TB1'])('calls a brand that is not found gone only where it is in no list: %s', async (brandId) => {
    expect(await drop({ brandId })).toMatchObject({ outcome: 'already-gone' });
    for (const answer of ['other-list', answering({ records: [{}], totalRecords: 1 })] as const) {
      rig.stub.fail('GET', 'brands', answer);
      expect(await drop({ brandId })).toMatchObject(unreadable);
    }
    rig.stub.brands.set('B1', { campaigns: 0 });
    rig.stub.fail('GET', brandId, notFound);
    expect(await drop({ brandId })).toMatchObject(unreadable);
  });

  it('does not call gone what was just there and still is listed', async () => {
    rig.stub.campaigns.set('C1', 'ACTIVE');
    rig.stub.brands.set('B1', { campaigns: 0 });
    rig.stub.fail('DELETE', 'C1', notFound);
    rig.stub.fail('DELETE', 'B1', notFound);
    expect([await end(), await drop()]).toMatchObject([unreadable, unreadable]);
  });

  it('calls an expired campaign gone, asked or read', async () => {
    rig.stub.campaigns.set('C1', 'EXPIRED');
    expect(await end()).toMatchObject({ outcome: 'already-gone' });
    expect(await end({ attempt: 2 })).toMatchObject({ outcome: 'already-gone' });
    expect(rig.stub.asked('C1')).toBe(0);
    rig.stub.campaigns.set('C2', 'ACTIVE');
    rig.stub.beforeGivingUp = async () => void rig.stub.campaigns.set('C2', 'EXPIRED');
    expect(await end({ campaignId: 'C2' })).toMatchObject({ outcome: 'already-gone' });
    expect(rig.stub.asked('C2')).toBe(1);
  });

  it.each([
    ['the brand', { brandId: 'B2' }],
    ['the name', { brandName: 'Ada and Sons' }],
  ])('ends no campaign of which the record shows another than %s that was registered', async (_, registered) => {
    rig.stub.campaigns.set('C1', 'ACTIVE');
    expect(await end(registered)).toMatchObject({ outcome: 'blocked', reason: 'not_this_campaign' });
    expect(rig.stub.asked('C1')).toBe(0);
  });

  it('ends no campaign of which the record shows no name', async () => {
    rig.stub.campaigns.set('C1', 'ACTIVE');
    rig.stub.fail('GET', 'C1', answering({ campaignId: 'C1', brandId: 'B1', brandDisplayName: 5 }));
    expect(await end()).toMatchObject({ outcome: 'blocked', reason: 'not_this_campaign' });
  });

  it('ends and deletes nothing by a record of another id', async () => {
    rig.stub.campaigns.set('C1', 'ACTIVE');
    rig.stub.brands.set('B1', { campaigns: 0 });
    rig.stub.shownId = 'another';
    expect([await end(), await drop()]).toMatchObject([{ outcome: 'blocked', reason: 'not_this_campaign' }, { outcome: 'blocked', reason: 'not_this_brand' }]);
    expect([rig.stub.asked('C1'), rig.stub.asked('B1')]).toEqual([0, 0]);
  });

  it('deletes no brand of another name, and takes a refusal to show it for no word about its campaigns', async () => {
    rig.stub.brands.set('B1', { campaigns: 0 });
    expect(await drop({ brandName: 'Ada' })).toMatchObject({ outcome: 'blocked', reason: 'not_this_brand' });
    rig.stub.fail('GET', 'B1', 'rejected');
    expect(await drop()).toMatchObject({ outcome: 'refused', reason: 'rejected' });
    expect(rig.stub.asked('B1')).toBe(0);
    expect(await drop({ brandName: 'ADA AND COMPANY INC' })).toMatchObject({ outcome: 'released' });
  });

  it('deletes a brand after its campaigns, once', async () => {
    rig.stub.brands.set('B1', { campaigns: 1 });
    expect(await drop()).toMatchObject({ outcome: 'blocked', reason: 'brand-has-campaigns', httpStatus: 400 });
    rig.stub.brands.get('B1')!.campaigns = 0;
    expect(await drop({ attempt: 2 })).toMatchObject({ outcome: 'released' });
    expect(await drop({ attempt: 3 })).toMatchObject({ outcome: 'already-gone' });
    expect(rig.stub.asked('B1')).toBe(2);
  });
});
