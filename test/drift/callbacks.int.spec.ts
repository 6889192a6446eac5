// What becomes of what a carrier calls back with: what waits is asked for again, and the carrier's own record decides; what contradicts us is a finding; nothing else happens.
import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { CarrierCallbacks, type CallbackResult } from '#application';
import { deleteExpiredCallbacks } from '#carrier-drift';
import type { ToldByCarrier } from '#carriers';
import { eventually } from '../support/eventually.js';
import { D14, D30, E, inTests, TellingCarrier } from '../holders/rig.js';
import { rig, type Rig } from './rig.js';

jest.setTimeout(180_000);

let r: Rig;
let callbacks: CarrierCallbacks;
beforeAll(async () => {
  r = await rig();
  callbacks = r.context.get(CarrierCallbacks);
});
afterAll(() => r.close());
beforeEach(() => r.database.query('DELETE FROM sunset.carrier_drift_findings'));
const { next, subscribed, begin, paused } = inTests(() => r, 'release-number');

let bodies = 0;
const hear = (told: ToldByCarrier, body = `callback ${(bodies += 1)}`): Promise<CallbackResult> => callbacks.hear('sandbox', Buffer.from(body), [told]);
const gone = (e164: string): ToldByCarrier => ({ kind: 'number', names: [e164], became: 'gone' });
const fresh = (): string => `+1206778${String(next()).padStart(4, '0')}`;

/** An account with a number whose carrier is at work on giving it up, and wants to be asked again in hours. */
async function waiting(): Promise<{ readonly accountId: string; readonly e164: string; readonly carrier: TellingCarrier }> {
  const account = await subscribed();
  const e164 = fresh();
  await r.buy(account.accountId, e164);
  const carrier = new TellingCarrier();
  carrier.answer = () => ({ outcome: 'in-progress', order: `order-${e164}` });
  begin(carrier);
  await r.leave(account, E, D14);
  await eventually('it waits', async () => (await r.effectsOf(account.accountId)).join() === 'release-number waiting in-progress');
  await r.database.query(`UPDATE sunset.effects SET next_attempt_at = next_attempt_at + interval '6 hours', queue_at = queue_at + interval '6 hours' WHERE shard = sunset.shard_of($1) AND account_id = $1`, [account.accountId]);
  return { accountId: account.accountId, e164, carrier };
}

it('what waits is asked for again at once, and settled by what the carrier then says, not by what it called back with', async () => {
  const { accountId, e164, carrier } = await waiting();
  const asked = carrier.asked.length;
  expect(await hear(gone(e164))).toEqual({ repeated: false, lookedAgain: 1, findings: 0 });
  await eventually('it is asked again', () => carrier.asked.length > asked);
  await eventually('it waits on', async () => (await r.effectsOf(accountId)).join() === 'release-number waiting in-progress');
  carrier.answer = () => ({ outcome: 'released' });
  await r.database.query(`UPDATE sunset.effects SET next_attempt_at = next_attempt_at + interval '6 hours' WHERE shard = sunset.shard_of($1) AND account_id = $1 AND status = 'waiting'`, [accountId]);
  await hear({ order: `order-${e164}` });
  await eventually('it is settled', async () => (await r.effectsOf(accountId)).join() === 'release-number done released');
});

it('one that comes again is heard once', async () => {
  const { e164 } = await waiting();
  expect(await hear(gone(e164), 'the same')).toMatchObject({ repeated: false, lookedAgain: 1 });
  expect(await hear(gone(e164), 'the same')).toEqual({ repeated: true, lookedAgain: 0, findings: 0 });
});

it('one that was heard is forgotten after two days, and not before', async () => {
  await r.database.query('DELETE FROM sunset.carrier_callbacks');
  const age = (hours: number) => r.database.query(`UPDATE sunset.carrier_callbacks SET received_at = received_at - $1 * interval '1 hour'`, [hours]);
  await hear({ order: 'unknown' }, 'heard before');
  await age(2);
  await hear({ order: 'unknown' }, 'heard then');
  await age(47);
  expect(await deleteExpiredCallbacks(r.database, 10)).toBe(1);
  expect([await hear({ order: 'unknown' }, 'heard then'), await hear({ order: 'unknown' }, 'heard before')].map(({ repeated }) => repeated)).toEqual([true, false]);
});

