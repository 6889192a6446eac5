// One number, one account: in every race, from the purchase until it is removed, released, left or ported out, and never asked for on behalf of who has it no more.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Outcome } from '#carriers';
import type { Instant } from '#kernel';
import { eventually } from '../support/eventually.js';
import { refusal } from '../money/core.js';
import { D14, D30, E, inTests, rig, start, TellingCarrier, type Rig } from './rig.js';
import { moment } from '../stories/life.js';

jest.setTimeout(180_000);

let r: Rig;
beforeAll(async () => {
  r = await rig();
});
afterAll(() => r.close());
const { afterwards, next, subscribed, begin, paused, settled } = inTests(() => r, 'release-number');
const number = (): string => `+1206777${String(next()).padStart(4, '0')}`;
const taken = { refused: 'number_taken', detail: {} };
const day15 = moment('2026-05-15T00:00Z');

describe('a number that an account has', () => {
  it('is refused to every other one, before its plan is looked at, and it is not told whose it is', async () => {
    const [holder, other, without] = [await subscribed(), await subscribed(), await r.account(`account-${next()}`, start)];
    const e164 = number();
    await r.buy(holder.accountId, e164);
    for (const { accountId } of [other, without]) expect(await refusal(r.buy(accountId, e164))).toEqual(taken);
    expect(await refusal(r.buy(holder.accountId, e164))).toMatchObject({ refused: 'number_exists' });
    expect(await refusal(r.buy('nobody', e164))).toMatchObject({ refused: 'not_found' });
    expect([await r.numbers(holder.accountId), await r.numbers(other.accountId)]).toEqual([[`${e164} active`], []]);
  });

  it('was got by one of ten that bought it at the same time', async () => {
    const accounts = await Promise.all(Array.from({ length: 10 }, subscribed));
    const e164 = number();
    const answers = await Promise.all(accounts.map(({ accountId }) => refusal(r.buy(accountId, e164))));
    expect(answers.filter((answer) => answer === null || answer === 'accepted')).toHaveLength(1);
    expect(answers.filter((answer) => JSON.stringify(answer) === JSON.stringify(taken))).toHaveLength(9);
    const standing = (await Promise.all(accounts.map(({ accountId }) => r.numbers(accountId)))).flat();
    expect(standing).toEqual([`${e164} active`]);
  });

  it('is refused also to who looked for its holder just before it was bought', async () => {
    const [holder, other] = [await subscribed(), await subscribed()];
    const e164 = number();
    await r.buy(holder.accountId, e164);
    const ofNumber = jest.spyOn(r.holders, 'ofNumber').mockResolvedValueOnce(null).mockResolvedValueOnce(null);
    afterwards(() => ofNumber.mockRestore());
    expect(await refusal(r.buy(other.accountId, e164))).toEqual(taken);
    expect([ofNumber.mock.calls.length, await r.numbers(other.accountId)]).toEqual([2, []]);
  });

  it('stays its own while it is being released and while the carrier blocks that, and is free once it is released', async () => {
    const [holder, other] = [await subscribed(), await subscribed()];
    const [first, second] = [number(), number()];
    for (const e164 of [first, second]) await r.buy(holder.accountId, e164);
    const resume = await paused();
    await r.leave(holder, E, D14);
    for (const e164 of [first, second]) expect(await refusal(r.buy(other.accountId, e164))).toEqual(taken);
    const carrier = new TellingCarrier();
    carrier.answer = (e164) => (e164 === second ? { outcome: 'blocked', reason: 'deletion-lock' } : { outcome: 'released' });
    begin(carrier);
    await resume();
    await eventually('both are answered', async () => (await r.numbers(holder.accountId)).join() === `${first} released,${second} blocked`);
    expect([await r.holders.ofNumber(first), await r.holders.ofNumber(second)]).toMatchObject([null, { accountId: holder.accountId }]);
    await r.buy(other.accountId, first);
    expect(await refusal(r.buy(other.accountId, second))).toEqual(taken);
    expect(await r.numbers(other.accountId)).toEqual([`${first} active`]);
  });

  it('is free once it was taken to another carrier, or left alone, or removed and not ours', async () => {
    const [holder, other] = [await subscribed(), await subscribed()];
    const [away, ported, verified] = [number(), number(), number()];
    await r.buy(holder.accountId, away);
    await r.buy(holder.accountId, ported, 'ported');
    await r.buy(holder.accountId, verified, 'verified');
    await r.remove(holder.accountId, verified);
    await r.buy(other.accountId, verified);
    const carrier = new TellingCarrier();
    carrier.answer = () => ({ outcome: 'already-gone', reason: 'ported-out' });
    begin(carrier);
    await r.leave(holder, E, D14);
    await eventually('it is gone', async () => (await r.numbers(holder.accountId)).includes(`${away} ported-out`));
    for (const e164 of [away, ported]) await r.buy(other.accountId, e164);
    expect(await r.numbers(holder.accountId)).toEqual([`${away} ported-out`, `${ported} left`, `${verified} removed`]);
    expect([await r.numbers(other.accountId), carrier.asked]).toEqual([[verified, away, ported].map((e164) => `${e164} active`), [away]]);
  });

  it('is not asked for when the table of holders does not say that it is its own: it is blocked, and a person looks', async () => {
    const holder = await subscribed();
    const e164 = number();
    const numberId = await r.buy(holder.accountId, e164);
    await r.database.query('DELETE FROM sunset.holders WHERE subject = $1', [numberId]);
    const carrier = begin();
    await r.leave(holder, E, D14);
    await eventually('it is blocked', async () => (await r.numbers(holder.accountId)).join() === `${e164} blocked`);
    expect([carrier.asked, await r.whyBlocked(holder.accountId)]).toEqual([[], ['not_this_number']]);
  });
});

