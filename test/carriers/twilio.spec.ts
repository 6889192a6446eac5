// What only Twilio does: emergency addresses that have to go first, ids that might be another number's.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Report } from '#carriers';
import { allowing, campaignEnd, outcomeOf, release, type Rig, twilioRig, untilSettled } from './rigs.js';
import type { StubAnswer } from './stub-server.js';
import type { TwilioStub } from './twilio-stub.js';

const number = '+15005550001';
let rig: Rig<TwilioStub>;
beforeEach(async () => {
  rig = await twilioRig();
});
afterEach(async () => {
  await rig.stub.stop();
  expect(rig.stub.askedAgain).toEqual([]);
});

const ask = async (id: string | null, next: { attempt?: number; order?: string | null } = {}, by = rig.carrier): Promise<Report> => (await by.releaseNumbers([release(number, id, next)], allowing))[0]!;
const answering = (content: unknown): StubAnswer => ({ status: 200, body: JSON.stringify(content) });
const unreadable = { outcome: 'retry-later', reason: 'answer-unreadable' };
const methods = (): string[] => rig.stub.requests.map(({ method }) => method);

describe('an emergency address', () => {
  it('is unregistered first, waited for, and then the number is given up', async () => {
    const id = rig.stub.addNumber(number, 'registered');
    expect(outcomeOf(await ask(id))).toEqual({ outcome: 'in-progress', order: 'emergency-address' });
    expect(outcomeOf(await ask(id, { attempt: 2, order: 'emergency-address' }))).toEqual({ outcome: 'in-progress', order: 'emergency-address' });
    expect(methods()).toEqual(['GET', 'POST', 'GET']);
    rig.stub.finishUnregistration(id);
    expect((await ask(id, { attempt: 3, order: 'emergency-address' })).outcome).toBe('released');
    expect(rig.stub.asked(number)).toBe(1);
  });

  it('that cannot be unregistered blocks the number', async () => {
    const id = rig.stub.addNumber(number, 'registered');
    await ask(id);
    rig.stub.finishUnregistration(id, 'unregistration-failure');
    expect(outcomeOf(await ask(id, { attempt: 2, order: 'emergency-address' }))).toEqual({ outcome: 'blocked', reason: 'emergency-address', order: null });
    expect(rig.stub.asked(number)).toBe(0);
  });

  it('that stays registered is asked for again, and that is counted', async () => {
    const id = rig.stub.addNumber(number, 'registered');
    const record = { ...rig.stub.numbers.get(id)! };
    const orders = ['emergency-address', 'emergency-address'];
    expect(await ask(id)).toMatchObject({ outcome: 'in-progress', order: 'emergency-address' });
    for (const [index, order] of orders.entries()) {
      Object.assign(rig.stub.numbers.get(id)!, record);
      expect(outcomeOf(await ask(id, { attempt: index + 2, order }))).toEqual({ outcome: 'retry-later', afterMs: null, reason: 'order-incomplete', order: 'emergency-address' });
    }
    expect(methods()).toEqual(['GET', 'POST', 'GET', 'POST', 'GET', 'POST']);
    rig.stub.finishUnregistration(id);
    expect(await ask(id, { attempt: 4, order: 'emergency-address' })).toMatchObject({ outcome: 'released' });
  });

  it('that Twilio will not let go of blocks the number', async () => {
    rig.stub.keepsEmergencyAddresses = true;
    const report = await ask(rig.stub.addNumber(number, 'registered'));
    expect(report).toMatchObject({ outcome: 'blocked', reason: 'emergency-address', httpStatus: 400, providerCode: expect.any(String) });
    expect(rig.stub.asked(number)).toBe(0);
  });

  it('that is just being registered is waited for', async () => {
    const id = rig.stub.addNumber(number, 'pending-registration');
    expect(outcomeOf(await ask(id))).toEqual({ outcome: 'retry-later', afterMs: null, reason: 'emergency-address-pending', order: null });
    expect(methods()).toEqual(['GET']);
  });

  it('stays where the number is taken back', async () => {
    const id = rig.stub.addNumber(number, 'registered');
    const [report] = await rig.carrier.releaseNumbers([release(number, id)], { ...allowing, stillWanted: async () => [] });
    expect(report).toMatchObject({ outcome: 'retry-later', reason: 'taken-back' });
    expect(methods()).toEqual(['GET']);
  });

  it('that was never registered is in nobody’s way', async () => {
    expect((await ask(rig.stub.addNumber(number, 'registration-failure'))).outcome).toBe('released');
  });

  it('whose unregistration got no answer is looked at before it is asked for again', async () => {
    const id = rig.stub.addNumber(number, 'registered');
    rig.stub.fail('POST', number, 'silent-after');
    expect(await ask(id, {}, rig.impatient)).toMatchObject({ outcome: 'retry-later', reason: 'timeout' });
    expect(outcomeOf(await ask(id, { attempt: 2 }))).toEqual({ outcome: 'in-progress', order: 'emergency-address' });
    expect(methods()).toEqual(['GET', 'POST', 'GET']);
  });

  it('that is gone at once is known to be, though the number is not given up', async () => {
    rig.stub.unregistersAtOnce = true;
    const id = rig.stub.addNumber(number, 'registered');
    rig.stub.fail('DELETE', number, 'rate-limited');
    expect((await ask(id)).order).toBe('emergency-address');
    expect(outcomeOf(await ask(id, { attempt: 2, order: 'emergency-address' }))).toMatchObject({ outcome: 'retry-later', order: 'emergency-address' });
    expect((await ask(id, { attempt: 3, order: 'emergency-address' })).outcome).toBe('released');
  });

  it('stays known as ordered while Twilio is busy', async () => {
    const id = rig.stub.addNumber(number, 'registered');
    await ask(id);
    rig.stub.fail('GET', number, 'rate-limited');
    expect(outcomeOf(await ask(id, { attempt: 2, order: 'emergency-address' }))).toMatchObject({ outcome: 'retry-later', order: 'emergency-address' });
  });
});

