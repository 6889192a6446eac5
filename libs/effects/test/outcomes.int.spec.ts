// One effect: every outcome, and what the row, the history and the account make of it.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { plusMs } from '#kernel';
import { OperatorActs, Pauses } from '../src/index.js';
import { accounts, ask, eventually, listeningLogger, operator, rig, ScriptedCarrier, subjects, told } from './support.js';

jest.setTimeout(180_000);

const f = rig();

const only = async (accountId = 'a') => (await f.effectQueries.forAccount(accountId))[0]!;
const status = (wanted: string) => async () => (await only()).status === wanted;

describe('an effect', () => {
  it.each([['released', 204], ['already-gone', 404]] as const)('that is %s is done, told once and on record', async (outcome, httpStatus) => {
    const carrier = new ScriptedCarrier(() => ({ outcome, httpStatus, latencyMs: 12, providerCode: '20404' }));
    await ask(f, 'a', ['n']);
    f.begin(carrier);
    await eventually('done', status('done'));
    expect(await only()).toMatchObject({ attempts: 1, lastOutcome: outcome, nextAttemptAt: null, heldBy: null, carrier: 'scripted' });
    expect(await told(f)).toMatchObject([{ accountId: 'a', subject: 'n', outcome, reason: null, actor: 'effects' }]);
    expect(await f.effectQueries.attempts((await only()).effectId)).toMatchObject([{ attempt: 1, outcome, httpStatus, latencyMs: 12, providerCode: '20404' }]);
    await ask(f, 'b', ['m']);
    await eventually('what was asked for after it is done', async () => (await told(f)).length === 2);
    expect(carrier.asked.map(({ subject }) => subject)).toEqual(['n', 'm']);
  });

  it('that is in progress waits, hands its order over, and counts no failure however long it takes', async () => {
    const carrier = new ScriptedCarrier((_, attempt) => (attempt < 6 ? { outcome: 'in-progress', order: 'o-1' } : { outcome: 'released' }));
    await ask(f, 'a', ['n']);
    f.begin(carrier, { attemptsMost: 2 });
    await eventually('done', status('done'));
    expect(carrier.asked.map(({ order, attempt }) => [order, attempt])).toEqual([[null, 1], ['o-1', 2], ['o-1', 3], ['o-1', 4], ['o-1', 5], ['o-1', 6]]);
    expect(new Set(carrier.asked.map(({ key }) => key)).size).toBe(1);
    expect(await told(f)).toHaveLength(1);
  });

  it('whose orders come to nothing again and again is dead: that one was accepted takes no failure back', async () => {
    const carrier = new ScriptedCarrier((_, attempt) =>
      (attempt % 2 === 1 && attempt < 12 ? { outcome: 'in-progress', order: `o-${attempt}` } : { outcome: 'retry-later', afterMs: null, reason: 'order-incomplete' }));
    await ask(f, 'a', ['n']);
    f.begin(carrier, { attemptsMost: 3 });
    await eventually('dead', status('dead'));
    expect(carrier.asked.map(({ order }) => order)).toEqual([null, 'o-1', null, 'o-3', null, 'o-5']);
  });

  it.each(['blocked', 'refused'] as const)('that is %s is told, and not asked again until an operator wants it', async (outcome) => {
    const answer = outcome === 'blocked' ? ({ outcome, reason: 'deletion-lock' } as const) : ({ outcome, reason: 'rejected' } as const);
    const carrier = new ScriptedCarrier((_, attempt) => (attempt === 1 ? answer : { outcome: 'released' }));
    await ask(f, 'a', ['n']);
    f.begin(carrier);
    await eventually('blocked', status('blocked'));
    await sleep(200);
    expect(carrier.asked).toHaveLength(1);
    expect(await only()).toMatchObject({ lastOutcome: outcome, reason: answer.reason, nextAttemptAt: null });
    const acts = new OperatorActs(f.database, accounts(f.database));
    expect(await acts.retry((await only()).effectId, 'unlocked by hand', operator)).toMatchObject({ accountId: 'a', subject: 'n' });
    await eventually('done', status('done'));
    expect((await told(f)).map((one) => one.outcome)).toEqual([outcome, 'released']);
    expect(await f.database.query('SELECT reason, actor FROM retried')).toEqual([{ reason: 'unlocked by hand', actor: 'olga' }]);
    expect(new Set(carrier.asked.map(({ key }) => key)).size).toBe(2);
    expect(await acts.retry((await only()).effectId, 'again', operator)).toMatchObject({ refused: 'effect_not_retryable' });
    expect(await acts.retry('00000000-0000-4000-8000-000000000000', 'again', operator)).toBeNull();
  });

  it('that a pause holds, or that was attempted in vain until it was dead, is under way, and it is told why', async () => {
    expect([await f.effects.isUnderWay('a'), await f.effectQueries.underWay(['a'])]).toEqual([false, []]);
    await ask(f, 'a', ['n', 'm', 'o']);
    await ask(f, 'b', ['n']);
    await f.database.query(`UPDATE sunset.effects SET status = 'dead' WHERE subject = 'o'`);
    const dead = { accountId: 'a', kind: 'release-number', carrier: 'scripted', status: 'dead', count: 1, heldBy: null };
    expect(await f.effectQueries.underWay(['a'])).toEqual([dead, { ...dead, status: 'pending', count: 2 }]);
    const { pauseId } = await new Pauses(f.database).pause({ carrier: 'scripted' }, 'an expired token', operator.actor);
    expect(await f.effectQueries.underWay(['a'])).toEqual([dead, { ...dead, status: 'held', count: 2, heldBy: { pauseId, reason: 'an expired token' } }]);
    expect([await f.effects.isUnderWay('a'), await f.effects.isUnderWay('b')]).toEqual([true, true]);
    await f.database.query(`UPDATE sunset.effects SET status = 'blocked' WHERE status = 'pending'`);
    expect(await f.effects.isUnderWay('a')).toBe(true);
    await f.database.query(`UPDATE sunset.effects SET status = 'done', settled_at = now() WHERE status = 'dead'`);
    expect([await f.effects.isUnderWay('a'), await f.effectQueries.underWay(['a', 'b'])]).toEqual([false, []]);
  });

  it('that is blocked by what ends of itself is told at once, looked at now and then, and keeps no erasure waiting', async () => {
    const carrier = new ScriptedCarrier((_, attempt) =>
      (attempt < 4 ? { outcome: 'blocked', reason: 'port-out-pending', order: 'port-out' } : { outcome: 'already-gone', reason: 'ported-out' }));
    await ask(f, 'a', ['n']);
    f.begin(carrier, { attemptsMost: 2, longPoll: { firstMs: 3_600_000, longestMs: 3_600_000 } });
    await eventually('waiting', status('waiting'));
    expect(await only()).toMatchObject({ lastOutcome: 'blocked', reason: 'port-out-pending', nextAttemptAt: expect.any(String) });
    expect((await told(f)).map(({ outcome, reason }) => [outcome, reason])).toEqual([['blocked', 'port-out-pending']]);
    expect(await f.effects.isUnderWay('a')).toBe(false);
    for (let attempt = 2; attempt <= 4; attempt += 1) {
      expect(carrier.asked).toHaveLength(attempt - 1);
      await f.database.query('UPDATE sunset.effects SET next_attempt_at = now()');
      await eventually('looked at', async () => (await only()).attempts === attempt && (await only()).status !== 'attempting');
    }
    expect(carrier.asked.map(({ order }) => order)).toEqual([null, 'port-out', 'port-out', 'port-out']);
    expect(await only()).toMatchObject({ status: 'done', lastOutcome: 'already-gone', reason: 'ported-out' });
    expect((await told(f)).at(-1)).toMatchObject({ outcome: 'already-gone', reason: 'ported-out' });
  });

  it('that is to be asked later is asked no sooner than the far side said, with the order that stands', async () => {
    const carrier = new ScriptedCarrier((_, attempt) => (attempt === 1 ? { outcome: 'retry-later', afterMs: 700, reason: 'rate-limited', order: 'o-2' } : { outcome: 'released' }));
    await ask(f, 'a', ['n']);
    f.begin(carrier);
    await eventually('done', status('done'));
    const [first, second] = carrier.asked;
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(695);
    expect(second).toMatchObject({ order: 'o-2', attempt: 2 });
    expect(await told(f)).toHaveLength(1);
  });

  it('that fails too often is dead, told nothing, and comes back by an operator', async () => {
    const { logger, errors } = listeningLogger();
    const carrier = new ScriptedCarrier((_, attempt) => (attempt <= 3 ? { outcome: 'retry-later', afterMs: null, reason: 'server-error' } : { outcome: 'released' }));
    await ask(f, 'a', ['n']);
    f.begin(carrier, { attemptsMost: 3, logger });
    await eventually('dead', status('dead'));
    expect(await only()).toMatchObject({ attempts: 3, lastOutcome: 'retry-later', reason: 'server-error', nextAttemptAt: null });
    // Logged after the commit, which others may see before.
    await eventually('logged', () => errors.length > 0);
    expect(errors).toEqual(['an effect is dead until an operator retries or settles it']);
    expect(await told(f)).toEqual([]);
    await new OperatorActs(f.database, accounts(f.database)).retry((await only()).effectId, 'mended', operator);
    await eventually('done', status('done'));
    expect(await told(f)).toHaveLength(1);
  });

  it('waits longer from failure to failure', async () => {
    const carrier = new ScriptedCarrier((_, attempt) => (attempt < 6 ? { outcome: 'retry-later', afterMs: null, reason: 'timeout' } : { outcome: 'released' }));
    // The wait as it is decided, since how long it then takes is also the machine's business.
    await f.database.query(`
      CREATE TABLE waits (id bigserial, ms float8);
      CREATE FUNCTION note_wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO waits (ms) VALUES (extract(epoch FROM NEW.next_attempt_at - statement_timestamp()) * 1000);
        RETURN NULL;
      END $$;
      CREATE TRIGGER note_wait AFTER UPDATE ON sunset.effects FOR EACH ROW
        WHEN (NEW.next_attempt_at IS DISTINCT FROM OLD.next_attempt_at) EXECUTE FUNCTION note_wait();
    `);
    await ask(f, 'a', ['n']);
    f.begin(carrier, { backOff: { firstMs: 60, longestMs: 480 } });
    await eventually('done', status('done'));
    const waits = (await f.database.query<{ ms: number }>('SELECT ms FROM waits ORDER BY id')).map(({ ms }) => ms);
    expect(waits).toHaveLength(5);
    [60, 120, 240, 480, 480].forEach((longest, index) => {
      expect(waits[index]).toBeGreaterThanOrEqual(longest / 2 - 1);
      expect(waits[index]).toBeLessThanOrEqual(longest + 1);
      expect(carrier.asked[index + 1]!.at - carrier.asked[index]!.at).toBeGreaterThanOrEqual(waits[index]! - 5);
    });
  });

  it('that nobody wants any more becomes void, on record, and the carrier is not asked', async () => {
    const carrier = new ScriptedCarrier();
    await ask(f, 'a', ['n']);
    f.begin(carrier, {}, { commands: { resolve: async () => null } });
    await eventually('void', status('void'));
    expect(carrier.asked).toEqual([]);
    expect(await told(f)).toEqual([]);
    expect(await f.effectQueries.attempts((await only()).effectId)).toMatchObject([{ attempt: 1, outcome: 'unwanted', httpStatus: null }]);
  });

  it('that nobody wants is free again when the service fails to write that down', async () => {
    await f.database.query(`
      CREATE SEQUENCE concluded;
      CREATE FUNCTION go_away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.status = 'void' AND nextval('concluded') = 1 THEN RAISE EXCEPTION 'away' USING ERRCODE = '57P01'; END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER go_away BEFORE UPDATE ON sunset.effects FOR EACH ROW EXECUTE FUNCTION go_away();
    `);
    await ask(f, 'a', ['n']);
    f.begin(new ScriptedCarrier(), { leaseMs: 300 }, { commands: { resolve: async () => null } });
    await eventually('void', status('void'));
    expect(await only()).toMatchObject({ lastOutcome: 'unwanted' });
  });

  it('that the carrier does not offer is refused', async () => {
    const carrier = new ScriptedCarrier();
    delete carrier.deleteBrand;
    await ask(f, 'a', ['b'], 'delete-brand');
    f.begin(carrier);
    await eventually('blocked', status('blocked'));
    expect(await told(f)).toMatchObject([{ outcome: 'refused', reason: 'not-offered' }]);
  });

  it('goes to the method of its kind', async () => {
    const carrier = new ScriptedCarrier();
    await ask(f, 'a', ['c'], 'end-campaign');
    await ask(f, 'a', ['b'], 'delete-brand');
    await ask(f, 'a', ['n']);
    f.begin(carrier);
    await eventually('all done', async () => (await told(f)).length === 3);
    expect(carrier.asked.map(({ subject }) => subject).sort()).toEqual(['b', 'c', 'n']);
    expect(carrier.calls).toHaveLength(1);
  });

  it('is asked for once, and not before its time', async () => {
    const carrier = new ScriptedCarrier();
    f.begin(carrier);
    const dueAt = plusMs(await f.clock.now(null), 600);
    const intent = { kind: 'release-number', subject: 'n', generation: 1, dueAt } as const;
    for (let times = 0; times < 3; times += 1) await f.effects.put('a', null, [intent]);
    await eventually('done', status('done'));
    await f.effects.put('a', null, [intent]);
    await ask(f, 'b', ['m']);
    await eventually('what was asked for after it is done', async () => (await told(f)).length === 2);
    expect(carrier.asked.map(({ subject }) => subject)).toEqual(['n', 'm']);
    expect((await f.effectQueries.attempts((await only()).effectId)).map(({ startedAt }) => startedAt >= dueAt)).toEqual([true]);
  });

  it('is not asked for before its time beside one that is due', async () => {
    const carrier = new ScriptedCarrier();
    await f.effects.put('a', null, [{ kind: 'release-number', subject: 'n', generation: 1, dueAt: plusMs(await f.clock.now(null), 3_600_000) }]);
    await ask(f, 'b', ['m']);
    f.begin(carrier);
    await eventually('what is due is done', async () => (await told(f)).length === 1);
    await ask(f, 'b', ['later']);
    await eventually('what was asked for after it is done', async () => (await told(f)).length === 2);
    expect(carrier.asked.map(({ subject }) => subject)).toEqual(['m', 'later']);
    expect(await only()).toMatchObject({ status: 'pending', attempts: 0 });
  });

  it('settled elsewhere by an operator is told with the reason, and never asked for', async () => {
    const carrier = new ScriptedCarrier(() => ({ outcome: 'retry-later', afterMs: 60_000, reason: 'server-error' }));
    await ask(f, 'a', ['n']);
    f.begin(carrier);
    await eventually('one attempt ended', async () => (await only()).lastOutcome === 'retry-later');
    const acts = new OperatorActs(f.database, accounts(f.database));
    const { effectId } = await only();
    expect(await acts.settleElsewhere(effectId, 'released in the console', operator)).toMatchObject({ subject: 'n' });
    expect(await only()).toMatchObject({ status: 'done', lastOutcome: 'settled-elsewhere' });
    expect(await told(f)).toMatchObject([{ outcome: 'settled-elsewhere', reason: 'released in the console', actor: 'olga' }]);
    expect(await acts.settleElsewhere(effectId, 'again', operator)).toMatchObject({ refused: 'effect_not_settleable' });
    expect(await told(f)).toHaveLength(1);
  });

  it('that is being attempted is left alone by an operator', async () => {
    let answer = (): void => undefined;
    const carrier = new ScriptedCarrier(() => new Promise((resolve) => (answer = () => resolve({ outcome: 'released' }))));
    await ask(f, 'a', ['n']);
    f.begin(carrier);
    await eventually('it is asked for', () => carrier.asked.length === 1);
    const acts = new OperatorActs(f.database, accounts(f.database));
    const { effectId } = await only();
    expect(await acts.settleElsewhere(effectId, 'released in the console', operator)).toMatchObject({ refused: 'effect_not_settleable' });
    expect(await acts.retry(effectId, 'once more', operator)).toMatchObject({ refused: 'effect_not_retryable' });
    answer();
    await eventually('done', status('done'));
    expect(await told(f)).toMatchObject([{ outcome: 'released', actor: 'effects' }]);
  });
});

