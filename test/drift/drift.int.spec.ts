// What a carrier lists against what accounts believe: each kind of disagreement is found, stands until it is seen no more, and nothing is changed by it.
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { purgeAll } from '../support/purging.js';
import { D14, D30, E, inTests } from '../holders/rig.js';
import { ListingTeller, number, registration, rig, type Rig } from './rig.js';

jest.setTimeout(180_000);

let r: Rig;
beforeAll(async () => {
  r = await rig();
});
afterAll(() => r.close());
const { next, subscribed, begin, settled } = inTests(() => r, 'release-number');

let numbers = 0;
const fresh = (): string => `+1206777${String((numbers += 1)).padStart(4, '0')}`;

/** What every test leaves behind is listed as it believes it, so that each finds its own alone. */
beforeEach(async () => {
  await r.database.query('DELETE FROM sunset.carrier_drift_findings');
  await r.database.query('DELETE FROM sunset.carrier_drift_runs');
  await r.database.query('DELETE FROM sunset.holders');
  await r.database.query('DELETE FROM sunset.former_holders');
  r.carrier.listed = [];
  r.carrier.listsLateMs = 0;
  r.carrier.answers.length = 0;
  r.carrier.places.length = 0;
  r.carrier.asked.length = 0;
});

const written = async (): Promise<readonly unknown[]> => [
  await r.database.query(`SELECT account_id, kind, subject, encode(hash, 'hex') AS hash, stands FROM sunset.holders ORDER BY 1, 2, 3`),
  await r.database.query('SELECT account_id, kind, subject FROM sunset.former_holders ORDER BY 1, 2, 3'),
  await r.database.query(`/* across accounts: lists of operators */ SELECT effect_id, status, next_attempt_at FROM sunset.effects ORDER BY effect_id`),
  await r.database.query(`/* across accounts: lists of operators */ SELECT count(*) AS count FROM sunset.events`),
];

/** An account whose number was released. */
async function released(e164: string): Promise<{ readonly accountId: string; readonly numberId: string }> {
  const account = await subscribed();
  const numberId = await r.buy(account.accountId, e164);
  begin();
  await r.leave(account, E, D14);
  await eventually('it is released', settled(account.accountId));
  return { accountId: account.accountId, numberId };
}

describe('where the carrier lists what we believe', () => {
  it('nothing is found, whichever page it stands on, and every request is one that reads', async () => {
    const { accountId } = await subscribed();
    const own = [fresh(), fresh(), fresh()];
    for (const e164 of own) await r.buyAs(accountId, e164, `PN${e164}`);
    r.carrier.listed = own.map((e164) => number(e164, `pn${e164}`));
    const run = await r.compare();
    expect([run.outcome, run.listed, run.compared, await r.standing()]).toEqual(['compared', 3, 3, []]);
    expect([r.carrier.places, r.carrier.asked]).toEqual([[null, '2'], []]);
    expect(await r.database.query('SELECT FROM sunset.carrier_drift_listed')).toEqual([]);
  });

  it('a verified caller id is not expected, nor is what was let go of, nor whoever is not told', async () => {
    const account = await subscribed();
    await r.buy(account.accountId, fresh(), 'verified');
    const ported = await r.buy(account.accountId, fresh(), 'ported');
    await r.compare();
    expect(await r.standing()).toEqual([`not-listed number ${account.accountId} ${ported}`]);
    await r.leave(account, E, D14);
    await r.compare();
    expect(await r.standing()).toEqual([]);
  });
});