it('gives up no other number than the one that was named', async () => {
  const id = rig.stub.addNumber('+15005550002');
  expect(await ask(id)).toMatchObject({ outcome: 'blocked', reason: 'not_this_number' });
  expect(rig.holds('+15005550002')).toBe(true);
  expect(rig.stub.asked('+15005550002')).toBe(0);
});

it.each([
  ['of another id', { sid: `PN${'f'.repeat(32)}` }, 'not_this_number'],
  ['of another account', { account_sid: `AC${'f'.repeat(32)}` }, 'in-another-account'],
])('gives nothing up by a record %s', async (_, shown, reason) => {
  const id = rig.stub.addNumber(number);
  Object.assign(rig.stub.numbers.get(id)!, shown);
  expect(await ask(id)).toMatchObject({ outcome: 'blocked', reason });
  expect(rig.stub.asked(number)).toBe(0);
});

it('does not call a number gone whose list is not found', async () => {
  rig.stub.hasNoList = true;
  expect(await ask(null)).toMatchObject({ outcome: 'refused', reason: 'rejected', httpStatus: 404 });
});

it('calls a 404 gone, with Twilio’s code', async () => {
  expect(await ask(`PN${'e'.repeat(32)}`)).toMatchObject({ outcome: 'already-gone', providerCode: '20404' });
  expect(methods()).toEqual(['GET', 'GET', 'GET']);
});

describe('a number that is not found', () => {
  const unknown = `PN${'e'.repeat(32)}`;
  const subaccount = (name: string, numbers: readonly string[] = [], status: 'active' | 'closed' = 'active') => ({ sid: `AC${name.padStart(32, '0')}`, status, numbers });

  it('under the id that was given is not gone while it has another', async () => {
    rig.stub.addNumber(number);
    expect(await ask(unknown)).toMatchObject({ outcome: 'blocked', reason: 'not_this_number' });
    expect(rig.stub.asked(number)).toBe(0);
  });

  it.each([['by its id', unknown], ['by the number', null]] as const)('here is not gone while a subaccount has it: %s', async (_, id) => {
    rig.stub.subaccounts.push(subaccount('1'), subaccount('2', [number]));
    for (const attempt of [1, 2]) expect(outcomeOf(await ask(id, { attempt }))).toEqual({ outcome: 'blocked', reason: 'in-another-account', order: null });
  });

  it('anywhere is gone', async () => {
    rig.stub.subaccounts.push(subaccount('1', [`${number}2`]), subaccount('2', [number], 'closed'));
    expect(await ask(unknown)).toMatchObject({ outcome: 'already-gone' });
  });

  it('is for a person where there are too many to look through', async () => {
    for (let count = 0; count < 51; count += 1) rig.stub.subaccounts.push(subaccount(String(count)));
    expect(await ask(unknown)).toMatchObject({ outcome: 'blocked', reason: 'not-found-here' });
    rig.stub.subaccounts.pop();
    expect(await ask(unknown)).toMatchObject({ outcome: 'already-gone' });
    for (let count = 0; count < 949; count += 1) rig.stub.subaccounts.push(subaccount(`c${count}`, [], 'closed'));
    expect(await ask(unknown)).toMatchObject({ outcome: 'blocked', reason: 'not-found-here' });
  });

  it.each(['accounts', 'sublist'].flatMap((list) => (['other-shape', 'other-list'] as const).map((other) => [list, other] as const)))('is not gone where the list of %s is not answered (%s)', async (list, other) => {
    rig.stub.subaccounts.push(subaccount('1'));
    rig.stub.fail('GET', list, other);
    expect(await ask(unknown)).toMatchObject({ outcome: 'retry-later', reason: 'answer-unreadable' });
    rig.stub.fail('GET', list, 'server-error');
    expect(await ask(unknown)).toMatchObject({ outcome: 'retry-later', reason: 'server-error' });
  });
});