it('a number that is in use here and gone there is a finding; nothing is released, and the carrier is asked for nothing', async () => {
  const { accountId } = await subscribed();
  const e164 = fresh();
  const numberId = await r.buy(accountId, e164);
  const carrier = begin();
  expect(await hear(gone(e164))).toEqual({ repeated: false, lookedAgain: 0, findings: 1 });
  expect(await hear(gone(e164))).toEqual({ repeated: false, lookedAgain: 0, findings: 0 });
  expect([await r.standing(), await r.numbers(accountId), await r.effectsOf(accountId), carrier.asked.includes(e164)]).toEqual([[`not-listed number ${accountId} ${numberId}`], [`${e164} active`], [], false]);
  expect((await r.findings.list({}, { limit: 1 }))[0]!.toldBy).toBe('callback');
});

it('what was never asked for, or is not due, is not asked for by it', async () => {
  const account = await subscribed();
  const e164 = fresh();
  await r.buy(account.accountId, e164);
  const resume = await paused();
  await r.leave(account, E, D14);
  const before = await r.database.query(`SELECT status, attempts, next_attempt_at FROM sunset.effects WHERE shard = sunset.shard_of($1) AND account_id = $1`, [account.accountId]);
  expect(await hear(gone(e164))).toMatchObject({ lookedAgain: 0 });
  expect(await r.database.query(`SELECT status, attempts, next_attempt_at FROM sunset.effects WHERE shard = sunset.shard_of($1) AND account_id = $1`, [account.accountId])).toEqual(before);
  await resume();
});

it('a registration that is active here and ended there is a finding, found by its messaging service too', async () => {
  const account = await subscribed();
  const ids = { messagingServiceSid: `MG${next()}`, campaignId: `QE${next()}` };
  await r.apply(account.accountId, ids);
  const ended: ToldByCarrier = { kind: 'messaging-service', names: [ids.messagingServiceSid], became: 'ended' };
  expect(await hear(ended)).toMatchObject({ findings: 0 });
  await account.ask({ type: 'ApproveTenDlc' });
  expect(await hear(ended)).toMatchObject({ findings: 1 });
  expect(await hear({ kind: 'campaign', names: [ids.campaignId], became: 'in-use' })).toMatchObject({ findings: 0 });
  const { registrationId } = (await r.memberships.read(account.accountId)).state.tenDlc;
  expect(await r.standing()).toEqual([`ended-there campaign ${account.accountId} ${registrationId}`]);
});

it('a campaign that has expired here and is approved there is a finding', async () => {
  const account = await subscribed();
  const campaignId = `QE${next()}`;
  await r.apply(account.accountId, { campaignId });
  await account.ask({ type: 'ApproveTenDlc' });
  begin();
  await r.leave(account, E, D30);
  await eventually('it is ended', async () => (await r.effectsOf(account.accountId)).join() === 'end-campaign done released');
  expect(await hear({ kind: 'campaign', names: [campaignId], became: 'in-use' })).toMatchObject({ findings: 1 });
});

it('what nobody here has, or knows, says nothing', async () => {
  expect(await hear(gone('+12067789999'))).toEqual({ repeated: false, lookedAgain: 0, findings: 0 });
  expect(await hear({ order: 'unknown' })).toEqual({ repeated: false, lookedAgain: 0, findings: 0 });
  const rows = await r.database.query('SELECT c::text AS whole FROM sunset.carrier_callbacks c');
  expect(rows.length).toBeGreaterThan(0);
  for (const clear of ['callback ', Buffer.from('callback ').toString('hex')]) expect(rows.map(({ whole }) => String(whole)).join()).not.toContain(clear);
});