describe('where it does not', () => {
  it('each disagreement is told for what it is, and nothing is changed by it', async () => {
    const gone = await released('+12067779001');
    const { accountId } = await subscribed();
    const missing = await r.buy(accountId, fresh());
    const other = fresh();
    const changed = await r.buyAs(accountId, other, 'PN-ours');
    const campaignId = `QE${next()}`;
    await r.apply(accountId, { campaignId });
    const before = await written();
    r.carrier.asked.length = 0;
    r.carrier.listed = [number('+12067779001', 'PN-1'), number('+12067779002', 'PN-2'), number(other, 'PN-theirs'), registration('campaign', `${campaignId}-nobody`), registration('campaign', campaignId, 'ended')];
    await r.compare();
    expect(await r.standing()).toEqual([
      `not-listed number ${accountId} ${missing}`,
      `other-id number ${accountId} ${changed}`,
      `still-listed number ${gone.accountId} ${gone.numberId}`,
      'unheld campaign ' + `${campaignId}-nobody`,
      'unheld number PN-2',
    ]);
    expect([await written(), r.carrier.asked]).toEqual([before, []]);
  });

  it('a registration that is active here and over there is found once it is active, and one that has expired here and is listed', async () => {
    const account = await subscribed();
    const [campaignId, brandId] = [`QE${next()}`, `BN${next()}`];
    await r.apply(account.accountId, { campaignId, brandId });
    r.carrier.listed = [registration('brand', brandId), registration('campaign', campaignId, 'ended')];
    await r.compare();
    expect(await r.standing()).toEqual([]);
    await account.ask({ type: 'ApproveTenDlc' });
    await r.compare();
    const registrationId = (await r.memberships.read(account.accountId)).state.tenDlc.registrationId!;
    expect(await r.standing()).toEqual([`ended-there campaign ${account.accountId} ${registrationId}`]);
    begin();
    await r.leave(account, E, D30);
    await eventually('both are ended', async () => (await r.effectsOf(account.accountId)).filter((one) => one.endsWith('done released')).length === 2);
    r.carrier.listed = [registration('brand', brandId), registration('campaign', campaignId)];
    await r.compare();
    expect(await r.standing()).toEqual([`still-listed brand ${account.accountId} ${registrationId}`, `still-listed campaign ${account.accountId} ${registrationId}`]);
  });

  it('it stands with when it was first and last seen, and is over when it is seen no more', async () => {
    const { accountId } = await subscribed();
    const e164 = fresh();
    await r.buy(accountId, e164);
    r.carrier.listed = [number('+12067779003', 'PN-3')];
    await r.compare();
    const [first] = await r.findings.list({ accountId }, { limit: 10 });
    await r.compare();
    const [again, ...more] = await r.findings.list({ accountId }, { limit: 10 });
    expect([again!.findingId, again!.firstSeenAt, again!.lastSeenAt > first!.lastSeenAt, more]).toEqual([first!.findingId, first!.firstSeenAt, true, []]);
    r.carrier.listed = [number(e164)];
    await r.compare();
    expect(await r.standing()).toEqual([]);
    const left = await r.findings.list({}, { limit: 10 });
    expect(left.map(({ finding, accountId: of, clearedAt }) => [finding, of, clearedAt !== null])).toEqual([['not-listed', accountId, true]]);
    expect(await r.findings.counts()).toEqual([]);
  });

  it('what only moved from page to page while it was listed is no disagreement', async () => {
    const { accountId } = await subscribed();
    const own = [fresh(), fresh(), fresh()];
    for (const e164 of own) await r.buy(accountId, e164);
    r.carrier.listed = own.map((e164) => number(e164));
    r.carrier.answers.push((page) => (page.outcome === 'listed' ? { ...page, listed: page.listed.slice(1) } : page));
    await r.compare();
    expect([await r.standing(), r.carrier.places.length]).toEqual([[], 4]);
  });

  it('what was bought or given up since may be listed late', async () => {
    await released('+12067779004');
    const { accountId } = await subscribed();
    await r.buy(accountId, fresh());
    r.carrier.listsLateMs = 3_600_000;
    r.carrier.listed = [number('+12067779004')];
    await r.compare();
    expect(await r.standing()).toEqual([]);
  });

  it('a real carrier knows nothing of accounts on test clocks', async () => {
    const { accountId } = await subscribed();
    await r.buy(accountId, fresh());
    const real = Object.assign(new ListingTeller(), { name: 'twilio' });
    expect((await r.compare(real)).outcome).toBe('compared');
    expect(await r.standing()).toEqual([]);
  });
});

describe('a carrier that cannot be listed', () => {
  it('is asked again, and where it does not answer nothing is compared and nothing is over', async () => {
    const { accountId } = await subscribed();
    const numberId = await r.buy(accountId, fresh());
    await r.compare();
    r.carrier.listed = [number('+12067779005'), number('+12067779006'), number('+12067779007')];
    for (let times = 0; times < 8; times += 1) r.carrier.answers.push((page) => (times === 0 ? page : { outcome: 'retry-later', afterMs: null, reason: 'server-error' }));
    for (let times = 0; times < 8; times += 1) r.carrier.answers.push(() => ({ outcome: 'retry-later', afterMs: null, reason: 'server-error' }));
    const run = await r.compare();
    expect([run.outcome, run.reason, (await r.standing()).filter((one) => one.startsWith('not'))]).toEqual(['failed', 'server-error', [`not-listed number ${accountId} ${numberId}`]]);
    r.carrier.answers.length = 0;
    r.carrier.answers.push(() => ({ outcome: 'retry-later', afterMs: 1, reason: 'rate-limited' }));
    expect((await r.compare()).outcome).toBe('compared');
  });

  it('is not asked again where it refuses us, or wants to be left alone for long', async () => {
    r.carrier.answers.push(() => ({ outcome: 'refused', reason: 'credentials' }));
    expect(await r.compare()).toMatchObject({ outcome: 'failed', reason: 'credentials' });
    r.carrier.answers.push(() => ({ outcome: 'retry-later', afterMs: 3_600_000, reason: 'rate-limited' }));
    expect(await r.compare()).toMatchObject({ outcome: 'failed', reason: 'rate-limited' });
    expect(r.carrier.places).toHaveLength(2);
  });

  it('that the adapter stumbles over is not listed: asked again, and then the run has failed', async () => {
    for (let times = 0; times < 20; times += 1) {
      r.carrier.answers.push(() => {
        throw new TypeError('nothing to read');
      });
    }
    expect(await r.compare()).toMatchObject({ outcome: 'failed', reason: 'answer-unreadable' });
  });

  it('that goes on where it was is not listed: asked again, and then the run has failed', async () => {
    r.carrier.listed = [number('+12067779005'), number('+12067779006'), number('+12067779007')];
    r.carrier.answers.push((page) => page);
    for (let times = 0; times < 20; times += 1) r.carrier.answers.push((page) => (page.outcome === 'listed' ? { ...page, next: '2' } : page));
    expect(await r.compare()).toMatchObject({ outcome: 'failed', reason: 'answer-unreadable' });
    expect(r.carrier.places).toEqual([null, ...Array.from({ length: 8 }, () => '2')]);
    expect(await r.standing()).toEqual(['unheld number +12067779005', 'unheld number +12067779006']);
  });

  it('says nothing of what it keeps from us', async () => {
    const account = await subscribed();
    await r.apply(account.accountId, { campaignId: `QE${next()}` });
    await account.ask({ type: 'ApproveTenDlc' });
    r.carrier.answers.push((page) => (page.outcome === 'listed' ? { ...page, withheld: ['campaign', 'brand'] } : page));
    expect(await r.compare()).toMatchObject({ outcome: 'compared', reason: 'registrations-withheld' });
    expect(await r.standing()).toEqual([]);
  });
});

