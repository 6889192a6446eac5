// Effects on test clocks, through the sandbox's carrier: attempts at their instants, in order, until nothing due is left.
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DeadlineConsumer, DeadlineWorker } from '#deadlines';
import { dayMs, instant, plusMs } from '#kernel';
import { effectAgenda, Effects, OperatorActs, Pauses, SandboxCarrier, SandboxFaults, type EffectsEngineSettings } from '../src/index.js';
import { accounts, allowing, ask, eventually, operator, rig, ScriptedCarrier, told } from './support.js';

jest.setTimeout(360_000);

const start = instant('2026-01-01T00:00:00Z');
const day = (count: number) => plusMs(start, count * dayMs);
const hash = async () => (subject: string) => createHmac('sha256', 'key').update(subject).digest('hex');
const number = '+12065550100';

const f = rig();
let faults: SandboxFaults;
let effects: Effects;
let clockId: string;
beforeEach(async () => {
  faults = new SandboxFaults(f.database, hash);
  effects = new Effects(f.database, 'sandbox');
  clockId = (await f.clocks.create(start)).testClockId;
});

/** The waits that production has, in the time of the account. */
function begin(settings: EffectsEngineSettings = {}): void {
  f.begin(new SandboxCarrier(f.database, hash), {
    backOff: { firstMs: 5_000, longestMs: 3_600_000 }, poll: { firstMs: 2_000, longestMs: 300_000 }, ...settings,
  });
  const driver = new DeadlineWorker(f.database, new DeadlineConsumer(f.database, async (due) => due.map(() => 'carried-out')), null, { agenda: effectAgenda(f.database) });
  driver.start();
  f.afterwards(() => driver.stop());
}

const put = (subjects: readonly string[], count = 14) =>
  effects.put('a', clockId, subjects.map((subject) => ({ kind: 'release-number', subject, generation: 1, dueAt: day(count) })));

async function advance(count: number) {
  await f.clocks.advance(clockId, day(count));
  return f.clocks.waitUntilReady(clockId, 120_000);
}