describe('who comes back', () => {
  it('keeps what was not asked for, and stays its holder', async () => {
    const [holder, other] = [await subscribed(), await subscribed()];
    const e164 = number();
    await r.buy(holder.accountId, e164);
    const resume = await paused();
    await r.leave(holder, E, D14);
    await r.comeBack(holder.accountId);
    expect(await refusal(r.buy(other.accountId, e164))).toEqual(taken);
    const carrier = begin();
    await resume();
    await eventually('nothing is open', settled(holder.accountId));
    expect([await r.numbers(holder.accountId), carrier.asked]).toEqual([[`${e164} active`], []]);
  });

  it('before anybody has written that it was left alone has it, and stays its holder', async () => {
    const [holder, other] = [await subscribed(), await subscribed()];
    const e164 = number();
    await r.buy(holder.accountId, e164, 'ported');
    await r.leave(holder, E);
    await holder.tick(day15);
    await r.comeBack(holder.accountId);
    expect(await r.numbers(holder.accountId)).toEqual([`${e164} active`]);
    expect(await refusal(r.buy(other.accountId, e164))).toEqual(taken);
    expect(await r.holders.ofNumber(e164)).toMatchObject({ accountId: holder.accountId, stands: true });
  });

  it('has what was left alone again, but not what somebody else has by now', async () => {
    const [holder, other] = [await subscribed(), await subscribed()];
    const [kept, gone] = [number(), number()];
    for (const e164 of [kept, gone]) await r.buy(holder.accountId, e164, 'ported');
    await r.leave(holder, E, D14);
    await r.buy(other.accountId, gone);
    await r.comeBack(holder.accountId);
    expect(await r.numbers(holder.accountId)).toEqual([`${kept} active`, `${gone} removed`]);
    expect(await refusal(r.buy(other.accountId, kept))).toEqual(taken);
    expect(await refusal(r.buy(holder.accountId, gone))).toEqual(taken);
  });

  it('and somebody who takes what was left alone at the same instant do not both have it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [holder, other] = [await subscribed(), await subscribed()];
      const e164 = number();
      await r.buy(holder.accountId, e164, 'ported');
      await r.leave(holder, E, D14);
      await Promise.all([r.comeBack(holder.accountId), refusal(r.buy(other.accountId, e164))]);
      const standing = [...(await r.numbers(holder.accountId)), ...(await r.numbers(other.accountId))].filter((one) => one === `${e164} active`);
      expect(standing).toHaveLength(1);
    }
  });

  it('does not take a number back that it had removed', async () => {
    const holder = await subscribed();
    const e164 = number();
    await r.buy(holder.accountId, e164);
    const resume = await paused();
    await r.leave(holder, E);
    await r.remove(holder.accountId, e164);
    await r.leave(holder, D14);
    await r.comeBack(holder.accountId);
    const carrier = begin();
    await resume();
    await eventually('it is given back', settled(holder.accountId));
    expect([await r.numbers(holder.accountId), carrier.asked]).toEqual([[`${e164} removed done`], [e164]]);
  });
});