describe('a list', () => {
  it('is the one that was asked for, whatever other stands before it', async () => {
    const record = rig.stub.numbers.get(rig.stub.addNumber(number));
    rig.stub.fail('GET', 'list', answering({ warnings: [], incoming_phone_numbers: [record] }));
    expect(await ask(null)).toMatchObject({ outcome: 'released' });
  });

  it.each([
    ['it is another', { meta: { key: 'services' }, services: [] }],
    ['it is said to be another', { meta: { key: 'services' }, services: [], incoming_phone_numbers: [] }],
    ['it goes on', { incoming_phone_numbers: [], next_page_uri: '/2010-04-01/Accounts.json?Page=1' }],
    ['it goes on as the younger ones do', { incoming_phone_numbers: [], meta: { next_page_url: 'https://api.twilio.com/2010-04-01/Accounts.json?Page=1' } }],
    ['one of it is nothing', { incoming_phone_numbers: [null] }],
    ['one of it has no number', { incoming_phone_numbers: [{ sid: `PN${'9'.repeat(32)}` }] }],
    ['one of it has another kind of number', { incoming_phone_numbers: [{ phone_number: '5005550001' }] }],
    ['there is nothing', null],
  ])('says of no number that it is gone where %s', async (_, content) => {
    for (const list of ['list', 'sublist']) {
      rig.stub.subaccounts.push({ sid: `AC${'1'.repeat(32)}`, status: 'active', numbers: [] });
      rig.stub.fail('GET', list, answering(content));
      expect(await ask(null)).toMatchObject(unreadable);
    }
  });

  it.each([
    ['nobody', {}],
    ['another', { sid: `AC${'1'.repeat(32)}`, status: 'closed' }],
  ])('of accounts says nothing where instead of ours it names %s', async (_, account) => {
    rig.stub.fail('GET', 'accounts', answering({ accounts: [account] }));
    expect(await ask(null)).toMatchObject(unreadable);
  });

  it('of accounts that goes on is for a person', async () => {
    rig.stub.fail('GET', 'accounts', answering({ accounts: [{ sid: rig.stub.accountSid }], next_page_uri: '/2010-04-01/Accounts.json?Page=1' }));
    expect(await ask(null)).toMatchObject({ outcome: 'blocked', reason: 'not-found-here' });
  });

  it.each([
    ['list', { meta: { key: 'services' }, services: [] }],
    ['list', { incoming_phone_numbers: [], meta: { next_page_url: 'onwards' } }],
    ['brands', { meta: { key: 'services' }, services: [] }],
    ['brands', { meta: { key: 'data' }, data: [null] }],
    ['services', { meta: { key: 'data' }, data: [] }],
    ['campaigns', { meta: { key: 'data' }, data: [] }],
    ['campaigns', null],
  ])('of %s is no list where it is %j', async (list, content) => {
    rig.stub.fail('GET', list, answering(content));
    let page = await rig.carrier.list(null);
    while (page.outcome === 'listed' && page.next !== null) page = await rig.carrier.list(page.next);
    expect(page).toMatchObject(unreadable);
  });
});

