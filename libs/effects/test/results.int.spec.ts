// What becomes of a result: told once, whoever dies, comes too late or fails to take it.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import type { Report } from '#carriers';
import { accounts, anotherDatabase, ask, engine, eventually, rig, ScriptedCarrier, told } from './support.js';

jest.setTimeout(180_000);

const f = rig();

const only = async (accountId = 'a') => (await f.effectQueries.forAccount(accountId))[0]!;
const status = (wanted: string) => async () => (await only()).status === wanted;
const facts = { httpStatus: 200, latencyMs: 7, providerCode: null, order: null };

describe('the result', () => {
  it('comes once when the worker dies between the answer and the conclusion', async () => {
    const gone = new Set<string>();
    const carrier = new ScriptedCarrier((subject) => (gone.has(subject) ? { outcome: 'already-gone', httpStatus: 404 } : (gone.add(subject), { outcome: 'released', httpStatus: 204 })));
    await ask(f, 'a', ['n']);
    const dying = await anotherDatabase(f.url);
    // Like a killed process: the carrier has answered, the conclusion's transaction never ends, its connections break.
    let end = (_: Error): void => undefined;
    let concluding = false;
    const conclude = (): Promise<void> => {
      concluding = true;
      return new Promise((_, reject) => (end = reject));
    };
    const neverConcluding = accounts(dying.database, { conclude });
    // With one call under way it has no room to take the effect up again itself.
    const lost = engine(dying.database, carrier, neverConcluding, { leaseMs: 3_600_000, concurrency: 1 });
    f.afterwards(() => dying.close());
    f.afterwards(async () => {
      end(new Error('Connection terminated'));
      await lost.stop();
    });
    lost.start();
    await eventually('the carrier answered and the conclusion began', () => concluding);
    await f.database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle in transaction'`);
    expect(await only()).toMatchObject({ status: 'attempting', attempts: 1 });
    // The dead do not renew their leases; this one is still alive enough to, but its lease is long.
    await f.database.query(`UPDATE sunset.effects SET lease_until = now() - interval '1 hour'`);
    f.begin(carrier);
    await eventually('done', status('done'));
    expect(await told(f)).toMatchObject([{ subject: 'n', outcome: 'already-gone' }]);
    expect(carrier.asked.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(await f.effectQueries.attempts((await only()).effectId)).toMatchObject([
      { attempt: 1, outcome: 'unavailable', reason: 'worker-lost' }, { attempt: 2, outcome: 'already-gone' },
    ]);
  });

  it('of a worker that comes too late is not written, and is seen', async () => {
    const fenced: string[] = [];
    let release = (): void => undefined;
    const slow = new ScriptedCarrier(() => new Promise((resolve) => { release = () => resolve({ outcome: 'blocked', reason: 'deletion-lock' }); }));
    await ask(f, 'a', ['n']);
    const observer = { attempted: () => undefined, died: () => undefined, paused: () => undefined, fenced: (carrier: string) => fenced.push(carrier) };
    // Without room for another call, and with a long lease, as above.
    f.begin(slow, { observer, concurrency: 1, leaseMs: 3_600_000 });
    f.afterwards(() => release());
    await eventually('taken up', () => slow.asked.length === 1);
    await f.database.query(`UPDATE sunset.effects SET lease_until = now() - interval '1 hour'`);
    const quick = new ScriptedCarrier();
    f.begin(quick);
    await eventually('done', status('done'));
    release();
    await eventually('fenced', () => fenced.length === 1);
    expect(await only()).toMatchObject({ status: 'done', attempts: 2, lastOutcome: 'released' });
    expect(await told(f)).toMatchObject([{ outcome: 'released' }]);
    expect(await f.effectQueries.attempts((await only()).effectId)).toMatchObject([{ outcome: 'blocked' }, { outcome: 'released' }]);
  });

  it('of what was asked for already counts, also where it is taken back before the carrier has asked for the rest', async () => {
    let wanted = true;
    const carrier = new ScriptedCarrier();
    carrier.releaseNumbers = async (requests, permit) => {
      expect(await permit.stillWanted(requests)).toEqual(requests);
      wanted = false;
      expect(await permit.stillWanted(requests)).toEqual([]);
      return requests.map(() => ({ outcome: 'released', ...facts }));
    };
    await ask(f, 'a', ['n']);
    f.begin(carrier, {}, { commands: { resolve: async () => (wanted ? { kind: 'release-number', e164: 'n', carrierNumberId: null } : null) } });
    await eventually('it is concluded', async () => (await only()).settledAt !== null);
    expect([(await only()).status, (await told(f)).map(({ outcome }) => outcome)]).toEqual(['done', ['released']]);
  });

  it('keeps its lease for as long as the carrier takes', async () => {
    let answering = false;
    const carrier = new ScriptedCarrier(async () => {
      while (!answering) await sleep(10);
      return { outcome: 'released' };
    });
    await ask(f, 'a', ['n']);
    // Long enough for a machine that is late with its renewals.
    f.begin(carrier, { leaseMs: 30_000 });
    f.begin(carrier, { leaseMs: 30_000 });
    f.afterwards(() => (answering = true));
    await eventually('taken up', () => carrier.asked.length > 0);
    await eventually('it was renewed, to end long after the first lease', async () =>
      (await f.database.query(`SELECT FROM sunset.effects JOIN sunset.effect_attempts a USING (effect_id) WHERE lease_until > a.started_at + interval '35 s'`)).length > 0);
    expect(await only()).toMatchObject({ status: 'attempting', attempts: 1 });
    answering = true;
    await eventually('done', status('done'));
    expect(carrier.asked).toHaveLength(1);
  });

  it('is tried again, with nothing half written, when the account fails to take it', async () => {
    let failures = 2;
    const carrier = new ScriptedCarrier((_, attempt) => ({ outcome: attempt === 1 ? 'released' : 'already-gone' }));
    const working = accounts(f.database);
    await ask(f, 'a', ['n']);
    f.begin(carrier, {}, {
      commands: {
        conclude: async (...result) => {
          await working.conclude(...result);
          failures -= 1;
          if (failures >= 0) throw new Error('not yet');
        },
      },
    });
    await eventually('done', status('done'));
    expect(await told(f)).toMatchObject([{ outcome: 'already-gone' }]);
    expect((await f.effectQueries.attempts((await only()).effectId)).map(({ outcome }) => outcome)).toEqual(['unavailable', 'unavailable', 'already-gone']);
  });

  it('that the account never takes ends as dead', async () => {
    await ask(f, 'a', ['n']);
    f.begin(new ScriptedCarrier(), { attemptsMost: 3 }, { commands: { conclude: async () => Promise.reject(new Error('number +12065550100 is unknown')) } });
    await eventually('dead', status('dead'));
    expect(await only()).toMatchObject({ attempts: 3, lastOutcome: 'unavailable', reason: 'Error: number … is unknown' });
  });

  it('whose account takes too long to look up is counted each time, and ends as dead', async () => {
    const impatient = await anotherDatabase(f.directUrl, { answerLimitMs: 500 });
    f.afterwards(() => impatient.close());
    await ask(f, 'a', ['n']);
    f.begin(new ScriptedCarrier(), { attemptsMost: 2 }, {
      commands: {
        resolve: async () => {
          await impatient.database.query('SET statement_timeout = 0; SELECT pg_sleep(3)');
          return null;
        },
      },
    });
    await eventually('dead', status('dead'));
    expect(await only()).toMatchObject({ attempts: 2, lastOutcome: 'unavailable', reason: 'QueryFailedError: Query read timeout' });
  });

  it('waits for a carrier that says nothing no longer than the limit, and reads before it asks again', async () => {
    const carrier = new ScriptedCarrier((_, attempt) => (attempt === 1 ? new Promise<Report>(() => undefined) : { ...facts, outcome: 'already-gone' }));
    await ask(f, 'a', ['n']);
    f.begin(carrier, { callLimitMs: 150 });
    await eventually('done', status('done'));
    const attempts = await f.effectQueries.attempts((await only()).effectId);
    expect(attempts.at(-1)).toMatchObject({ outcome: 'already-gone' });
    // A machine that is late lets more of them run out.
    const ranOut = attempts.slice(0, -1);
    expect(ranOut.length).toBeGreaterThanOrEqual(1);
    for (const attempt of ranOut) expect(attempt).toMatchObject({ outcome: 'retry-later', reason: 'timeout' });
    expect(carrier.asked[0]).toMatchObject({ attempt: 1 });
    expect(carrier.asked.at(-1)).toMatchObject({ attempt: attempts.length });
  });
});
