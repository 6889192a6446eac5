// Campaigns and brands that several accounts use: one account's end never ends what another still uses, and what is in use again is left alone (R31).
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Outcome } from '#carriers';
import { eventually } from '../support/eventually.js';
import { hold } from '../support/hold.js';
import { refusal } from '../money/core.js';
import { D30, E, inTests, rig, TellingCarrier, type Rig } from './rig.js';

jest.setTimeout(180_000);

let r: Rig;
beforeAll(async () => {
  r = await rig();
});
afterAll(() => r.close());
const { afterwards, next, subscribed, begin, paused, settled } = inTests(() => r, 'end-campaign');
/** Ids of one registration, no others'. */
const fresh = () => {
  const id = next();
  return { messagingServiceSid: `MG${id}`, campaignId: `QE${id}`, brandId: `BN${id}` };
};

describe('what two accounts use', () => {
  it('is not ended when the first leaves, and is when the last does, the brand after its campaign', async () => {
    const [first, last] = [await subscribed(), await subscribed()];
    const ids = fresh();
    for (const { accountId } of [first, last]) await r.apply(accountId, ids);
    const carrier = begin();
    await r.leave(first, E, D30);
    await eventually('it is void', settled(first.accountId));
    expect([carrier.asked, await r.effectsOf(first.accountId)]).toEqual([[], ['end-campaign void unwanted']]);
    await r.leave(last, E, D30);
    await eventually('both are ended', async () => (await r.effectsOf(last.accountId)).join() === 'end-campaign done released,delete-brand done released');
    expect(carrier.asked).toEqual([ids.campaignId, ids.brandId]);
  });

  it('at the same time is ended once they have both left', async () => {
    const [first, last] = [await subscribed(), await subscribed()];
    const { campaignId } = fresh();
    for (const { accountId } of [first, last]) await r.apply(accountId, { campaignId });
    for (const account of [first, last]) await r.leave(account, E, D30);
    const carrier = begin();
    for (const { accountId } of [first, last]) await eventually('nothing is open', settled(accountId));
    expect(new Set(carrier.asked)).toEqual(new Set([campaignId]));
  });

  it.each<[string, (ids: ReturnType<typeof fresh>) => object, readonly ('campaignId' | 'brandId')[]]>([
    ['a messaging service', ({ messagingServiceSid }) => ({ messagingServiceSid }), []],
    ['a campaign', ({ campaignId }) => ({ campaignId }), []],
    ['a brand', ({ brandId }) => ({ brandId }), ['campaignId']],
    ['nothing', () => ({}), ['campaignId', 'brandId']],
  ])('is only what they share: %s', async (_, shared, ended) => {
    const [leaves, stays] = [await subscribed(), await subscribed()];
    const ids = fresh();
    await r.apply(leaves.accountId, ids);
    await r.apply(stays.accountId, { ...fresh(), ...shared(ids) });
    const carrier = begin();
    await r.leave(leaves, E, D30);
    await eventually('nothing is open', settled(leaves.accountId));
    if (ended.length > 0) await eventually('the brand was looked at', async () => (await r.effectsOf(leaves.accountId)).length === 2 && (await settled(leaves.accountId)()));
    expect(carrier.asked).toEqual(ended.map((id) => ids[id]));
  });
});

describe('a campaign or brand', () => {
  it('is not ended where no table says any more that the account has it: it is blocked, and a person looks', async () => {
    const leaves = await subscribed();
    const { campaignId } = fresh();
    await r.apply(leaves.accountId, { campaignId });
    await r.database.query('DELETE FROM sunset.holders WHERE account_id = $1', [leaves.accountId]);
    const carrier = begin();
    await r.leave(leaves, E, D30);
    await eventually('it is blocked', async () => (await r.effectsOf(leaves.accountId)).join() === 'end-campaign blocked refused');
    expect([carrier.asked, await r.whyBlocked(leaves.accountId)]).toEqual([[], ['not_this_campaign']]);
  });

  it('that somebody is just taking up when its campaign ends is not deleted', async () => {
    const [leaves, comes] = [await subscribed(), await subscribed()];
    const ids = fresh();
    await r.apply(leaves.accountId, ids);
    const resume = await paused();
    await r.leave(leaves, E, D30);
    const taken = await hold(r.database, () => r.holders.share({ accountId: comes.accountId, subject: 'registration' }, 'brand', ids.brandId));
    afterwards(taken);
    const carrier = begin();
    await resume();
    await eventually('its campaign is ended', () => carrier.asked.length > 0);
    await sleep(500);
    expect([carrier.asked, (await r.effectsOf(leaves.accountId)).join()]).toEqual([[ids.campaignId], 'end-campaign attempting']);
    await taken();
    await eventually('nothing is open', async () => (await r.effectsOf(leaves.accountId)).join() === 'end-campaign done released,delete-brand void unwanted');
    expect(carrier.asked).toEqual([ids.campaignId]);
  });
});

describe('what a later registration of the account goes on with', () => {
  it('is not ended with the older one, and ends with the later', async () => {
    const account = await subscribed();
    const ids = fresh();
    await r.apply(account.accountId, ids);
    const resume = await paused();
    await r.leave(account, E, D30);
    await r.comeBack(account.accountId);
    await r.apply(account.accountId, ids);
    const carrier = begin();
    await resume();
    await eventually('it is void', settled(account.accountId));
    expect([carrier.asked, await r.effectsOf(account.accountId)]).toEqual([[], ['end-campaign void unwanted']]);
  });

  it('cannot be what the carrier is just being asked to end, nor what it may have ended', async () => {
    const [account, other] = [await subscribed(), await subscribed()];
    const { campaignId } = fresh();
    await r.apply(account.accountId, { campaignId });
    let answer: ((outcome: Outcome) => void) | undefined;
    const carrier = new TellingCarrier();
    carrier.answer = () => new Promise<Outcome>((resolve) => (answer = resolve));
    afterwards(() => answer?.({ outcome: 'released' }));
    begin(carrier);
    await r.leave(account, E, D30);
    await eventually('it is asked', () => answer !== undefined);
    await r.comeBack(account.accountId);
    for (const { accountId } of [account, other]) await expect(r.apply(accountId, { campaignId })).rejects.toThrow('is just being attempted');
    answer!({ outcome: 'in-progress', order: 'o-1' });
    await eventually('it waits', async () => (await r.effectsOf(account.accountId)).join().includes('waiting'));
    for (const { accountId } of [account, other]) expect(await refusal(r.apply(accountId, { campaignId }))).toEqual({ refused: 'ten_dlc_ending', detail: {} });
    expect((await r.memberships.read(other.accountId)).state.tenDlc.status).toBe('none');
  });
});
