// Many effects at once: limits kept, turns taken, nobody delayed by somebody else's trouble, one result each whoever works.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { dayMs, instant, plusMs } from '#kernel';
import { LeftAlone } from '#running';
import { Claims } from '../src/claims.js';
import { bookCall, type EffectsEngineSettings, Pauses } from '../src/index.js';
import { lanesOf } from '../src/lanes.js';
import { accounts, anotherDatabase, ask, eventually, listeningLogger, operator, rig, ScriptedCarrier, subjects, told } from './support.js';

jest.setTimeout(360_000);

const f = rig();

/** Two engines on pools of their own, as two processes have them. Answers when they began, by `performance.now()`. */
async function beginTwice(carrier: ScriptedCarrier, settings: EffectsEngineSettings = {}): Promise<number> {
  const other = await anotherDatabase(f.url);
  f.afterwards(() => other.close());
  const began = performance.now();
  f.begin(carrier, settings);
  f.begin(carrier, settings, { database: other.database });
  return began;
}

/** The most calls that came within any window of `ms`. */
function mostWithin(ms: number, calls: readonly number[]): number {
  const inOrder = calls.toSorted((a, b) => a - b);
  let most = 0;
  for (let start = 0, end = 0; end < inOrder.length; end += 1) {
    while (inOrder[end]! - inOrder[start]! >= ms) start += 1;
    most = Math.max(most, end - start + 1);
  }
  return most;
}

/** No call came before its turn: by then, `perSecond` had allowed for it since the beginning. A call that comes late is the machine's business. */
function expectWithin(perSecond: number, beganAt: number, calls: readonly number[]): void {
  const hasty = calls.toSorted((a, b) => a - b).filter((at, index) => at - beganAt < (index * 1_000) / perSecond - 5);
  expect(hasty).toEqual([]);
}

describe('5,000 effects of 50 accounts', () => {
  it('are done but for those of the account that always fails, within the limit, by two workers, once each, and the way can be watched', async () => {
    const carrier = new ScriptedCarrier((subject) =>
      subject.startsWith('account-13.') ? { outcome: 'retry-later', afterMs: null, reason: 'server-error' } : { outcome: 'released' });
    carrier.batchMost = 10;
    carrier.requestsPerSecond = 120;
    const names = subjects(50, 'account-');
    for (const name of names) await ask(f, name, subjects(100, `${name}.`));
    const began = await beginTwice(carrier, { backOff: { firstMs: 2_000, longestMs: 8_000 } });
    const seen: number[] = [];
    await eventually('the other 49 are done', async () => {
      const open = await f.effectQueries.open();
      seen.push(open.reduce((sum, { count }) => sum + count, 0));
      return (await f.database.query('SELECT FROM told')).length === 4_900;
    }, 300_000);
    const tookMs = performance.now() - began;
    await sleep(200);
    const results = await told(f);
    expect(new Set(results.map(({ subject }) => subject)).size).toBe(4_900);
    expect(results).toHaveLength(4_900);
    expect(results.some(({ accountId }) => accountId === 'account-13')).toBe(false);
    expectWithin(120, began, carrier.calls);
    expect(seen.filter((count, index) => count < (seen[index - 1] ?? Infinity)).length).toBeGreaterThan(5);
    expect(await f.effectQueries.list({ accountId: 'account-13' }, { limit: 200 })).toHaveLength(100);
    expect((await f.effectQueries.overdue()).map(({ count }) => count)).toEqual([100]);
    process.stdout.write(`5,000 effects of 50 accounts, 120 calls of 10 a second: ${Math.round(tookMs)} ms, ${carrier.calls.length} calls\n`);
  });
});

