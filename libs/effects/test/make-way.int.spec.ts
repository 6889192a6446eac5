// What an effect is about is taken over by somebody else: before a carrier was asked, while it is, and after it answered. And what the carrier must not be asked.
import { describe, expect, it, jest } from '@jest/globals';
import type { Report } from '#carriers';
import { Pauses } from '../src/index.js';
import { ask, eventually, operator, rig, ScriptedCarrier, told } from './support.js';
import { hold } from '../../../test/support/hold.js';

jest.setTimeout(180_000);

const f = rig();

const only = async () => (await f.effectQueries.forAccount('a'))[0]!;
const makeWay = () => f.database.transaction(() => f.effects.makeWay('a', 'release-number', 'n'));
const unwanted = { resolve: async () => null };

describe('a carrier that was not asked', () => {
  it('never is: the effect is taken up once more, and nobody wants it', async () => {
    const carrier = new ScriptedCarrier();
    await ask(f, 'a', ['n']);
    expect(await makeWay()).toBe('free');
    f.begin(carrier, {}, { commands: unwanted });
    await eventually('void', async () => (await only()).status === 'void');
    expect(carrier.asked).toEqual([]);
  });

  it('is not until the transaction ends that takes over: no worker takes the effect up', async () => {
    const carrier = new ScriptedCarrier();
    await ask(f, 'a', ['n']);
    const letGo = await hold(f.database, () => f.effects.makeWay('a', 'release-number', 'n'));
    f.begin(carrier);
    await ask(f, 'b', ['m']);
    await eventually('others are done', async () => (await told(f)).length === 1);
    expect([(await only()).status, carrier.asked.map(({ subject }) => subject)]).toEqual(['pending', ['m']]);
    await letGo();
    await eventually('done', async () => (await told(f)).length === 2);
  });

  it('races with who takes over, and for each effect exactly one of them wins', async () => {
    for (let round = 0; round < 20; round += 1) await ask(f, `a${round}`, ['n']);
    const taken = new Set<string>();
    const asked = new Set<string>();
    const carrier = new ScriptedCarrier();
    carrier.requestsPerSecond = 100;
    const takeOver = async (round: number) => {
      const way = await f.database.transaction(async () => {
        const answer = await f.effects.makeWay(`a${round}`, 'release-number', 'n');
        if (answer === 'free' && (await f.effectQueries.forAccount(`a${round}`))[0]!.status === 'pending') taken.add(`a${round}`);
        return answer;
      });
      if (way !== 'free') expect(taken.has(`a${round}`)).toBe(false);
    };
    // One that has won before, however fast the workers are.
    await takeOver(19);
    f.begin(carrier, {}, {
      commands: { resolve: async ({ accountId }) => {
        if (taken.has(accountId)) return null;
        asked.add(accountId);
        return { kind: 'release-number', e164: accountId, carrierNumberId: null };
      } },
    });
    for (let round = 18; round >= 0; round -= 1) await takeOver(round);
    await eventually('nothing is open', async () => (await f.effectQueries.open()).length === 0);
    expect(taken.size).toBeGreaterThan(0);
    expect(carrier.asked.map(({ subject }) => subject).filter((subject) => taken.has(subject))).toEqual([]);
    expect(asked.size + taken.size).toBe(20);
  });

  it.each([
    { outcome: 'blocked', reason: 'deletion-lock' },
    { outcome: 'refused', reason: 'rejected' },
    { outcome: 'refused', reason: 'credentials' },
    { outcome: 'retry-later', afterMs: 60_000, reason: 'rate-limited' },
  ] as const)('or that did not do it: $outcome, $reason', async (said) => {
    const carrier = new ScriptedCarrier(() => said);
    let taken = false;
    await ask(f, 'a', ['n']);
    f.begin(carrier, {}, { commands: { resolve: async () => (taken ? null : { kind: 'release-number', e164: 'n', carrierNumberId: null }) } });
    await eventually('answered', async () => (await only()).lastOutcome === said.outcome);
    taken = true;
    expect(await makeWay()).toBe('free');
    for (const { pauseId } of await new Pauses(f.database).inForce()) await new Pauses(f.database).resume(pauseId, 'new token', operator.actor);
    await eventually('void', async () => (await only()).status === 'void');
    expect(carrier.asked).toHaveLength(1);
  });

  it('is none where nothing was ever asked for, or it came to its end', async () => {
    expect(await makeWay()).toBe('free');
    await ask(f, 'a', ['n']);
    f.begin(new ScriptedCarrier());
    await eventually('done', async () => (await only()).status === 'done');
    expect([await makeWay(), (await only()).status]).toEqual(['free', 'done']);
  });
});

