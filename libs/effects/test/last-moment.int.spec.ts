// What keeps a call from being made at the last moment: a lease that is over, a pause, a jump of the clock, an account that has changed, a worker that stops.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Report } from '#carriers';
import { Pauses } from '../src/index.js';
import type { ClaimedEffect } from '../src/effect.js';
import { Leases } from '../src/leases.js';
import { accounts, ask, engine, eventually, operator, rig, ScriptedCarrier, subjects, told } from './support.js';

jest.setTimeout(180_000);

const f = rig();

const only = async (accountId = 'a') => (await f.effectQueries.forAccount(accountId))[0]!;
const status = (wanted: string) => async () => (await only()).status === wanted;
const facts = { httpStatus: 200, latencyMs: 7, providerCode: null, order: null };

describe('a worker that slept', () => {
  const portOut = { outcome: 'blocked', reason: 'port-out-pending' } as const;

  const fenced: string[] = [];
  beforeEach(() => {
    fenced.length = 0;
  });

  /** Held between reading whom it is about and asking the carrier, as a process that is frozen; answers how to let it go on. */
  async function asleep(carrier: ScriptedCarrier, kept: ReadonlySet<string> = new Set()): Promise<() => void> {
    const observer = { attempted: () => undefined, died: () => undefined, paused: () => undefined, fenced: (by: string) => fenced.push(by) };
    let awake = (): void => undefined;
    let read = false;
    const slept = new Promise<void>((resolve) => (awake = resolve));
    const working = accounts(f.database);
    await ask(f, 'a', ['n']);
    // With a long lease of its own, so that it is over when the test says so, and without room to take the effect up again itself.
    f.begin(carrier, { leaseMs: 3_600_000, concurrency: 1, observer }, {
      commands: {
        resolve: async (effect) => {
          if (kept.has(effect.subject)) return null;
          const target = await working.resolve(effect);
          if (!read) {
            read = true;
            await slept;
          }
          return target;
        },
      },
    });
    f.afterwards(() => awake());
    await eventually('it has read whom it is about', () => read);
    return awake;
  }

  it('asks for nothing once its lease is over, whatever became of the number meanwhile', async () => {
    const carrier = new ScriptedCarrier();
    const awake = await asleep(carrier);
    await f.database.query(`UPDATE sunset.effects SET lease_until = now() - interval '1 hour'`);
    // Another takes it up, hears that it is blocked, and its customer comes back and keeps the number.
    f.begin(new ScriptedCarrier(() => portOut));
    await eventually('blocked', status('blocked'));
    awake();
    await ask(f, 'b', ['later']);
    await eventually('what was asked for after it is done', async () => (await told(f)).some(({ accountId }) => accountId === 'b'));
    await eventually('it has noticed', () => fenced.length === 1);
    expect(carrier.asked.map(({ subject }) => subject)).not.toContain('n');
    expect((await told(f)).filter(({ accountId }) => accountId === 'a')).toMatchObject([{ outcome: 'blocked' }]);
  });

  it.each([
    ['that lasts', 1, '1 minute', ['ours']],
    ['that is over, also before another takes it up', 1, '-1 second', []],
    ['of another attempt', 2, '1 minute', []],
  ])('confirms no lease but its own: one %s', async (_, attempt, left, confirmed) => {
    await ask(f, 'a', ['n']);
    await f.database.query(`UPDATE sunset.effects SET status = 'attempting', attempts = 1, lease_until = now() + $1::interval`, [left]);
    const effect: ClaimedEffect = { ...(await only()), attempt, failures: 0, order: null, idempotencyKey: 'n', traceparent: null };
    expect([...(await new Leases(f.database, 60_000).confirm([effect])).values()]).toEqual(confirmed);
  });

  it('asks for nothing that its account has taken back meanwhile', async () => {
    const kept = new Set<string>();
    const carrier = new ScriptedCarrier();
    const awake = await asleep(carrier, kept);
    kept.add('n');
    awake();
    await eventually('void', status('void'));
    expect(carrier.asked).toEqual([]);
    expect(await told(f)).toEqual([]);
  });

  it('asks for nothing that is paused meanwhile, and goes on where it was when the pause is over', async () => {
    const carrier = new ScriptedCarrier();
    const pauses = new Pauses(f.database);
    const awake = await asleep(carrier);
    const { pauseId } = await pauses.pause({}, 'the wrong numbers', operator.actor);
    awake();
    await eventually('held', status('held'));
    expect(carrier.asked).toEqual([]);
    expect(await f.database.query('SELECT failures FROM sunset.effects')).toEqual([{ failures: 0 }]);
    expect(await f.database.transaction(() => f.effects.withdraw('a', 'release-number', ['n']))).toEqual(['n']);
    await ask(f, 'a', ['n']);
    await pauses.resume(pauseId, 'they are right', operator.actor);
    await eventually('done', status('done'));
    expect(carrier.asked).toHaveLength(1);
  });
});