describe('the limit of the carrier account', () => {
  it('holds for calls of two workers together, and is used', async () => {
    const carrier = new ScriptedCarrier();
    carrier.requestsPerSecond = 10;
    await ask(f, 'a', subjects(40));
    const began = await beginTwice(carrier);
    await eventually('all asked for', () => carrier.calls.length === 40);
    expectWithin(10, began, carrier.calls);
    // In its best second; the others are also the machine's business.
    expect(mostWithin(1_000, carrier.calls)).toBeGreaterThanOrEqual(7);
  });

  it('is not made up for in a burst by what was held up', async () => {
    let holding = true;
    let held = 0;
    const carrier = new ScriptedCarrier();
    carrier.requestsPerSecond = 20;
    await ask(f, 'a', subjects(8));
    const working = accounts(f.database);
    f.begin(carrier, {}, {
      commands: {
        resolve: async (effect) => {
          held += 1;
          while (holding) await sleep(10);
          return working.resolve(effect);
        },
      },
    });
    f.afterwards(() => (holding = false));
    await eventually('all are held up', () => held === 8);
    const began = performance.now();
    holding = false;
    await eventually('all asked for', () => carrier.calls.length === 8);
    expectWithin(20, began, carrier.calls);
  });

  it('is another one for campaigns, which do not wait for numbers', async () => {
    const carrier = new ScriptedCarrier();
    carrier.requestsPerSecond = 4;
    carrier.campaignRequestsPerSecond = 4;
    await ask(f, 'a', subjects(40));
    await ask(f, 'b', subjects(6, 'c'), 'end-campaign');
    const began = performance.now();
    f.begin(carrier);
    await eventually('the campaigns are done', async () => (await told(f)).filter(({ accountId }) => accountId === 'b').length === 6);
    const isCampaign = carrier.asked.map(({ subject }) => subject.startsWith('c'));
    expect(isCampaign.slice(0, isCampaign.lastIndexOf(true)).filter((campaign) => !campaign).length).toBeLessThan(20);
    expectWithin(4, began, carrier.asked.filter((_, index) => isCampaign[index]).map(({ at }) => at));
  });

  it.each([1, 40])('does not stand still because the database clock stood %i days ahead', async (days) => {
    await f.database.query(`INSERT INTO sunset.carrier_budgets VALUES ('scripted', 'numbers', now() + $1 * interval '1 day')`, [days]);
    await ask(f, 'a', ['n']);
    f.begin(new ScriptedCarrier());
    await eventually('done', async () => (await told(f)).length === 1);
    expect(await f.database.query(`SELECT FROM sunset.carrier_budgets WHERE next_free_at > now() + interval '1 hour'`)).toEqual([]);
  });
});

it('leaves standing what a list has booked, and asks for nothing before', async () => {
  const carrier = new ScriptedCarrier();
  carrier.campaignRequestsPerSecond = 1 / 3_600;
  await ask(f, 'a', ['c'], 'end-campaign');
  for (let times = 0; times < 2; times += 1) await bookCall(f.database, carrier);
  const booked = () => f.database.query('SELECT carrier, lane, next_free_at FROM sunset.carrier_budgets');
  const before = await booked();
  const lane = lanesOf(carrier).find(({ name }) => name === 'campaigns')!;
  expect(await new Claims(f.database, null, 30_000, new LeftAlone()).claim(lane, 1, 1, new Map())).toMatchObject({ calls: [] });
  expect([before.length, await booked()]).toEqual([1, before]);
});

