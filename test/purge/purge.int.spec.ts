// The purge as a process: whatever breaks it finishes, once, and leaves nothing of this account and everything of the others.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClockWatch } from '#deadlines';
import { Effects } from '#effects';
import { allNumbers, type Proof } from '#domain';
import { eventsOfType } from '#kernel';
import { places } from '#application';
import { type DataStore, type Jobs, type PurgeEngine, purgeSteps, sumOf, TraceSearch } from '#purge';
import { buyNumber, cancel, erase, hold, lift, subscribe } from '../stories/commands.js';
import { byWorker, type OneAccount } from '../money/core.js';
import { moment } from '../stories/life.js';
import { eventually } from '../support/eventually.js';
import { E, letItBegin, P, records, rig, type Rig } from './rig.js';

let r: Rig;
beforeAll(async () => {
  r = await rig();
}, 120_000);
afterAll(() => r.close());

const counts = { campaigns: records, messages: records, contacts: records, reports: records, scheduledMessages: 1, holders: 1 };
const proofOf = async (accountId: string): Promise<Proof[]> =>
  (await r.stream(accountId)).flatMap(({ type, data }) => (type === 'DataPurged' ? [data] : []));
const left = async (accountId: string): Promise<number> => {
  const held = await Promise.all(r.stores.map((store) => store.counts(accountId)));
  return held.flatMap((one) => Object.values(one)).reduce((sum, count) => sum + count, 0);
};