describe('on a test clock', () => {
  it('nothing is attempted a millisecond early, all is at its instant, and the clock is ready only then', async () => {
    await put(['+12065550100', '+12065550101', '+12065550102']);
    // Due before, so that a worker looks.
    await put(['+12065550109'], 13);
    begin();
    await f.clocks.advance(clockId, plusMs(day(14), -1));
    expect(await f.clocks.waitUntilReady(clockId, 120_000)).toMatchObject({ status: 'ready' });
    await sleep(300);
    expect((await told(f)).map(({ subject }) => subject)).toEqual(['+12065550109']);
    expect(await advance(14)).toMatchObject({ status: 'ready', now: day(14) });
    expect((await told(f)).map(({ outcome }) => outcome)).toEqual(['released', 'released', 'released', 'released']);
  });

  it('the clock stops at each further attempt, in order, and months pass', async () => {
    await faults.set(number, 'retry-later', 8);
    await faults.set('+12065550101', 'in-progress', 4);
    await faults.set('+12065550102', 'timeout-after-processing', 1);
    await faults.set('+12065550103', 'rate-limited', 2);
    await put([number, '+12065550101', '+12065550102', '+12065550103']);
    begin();
    expect(await advance(365)).toMatchObject({ status: 'ready', now: day(365) });
    expect(Object.fromEntries((await told(f)).map(({ subject, outcome }) => [subject, outcome]))).toEqual({
      [number]: 'released', '+12065550101': 'released', '+12065550102': 'already-gone', '+12065550103': 'released',
    });
    const all = await f.effectQueries.forAccount('a');
    expect(Object.fromEntries(all.map(({ subject, attempts }) => [subject, attempts]))).toEqual({
      [number]: 9, '+12065550101': 5, '+12065550102': 2, '+12065550103': 3,
    });
    expect(await faults.get('+12065550102')).toMatchObject({ requests: 2, releases: 1, fault: null });
  });

  it('what is due goes on while the clock of the database is in doubt, and takes nothing with it that is due by that one', async () => {
    await f.database.query(`INSERT INTO sunset.clock_stops (stop_id, cause, last_seen_at, stopped_at) VALUES (gen_random_uuid(), 'clock-forward', now(), now())`);
    await effects.put('in-real-time', null, [{ kind: 'release-number', subject: number, generation: 1, dueAt: start }]);
    begin();
    for (const [done, subject] of ['+12065550101', '+12065550102'].entries()) {
      await put([subject], 0);
      await eventually(`${subject} is given up`, async () => (await told(f)).length === done + 1);
    }
    expect(await f.effectQueries.forAccount('in-real-time')).toMatchObject([{ status: 'held', attempts: 0 }]);
  });

  it('an attempt that lies beyond the target waits for the next advance', async () => {
    await faults.set(number, 'rate-limited', 1);
    await put([number]);
    begin();
    expect(await advance(14)).toMatchObject({ status: 'ready' });
    const [waiting] = await f.effectQueries.forAccount('a');
    expect(waiting).toMatchObject({ status: 'pending', attempts: 1, lastOutcome: 'retry-later', nextAttemptAt: plusMs(day(14), 30_000) });
    await sleep(200);
    expect(await told(f)).toEqual([]);
    expect(await advance(15)).toMatchObject({ status: 'ready' });
    expect(await told(f)).toMatchObject([{ outcome: 'released' }]);
  });

  it.each([
    ['blocked', 'blocked', 'deletion-lock'],
    ['refused', 'blocked', 'rejected'],
    ['timeout', 'dead', 'timeout'],
    ['credentials', 'held', 'credentials'],
  ] as const)('what ends as %s keeps no clock', async (fault, status, reason) => {
    await faults.set(number, fault, null);
    await put([number]);
    begin({ attemptsMost: 4 });
    expect(await advance(20)).toMatchObject({ status: 'ready', now: day(20) });
    expect(await f.effectQueries.forAccount('a')).toMatchObject([{ status, reason }]);
    expect((await told(f)).map((one) => one.reason)).toEqual(status === 'blocked' ? [reason] : []);
    await faults.clear(number);
    const { effectId } = (await f.effectQueries.forAccount('a'))[0]!;
    if (status === 'held') {
      const [pause] = await new Pauses(f.database).inForce();
      await new Pauses(f.database).resume(pause!.pauseId, 'new token', operator.actor);
    } else {
      await new OperatorActs(f.database, accounts(f.database)).retry(effectId, 'mended', operator);
    }
    await eventually('released, though the clock stands', async () => (await told(f)).at(-1)?.outcome === 'released');
    expect(await faults.get(number)).toMatchObject({ releases: 1 });
  });

  it('the clock waits while an attempt is under way or its worker is lost', async () => {
    await put([number]);
    await f.database.query(`UPDATE sunset.effects SET status = 'attempting', attempts = 1, lease_until = now() + interval '1 hour'`);
    begin();
    await f.clocks.advance(clockId, day(14));
    const { testClockId: idle } = await f.clocks.create(start);
    await f.clocks.advance(idle, day(14));
    expect(await f.clocks.waitUntilReady(idle, 120_000)).toMatchObject({ status: 'ready' });
    expect(await f.clocks.waitUntilReady(clockId, 400)).toMatchObject({ status: 'advancing' });
    await f.database.query(`UPDATE sunset.effects SET lease_until = now()`);
    expect(await f.clocks.waitUntilReady(clockId, 120_000)).toMatchObject({ status: 'ready' });
    expect(await told(f)).toMatchObject([{ outcome: 'released' }]);
  });
});