describe('taking turns', () => {
  it('lets a small account through while large ones are under way', async () => {
    const carrier = new ScriptedCarrier();
    carrier.requestsPerSecond = 50;
    for (const name of subjects(10, 'large')) await ask(f, name, subjects(100, `${name}.`));
    f.begin(carrier);
    await eventually('the large ones are under way', () => carrier.asked.length > 60);
    await ask(f, 'small', ['s']);
    const before = carrier.asked.length;
    await eventually('the small one is done', async () => (await told(f)).some(({ accountId }) => accountId === 'small'));
    expect(carrier.asked.findIndex(({ subject }) => subject === 's')).toBeLessThan(before + 150);
  });

  it('does not let an account whose calls hang keep the others waiting', async () => {
    let hanging = true;
    const carrier = new ScriptedCarrier(async (subject) => {
      while (hanging && subject.startsWith('h')) await sleep(20);
      return { outcome: 'released' };
    });
    await ask(f, 'hanging', subjects(100, 'h'));
    f.begin(carrier, { concurrency: 8 });
    f.afterwards(() => (hanging = false));
    await eventually('it hangs', () => carrier.asked.length >= 2);
    await ask(f, 'quick', subjects(30, 'q'));
    await eventually('the quick one is done', async () => (await told(f)).length === 30);
    expect(carrier.asked.filter(({ subject }) => subject.startsWith('h'))).toHaveLength(2);
    hanging = false;
    await eventually('all done', async () => (await told(f)).length === 130);
  });

  it('parts a poisoned number from its siblings', async () => {
    const carrier = new ScriptedCarrier();
    carrier.batchMost = 100;
    const releaseNumbers = carrier.releaseNumbers.bind(carrier);
    carrier.releaseNumbers = async (requests, permit) => {
      if (requests.some(({ e164 }) => e164 === 'n7')) throw new TypeError('the adapter fell over it');
      return releaseNumbers(requests, permit);
    };
    await ask(f, 'a', subjects(100));
    f.begin(carrier, { attemptsMost: 6 });
    await eventually('the siblings are done', async () => (await told(f)).length === 99);
    await eventually('the poisoned one is dead', async () => (await f.effectQueries.list({ status: 'dead' }, { limit: 5 })).length === 1);
    expect(await told(f)).toHaveLength(99);
  });
});

describe('withdrawing', () => {
  it('takes back what was not taken up, and only that', async () => {
    let answering = false;
    const carrier = new ScriptedCarrier(async () => {
      while (!answering) await sleep(10);
      return { outcome: 'released' };
    });
    await ask(f, 'a', subjects(5));
    // Two at once of one account.
    f.begin(carrier, { concurrency: 8 });
    f.afterwards(() => (answering = true));
    await eventually('two are asked for', () => carrier.asked.length === 2);
    const kept = await f.database.transaction(() => f.effects.withdraw('a', 'release-number', subjects(5)));
    answering = true;
    await eventually('nothing is open', async () => (await f.effectQueries.open()).length === 0);
    await ask(f, 'b', ['later']);
    await eventually('what was asked for after it is done', async () => (await told(f)).some(({ accountId }) => accountId === 'b'));
    const asked = carrier.asked.map(({ subject }) => subject).filter((subject) => subject !== 'later');
    expect(kept).toHaveLength(3);
    expect([...kept, ...asked].sort()).toEqual(subjects(5));
    expect((await told(f)).filter(({ accountId }) => accountId === 'a').map(({ subject }) => subject).sort()).toEqual(asked.sort());
    expect((await f.effectQueries.list({ status: 'void' }, { limit: 9 })).map(({ subject, lastOutcome }) => [subject, lastOutcome])).toEqual(
      expect.arrayContaining(kept.map((subject) => [subject, 'unwanted'])));
  });

  it('races with workers, and for each effect exactly one of them wins', async () => {
    const carrier = new ScriptedCarrier();
    carrier.requestsPerSecond = 200;
    const names = subjects(40, 'a');
    for (const name of names) await ask(f, name, subjects(10, `${name}.`));
    await beginTwice(carrier);
    await eventually('it has begun', () => carrier.asked.length > 0);
    const kept: string[] = [];
    for (const name of names.toReversed()) kept.push(...(await f.database.transaction(() => f.effects.withdraw(name, 'release-number', subjects(10, `${name}.`)))));
    await eventually('nothing is open', async () => (await f.effectQueries.open()).length === 0);
    const asked = carrier.asked.map(({ subject }) => subject);
    expect(kept.length).toBeGreaterThan(0);
    expect([...kept, ...asked].sort()).toEqual(names.flatMap((name) => subjects(10, `${name}.`)).sort());
  });

  it('that is rolled back takes nothing back, and what was withdrawn can be asked for anew', async () => {
    await ask(f, 'a', ['n']);
    await expect(f.database.transaction(async () => {
      expect(await f.effects.withdraw('a', 'release-number', ['n'])).toEqual(['n']);
      throw new Error('no');
    })).rejects.toThrow('no');
    expect(await f.effects.withdraw('a', 'release-number', ['n'])).toEqual(['n']);
    expect(await f.effects.withdraw('a', 'release-number', ['n'])).toEqual([]);
    await ask(f, 'a', ['n']);
    const carrier = new ScriptedCarrier();
    f.begin(carrier);
    await eventually('done', async () => (await told(f)).length === 1);
    const { effectId } = (await f.effectQueries.forAccount('a'))[0]!;
    expect(carrier.asked.map(({ key }) => key)).toEqual([`${effectId}-1`]);
  });
});