describe('revoked credentials', () => {
  it('pause the carrier at once, without a storm of retries; what is due stays overdue and goes on after the resume', async () => {
    const { logger, errors } = listeningLogger();
    let revoked = true;
    const carrier = new ScriptedCarrier(() => (revoked ? { outcome: 'refused', reason: 'credentials' } : { outcome: 'released' }));
    carrier.requestsPerSecond = 50;
    await ask(f, 'a', subjects(100));
    f.begin(carrier, { logger, concurrency: 8 });
    await eventually('paused, and what was under way has ended', async () => (await f.effectQueries.list({ status: 'held' }, { limit: 200 })).length === 100);
    await sleep(500);
    expect(carrier.asked.length).toBeLessThanOrEqual(16);
    expect(errors).toEqual(['the carrier refused our credentials: it is paused until an operator resumes it']);
    expect(await f.effectQueries.overdue()).toMatchObject([{ kind: 'release-number', carrier: 'scripted', count: 100 }]);
    expect(await told(f)).toEqual([]);
    const [pause] = await new Pauses(f.database).inForce();
    expect(pause).toMatchObject({ carrier: 'scripted', kind: null, cause: 'credentials' });
    expect(await f.effectQueries.list({ status: 'held' }, { limit: 200 })).toHaveLength(100);
    revoked = false;
    expect(await new Pauses(f.database).resume(pause!.pauseId, 'new token', operator.actor)).toMatchObject({ resumedBy: 'olga', resumeReason: 'new token' });
    await eventually('all done', async () => (await told(f)).length === 100);
  });
});