describe('beside a real carrier', () => {
  it('the sandbox’s serves the accounts on test clocks, and nobody else', async () => {
    const [real, sandbox] = [new ScriptedCarrier(), new ScriptedCarrier()];
    sandbox.name = 'sandbox';
    await ask(f, 'real', ['+12065550101']);
    await f.effects.put('a', clockId, [{ kind: 'release-number', subject: number, generation: 1, dueAt: day(0) }, { kind: 'end-campaign', subject: 'QE1', generation: 1, dueAt: day(0) }]);
    // Asked for while the sandbox's carrier was everybody's.
    await effects.put('former', null, [{ kind: 'release-number', subject: '+12065550102', generation: 1, dueAt: day(0) }]);
    f.begin(real, { onTestClocks: sandbox });
    await eventually('all others are done', async () => (await told(f)).length === 3);
    expect([real.asked, sandbox.asked].map((asked) => asked.map(({ subject }) => subject).sort())).toEqual([['+12065550101'], [number, 'QE1']]);
    expect(await f.effectQueries.forAccount('former')).toMatchObject([{ carrier: 'sandbox', status: 'pending', attempts: 0 }]);
    expect((await f.effectQueries.forAccount('a')).map(({ carrier }) => carrier)).toEqual(['sandbox', 'sandbox']);
  });

  it('nothing on a test clock can be meant for it', async () => {
    await put([number]);
    await expect(f.database.query(`UPDATE sunset.effects SET carrier = 'telnyx'`)).rejects.toThrow('effects_test_clock_sandbox');
  });
});