describe('a pause', () => {
  it('holds a kind or a carrier, shows what it holds, and lets it go when it is resumed; both stay on record', async () => {
    const pauses = new Pauses(f.database);
    const pause = await pauses.pause({ kind: 'release-number' }, 'the carrier migrates', operator.actor);
    await ask(f, 'a', subjects(3));
    await ask(f, 'a', ['c'], 'end-campaign');
    const carrier = new ScriptedCarrier();
    f.begin(carrier);
    await eventually('the other kind is done', async () => (await told(f)).length === 1);
    await sleep(200);
    expect(carrier.asked.map(({ subject }) => subject)).toEqual(['c']);
    const held = await f.effectQueries.list({ status: 'held' }, { limit: 9 });
    expect(held).toHaveLength(3);
    expect(held[0]).toMatchObject({ status: 'held', attempts: 0, heldBy: { pauseId: pause.pauseId, reason: 'the carrier migrates' } });
    expect(await f.effectQueries.list({ status: 'pending' }, { limit: 9 })).toEqual([]);
    const second = await pauses.pause({ carrier: 'scripted' }, 'and is down', operator.actor);
    await pauses.resume(pause.pauseId, 'migrated', operator.actor);
    await sleep(200);
    expect(carrier.asked).toHaveLength(1);
    await pauses.resume(second.pauseId, 'up again', operator.actor);
    await eventually('all done', async () => (await told(f)).length === 4);
    expect(await pauses.resume(second.pauseId, 'once more', operator.actor)).toMatchObject({ refused: 'pause_ended' });
    expect(await pauses.resume('00000000-0000-4000-8000-000000000000', 'x', operator.actor)).toBeNull();
    expect(await pauses.list({}, { limit: 9 })).toMatchObject([
      { carrier: 'scripted', kind: null, cause: 'operator', reason: 'and is down', pausedBy: 'olga', resumeReason: 'up again' },
      { carrier: null, kind: 'release-number', reason: 'the carrier migrates', resumedBy: 'olga', resumeReason: 'migrated' },
    ]);
  });

  it('holds a kind also where the same worker takes another one up: it is not even attempted', async () => {
    await new Pauses(f.database).pause({ kind: 'delete-brand' }, 'x', operator.actor);
    await ask(f, 'a', ['b'], 'delete-brand');
    await ask(f, 'a', ['c'], 'end-campaign');
    f.begin(new ScriptedCarrier());
    await eventually('the other kind is done', async () => (await told(f)).length === 1);
    await ask(f, 'a', ['d'], 'end-campaign');
    await eventually('what was asked for after it is done', async () => (await told(f)).length === 2);
    expect(await f.effectQueries.list({ status: 'held' }, { limit: 9 })).toMatchObject([{ subject: 'b', attempts: 0 }]);
  });

  it('of another carrier holds nothing here', async () => {
    await new Pauses(f.database).pause({ carrier: 'other' }, 'x', operator.actor);
    await ask(f, 'a', ['n']);
    f.begin(new ScriptedCarrier());
    await eventually('done', async () => (await told(f)).length === 1);
  });
});