describe('who comes back after an attempt', () => {
  const withdraw = (...names: readonly string[]) => f.database.transaction(() => f.effects.withdraw('a', 'release-number', names));

  it.each([
    { outcome: 'refused', reason: 'credentials', httpStatus: 401 },
    { outcome: 'retry-later', afterMs: 60_000, reason: 'rate-limited', httpStatus: 429 },
  ] as const)('keeps what the carrier certainly did not process: $reason', async (said) => {
    const carrier = new ScriptedCarrier(() => said);
    await ask(f, 'a', subjects(3));
    f.begin(carrier);
    // Those that the first answer's pause came before were put back.
    await eventually('each is attempted', async () => (await f.effectQueries.forAccount('a')).every(({ status: now, lastOutcome }) => now !== 'attempting' && lastOutcome !== null));
    const asked = carrier.asked.length;
    expect(await withdraw(...subjects(3))).toEqual(subjects(3));
    expect(await f.effects.asked('a', 'release-number', 1)).toEqual([]);
    for (const { pauseId } of await new Pauses(f.database).inForce()) await new Pauses(f.database).resume(pauseId, 'new token', operator.actor);
    await f.database.query('UPDATE sunset.effects SET next_attempt_at = now()');
    carrier.answer = () => ({ outcome: 'released' });
    await ask(f, 'b', ['later']);
    await eventually('what was asked for after it is done', async () => (await told(f)).length === 1);
    expect(carrier.asked.slice(asked).map(({ subject }) => subject)).toEqual(['later']);
  });

  it('keeps such a one also when it has died of it', async () => {
    await ask(f, 'a', ['n']);
    f.begin(new ScriptedCarrier(() => ({ outcome: 'retry-later', afterMs: null, reason: 'rate-limited' })), { attemptsMost: 3 });
    await eventually('dead', status('dead'));
    expect(await withdraw('n')).toEqual(['n']);
  });

  it.each([
    { outcome: 'retry-later', afterMs: 60_000, reason: 'timeout', httpStatus: null },
    { outcome: 'retry-later', afterMs: 60_000, reason: 'server-error', httpStatus: 500 },
    { outcome: 'retry-later', afterMs: 60_000, reason: 'rate-limited', order: 'o-1' },
    { outcome: 'in-progress', order: 'o-1' },
  ] as const)('does not keep what may have been processed: %j', async (said) => {
    await ask(f, 'a', ['n']);
    f.begin(new ScriptedCarrier(() => said), { poll: { firstMs: 60_000, longestMs: 60_000 } });
    await eventually('attempted', async () => (await only()).lastOutcome === said.outcome);
    expect(await withdraw('n')).toEqual([]);
    expect(await f.effects.asked('a', 'release-number', 1)).toEqual(['n']);
  });

  it('does not keep what the far side has an order for, also when it has died', async () => {
    await ask(f, 'a', ['n']);
    f.begin(new ScriptedCarrier(() => ({ outcome: 'retry-later', afterMs: null, reason: 'rate-limited', order: 'o-1' })), { attemptsMost: 1 });
    await eventually('dead', status('dead'));
    expect(await withdraw('n')).toEqual([]);
  });

  it('does not keep what was turned away after an attempt that may have been processed', async () => {
    await ask(f, 'a', ['n']);
    f.begin(new ScriptedCarrier((_, attempt) => ({ outcome: 'retry-later', afterMs: attempt === 1 ? null : 60_000, reason: attempt === 1 ? 'timeout' : 'rate-limited' })));
    await eventually('attempted twice', async () => (await only()).reason === 'rate-limited');
    expect(await withdraw('n')).toEqual([]);
  });
});