it.each([['', 200], ['null', 200], ['[]', 200], ['"yes"', 200], [undefined, 204]] as const)('takes an answer that holds no record (%j) for none', async (body, status) => {
  const nothing: StubAnswer = { status, ...(body !== undefined && { body }) };
  const id = rig.stub.addNumber(number, 'registered');
  const campaign = campaignEnd(rig.addCampaign());
  rig.stub.fail('GET', number, nothing);
  expect(await ask(id)).toMatchObject(unreadable);
  rig.stub.fail('POST', number, nothing);
  expect(await ask(id)).toMatchObject(unreadable);
  rig.stub.fail('GET', campaign.campaignId!, nothing);
  expect(await rig.carrier.endCampaign(campaign, allowing)).toMatchObject(unreadable);
});

it.each([{ sid: 5 }, { phone_number: 5 }, { account_sid: 5 }])('takes a record that is written otherwise (%j) for none', async (shown) => {
  const id = rig.stub.addNumber(number);
  Object.assign(rig.stub.numbers.get(id)!, shown);
  expect(await ask(id)).toMatchObject(unreadable);
});

const notFound: StubAnswer = { status: 404, body: '{"code":20404}' };

it('does not call a number gone that was just there; the next attempt looks for it', async () => {
  const id = rig.stub.addNumber(number);
  rig.stub.fail('DELETE', number, notFound);
  expect(await ask(id)).toMatchObject(unreadable);
  expect(await ask(id, { attempt: 2 })).toMatchObject({ outcome: 'released' });
});

describe('a campaign that is not found', () => {
  const campaignId = `QE${'c'.repeat(32)}`;
  const end = (): Promise<Report> => rig.carrier.endCampaign(campaignEnd({ messagingServiceSid: rig.stub.messagingServiceSid, campaignId }), allowing);

  it('is gone where the list of its service is answered without it', async () => {
    expect(await end()).toMatchObject({ outcome: 'already-gone', providerCode: '20404' });
    expect(rig.stub.requests.map(({ subjects }) => subjects)).toEqual([[campaignId], ['campaigns']]);
  });

  it.each(['GET', 'DELETE'])('by %s is not gone while it is listed', async (method) => {
    rig.addCampaign();
    rig.stub.fail(method, campaignId, notFound);
    expect(await end()).toMatchObject(unreadable);
  });

  it.each([
    ['is another', { meta: { key: 'services' }, services: [] }],
    ['goes on', { meta: { key: 'compliance', next_page_url: 'https://messaging.twilio.com/v1/Services/MG/Compliance/Usa2p?Page=1' }, compliance: [] }],
    ['holds what has no id', { meta: { key: 'compliance' }, compliance: [{}] }],
  ])('is not gone where the list %s', async (_, content) => {
    rig.stub.fail('GET', 'campaigns', answering(content));
    expect(await end()).toMatchObject(unreadable);
  });

  it('is not gone where the list is not found, either', async () => {
    rig.stub.fail('GET', 'campaigns', notFound);
    expect(await end()).toMatchObject({ outcome: 'refused', reason: 'rejected', httpStatus: 404 });
  });
});

it('ends no campaign of another messaging service', async () => {
  const campaign = campaignEnd(rig.addCampaign());
  expect(await rig.carrier.endCampaign({ ...campaign, messagingServiceSid: `MG${'6'.repeat(32)}` }, allowing)).toMatchObject({ outcome: 'blocked', reason: 'not_this_campaign' });
  expect(rig.stub.asked(campaign.campaignId!)).toBe(0);
  expect(await rig.carrier.endCampaign({ ...campaign, brandId: null }, allowing)).toMatchObject({ outcome: 'released' });
});

it.each(['other-shape', 'other-list'] as const)('takes an answer about something else (%s) for none', async (other) => {
  const id = rig.stub.addNumber(number);
  rig.stub.fail('GET', number, other);
  expect(await ask(id)).toMatchObject({ outcome: 'retry-later', reason: 'answer-unreadable' });
  rig.stub.fail('GET', 'list', other);
  expect(await ask(null)).toMatchObject({ outcome: 'retry-later', reason: 'answer-unreadable' });
  rig.stub.fail('DELETE', number, other);
  expect(await ask(id)).toMatchObject({ outcome: 'retry-later', reason: 'answer-unreadable' });
  expect(rig.holds(number)).toBe(true);
  expect((await untilSettled(rig, (next) => ask(id, next), { attempt: 2, order: null })).at(-1)!.outcome).toBe('released');
});

it('publishes no way to delete a brand', () => {
  expect('deleteBrand' in rig.carrier).toBe(false);
});