describe('the storm guard', () => {
  const storm = { floor: 20, factor: 20 };

  it('holds the kind before the first is attempted when too many are due, until an operator lets exactly these go', async () => {
    const { logger, errors } = listeningLogger();
    const carrier = new ScriptedCarrier();
    const pauses = new Pauses(f.database);
    for (const name of subjects(7, 'a')) await ask(f, name, subjects(3, `${name}.`));
    await ask(f, 'a', ['c'], 'end-campaign');
    await beginTwice(carrier, { storm, logger });
    await eventually('the guard holds', async () => (await pauses.inForce()).length === 1);
    await eventually('the other kind is done', async () => (await told(f)).length === 1);
    await sleep(300);
    expect(carrier.calls).toEqual([]);
    expect(errors).toEqual(['far more effects are due than the history explains: they are held until an operator lets them go']);
    const [pause] = await pauses.inForce();
    expect(pause).toMatchObject({ cause: 'storm-guard', kind: 'release-number', carrier: null });
    await pauses.resume(pause!.pauseId, 'the outage explains it', operator.actor);
    await eventually('all done', async () => (await told(f)).length === 22);
    expect(await pauses.inForce()).toEqual([]);
    // At once: what comes between the guard's look and the taking up is only seen at the next look.
    await ask(f, 'b', subjects(21, 'b'));
    await eventually('it holds again', async () => (await pauses.inForce()).length === 1);
    expect(carrier.calls).toHaveLength(21);
  });

  it('counts what went out within the hour, and lets through what the history explains', async () => {
    const carrier = new ScriptedCarrier();
    const pauses = new Pauses(f.database);
    f.begin(carrier, { storm });
    await ask(f, 'a', subjects(15));
    await eventually('the first are done', async () => (await told(f)).length === 15);
    await ask(f, 'b', subjects(6, 'm'));
    await eventually('the guard holds', async () => (await pauses.inForce()).length === 1);
    expect(carrier.calls).toHaveLength(15);
    await pauses.resume((await pauses.inForce())[0]!.pauseId, 'known', operator.actor);
    await eventually('let go', async () => (await told(f)).length === 21);
  });

  it('knows a busy history', async () => {
    const carrier = new ScriptedCarrier();
    await ask(f, 'past', subjects(60));
    await f.database.query(`UPDATE sunset.effects SET status = 'done', first_attempt_at = now() - interval '3 days', settled_at = now(), attempts = 1`);
    await ask(f, 'a', subjects(35));
    f.begin(carrier, { storm });
    await eventually('all done', async () => (await told(f)).length === 35);
    expect(await new Pauses(f.database).inForce()).toEqual([]);
  });

  it('neither counts nor holds accounts on test clocks', async () => {
    const [carrier, onTestClocks] = [new ScriptedCarrier(), new ScriptedCarrier()];
    onTestClocks.name = 'sandbox';
    const start = instant('2026-01-01T00:00:00Z');
    const { testClockId } = await f.clocks.create(plusMs(start, dayMs));
    const intents = (names: readonly string[]) => names.map((subject) => ({ kind: 'release-number', subject, generation: 1, dueAt: start }) as const);
    await f.effects.put('on-clock', testClockId, intents(subjects(50)));
    f.begin(carrier, { storm, onTestClocks });
    await eventually('all done', async () => (await told(f)).length === 50);
    await ask(f, 'few', subjects(5, 'f'));
    await eventually('few are no storm beside them', async () => (await told(f)).length === 55);
    expect(await new Pauses(f.database).inForce()).toEqual([]);
    await ask(f, 'real', subjects(25, 'r'));
    await eventually('the guard holds', async () => (await new Pauses(f.database).inForce()).length === 1);
    await f.effects.put('on-clock-too', testClockId, intents(subjects(3, 'x')));
    await eventually('those on the clock are done', async () => (await told(f)).length === 58);
    expect(carrier.asked.some(({ subject }) => subject.startsWith('r'))).toBe(false);
  });
});