describe('a carrier that may have done it', () => {
  it.each([
    { outcome: 'retry-later', afterMs: 60_000, reason: 'timeout', httpStatus: null },
    { outcome: 'retry-later', afterMs: 60_000, reason: 'rate-limited', order: 'o-1' },
    { outcome: 'blocked', reason: 'port-out-pending', order: 'o-1' },
    { outcome: 'in-progress', order: 'o-1' },
  ] as const)('leaves it to nobody: %j', async (said) => {
    await ask(f, 'a', ['n']);
    f.begin(new ScriptedCarrier(() => said), { poll: { firstMs: 60_000, longestMs: 60_000 } });
    await eventually('attempted', async () => (await only()).lastOutcome === said.outcome);
    const before = await only();
    expect(await makeWay()).toBe('asked');
    expect(await only()).toEqual(before);
  });

  it('is being asked', async () => {
    let answer = (_: Report): void => undefined;
    const carrier = new ScriptedCarrier(() => new Promise<Report>((resolve) => (answer = resolve)));
    await ask(f, 'a', ['n']);
    f.begin(carrier);
    await eventually('it is asked', () => carrier.asked.length === 1);
    expect(await makeWay()).toBe('attempting');
    answer({ outcome: 'released', httpStatus: 204, latencyMs: 1, providerCode: null, order: null });
    await eventually('done', async () => (await only()).status === 'done');
    expect(await makeWay()).toBe('free');
  });

  it('is just being taken up: it is waited for, and is being asked then', async () => {
    await ask(f, 'a', ['n']);
    const letGo = await hold(f.database, () => f.database.query(`UPDATE sunset.effects SET status = 'attempting', attempts = 1, lease_until = now() + interval '1 hour'`));
    const way = makeWay();
    await eventually('it waits', async () => (await f.database.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).length > 0);
    await letGo();
    expect([await way, (await only()).status]).toEqual(['attempting', 'attempting']);
  });

  it('was asked by a worker that is lost', async () => {
    await ask(f, 'a', ['n']);
    await f.database.query(`UPDATE sunset.effects SET attempts = 1`);
    await f.database.query(`INSERT INTO sunset.effect_attempts (effect_id, shard, account_id, attempt, started_at, outcome, reason) SELECT effect_id, shard, account_id, 1, now(), 'unavailable', 'worker-lost' FROM sunset.effects`);
    expect(await makeWay()).toBe('asked');
  });
});

describe('what the application withholds', () => {
  it('is blocked with its reason, told so, and the carrier is not asked', async () => {
    const carrier = new ScriptedCarrier();
    await ask(f, 'a', ['n']);
    f.begin(carrier, {}, { commands: { resolve: async () => ({ kind: 'withheld', reason: 'not_this_number' }) } });
    await eventually('blocked', async () => (await only()).status === 'blocked');
    expect(await only()).toMatchObject({ lastOutcome: 'refused', reason: 'not_this_number', nextAttemptAt: null });
    expect(await told(f)).toMatchObject([{ outcome: 'refused', reason: 'not_this_number' }]);
    expect(carrier.asked).toEqual([]);
  });
});

it('what nobody wants any more is told in the transaction that makes it void, and kept if the account does not take it', async () => {
  let failures = 1;
  const abandoned: string[] = [];
  await ask(f, 'a', ['n']);
  f.begin(new ScriptedCarrier(), { leaseMs: 300 }, {
    commands: {
      resolve: async () => null,
      abandon: async ({ subject }) => {
        failures -= 1;
        if (failures >= 0) throw new Error('not now');
        abandoned.push(`${subject} ${(await only()).status}`);
      },
    },
  });
  await eventually('void', async () => (await only()).status === 'void');
  expect(abandoned).toEqual(['n void']);
});
