// What carriers list: every page of it, in requests that change nothing; and what went wrong is no list.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Listed, ListedPage, ListingCarrier } from '#carriers';
import { BandwidthStub } from './bandwidth-stub.js';
import { type Rig, rigs } from './rigs.js';
import type { Fault } from './stub-server.js';

const numbers = ['+15005550001', '+15005550002', '+15005550003'];

async function all(carrier: ListingCarrier): Promise<{ readonly listed: readonly Listed[]; readonly calls: number; readonly withheld: readonly string[] }> {
  const listed: Listed[] = [];
  const withheld: string[] = [];
  let place: string | null = null;
  for (let calls = 1; ; calls += 1) {
    const page: ListedPage = await carrier.list(place);
    if (page.outcome !== 'listed') throw new Error(JSON.stringify(page));
    listed.push(...page.listed);
    withheld.push(...page.withheld);
    place = page.next;
    if (place === null) return { listed, calls, withheld };
  }
}

describe.each(Object.entries(rigs))('%s', (_name, start) => {
  let rig: Rig;
  let ids: (string | null)[];
  beforeEach(async () => {
    rig = await start();
    ids = numbers.map((e164) => rig.addNumber(e164));
  });
  afterEach(async () => {
    await rig.stub.stop();
    expect(rig.stub.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('lists all numbers with their ids, over as many pages as there are, a request a call', async () => {
    rig.stub.pageMost = 2;
    const { listed, calls } = await all(rig.carrier);
    expect(listed.filter(({ kind }) => kind === 'number')).toEqual(numbers.map((e164, index) => ({ kind: 'number', names: [e164], carrierNumberId: ids[index], status: 'in-use' })));
    expect(rig.stub.requests).toHaveLength(calls);
  });

  it('lists campaigns and brands under their ids', async () => {
    const { campaignId, brandId } = rig.addCampaign();
    rig.addBrand?.(brandId!);
    const { listed } = await all(rig.carrier);
    const found = listed.filter(({ kind }) => kind !== 'number').map(({ kind, names, status }) => [kind, names[0], status]);
    expect(found).toEqual(expect.arrayContaining([['campaign', campaignId, 'in-use'], ['brand', brandId, 'in-use']]));
    expect(found).toHaveLength(2);
  });

  it('goes on from where it was, whoever asks', async () => {
    rig.stub.pageMost = 2;
    const first = await rig.carrier.list(null);
    const again = await Promise.all([rig.carrier, rig.impatient].map((carrier) => carrier.list(first.outcome === 'listed' ? first.next : '')));
    expect(again[0]).toEqual(again[1]);
    expect(again[0]).toMatchObject({ outcome: 'listed', listed: [{ names: [numbers[2]] }] });
  });

  it.each<[Fault, object]>([
    ['rate-limited-for-7-seconds', { outcome: 'retry-later', afterMs: 7000, reason: 'rate-limited' }],
    ['server-error', { outcome: 'retry-later', afterMs: null, reason: 'server-error' }],
    ['reset-before', { outcome: 'retry-later', afterMs: null, reason: 'connection-lost' }],
    ['redirect', { outcome: 'refused', reason: 'redirected' }],
    ['other-shape', { outcome: 'retry-later', afterMs: null, reason: 'answer-unreadable' }],
    ['other-list', { outcome: 'retry-later', afterMs: null, reason: 'answer-unreadable' }],
    ['garbage', { outcome: 'retry-later', afterMs: null, reason: 'answer-unreadable' }],
    ['endless', { outcome: 'retry-later', afterMs: null, reason: 'answer-too-large' }],
  ])('%s: no list, and asked again it is one', async (fault, outcome) => {
    rig.stub.fail('GET', 'list', fault);
    expect(await rig.carrier.list(null)).toEqual(outcome);
    expect((await all(rig.carrier)).listed.filter(({ kind }) => kind === 'number')).toHaveLength(numbers.length);
  });

  it('says that its credentials are refused', async () => {
    rig.stub.credentials = 'revoked';
    expect(await rig.carrier.list(null)).toEqual({ outcome: 'refused', reason: 'credentials' });
  });

  it('takes no answer of another server for an empty list', async () => {
    rig.stub.astray = true;
    expect(await rig.carrier.list(null)).toMatchObject({ outcome: 'refused', reason: 'rejected' });
  });
});

it('numbers are listed where registrations may not be seen, which is said', async () => {
  const rig = await rigs.bandwidth();
  rig.addNumber(numbers[0]!);
  rig.addCampaign();
  if (rig.stub instanceof BandwidthStub) rig.stub.noRegistrations = true;
  const { listed, withheld } = await all(rig.carrier);
  await rig.stub.stop();
  expect([listed.map(({ names }) => names[0]), withheld]).toEqual([[numbers[0]], ['brand', 'campaign']]);
});
