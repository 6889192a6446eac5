// The purge as a process: whatever breaks it finishes, once, and leaves nothing of this account and everything of the others.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EffectQueries, Effects, Pauses } from '#effects';
import { type DataStore, type Jobs, purgeSteps, sumOf } from '#purge';
import { byWorker } from '../money/core.js';
import { eventually } from '../support/eventually.js';
import { counts, letItBegin, P, records, rig, type Rig } from './rig.js';

let r: Rig;
beforeAll(async () => {
  r = await rig();
}, 120_000);
afterAll(() => r.close());

describe('a purge', () => {
  it('deletes everything and proves it', async () => {
    const account = await r.lapsed('whole', 'Marker-whole');
    await letItBegin(account);
    expect(await r.purges.get('whole.1')).toMatchObject({ status: 'running', step: 'ledger', basis: 'retention', dueAt: P });
    expect(await r.engine().runOne()).toBe(true);
    expect(await r.purges.get('whole.1')).toMatchObject({ status: 'done', step: 'verification', findings: [], lastError: null });
    const [proof] = await r.proofOf('whole');
    expect(proof).toMatchObject({ counts, verification: { findings: 0 } });
    expect(proof!.verification.tables).toBeGreaterThan(20);
    expect(proof!.verification.markers).toBe(5);
    expect(proof!.exceptions.map(({ kind }) => kind)).toEqual(['consents', 'ledger', 'unsettled-releases']);
    expect(await r.left('whole')).toBe(0);
    expect(JSON.stringify(await r.stream('whole'))).not.toContain('Marker-whole');
    expect(await r.engine().runOne()).toBe(false);
  });

  it('leaves nothing of what was said on the way, and is in the ledger', async () => {
    await letItBegin(await r.lapsed('said', 'Marker-said'));
    await r.database.query(`INSERT INTO sunset.effect_attempts (effect_id, account_id, shard, attempt, started_at, outcome, reason) SELECT effect_id, account_id, shard, 1, now(), 'retry-later', 'busy' FROM sunset.effects WHERE account_id = 'said'`);
    await r.database.query(`UPDATE sunset.effects SET reason = 'busy', order_ref = 'order-1' WHERE account_id = 'said'`);
    await r.database.query(`UPDATE sunset.deadlines SET last_error = 'the carrier was away' WHERE account_id = 'said'`);
    const deadlines = (await r.database.query<{ id: string }>(`SELECT deadline_id AS id FROM sunset.deadlines WHERE account_id = 'said'`)).map(({ id }) => id);
    const removed: string[] = [];
    const jobs: Jobs = { removeEnded: async (mentions) => removed.push(...mentions), search: async () => ({ jobs: 0, foundIn: [] }) };
    expect(await said()).toEqual({ attempts: 1, effects: 1, deadlines: deadlines.length, markers: 0, keys: 1 });
    await r.engine({ onStep: async (_, step) => (step === 'markers' ? expect(await said()).toMatchObject({ markers: 1, keys: 2 }) : undefined) }, r.stores, jobs).runOne();
    expect(await r.proofOf('said')).toHaveLength(1);
    expect(await said()).toEqual({ attempts: 0, effects: 0, deadlines: 0, markers: 0, keys: 0 });
    expect(deadlines.length).toBeGreaterThan(3);
    expect(removed.sort()).toEqual(deadlines.sort());
    const told = await r.stream('said');
    const [begunAt, purgedAt] = ['PurgeStarted', 'DataPurged'].map((type) => told.find((event) => event.type === type)?.effectiveAt);
    expect(await r.ledger.read('said.1')).toEqual({ purgeId: 'said.1', accountId: 'said', lifeId: told[0]!.eventId, basis: 'retention', dueAt: P, begunAt, purgedAt });
  });

  it.each(purgeSteps)('whose worker is lost after the step %s is finished by another, once, with the right counts', async (lostAfter) => {
    const id = `lost-${lostAfter}`;
    await letItBegin(await r.lapsed(id, `Marker-${id}`));
    let reached = (): void => undefined;
    const gone = new Promise<void>((resolve) => (reached = resolve));
    // Like a killed process: the step is committed, and nothing comes after it.
    const lost = r.engine({ onStep: (_, step) => (step === lostAfter ? (reached(), new Promise(() => undefined)) : undefined) });
    void lost.runOne();
    await gone;
    expect(await r.engine().runOne()).toBe(false);
    await r.loseLeases();
    expect(await r.engine().runOne()).toBe(lostAfter !== 'verification');
    const proofs = await r.proofOf(id);
    expect(proofs.map((proof) => proof.counts)).toEqual([counts]);
    expect(await r.left(id)).toBe(0);
  });

  it('whose worker is lost in the middle of the deletion counts no record twice and forgets none', async () => {
    await letItBegin(await r.lapsed('middle', 'Marker-middle'));
    let deletions = 0;
    const [retained, ...others] = r.stores as [DataStore, ...DataStore[]];
    const failing: DataStore = {
      name: retained.name, transactional: true, counts: (id) => retained.counts(id),
      async purgeBatch(...from) {
        const batch = await retained.purgeBatch(...from);
        deletions += 1;
        if (deletions % 3 === 0) throw new Error('the connection broke');
        return batch;
      },
    };
    const engine = r.engine({ attemptsMost: 100 }, [failing, ...others]);
    for (let tries = 0; tries < 200 && (await r.purges.get('middle.1'))!.status !== 'done'; tries += 1) await engine.runOne();
    expect((await r.proofOf('middle')).map((proof) => proof.counts)).toEqual([counts]);
  });

  it('deletes also what comes in behind it while it deletes, and needs no further round for that', async () => {
    await letItBegin(await r.lapsed('behind', 'Marker-behind'));
    const left = [1, 1, 1];
    const filling: DataStore = {
      name: 'filling', transactional: true, counts: async () => ({ contacts: left.length }),
      purgeBatch: async () => ({ counts: { contacts: left.pop() ?? 0 }, digests: [], next: null }),
    };
    expect(await r.engine({}, [...r.stores, filling]).runOne()).toBe(true);
    expect((await r.proofOf('behind')).map((proof) => proof.counts)).toEqual([{ ...counts, contacts: records + 3 }]);
  });

  it('that another worker has taken over is left alone by the first one', async () => {
    await letItBegin(await r.lapsed('fenced', 'Marker-fenced'));
    let goOn = (): void => undefined;
    let reached = (): void => undefined;
    const paused = new Promise<void>((resolve) => (reached = resolve));
    const slow = r.engine({ onStep: (_, step) => (step === 'releases' ? (reached(), new Promise<void>((resolve) => (goOn = resolve))) : undefined) });
    const ended = slow.runOne();
    await paused;
    await r.loseLeases();
    await r.engine().runOne();
    goOn();
    await ended;
    expect(await r.proofOf('fenced')).toHaveLength(1);
    expect(await r.purges.get('fenced.1')).toMatchObject({ status: 'done', lastError: null });
  });

  it('whose worker sleeps in the middle of a step is finished by another, and the first one writes nothing when it wakes', async () => {
    await letItBegin(await r.lapsed('woken', 'Marker-woken'));
    const { begun, goOn, wait } = gate();
    let looks = 0;
    const outside: DataStore = {
      name: 'outside', transactional: false, purgeBatch: async () => ({ counts: {}, digests: [], next: null }),
      counts: async () => ((looks += 1) === 1 && (await wait()), {}),
    };
    const ended = r.engine({}, [outside, ...r.stores]).runOne();
    await begun;
    await r.loseLeases();
    expect(await r.engine({}, [outside, ...r.stores]).runOne()).toBe(true);
    const before = await bytesOf('woken');
    expect(await r.purges.get('woken.1')).toMatchObject({ status: 'done', step: 'verification' });
    goOn();
    await ended;
    expect(await bytesOf('woken')).toEqual(before);
  });

  it('stays with its worker for as long as a store outside the database takes', async () => {
    await letItBegin(await r.lapsed('slow', 'Marker-slow'));
    const { begun, goOn, wait } = gate();
    const outside: DataStore = { name: 'outside', transactional: false, counts: async () => ({}), purgeBatch: async () => (await wait(), { counts: {}, digests: [], next: null }) };
    const ended = r.engine({ leaseMs: 300 }, [outside, ...r.stores]).runOne();
    await begun;
    await eventually('the lease has run out', async () => !(await leaseHolds('slow.1')));
    expect(await r.engine().runOne()).toBe(false);
    goOn();
    await ended;
    expect(await r.proofOf('slow')).toHaveLength(1);
  });

  it('keeps no other waiting, and the end of its worker no longer than it has to', async () => {
    for (const id of ['stuck', 'free']) await letItBegin(await r.lapsed(id, `Marker-${id}`));
    const { begun, goOn, wait } = gate();
    const outside: DataStore = {
      name: 'outside', transactional: false, counts: async () => ({}),
      purgeBatch: async (accountId) => (accountId === 'stuck' && (await wait()), { counts: {}, digests: [], next: null }),
    };
    const engine = r.engine({ atOnce: 2, stopLimitMs: 500, lookEveryMs: 10 }, [outside, ...r.stores]);
    engine.start();
    await begun;
    await eventually('the other one is done', async () => (await r.purges.get('free.1'))!.status === 'done');
    expect((await r.purges.get('stuck.1'))!.status).toBe('running');
    // While that store does not go on.
    await engine.stop();
    goOn();
    await eventually('it has stopped', async () => (await r.engine().runOne()) || (await r.purges.get('stuck.1'))!.status === 'done');
    expect([await r.proofOf('stuck'), await r.proofOf('free')].map(({ length }) => length)).toEqual([1, 1]);
  });

  it('stays with its worker for as long as a search of the queues takes', async () => {
    await letItBegin(await r.lapsed('busy', 'Marker-busy'));
    const { begun, goOn, wait } = gate();
    const jobs: Jobs = { removeEnded: async () => (await wait(), 0), search: async () => ({ jobs: 0, foundIn: [] }) };
    const ended = r.engine({ leaseMs: 9_000 }, r.stores, jobs).runOne();
    await begun;
    // As if it had run out: the worker, which is at work, takes the lease anew, and holds it for as long again.
    await r.loseLeases();
    await eventually('the lease is renewed', () => leaseHolds('busy.1'));
    expect(await r.engine().runOne()).toBe(false);
    goOn();
    await ended;
    expect(await r.proofOf('busy')).toHaveLength(1);
  });

  it('lets nobody have a number that a carrier is just being asked to give up, and has nothing asked for afterwards', async () => {
    const account = await r.lapsed('asking', 'Marker-asking');
    await letItBegin(account);
    const effectsOf = async () => (await r.context.get(EffectQueries).forAccount('asking')).map(({ kind, status }) => `${kind} ${status}`);
    const again = async () => {
      await r.database.query(`UPDATE sunset.purges SET next_attempt_at = NULL WHERE account_id = 'asking'`);
      await r.engine().runOne();
      return (await r.purges.get('asking.1'))!.step;
    };
    await r.database.query(`UPDATE sunset.effects SET status = 'attempting', attempts = 1, lease_until = now() + interval '1 hour' WHERE account_id = 'asking'`);
    expect([await again(), await again(), await effectsOf()]).toEqual(['exceptions', 'exceptions', ['release-number attempting']]);
    expect((await r.database.query(`SELECT FROM sunset.holders WHERE account_id = 'asking'`)).length).toBe(1);
    // It has answered that it is to be asked again.
    await r.database.query(`UPDATE sunset.effects SET status = 'pending', lease_until = NULL WHERE account_id = 'asking'`);
    const lost = r.engine({ onStep: (_, step) => (step === 'exceptions' ? Promise.reject(new Error('lost')) : undefined) });
    await r.database.query(`UPDATE sunset.purges SET next_attempt_at = NULL WHERE account_id = 'asking'`);
    await lost.runOne();
    expect([(await r.purges.get('asking.1'))!.step, await effectsOf()]).toEqual(['stores', ['release-number void']]);
    expect(await again()).toBe('verification');
    expect((await r.proofOf('asking')).flatMap(({ exceptions }) => exceptions.map(({ kind, records: count }) => [kind, count]))).toContainEqual(['unsettled-releases', 1]);
  });

  it('waits until the person is told, a quarter of an hour at most, and not for what a pause holds', async () => {
    const untold = async (accountId: string): Promise<() => Promise<string>> => {
      await letItBegin(await r.lapsed(accountId, `Marker-${accountId}`));
      const [clock] = await r.database.query<{ id: string }>('SELECT test_clock_id AS id FROM sunset.effects WHERE account_id = $1', [accountId]);
      await r.database.transaction(() => new Effects(r.database, 'sandbox', 'sandbox').put(accountId, clock!.id, [{ kind: 'notify', subject: 'data-purged.1', generation: 1, dueAt: P }]));
      return async () => {
        await r.database.query('UPDATE sunset.purges SET next_attempt_at = NULL WHERE account_id = $1', [accountId]);
        await r.engine().runOne();
        return (await r.purges.get(`${accountId}.1`))!.step;
      };
    };
    const notice = async (accountId: string) => (await r.context.get(EffectQueries).forAccount(accountId)).find(({ kind }) => kind === 'notify')?.status;
    const late = await untold('untold');
    expect([await late(), await late(), await notice('untold')]).toEqual(['releases', 'releases', 'pending']);
    await r.database.query(`UPDATE sunset.purges SET started_at = started_at - interval '16 minutes' WHERE account_id = 'untold'`);
    expect([await late(), await notice('untold')]).toEqual(['verification', 'void']);

    const { pauseId } = await r.context.get(Pauses).pause({ kind: 'notify' }, 'the words are wrong', byWorker.actor);
    const held = await untold('pausing');
    expect([await held(), await notice('pausing')]).toEqual(['verification', 'void']);
    await r.context.get(Pauses).resume(pauseId, 'mended', byWorker.actor);
  });

  it('leaves every byte of another account as it was', async () => {
    const other = await r.lapsed('other', 'Marker-other');
    await letItBegin(await r.lapsed('leaving', 'Marker-leaving'));
    const before = await bytesOf('other');
    expect(before.length).toBeGreaterThan(10);
    expect(await r.engine().runOne()).toBe(true);
    expect(await r.proofOf('leaving')).toHaveLength(1);
    expect(await bytesOf('other')).toEqual(before);
    expect((await other.ask()).state.purge).toBeNull();
  });

  it('commits to the sealed records that were deleted, in any order and batches', async () => {
    await letItBegin(await r.lapsed('committed', 'Marker-committed'));
    const rows = await r.database.query<{ digest: Buffer }>(`SELECT sha256(record_hash || body) AS digest FROM sunset.retained_data WHERE account_id = 'committed' ORDER BY random()`);
    await r.engine({ batch: 5 }).runOne();
    const [proof] = await r.proofOf('committed');
    const { commitment } = proof!.stores.find(({ name }) => name === 'retained data')!;
    const salt = Buffer.from(commitment!.salt, 'base64url');
    const sum = rows.reduce((before, { digest }) => before + BigInt(`0x${createHash('sha256').update(Buffer.concat([salt, digest])).digest('hex')}`), 0n);
    expect(BigInt(`0x${commitment!.sum}`)).toBe(sum % 2n ** 256n);
    expect(sumOf(Buffer.alloc(0), salt, rows.map(({ digest }) => digest)).toString('hex')).toBe(commitment!.sum);
    expect(sumOf(Buffer.alloc(0), salt, [...rows.slice(1).map(({ digest }) => digest), createHash('sha256').digest()]).toString('hex')).not.toBe(commitment!.sum);
  });
});