describe("the sandbox's carrier", () => {
  it.each(['already-gone', 'in-progress', 'blocked', 'not-this-number', 'retry-later', 'refused', 'credentials', 'rate-limited', 'timeout'] as const)(
    'says %s as often as it was told to, and gives up nothing meanwhile', async (fault) => {
      const carrier = new SandboxCarrier(f.database, hash);
      const request = { idempotencyKey: 'key', e164: number, carrierNumberId: null, order: null, attempt: 1 };
      expect(await faults.set(number, fault, 2)).toMatchObject({ fault, timesLeft: 2, requests: 0, releases: 0, releasedAt: null });
      const outcomes: string[] = [];
      for (let times = 0; times < 4; times += 1) outcomes.push((await carrier.releaseNumbers([request], allowing))[0]!.outcome);
      const said = { credentials: 'refused', 'rate-limited': 'retry-later', timeout: 'retry-later', 'not-this-number': 'blocked' }[fault as string] ?? fault;
      expect(outcomes).toEqual([said, said, 'released', 'already-gone']);
      expect(await faults.get(number)).toMatchObject({ fault: null, timesLeft: null, requests: 4, releases: 1 });
    });

  it('keeps no number in the clear', async () => {
    const another = '+12065550101';
    await faults.set(number, 'blocked', null);
    const requests = [number, another].map((e164) => ({ idempotencyKey: `key of ${e164.slice(-1)}`, e164, carrierNumberId: `PN${e164}`, order: null, attempt: 1 }));
    expect(await new SandboxCarrier(f.database, hash).releaseNumbers(requests, allowing)).toMatchObject([{ outcome: 'blocked' }, { outcome: 'released' }]);
    for (const table of ['faults', 'requests', 'releases']) {
      const rows = await f.database.query(`SELECT * FROM sunset.sandbox_carrier_${table}`);
      expect(rows.length).toBeGreaterThan(0);
      for (const clear of [number, another]) expect(JSON.stringify(rows)).not.toContain(clear.slice(2));
    }
  });

  it('gives up no number under an id that is another’s', async () => {
    const carrier = new SandboxCarrier(f.database, hash);
    const under = (e164: string, carrierNumberId: string) => ({ idempotencyKey: `${e164} ${carrierNumberId}`, e164, carrierNumberId, order: null, attempt: 1 });
    const [other, third] = ['+12065550101', '+12065550102'];
    const reports = await carrier.releaseNumbers([under(number, other), under(number, number.slice(1)), under(other, 'PN1'), under(third, 'PN1'), under(other, 'PN1')], allowing);
    const no = { outcome: 'blocked', reason: 'not_this_number' };
    expect(reports).toMatchObject([no, { outcome: 'released' }, { outcome: 'released' }, no, { outcome: 'already-gone' }]);
    expect(await faults.get(third)).toMatchObject({ releases: 0 });
  });

  it('gives up nothing that is taken back', async () => {
    const refusing = { ...allowing, stillWanted: async () => [] };
    const carrier = new SandboxCarrier(f.database, hash);
    const attempt = { idempotencyKey: 'key', order: null, attempt: 1, brandName: 'Acme' };
    const reports = [
      ...(await carrier.releaseNumbers([{ ...attempt, e164: number, carrierNumberId: null }], refusing)),
      await carrier.endCampaign({ ...attempt, messagingServiceSid: null, campaignId: 'QE1', brandId: null }, refusing),
      await carrier.deleteBrand({ ...attempt, brandId: 'BN1' }, refusing),
    ];
    expect(reports).toMatchObject(reports.map(() => ({ outcome: 'retry-later', reason: 'taken-back' })));
    expect((await Promise.all([number, 'QE1', 'BN1'].map((one) => faults.get(one)))).map(({ releases }) => releases)).toEqual([0, 0, 0]);
  });

  it('forgets what it gave up for an account that is purged, in every round, and nothing of another', async () => {
    const numbers = ['+12065550107', '+12065550108', '+12065550109'] as const;
    await put(numbers.slice(0, 2));
    await effects.put('b', clockId, [{ kind: 'release-number', subject: numbers[2], generation: 1, dueAt: day(14) }]);
    await f.database.query(`UPDATE sunset.effects SET round = 1 WHERE subject = $1`, [numbers[1]]);
    const keys = (await f.database.query<{ id: string }>('SELECT effect_id AS id FROM sunset.effects ORDER BY subject')).map(({ id }) => id);
    const asked = [[keys[0]!, numbers[0]], [keys[1]!, numbers[1]], [`${keys[1]}-1`, numbers[1]], [keys[2]!, numbers[2]]] as const;
    const carrier = new SandboxCarrier(f.database, hash);
    for (const [idempotencyKey, e164] of asked) await carrier.releaseNumbers([{ idempotencyKey, e164, carrierNumberId: null, order: null, attempt: 1 }], allowing);
    const known = async () => (await Promise.all(numbers.map((one) => faults.get(one)))).map(({ requests, releases }) => [requests, releases]);
    expect(await known()).toEqual([[1, 1], [2, 2], [1, 1]]);
    await effects.forget('a');
    expect(await known()).toEqual([[0, 0], [0, 0], [1, 1]]);
  });

  it('ends campaigns and deletes brands alike, with faults by their id', async () => {
    const carrier = new SandboxCarrier(f.database, hash);
    const attempt = { idempotencyKey: 'key', order: null, attempt: 1, brandName: 'Acme' };
    await faults.set('QE1', 'blocked', 1);
    expect(await carrier.endCampaign({ ...attempt, messagingServiceSid: 'MG1', campaignId: 'QE1', brandId: null }, allowing)).toMatchObject({ outcome: 'blocked' });
    expect(await carrier.endCampaign({ ...attempt, messagingServiceSid: 'MG1', campaignId: 'QE1', brandId: null }, allowing)).toMatchObject({ outcome: 'released' });
    expect(await carrier.endCampaign({ ...attempt, idempotencyKey: 'other', messagingServiceSid: null, campaignId: null, brandId: null }, allowing)).toMatchObject({ outcome: 'released' });
    expect(await carrier.deleteBrand({ ...attempt, idempotencyKey: 'third', brandId: 'BN1' }, allowing)).toMatchObject({ outcome: 'released' });
  });
});