describe('a jump of the clock, between the taking up and the request,', () => {
  /** A carrier that reads while it comes. `since`: how long ago the clock was last looked at, by itself. */
  function jumping(since: string): ScriptedCarrier {
    const carrier = new ScriptedCarrier();
    carrier.reading = async () => {
      carrier.reading = undefined;
      await f.database.query('INSERT INTO sunset.clock_watch (seen_at) VALUES (clock_timestamp() - $1::interval)', [since]);
    };
    return carrier;
  }

  it.each([['forward', '25 hours'], ['backward', '-5 minutes']])('%s keeps from asking until an operator confirms it; the effect goes on where it was', async (_, since) => {
    const carrier = jumping(since);
    await ask(f, 'a', ['n']);
    f.begin(carrier);
    await eventually('held', status('held'));
    expect(carrier.asked).toEqual([]);
    expect(await only()).toMatchObject({ attempts: 1, lastOutcome: 'unavailable', reason: 'held', heldBy: { pauseId: null } });
    expect(await f.database.transaction(() => f.effects.withdraw('a', 'release-number', ['n']))).toEqual(['n']);
    await ask(f, 'a', ['n']);
    await f.database.query('DELETE FROM sunset.clock_watch');
    await eventually('done', status('done'));
    expect(carrier.asked.map(({ attempt }) => attempt)).toEqual([2]);
  });

  it('does not concern an account on a test clock', async () => {
    const carrier = jumping('25 hours');
    carrier.name = 'sandbox';
    const now = await f.clock.now(null);
    const { testClockId } = await f.clocks.create(now);
    await f.effects.put('a', testClockId, [{ kind: 'release-number', subject: 'n', generation: 1, dueAt: now }]);
    f.begin(carrier);
    await eventually('done', status('done'));
    expect(carrier.asked.map(({ attempt }) => attempt)).toEqual([1]);
  });
});

describe('the second look at the account, immediately before the carrier is asked,', () => {
  /** `look`: what the account says to the n-th question. */
  const looking = (carrier: ScriptedCarrier, look: (times: number) => void | string | Promise<unknown>): void => {
    let times = 0;
    const working = accounts(f.database);
    f.begin(carrier, {}, {
      commands: {
        resolve: async (effect) => {
          times += 1;
          const said = await look(times);
          return working.resolve(typeof said === 'string' ? { ...effect, subject: said } : effect);
        },
      },
    });
  };

  it('keeps from asking while it fails; the effect is attempted again', async () => {
    const carrier = new ScriptedCarrier();
    await ask(f, 'a', ['n']);
    looking(carrier, (times) => (times === 2 ? Promise.reject(new Error('not now')) : undefined));
    await eventually('done', status('done'));
    expect(carrier.asked.map(({ attempt }) => attempt)).toEqual([2]);
  });

  it('keeps from asking about another than was read', async () => {
    const carrier = new ScriptedCarrier();
    await ask(f, 'a', ['n']);
    looking(carrier, (times) => (times === 1 ? 'm' : undefined));
    await eventually('done', status('done'));
    expect(carrier.asked.map(({ subject, attempt }) => [subject, attempt])).toEqual([['n', 2]]);
  });

  it('is in vain where the account is purged meanwhile', async () => {
    const carrier = new ScriptedCarrier();
    await ask(f, 'a', ['n']);
    looking(carrier, (times) => (times === 2 ? f.database.transaction(() => f.effects.forget('a')) : undefined));
    await eventually('void', status('void'));
    await ask(f, 'b', ['later']);
    await eventually('what was asked for after it is done', async () => (await told(f)).length === 1);
    expect(carrier.asked.map(({ subject }) => subject)).toEqual(['later']);
  });
});