/** Something that tells when it is waited at, and lets go when it is told to. */
function gate(): { readonly begun: Promise<void>; readonly goOn: () => void; readonly wait: () => Promise<void> } {
  let begin = (): void => undefined;
  let open = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { begun, goOn: () => open(), wait: () => (begin(), opened) };
}

async function leaseHolds(purgeId: string): Promise<boolean> {
  const [row] = await r.database.query<{ held: boolean }>('SELECT lease_until > now() AS held FROM sunset.purges WHERE purge_id = $1', [purgeId]);
  return row!.held;
}

/** How many rows tell something of the account `said`, or could open it. */
async function said(): Promise<Record<string, number>> {
  const [row] = await r.database.query<Record<string, number>>(
    `SELECT (SELECT count(*) FROM sunset.effect_attempts WHERE account_id = 'said') AS attempts,
       (SELECT count(*) FROM sunset.effects WHERE account_id = 'said' AND (reason IS NOT NULL OR order_ref IS NOT NULL)) AS effects,
       (SELECT count(*) FROM sunset.deadlines WHERE account_id = 'said' AND last_error IS NOT NULL) AS deadlines,
       (SELECT count(*) FROM sunset.purges WHERE account_id = 'said' AND markers IS NOT NULL) AS markers,
       (SELECT count(*) FROM sunset.account_keys WHERE wrapped IS NOT NULL AND account_id IN ('said', 'purge said.1')) AS keys`,
  );
  return row!;
}

/** Every row that names the account, as text, with where it lies. */
async function bytesOf(accountId: string): Promise<string[]> {
  const tables = await r.database.query<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.columns WHERE column_name = 'account_id' AND table_schema = 'sunset' ORDER BY 1`,
  );
  const rows: string[] = [];
  for (const { name } of tables) {
    const found = await r.database.query<{ row: string }>(`SELECT t.ctid || ' ' || t.xmin || ' ' || t::text AS row FROM ${name} t WHERE account_id = $1 ORDER BY 1`, [accountId]);
    rows.push(...found.map(({ row }) => `${name} ${row}`));
  }
  return rows;
}