describe('a removed number', () => {
  it.each<[string, readonly Instant[]]>([['while the plan runs', []], ['after the end', [E]], ['the day before its release', [E, moment('2026-05-13T00:00Z')]]])('%s is given back at once, and that is told', async (_, until) => {
    const holder = await subscribed();
    const e164 = number();
    await r.buy(holder.accountId, e164);
    if (until.length > 0) await r.leave(holder, ...until);
    const carrier = begin();
    await r.remove(holder.accountId, e164);
    await eventually('it is given back', async () => (await r.numbers(holder.accountId)).join() === `${e164} removed done`);
    expect([carrier.asked, await r.effectsOf(holder.accountId)]).toEqual([[e164], ['release-number done released']]);
    expect((await r.timeline(holder.accountId)).slice(-2)).toEqual(['A phone number was removed.', 'A phone number was released.']);
    await r.leave(holder, E, D14, D30);
    expect([carrier.asked, await r.numbers(holder.accountId)]).toEqual([[e164], [`${e164} removed done`]]);
  });

  it('that the carrier does not take back is blocked, seen, and free for whoever adds it: it is not asked for then, also when an operator tries', async () => {
    const [holder, other] = [await subscribed(), await subscribed()];
    const e164 = number();
    await r.buy(holder.accountId, e164);
    const carrier = new TellingCarrier();
    carrier.answer = () => ({ outcome: 'blocked', reason: 'deletion-lock' });
    begin(carrier);
    await r.remove(holder.accountId, e164);
    await eventually('it is blocked', async () => (await r.numbers(holder.accountId)).join() === `${e164} removed blocked`);
    await r.buy(other.accountId, e164);
    await eventually('its effect is void', settled(holder.accountId));
    expect([await r.numbers(holder.accountId), await r.numbers(other.accountId), carrier.asked]).toEqual([[`${e164} removed void`], [`${e164} active`], [e164]]);
    expect((await r.timeline(holder.accountId)).at(-1)).toBe('A removed phone number is in use again and is not given back.');
  });

  it.each(['another account', 'the account itself'])('that %s adds before anybody was asked is not given back', async (who) => {
    const holder = await subscribed();
    const next = who === 'another account' ? await subscribed() : holder;
    const e164 = number();
    await r.buy(holder.accountId, e164);
    const resume = await paused();
    await r.remove(holder.accountId, e164);
    await r.buy(next.accountId, e164);
    expect(await refusal(r.buy((await subscribed()).accountId, e164))).toEqual(taken);
    const carrier = begin();
    await resume();
    await eventually('its effect is void', settled(holder.accountId));
    expect([carrier.asked, (await r.numbers(holder.accountId))[0], (await r.numbers(next.accountId)).at(-1)]).toEqual([[], `${e164} removed void`, `${e164} active`]);
    expect((await r.holders.ofNumber(e164))?.accountId).toBe(next.accountId);
  });

  it('that is removed again by who took it over is given back once, for that account', async () => {
    const [holder, next] = [await subscribed(), await subscribed()];
    const e164 = number();
    await r.buy(holder.accountId, e164);
    const resume = await paused();
    await r.remove(holder.accountId, e164);
    await r.buy(next.accountId, e164);
    await r.remove(next.accountId, e164);
    const carrier = begin();
    await resume();
    await eventually('nothing is open', async () => (await settled(holder.accountId)()) && (await settled(next.accountId)()));
    expect([carrier.asked, await r.numbers(holder.accountId), await r.numbers(next.accountId)]).toEqual([[e164], [`${e164} removed void`], [`${e164} removed done`]]);
    expect(await r.holders.ofNumber(e164)).toBeNull();
  });

  it('that the carrier is just being asked for is not sold meanwhile, and is when the answer is there', async () => {
    const [holder, other] = [await subscribed(), await subscribed()];
    const e164 = number();
    await r.buy(holder.accountId, e164);
    let answer: ((outcome: Outcome) => void) | undefined;
    const carrier = new TellingCarrier();
    carrier.answer = () => new Promise<Outcome>((resolve) => (answer = resolve));
    afterwards(() => answer?.({ outcome: 'released' }));
    begin(carrier);
    await r.remove(holder.accountId, e164);
    await eventually('it is asked for', () => answer !== undefined);
    let sold = false;
    const buying = r.buy(other.accountId, e164).then(() => (sold = true));
    await expect(r.buy((await subscribed()).accountId, e164)).rejects.toThrow('is just being attempted');
    expect(sold).toBe(false);
    answer!({ outcome: 'released' });
    await eventually('it is given back', settled(holder.accountId));
    await buying.catch(() => r.buy(other.accountId, e164));
    expect([await r.numbers(holder.accountId), await r.numbers(other.accountId), carrier.asked]).toEqual([[`${e164} removed done`], [`${e164} active`], [e164]]);
  });

  it('that a lost worker may have given back is not sold before another one has found out', async () => {
    const [holder, other] = [await subscribed(), await subscribed()];
    const e164 = number();
    await r.buy(holder.accountId, e164);
    await r.remove(holder.accountId, e164);
    const [effect] = await r.effectQueries.forAccount(holder.accountId);
    await r.database.query(`UPDATE sunset.effects SET status = 'attempting', attempts = 1, lease_until = now() + interval '1 hour' WHERE effect_id = $1`, [effect!.effectId]);
    await r.database.query('INSERT INTO sunset.effect_attempts (effect_id, account_id, shard, attempt, started_at) VALUES ($1, $2, sunset.shard_of($2), 1, now())', [effect!.effectId, effect!.accountId]);
    await expect(r.buy(other.accountId, e164)).rejects.toThrow('is just being attempted');
    const resume = await paused();
    await r.database.query(`UPDATE sunset.effects SET lease_until = now() - interval '1 second' WHERE effect_id = $1`, [effect!.effectId]);
    const carrier = new TellingCarrier();
    carrier.answer = () => ({ outcome: 'already-gone' });
    begin(carrier);
    await eventually('the lease is over', async () => (await r.effectsOf(holder.accountId)).join() === 'release-number held unavailable');
    expect(await refusal(r.buy(other.accountId, e164))).toEqual(taken);
    await resume();
    await eventually('it is found gone', settled(holder.accountId));
    await r.buy(other.accountId, e164);
    expect(await r.numbers(holder.accountId)).toEqual([`${e164} removed done`]);
  });

  it('by who has it only for the moment between the two looks of a buyer is not sold unasked', async () => {
    const [holder, other] = [await subscribed(), await subscribed()];
    const e164 = number();
    await r.buy(holder.accountId, e164);
    const ofNumber = jest.spyOn(r.holders, 'ofNumber');
    afterwards(() => ofNumber.mockRestore());
    ofNumber.mockResolvedValueOnce(null).mockImplementationOnce(async () => {
      await r.database.apart(() => r.remove(holder.accountId, e164));
      return { accountId: holder.accountId, subject: (await r.effectQueries.forAccount(holder.accountId))[0]!.subject, stands: true };
    });
    expect(await refusal(r.buy(other.accountId, e164))).toEqual(taken);
    expect(await r.numbers(other.accountId)).toEqual([]);
  });

  it('is asked for or sold, whoever comes first, and never both', async () => {
    const carrier = begin();
    for (let round = 0; round < 12; round += 1) {
      const [holder, other] = [await subscribed(), await subscribed()];
      const e164 = number();
      const numberId = await r.buy(holder.accountId, e164);
      await r.remove(holder.accountId, e164);
      await r.buy(other.accountId, e164);
      const askedBefore = carrier.asked.includes(e164);
      await eventually('nothing is open', settled(holder.accountId));
      expect([numberId, carrier.asked.filter((one) => one === e164).length, await r.numbers(holder.accountId)]).toEqual([numberId, askedBefore ? 1 : 0, [`${e164} removed ${askedBefore ? 'done' : 'void'}`]]);
      expect(await r.numbers(other.accountId)).toEqual([`${e164} active`]);
    }
  });
});

describe('a number without a plan', () => {
  it('is not added, before the first plan as after the last', async () => {
    const { accountId } = await r.account(`account-${next()}`, start);
    expect(await refusal(r.buy(accountId, number()))).toMatchObject({ refused: 'no_open_plan' });
    const lapsed = await subscribed();
    await r.leave(lapsed, E, day15);
    expect(await refusal(r.buy(lapsed.accountId, number()))).toMatchObject({ refused: 'no_open_plan' });
    expect(await r.database.query('SELECT FROM sunset.holders WHERE account_id = ANY ($1)', [[accountId, lapsed.accountId]])).toEqual([]);
  });
});