describe('a run', () => {
  it('is one at a time, and whoever asks again is told of the one that is open', async () => {
    const [one, other] = [await r.runs.ask('sandbox', 'olga'), await r.runs.ask('sandbox', 'otto')];
    expect([other.runId, other.askedBy]).toEqual([one.runId, 'olga']);
    const [taken, ...more] = (await Promise.all([r.runs.take('sandbox', 0), r.runs.take('sandbox', 0)])).filter((run) => run !== null);
    expect([taken!.runId, more]).toEqual([one.runId, []]);
    expect(await r.runs.take('sandbox', 0)).toBeNull();
  });

  it('whose worker was lost is begun anew by another, and what the lost one still finds is not written', async () => {
    await r.runs.ask('sandbox', 'olga');
    r.carrier.listed = [number('+12067779008'), number('+12067779009'), number('+12067779010')];
    const lost = r.checker();
    await lost.round();
    await lost.round();
    await r.database.query(`UPDATE sunset.carrier_drift_runs SET lease_until = clock_timestamp() - interval '1 s'`);
    await r.database.query('DELETE FROM sunset.carrier_drift_findings');
    expect(await r.runs.take('sandbox', 0)).toMatchObject({ attempt: 2 });
    for (let rounds = 0; rounds < 3; rounds += 1) await lost.round();
    expect(await r.standing()).toEqual([]);
  });

  it('leaves the carrier to the effects after each page, for as long as a request takes there', async () => {
    await r.runs.ask('sandbox', 'olga');
    r.carrier.listed = [number('+12067779008'), number('+12067779009'), number('+12067779010')];
    const comparing = r.checker({ restMs: 7 });
    const waits: number[] = [];
    for (let rounds = 0; rounds < 4; rounds += 1) waits.push(await comparing.round());
    expect([waits, r.carrier.places]).toEqual([[0, 7, 0, 7], [null, '2']]);
    await comparing.stop();
  });

  it('begins by itself once in its time, by the clock of the database, or never', async () => {
    expect(await r.runs.take('sandbox', 0)).toBeNull();
    const run = await r.runs.take('sandbox', 3_600_000);
    await r.runs.end(run!, 'compared', null);
    expect(await r.runs.take('sandbox', 3_600_000)).toBeNull();
    await r.database.query(`UPDATE sunset.carrier_drift_runs SET asked_at = asked_at - interval '61 minutes'`);
    expect(await r.runs.take('sandbox', 3_600_000)).not.toBeNull();
  });
});

it('holds no number and no id in clear, and of a purged account nothing but its own name', async () => {
  const { accountId } = await released('+12067779011');
  r.carrier.listed = [number('+12067779011', 'PN-11'), number('+12067779012', 'PN-12')];
  await r.compare();
  const rows = await r.database.query('SELECT f::text AS whole FROM sunset.carrier_drift_findings f UNION ALL SELECT h::text FROM sunset.former_holders h');
  const text = rows.map(({ whole }) => String(whole)).join('\n');
  expect(text).toContain(accountId);
  for (const clear of ['2067779011', '2067779012', 'PN-11', 'PN-12', Buffer.from('PN-12').toString('hex'), Buffer.from('2067779012').toString('hex')]) expect(text).not.toContain(clear);
  expect(await purgeAll(r.holders, accountId, 3)).toMatchObject({ counts: { holders: 1 } });
  expect(await r.holders.counts(accountId)).toEqual({ holders: 0 });
  await r.compare();
  expect(await r.standing()).toEqual(['unheld number PN-11', 'unheld number PN-12']);
});