describe('a call that is still reading', () => {
  /** The first one is held while it reads; answers whether it is, and how to let it go on. */
  function reading(carrier: ScriptedCarrier): { readonly began: () => boolean; readonly goOn: () => void } {
    let began = false;
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    carrier.reading = async () => {
      carrier.reading = undefined;
      began = true;
      await gate;
    };
    f.afterwards(() => goOn());
    return { began: () => began, goOn: () => goOn() };
  }

  it('asks for nothing once it is no longer listened to', async () => {
    const carrier = new ScriptedCarrier();
    const { goOn } = reading(carrier);
    await ask(f, 'a', ['n']);
    f.begin(carrier, { callLimitMs: 150 });
    await eventually('done by a later attempt', status('done'));
    goOn();
    await sleep(300);
    expect(carrier.asked.map(({ attempt }) => attempt)).not.toContain(1);
  });

  it('asks for nothing when its worker stops; another goes on at once', async () => {
    const carrier = new ScriptedCarrier();
    const { began, goOn } = reading(carrier);
    await ask(f, 'a', ['n']);
    const stopped = engine(f.database, carrier, accounts(f.database), { leaseMs: 3_600_000 });
    stopped.start();
    await eventually('it reads', began);
    const stopping = stopped.stop();
    goOn();
    await stopping;
    expect(carrier.asked).toEqual([]);
    expect(await only()).toMatchObject({ status: 'pending', lastOutcome: 'unavailable', reason: 'stopping' });
    f.begin(carrier);
    await eventually('done', status('done'));
    expect(carrier.asked.map(({ attempt }) => attempt)).toEqual([2]);
  });
});

describe('stopping', () => {
  it('waits for a carrier no longer than the limit; another worker takes up what was left', async () => {
    let answer = (_: Report): void => undefined;
    const carrier = new ScriptedCarrier((_, attempt) => (attempt === 1 ? new Promise((resolve) => { answer = resolve; }) : { outcome: 'already-gone' }));
    await ask(f, 'a', ['n']);
    // A lease that a busy machine renews in time, and that is soon over when nobody does.
    const stopped = engine(f.database, carrier, accounts(f.database), { leaseMs: 3_000, stopLimitMs: 200 });
    stopped.start();
    await eventually('asked', () => carrier.asked.length === 1);
    await stopped.stop();
    expect(await only()).toMatchObject({ status: 'attempting', attempts: 1 });
    f.begin(carrier);
    await eventually('done', status('done'));
    expect(carrier.asked.map(({ attempt }) => attempt)).toEqual([1, 2]);
    answer({ ...facts, outcome: 'released' });
    expect((await told(f)).map(({ outcome }) => outcome)).toEqual(['already-gone']);
  });

  it('does not begin a call whose time has not come, and puts back what was taken up for it', async () => {
    const stopped = { by: Promise.resolve() };
    const carrier = new ScriptedCarrier(() => {
      if (carrier.asked.length === 1) {
        stopped.by = slow.stop();
        begunBefore = begun;
      }
      return { outcome: 'released' };
    });
    let begun = 0;
    let begunBefore = 0;
    carrier.reading = async () => void (begun += 1);
    // So that the time of the second call has not come, even where the first takes long.
    carrier.requestsPerSecond = 1;
    await ask(f, 'a', subjects(6));
    const slow = engine(f.database, carrier, accounts(f.database), { leaseMs: 3_600_000 });
    slow.start();
    await eventually('the first is asked for', () => carrier.asked.length > 0);
    await stopped.by;
    expect([carrier.asked.length, begun]).toEqual([1, begunBefore]);
    expect((await f.effectQueries.forAccount('a')).map((one) => one.status).sort()).toEqual(['done', ...Array.from({ length: 5 }, () => 'pending')]);
    expect(await f.database.transaction(() => f.effects.withdraw('a', 'release-number', ['n5']))).toEqual(['n5']);
    await ask(f, 'a', ['n5']);
    carrier.requestsPerSecond = 20;
    f.begin(carrier);
    await eventually('all done', async () => (await told(f)).length === 6);
    expect(carrier.asked).toHaveLength(6);
  });
});