describe('a purge', () => {
  it('deletes everything and proves it', async () => {
    const account = await r.lapsed('whole', 'Marker-whole');
    await letItBegin(account);
    expect(await r.purges.get('whole.1')).toMatchObject({ status: 'running', step: 'ledger', basis: 'retention', dueAt: P });
    expect(await r.engine().runOne()).toBe(true);
    expect(await r.purges.get('whole.1')).toMatchObject({ status: 'done', step: 'verification', findings: [], lastError: null });
    const [proof] = await proofOf('whole');
    expect(proof).toMatchObject({ counts, verification: { findings: 0 } });
    expect(proof!.verification.tables).toBeGreaterThan(20);
    expect(proof!.verification.markers).toBe(5);
    expect(proof!.exceptions.map(({ kind }) => kind)).toEqual(['consents', 'ledger', 'unsettled-releases']);
    expect(await left('whole')).toBe(0);
    expect(JSON.stringify(await r.stream('whole'))).not.toContain('Marker-whole');
    expect(await r.engine().runOne()).toBe(false);
  });

  it('leaves nothing of what was said on the way, and is in the ledger', async () => {
    await letItBegin(await r.lapsed('said', 'Marker-said'));
    await r.database.query(`INSERT INTO sunset.effect_attempts (effect_id, attempt, started_at, outcome, reason) SELECT effect_id, 1, now(), 'retry-later', 'busy' FROM sunset.effects WHERE account_id = 'said'`);
    await r.database.query(`UPDATE sunset.effects SET reason = 'busy', order_ref = 'order-1' WHERE account_id = 'said'`);
    await r.database.query(`UPDATE sunset.deadlines SET last_error = 'the carrier was away' WHERE account_id = 'said'`);
    const deadlines = (await r.database.query<{ id: string }>(`SELECT deadline_id AS id FROM sunset.deadlines WHERE account_id = 'said'`)).map(({ id }) => id);
    const removed: string[] = [];
    const jobs: Jobs = { removeEnded: async (mentions) => removed.push(...mentions), search: async () => ({ jobs: 0, foundIn: [] }) };
    expect(await said()).toEqual({ attempts: 1, effects: 1, deadlines: deadlines.length, markers: 0, keys: 1 });
    await r.engine({ onStep: async (_, step) => (step === 'markers' ? expect(await said()).toMatchObject({ markers: 1, keys: 2 }) : undefined) }, r.stores, jobs).runOne();
    expect(await proofOf('said')).toHaveLength(1);
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
    const proofs = await proofOf(id);
    expect(proofs.map((proof) => proof.counts)).toEqual([counts]);
    expect(await left(id)).toBe(0);
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
    expect((await proofOf('middle')).map((proof) => proof.counts)).toEqual([counts]);
  });

  it('deletes also what comes in behind it while it deletes, and needs no further round for that', async () => {
    await letItBegin(await r.lapsed('behind', 'Marker-behind'));
    const left = [1, 1, 1];
    const filling: DataStore = {
      name: 'filling', transactional: true, counts: async () => ({ contacts: left.length }),
      purgeBatch: async () => ({ counts: { contacts: left.pop() ?? 0 }, digests: [], next: null }),
    };
    expect(await r.engine({}, [...r.stores, filling]).runOne()).toBe(true);
    expect((await proofOf('behind')).map((proof) => proof.counts)).toEqual([{ ...counts, contacts: records + 3 }]);
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
    expect(await proofOf('fenced')).toHaveLength(1);
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
    expect(await proofOf('slow')).toHaveLength(1);
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
    const before = performance.now();
    await engine.stop();
    expect(performance.now() - before).toBeLessThan(10_000);
    goOn();
    await eventually('it has stopped', async () => (await r.engine().runOne()) || (await r.purges.get('stuck.1'))!.status === 'done');
    expect([await proofOf('stuck'), await proofOf('free')].map(({ length }) => length)).toEqual([1, 1]);
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
    expect(await proofOf('busy')).toHaveLength(1);
  });

  it('lets nobody have a number that a carrier is just being asked to give up, and has nothing asked for afterwards', async () => {
    const account = await r.lapsed('asking', 'Marker-asking');
    await letItBegin(account);
    const effectsOf = async () => (await r.context.get(Effects).forAccount('asking')).map(({ kind, status }) => `${kind} ${status}`);
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
    expect((await proofOf('asking')).flatMap(({ exceptions }) => exceptions.map(({ kind, records: count }) => [kind, count]))).toContainEqual(['unsettled-releases', 1]);
  });

  it('leaves every byte of another account as it was', async () => {
    const other = await r.lapsed('other', 'Marker-other');
    await letItBegin(await r.lapsed('leaving', 'Marker-leaving'));
    const before = await bytesOf('other');
    expect(before.length).toBeGreaterThan(10);
    await r.engine().runOne();
    expect(await bytesOf('other')).toEqual(before);
    expect((await other.ask()).state.purge).toBeNull();
  });

  it('commits to the sealed records that were deleted, in any order and batches', async () => {
    await letItBegin(await r.lapsed('committed', 'Marker-committed'));
    const rows = await r.database.query<{ digest: Buffer }>(`SELECT sha256(record_hash || body) AS digest FROM sunset.retained_data WHERE account_id = 'committed' ORDER BY random()`);
    await r.engine({ batch: 5 }).runOne();
    const [proof] = await proofOf('committed');
    const { commitment } = proof!.stores.find(({ name }) => name === 'retained data')!;
    const salt = Buffer.from(commitment!.salt, 'base64url');
    const sum = rows.reduce((before, { digest }) => before + BigInt(`0x${createHash('sha256').update(Buffer.concat([salt, digest])).digest('hex')}`), 0n);
    expect(BigInt(`0x${commitment!.sum}`)).toBe(sum % 2n ** 256n);
    expect(sumOf(Buffer.alloc(0), salt, rows.map(({ digest }) => digest)).toString('hex')).toBe(commitment!.sum);
    expect(sumOf(Buffer.alloc(0), salt, [...rows.slice(1).map(({ digest }) => digest), createHash('sha256').digest()]).toString('hex')).not.toBe(commitment!.sum);
  });
});

