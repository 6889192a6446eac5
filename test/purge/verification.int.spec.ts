// The verification of a purge: it looks for the person in every table and queue, names what it finds, and the proof waits for an answer.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allNumbers } from '#domain';
import { eventsOfType } from '#kernel';
import { places } from '#application';
import { type DataStore, type Jobs, type PurgeEngine, TraceSearch } from '#purge';
import { byWorker } from '../money/core.js';
import { counts, letItBegin, records, rig, type Rig } from './rig.js';

let r: Rig;
beforeAll(async () => {
  r = await rig();
}, 120_000);
afterAll(() => r.close());

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
    expect(await r.proofOf('found')).toEqual([]);
    await r.database.query('DROP TABLE somebody_elses');
    expect(await r.purges.retry('found.1', null)).toMatchObject({ status: 'running', step: 'stores' });
    await r.engine().runOne();
    expect((await r.proofOf('found')).map((proof) => [proof.counts, proof.verification.findings])).toEqual([[counts, 0]]);
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
    expect((await r.proofOf('queued')).map(({ verification }) => verification.jobs)).toEqual([0]);
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
    const [proof] = await r.proofOf('accepted');
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
    expect((await r.proofOf('unseen')).map(({ counts: told }) => told)).toEqual([counts]);
  });

  let wrote = 0;
  it.each([['too_expensive', 4], ['@', 4], ['Cancellation', 5], ['Messages1795600500000', 5], ['NumberReleaseStarted', 5], ['America/Los_Angeles', 5]])(
    'takes no word of ours for a trace of the person who wrote %j', async (comment, markers) => {
      wrote += 1;
      const id = `wrote-${wrote}`;
      await letItBegin(await r.lapsed(id, 'Marker-common', { code: 'too_expensive', comment }));
      await r.engine().runOne();
      expect((await r.proofOf(id)).map(({ verification }) => verification)).toMatchObject([{ markers, findings: 0 }]);
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
      `public.calls.called where id = '7'`, `public.calls.note where id = '8'`, `sunset.deadlines.last_error where deadline_id = '${id}' AND shard = '0' AND account_id = 'numbered'`,
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
    expect((await r.proofOf('endless')).flatMap(({ exceptions }) => exceptions.filter(({ kind }) => kind === 'findings'))).toHaveLength(1);
    expect((await r.purges.get('endless.1'))!.findingsAccepted).toBe('olga: figures of ours');
  });

  it('reads tables whose accounts are numbers, and rows that belong to no account', async () => {
    await letItBegin(await r.lapsed('foreign', 'Marker-foreign'));
    await r.database.query(`CREATE TABLE crm (account_id integer, note text)`);
    await r.database.query(`INSERT INTO crm VALUES (1, 'Marker-foreign name'), (NULL, 'nothing')`);
    await r.engine().runOne();
    expect((await r.proofOf('foreign'))).toHaveLength(1);
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
    expect((await r.proofOf('refilled')).map((proof) => proof.counts['keptAnswers'])).toEqual([1]);
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
    expect(await r.proofOf('stubborn')).toEqual([]);
    await r.purges.retry('stubborn.1', null);
    await untilDone(r.engine(), 'stubborn.1');
    const proofs = await r.proofOf('stubborn');
    expect(proofs.map(({ counts: told }) => told)).toEqual([{ ...counts, contacts: records + 3 }]);
    expect(proofs[0]!.exceptions.map(({ kind }) => kind)).not.toContain('findings');
  });
});

/** Until it is done, or waits for an operator. */
async function untilDone(engine: PurgeEngine, purgeId: string): Promise<void> {
  while ((await r.purges.get(purgeId))!.status === 'running') if (!(await engine.runOne())) await sleep(20);
}