describe('the verification', () => {
  it('stops at what it finds of the person, until it is gone', async () => {
    await letItBegin(await r.lapsed('found', 'Marker-found'));
    await r.database.query(`CREATE TABLE somebody_elses (note text)`);
    await r.database.query(`INSERT INTO somebody_elses VALUES ('written down: Marker-found name, and more')`);
    await r.engine().runOne();
    expect(await r.purges.get('found.1')).toMatchObject({ status: 'failed', step: 'verification', findings: [`public.somebody_elses.note where ctid = '(0,1)'`] });
    // A retry that accepts nothing finds it again.
    await r.purges.retry('found.1', null);
    await r.engine().runOne();
    expect(await r.purges.get('found.1')).toMatchObject({ status: 'failed', step: 'verification', findingsAccepted: null });
    expect(await proofOf('found')).toEqual([]);
    await r.database.query('DROP TABLE somebody_elses');
    expect(await r.purges.retry('found.1', null)).toMatchObject({ status: 'running', step: 'stores' });
    await r.engine().runOne();
    expect((await proofOf('found')).map((proof) => [proof.counts, proof.verification.findings])).toEqual([[counts, 0]]);
  });

  it.each([
    ['as a text in JSON', 'Mar"ker-json', `to_jsonb('xx Mar"ker-json name xx'::text)`],
    ['as bytes', 'Marker-bytes', `convert_to('xx Marker-bytes name xx', 'UTF8')`],
  ])('finds it %s', async (how, marker, value) => {
    const id = how.replaceAll(' ', '-');
    await letItBegin(await r.lapsed(id, marker));
    await r.database.query(`CREATE TABLE planted AS SELECT ${value} AS value`);
    await r.engine().runOne();
    await r.database.query('DROP TABLE planted');
    expect(await r.purges.get(`${id}.1`)).toMatchObject({ status: 'failed', findings: [`public.planted.value where ctid = '(0,1)'`] });
  });

  it('looks into the queues', async () => {
    await letItBegin(await r.lapsed('queued', 'Marker-queued'));
    let texts = ['an old job about Marker-queued@example.com'];
    const jobs: Jobs = {
      removeEnded: async () => 0,
      search: async (isFound) => ({ jobs: texts.length, foundIn: texts.some(isFound) ? ['memory job 1'] : [] }),
    };
    await r.engine({}, r.stores, jobs).runOne();
    expect(await r.purges.get('queued.1')).toMatchObject({ status: 'failed', findings: ['queue memory job 1'] });
    texts = [];
    await r.purges.retry('queued.1', null);
    await r.engine({}, r.stores, jobs).runOne();
    expect((await proofOf('queued')).map(({ verification }) => verification.jobs)).toEqual([0]);
  });

  it('lets an operator accept what it found, and the proof says so', async () => {
    await letItBegin(await r.lapsed('accepted', 'Marker-accepted'));
    await r.database.query(`CREATE TABLE town (name text)`);
    await r.database.query(`INSERT INTO town VALUES ('Marker-accepted comment')`);
    await r.engine().runOne();
    expect(await r.purges.retry('accepted.1', 'olga: a town of that name')).toMatchObject({ status: 'running' });
    await r.database.query(`CREATE TABLE river AS TABLE town`);
    await r.engine().runOne();
    expect(await r.purges.get('accepted.1')).toMatchObject({ status: 'failed', findings: [`public.river.name where ctid = '(0,1)'`, `public.town.name where ctid = '(0,1)'`] });
    await r.database.query('DROP TABLE river');
    expect(await r.purges.retry('accepted.1', null)).toMatchObject({ status: 'running' });
    await r.engine().runOne();
    expect(await r.purges.get('accepted.1')).toMatchObject({ status: 'done', findings: [`public.town.name where ctid = '(0,1)'`] });
    await r.database.query('DROP TABLE town');
    const [proof] = await proofOf('accepted');
    expect(proof!.verification.findings).toBe(1);
    expect(proof!.exceptions).toContainEqual({ kind: 'findings', records: 1, reason: 'Found by the verification, looked at by an operator, and left where it was.', expiresAt: null });
    expect(await r.purges.get('accepted.1')).toMatchObject({ findingsAccepted: 'olga: a town of that name' });
    expect(await r.purges.redact('accepted.1', 'redacted by olga')).toMatchObject({ findingsAccepted: 'redacted by olga' });
    expect(JSON.stringify(proof)).not.toContain('of that name');
  });

  it('lets nobody accept what nobody has looked for', async () => {
    await letItBegin(await r.lapsed('unseen', 'Marker-unseen'));
    const away: DataStore = { name: 'away', transactional: true, counts: async () => ({}), purgeBatch: () => Promise.reject(new Error('no such table')) };
    await r.engine({ attemptsMost: 1 }, [away]).runOne();
    expect(await r.purges.get('unseen.1')).toMatchObject({ status: 'failed', step: 'stores' });
    expect(await r.purges.retry('unseen.1', 'olga: whatever it is')).toEqual({ refused: 'nothing_found', detail: { step: 'stores' } });
    expect(await r.purges.retry('unseen.1', null)).toMatchObject({ status: 'running' });
    await r.engine().runOne();
    expect((await proofOf('unseen')).map(({ counts: told }) => told)).toEqual([counts]);
  });

  let wrote = 0;
  it.each([['too_expensive', 4], ['@', 4], ['Cancellation', 5], ['Messages1795600500000', 5], ['NumberReleaseStarted', 5], ['America/Los_Angeles', 5]])(
    'takes no word of ours for a trace of the person who wrote %j', async (comment, markers) => {
      wrote += 1;
      const id = `wrote-${wrote}`;
      await letItBegin(await r.lapsed(id, 'Marker-common', { code: 'too_expensive', comment }));
      await r.engine().runOne();
      expect((await proofOf(id)).map(({ verification }) => verification)).toMatchObject([{ markers, findings: 0 }]);
    },
  );

  it('takes none of the words for one that stand in our tables, whichever a person writes', async () => {
    await letItBegin(await r.lapsed('vocabulary', 'Marker-vocabulary'));
    await r.engine().runOne();
    const words = new Set<string>();
    const read = await r.database.query<{ name: string }>(`SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('sunset', 'public')`);
    for (const { name } of read) {
      for (const { row } of await r.database.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} t`)) {
        for (const word of row.match(/[A-Za-z][^"\s{}[\],]{3,}/g) ?? []) words.add(word);
      }
    }
    expect(words.size).toBeGreaterThan(500);
    const search = new TraceSearch(r.database, null, places, 60_000);
    expect(await search.search('vocabulary', [...words])).toMatchObject({ places: [], unsearched: [] });
  }, 120_000);

  it('finds a number in whatever form it stands, and names the row', async () => {
    await letItBegin(await r.lapsed('numbered', 'Marker-numbered'));
    const number = eventsOfType(await r.stream('numbered'), 'NumberPurchased')[0]!.data.e164!;
    const national = number.slice(2);
    const [{ id }] = (await r.database.query<{ id: string }>(`SELECT deadline_id AS id FROM sunset.deadlines WHERE account_id = 'numbered' LIMIT 1`)) as [{ id: string }];
    await r.database.query('CREATE TABLE calls (id integer PRIMARY KEY, called bigint, note text)');
    await r.database.query('INSERT INTO calls VALUES (7, $1, NULL), (8, NULL, $2)', [national, `(${national.slice(0, 3)}) ${national.slice(3, 6)}-${national.slice(6)}`]);
    await r.engine({
      onStep: async (_, step) => {
        if (step === 'key') await r.database.query('UPDATE sunset.deadlines SET last_error = $2 WHERE deadline_id = $1', [id, `no such number 011${number.slice(1)}`]);
      },
    }).runOne();
    await r.database.query('DROP TABLE calls');
    expect((await r.purges.get('numbered.1'))!.findings).toEqual([
      `public.calls.called where id = '7'`, `public.calls.note where id = '8'`, `sunset.deadlines.last_error where deadline_id = '${id}'`,
    ]);
  });

  it('finds what a carrier answered of the person in the log, what an operator wrote there has gone with the key, and our words are none', async () => {
    const account = await r.lapsed('noted', 'Marker-noted');
    const { numberId } = allNumbers((await account.ask()).state.numbers.all)[0]!;
    await r.memberships.handle('noted', { type: 'BlockNumberRelease', numberId, reason: 'rented to MARKER-NOTED@example.com' }, byWorker);
    await r.memberships.handle('noted', { type: 'SettleNumberRelease', numberId, outcome: 'settled-elsewhere', reason: 'asked for by MARKER-NOTED@example.com' }, byWorker);
    await letItBegin(account);
    await r.engine().runOne();
    const blocked = (await r.stream('noted')).find(({ type }) => type === 'NumberReleaseBlocked')!;
    expect((await r.purges.get('noted.1'))!.findings).toEqual([`sunset.events.data where shard = '0' AND position = '${blocked.position}'`]);
    const search = new TraceSearch(r.database, null, places, 60_000);
    expect(await search.search('noted', ['Settled-Elsewhere', 'NumberReleased', 'already-gone'])).toMatchObject({ places: [] });
  });

  it('takes no reason of our own for a trace, in whatever case a person writes it', async () => {
    const account = await r.lapsed('blocked', 'Marker-blocked');
    const { numberId } = allNumbers((await account.ask()).state.numbers.all)[0]!;
    await r.memberships.handle('blocked', { type: 'BlockNumberRelease', numberId, reason: 'not_this_number' }, byWorker);
    expect((await r.stream('blocked')).map(({ type }) => type)).toContain('NumberReleaseBlocked');
    expect(await new TraceSearch(r.database, null, places, 60_000).search('blocked', ['Not_this_number'])).toMatchObject({ places: [] });
  });

  it('of a table that takes too long is tried again a few times, then names it, and an operator may accept that', async () => {
    await letItBegin(await r.lapsed('endless', 'Marker-endless'));
    await r.database.query(`CREATE TABLE heap AS SELECT n AS amount FROM generate_series(1, 1000000) AS n`);
    const engine = r.engine({ tableLimitMs: 500 });
    const seen: number[] = [];
    for (let turns = 0; turns < 1_000 && (await r.purges.get('endless.1'))!.status === 'running'; turns += 1) {
      if (await engine.runOne()) seen.push((await r.purges.get('endless.1'))!.attempts);
      else await sleep(5);
    }
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(await r.purges.get('endless.1')).toMatchObject({ status: 'failed', findings: expect.arrayContaining(['public.heap, which could not be searched within 0.5 s']) });
    await r.purges.retry('endless.1', 'olga: figures of ours');
    await untilDone(r.engine({ tableLimitMs: 500 }), 'endless.1');
    await r.database.query('DROP TABLE heap');
    expect((await proofOf('endless')).flatMap(({ exceptions }) => exceptions.filter(({ kind }) => kind === 'findings'))).toHaveLength(1);
    expect((await r.purges.get('endless.1'))!.findingsAccepted).toBe('olga: figures of ours');
  });

  it('reads tables whose accounts are numbers, and rows that belong to no account', async () => {
    await letItBegin(await r.lapsed('foreign', 'Marker-foreign'));
    await r.database.query(`CREATE TABLE crm (account_id integer, note text)`);
    await r.database.query(`INSERT INTO crm VALUES (1, 'Marker-foreign name'), (NULL, 'nothing')`);
    await r.engine().runOne();
    expect((await proofOf('foreign'))).toHaveLength(1);
    await letItBegin(await r.lapsed('orphan', 'Marker-orphan'));
    await r.database.query(`INSERT INTO crm VALUES (NULL, 'Marker-orphan name')`);
    await r.engine().runOne();
    await r.database.query('DROP TABLE crm');
    expect(await r.purges.get('orphan.1')).toMatchObject({ status: 'failed', findings: [`public.crm.note where ctid = '(0,3)'`] });
  });

  it('looks at no row of another account, in our tables as in those of others', async () => {
    await r.lapsed('neighbour', 'Marker-neighbour');
    await r.database.query(`UPDATE sunset.deadlines SET last_error = 'said by Somebody Else' WHERE account_id = 'neighbour'`);
    await r.database.query(`CREATE TABLE calls AS SELECT 'neighbour' AS account_id, 'from Somebody Else' AS note`);
    await r.database.query(`ALTER TABLE calls ALTER account_id SET NOT NULL`);
    const search = new TraceSearch(r.database, null, places, 60_000);
    const foundOf = async (accountId: string) => new Set((await search.search(accountId, ['Somebody Else'])).places.map((place) => place.split(' where ')[0]));
    expect([await foundOf('neighbour'), await foundOf('another')]).toEqual([new Set(['public.calls.note', 'sunset.deadlines.last_error']), new Set()]);
    await r.database.query('DROP TABLE calls');
  });

  it('that finds a store filled again empties it again', async () => {
    await letItBegin(await r.lapsed('refilled', 'Marker-refilled'));
    let refilled = false;
    const engine = r.engine({
      onStep: async (_, step) => {
        if (step !== 'queue' || refilled) return;
        refilled = true;
        await r.database.query(`INSERT INTO sunset.idempotency_keys (id, fingerprint, account_id, status, headers) VALUES ('\\x01', '\\x01', 'refilled', 200, '{}')`);
      },
    });
    await engine.runOne();
    expect(await r.purges.get('refilled.1')).toMatchObject({ status: 'running', step: 'stores' });
    await untilDone(engine, 'refilled.1');
    expect((await proofOf('refilled')).map((proof) => proof.counts['keptAnswers'])).toEqual([1]);
  });

  it('of a store that cannot be emptied fails after some rounds, names it, and keeps nobody waiting', async () => {
    await letItBegin(await r.lapsed('stubborn', 'Marker-stubborn'));
    await letItBegin(await r.lapsed('next', 'Marker-next'));
    const stubborn: DataStore = { name: 'a stubborn table', transactional: false, counts: async (id) => ({ contacts: id === 'stubborn' ? 3 : 0 }), purgeBatch: async () => ({ counts: {}, digests: [], next: null }) };
    const engine = r.engine({ backOff: { firstMs: 200, longestMs: 200 } }, [stubborn, ...r.stores]);
    await engine.runOne();
    await engine.runOne();
    expect([await r.purges.get('stubborn.1'), await r.purges.get('next.1')]).toMatchObject([{ status: 'running', step: 'stores' }, { status: 'done' }]);
    await untilDone(engine, 'stubborn.1');
    expect(await r.purges.get('stubborn.1')).toMatchObject({ status: 'failed', step: 'verification', findings: ['a stubborn table'] });
    await r.purges.retry('stubborn.1', 'olga: it is empty, believe me');
    await untilDone(engine, 'stubborn.1');
    expect(await r.purges.get('stubborn.1')).toMatchObject({ status: 'failed' });
    expect(await proofOf('stubborn')).toEqual([]);
    await r.purges.retry('stubborn.1', null);
    await untilDone(r.engine(), 'stubborn.1');
    const proofs = await proofOf('stubborn');
    expect(proofs.map(({ counts: told }) => told)).toEqual([{ ...counts, contacts: records + 3 }]);
    expect(proofs[0]!.exceptions.map(({ kind }) => kind)).not.toContain('findings');
  });
});

describe('an early erasure', () => {
  /** Its trial is over and its number is still there. */
  async function ended(accountId: string): Promise<OneAccount> {
    const account = await r.account(accountId, E);
    await account.ask(subscribe('messaging-monthly', { as: `${accountId}.plan`, trialDays: 1 }), buyNumber(`${accountId}.n`), cancel(`${accountId}.plan`));
    await account.tick(moment(E, 2 * 86_400_000));
    return account;
  }

  it('waits for what was asked of the carrier, then deletes', async () => {
    await (await ended('erased')).ask(erase());
    await r.engine().runOne();
    expect(await r.purges.get('erased.1')).toMatchObject({ status: 'running', step: 'releases', attempts: 0, lastError: null });
    expect(await r.ledger.read('erased.1')).toMatchObject({ accountId: 'erased', purgedAt: null });
    await r.memberships.handle('erased', { type: 'SettleNumberRelease', numberId: 'erased.n', outcome: 'released', reason: null }, byWorker);
    await r.database.query(`UPDATE sunset.effects SET status = 'done', settled_at = now() WHERE account_id = 'erased'`);
    await r.database.query(`UPDATE sunset.purges SET next_attempt_at = NULL WHERE account_id = 'erased'`);
    await r.engine().runOne();
    expect((await proofOf('erased')).flatMap(({ exceptions }) => exceptions.map(({ kind }) => kind))).toEqual(['consents']);
    expect((await r.stream('erased')).map(({ type }) => type).slice(-5)).toEqual(['PurgeStarted', 'NumberReleaseStarted', 'NumberReleased', 'NumbersReleased', 'DataPurged']);
  });

  it('waits for a carrier no longer than a week by a clock that is believed, and then says what is not settled', async () => {
    await (await ended('unheard')).ask(erase());
    for (const [age, lastSeen, step] of [['6 days 23 hours', '1 minute', 'releases'], ['7 days 1 hour', '7 days', 'releases'], ['7 days 1 hour', '1 minute', 'verification']] as const) {
      await r.database.query(`UPDATE sunset.purges SET next_attempt_at = NULL, started_at = now() - $1::interval WHERE account_id = 'unheard'`, [age]);
      await r.context.get(ClockWatch).look();
      await r.database.query('DELETE FROM sunset.clock_stops');
      await r.database.query('UPDATE sunset.clock_watch SET seen_at = clock_timestamp() - $1::interval', [lastSeen]);
      await r.engine().runOne();
      expect([age, lastSeen, (await r.purges.get('unheard.1'))!.step]).toEqual([age, lastSeen, step]);
      await r.database.query('DELETE FROM sunset.clock_stops');
    }
    expect((await proofOf('unheard')).flatMap(({ exceptions }) => exceptions.map(({ kind, records: count }) => [kind, count]))).toEqual([['consents', 1], ['unsettled-releases', 1]]);
  });
});

describe('a legal hold', () => {
  it('lifted late lets the purge go, with a proof of its own time', async () => {
    const account = await r.lapsed('held', 'Marker-held');
    await account.tick(moment('2027-04-29T00:00Z'));
    await account.ask(hold(P, 'h'));
    await letItBegin(account);
    expect(await r.engine().runOne()).toBe(false);
    await account.tick(moment('2027-07-29T00:00Z'));
    await account.ask(lift('h'));
    await account.settle();
    expect(await r.engine().runOne()).toBe(true);
    expect((await r.stream('held')).at(-1)).toMatchObject({ type: 'DataPurged', effectiveAt: moment('2027-07-29T00:00Z') });
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

/** Until it is done, or waits for an operator. */
async function untilDone(engine: PurgeEngine, purgeId: string): Promise<void> {
  while ((await r.purges.get(purgeId))!.status === 'running') if (!(await engine.runOne())) await sleep(20);
}

/** How many rows tell something of the account `said`, or could open it. */
async function said(): Promise<Record<string, number>> {
  const [row] = await r.database.query<Record<string, number>>(
    `SELECT (SELECT count(*) FROM sunset.effect_attempts JOIN sunset.effects USING (effect_id) WHERE account_id = 'said') AS attempts,
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
