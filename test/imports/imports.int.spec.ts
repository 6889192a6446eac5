// Accounts of another system: each line whole or not at all, once however often it is sent, and nothing that cannot be undone because of it.
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AccountImports, RetryDeadline, StartErasure } from '#application';
import { DeadlineConsumer, Deadlines } from '#deadlines';
import { asWritten } from '#domain';
import { EventStore } from '#event-store';
import { Directory } from '#directory';
import { deleteExpiredImports, ImportedAccounts } from '#imports';
import { instant } from '#kernel';
import { cancellationRows, consentView, reports, timelineView } from '#read-models';
import { DeadlineCommands } from '../../apps/worker/src/deadline-commands.js';
import { catchUp, purgeEngine } from '../../apps/worker/test/core.js';
import { byPlatform } from '../money/core.js';
import { buyNumber, open, subscribe } from '../stories/commands.js';
import { account, ndjson, over, rig, running, type ImportRig } from './rig.js';

let made: ImportRig;
beforeAll(async () => {
  made = await rig();
}, 120_000);
afterAll(() => made.close());
afterEach(() => {
  jest.restoreAllMocks();
});

const rowsOf = async (table: string): Promise<number> => (await made.database.query<{ count: number }>(`SELECT count(*) AS count FROM ${table}`))[0]!.count;
const tables = ['sunset.events', 'sunset.deadlines', 'sunset.holders', 'sunset.effects', 'sunset.account_keys', 'sunset.imported_accounts'];
const everything = async (): Promise<readonly number[]> => Promise.all(tables.map(rowsOf));
const told = ({ problems }: { readonly problems: readonly { line: number; pointer: string; code: string; message: string }[] }) => problems.map(({ line, pointer, code, message }) => [line, pointer, code, message]);

describe('a file', () => {
  const taken = '+12065550001';
  const file = ndjson(
    account('one', { numbers: [{ e164: '+12065550100' }], tenDlc: { brandName: 'Ada & Co', status: 'active', campaignId: 'C1', brandId: 'B1' }, wallet: { balance: { amount: 700, currency: 'USD' } } }),
    '{"externalId": "two", ',
    '',
    '   \t\r',
    account('zone', { timeZone: 'Mars/Olympus' }),
    account('backwards', { subscriptions: [running({ currentPeriod: { start: '2026-05-01T00:00:00Z', end: '2026-04-01T00:00:00Z' }, startedAt: '2026-01-01T00:00:00Z' })] }),
    account('pending', { subscriptions: [over(5, { currentPeriod: running().currentPeriod, endedAt: new Date(Date.now() - 1000).toISOString(), cancellation: { requestedAt: running().startedAt } })] }),
    account('same number', { numbers: [{ e164: '+12065550101' }, { e164: '+12065550100' }] }),
    account('number here', { numbers: [{ e164: taken }] }),
    account('euros', { currency: 'EUR', wallet: { balance: { amount: 1, currency: 'EUR' } } }),
    account('other money', { wallet: { balance: { amount: 1, currency: 'EUR' } } }),
    account('id here', { accountId: 'here' }),
    account('id one', { accountId: 'chosen' }),
    account('id two', { accountId: 'chosen' }),
    account('one', { name: 'Another' }),
    account('gone', { subscriptions: [over(400)], numbers: [{ e164: '+12065550102' }] }),
    account('extra', { favouriteColour: 'red', 'ada@example.com': 1 }),
    '[1]',
    'null',
    account('nothing said', { accountId: null, numbers: null, tenDlc: null, subscriptions: [{ ...running(), cancellation: null, endedAt: null }] }),
  );
  const bad = [
    [2, '', 'invalid_request', 'is no JSON'],
    [5, '/timeZone', 'invalid_request', 'must be an IANA time zone'],
    [6, '/subscriptions/0/currentPeriod/end', 'invalid_request', 'is not after the start of the period'],
    [7, '/subscriptions/0/cancellation', 'invalid_request', 'is pending until the end of the period, and the plan has ended'],
    [8, '/numbers/1/e164', 'number_taken', 'is in line 1, too'],
    [9, '/numbers/0/e164', 'number_taken', 'is another account\'s here'],
    [10, '/currency', 'invalid_request', 'must be one of USD'],
    [11, '/wallet/balance/currency', 'invalid_request', 'must be USD, the account\'s currency'],
    [12, '/accountId', 'account_exists', 'is the id of an account that is here'],
    [14, '/accountId', 'account_exists', 'is in line 13, too'],
    [17, '/favouriteColour', 'invalid_request', 'is not a known property'],
    [17, '/…', 'invalid_request', 'is not a known property'],
    [18, '', 'invalid_request', 'must be an object'],
    [19, '', 'invalid_request', 'must be an object'],
  ];
  const counts = { lines: 18, accepted: 5, rejected: 13, held: 3 };

  beforeAll(async () => {
    await made.memberships.handle('here', open(), byPlatform);
    await made.memberships.handle('here', subscribe('messaging-monthly', { as: 'here.plan' }), byPlatform);
    await made.memberships.handle('here', { ...buyNumber('here.number'), e164: taken }, byPlatform);
  });

  it('is judged line by line in a dry run, which takes nothing over', async () => {
    const before = await everything();
    const sent = await made.send(file, true);
    expect(told(sent)).toEqual(bad);
    expect(sent).toMatchObject({ status: 'done', dryRun: true, ...counts, unchanged: 1 });
    expect(sent.heldLines.map(({ line, kind }) => [line, kind])).toEqual([[16, 'expire-ten-dlc'], [16, 'purge-data'], [16, 'release-numbers']]);
    expect(await everything()).toEqual(before);
  });

  it('is taken over for real as the dry run said, and nothing is asked of anybody', async () => {
    const sent = await made.send(file);
    expect(told(sent)).toEqual(bad);
    expect(sent).toMatchObject({ status: 'done', dryRun: false, ...counts, unchanged: 1, endedAt: expect.any(String) });
    expect(await rowsOf('sunset.imported_accounts')).toBe(4);
    expect(await rowsOf('sunset.effects')).toBe(0);
    const events = await made.database.query<{ type: string }>(`SELECT type FROM sunset.events WHERE metadata ->> 'channel' = 'import'`);
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set([
      'AccountOpened', 'SubscriptionStarted', 'SubscriptionRenewed', 'NumberPurchased', 'TenDlcApplied', 'TenDlcRegistered', 'WalletToppedUp', 'AccountImported', 'CancellationRequested', 'AutoRechargeSuspended', 'PeriodEnded',
    ]));
  });

  it('sent again changes nothing', async () => {
    const before = await everything();
    expect(await made.send(file)).toMatchObject({ status: 'done', ...counts, unchanged: 5, held: 0 });
    expect(await everything()).toEqual(before);
  });

  it('is nowhere once it is carried out', async () => {
    expect([await rowsOf('sunset.import_lines'), await rowsOf('sunset.import_claims')]).toEqual([0, 0]);
    for (const table of ['sunset.imports', 'sunset.import_problems', 'sunset.import_held', 'sunset.imported_accounts']) {
      expect(JSON.stringify(await made.database.query(`SELECT * FROM ${table}`))).not.toMatch(/zq|Zqname|example\.com|2065550/);
    }
  });

  it('tells the account as it was, marked as imported, to whoever finds it by what an operator knows', async () => {
    const accountId = (await made.accountOf('one'))!;
    expect(await made.context.get(Directory).find({ email: 'ZQ.one@example.com', standing: 'active' }, { limit: 9 })).toEqual([expect.objectContaining({ accountId })]);
    const { state, now } = await made.memberships.read(accountId);
    const events = await made.stream(accountId);
    expect(state.subscriptions).toMatchObject([{ startedAt: events[0]!.effectiveAt, endedAt: null }]);
    expect(state.wallet.balance).toBe(700);
    expect(events.map(({ metadata }) => [metadata.actor.id, metadata.channel]).every(([actor, channel]) => actor === 'olga' && channel === 'import')).toBe(true);
    const shown = timelineView(state, now, events, events, asWritten).map(({ entry }) => entry).filter(({ status }) => status === 'done');
    expect(shown.every(({ imported }) => imported === true)).toBe(true);
    expect(Date.parse(now) - Date.parse(shown[0]!.at)).toBeGreaterThan(50 * 86_400_000);
    expect(await made.database.query(`SELECT kind FROM sunset.holders WHERE account_id = $1 ORDER BY kind`, [accountId])).toEqual([{ kind: 'brand' }, { kind: 'campaign' }, { kind: 'number' }]);
  });
});

describe('bytes', () => {
  it.each<[string, string | Buffer, string, object, readonly unknown[]]>([
    ['a byte-order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(ndjson(account('marked')))]), 'marked', { lines: 1, accepted: 1 }, []],
    ['a last line without its end', ndjson(account('last')).trimEnd(), 'last', { lines: 1, accepted: 1 }, []],
    ['line ends of another system', ndjson(account('windows')).replace('\n', '\r\n'), 'windows', { lines: 1, accepted: 1 }, []],
    ['a file that was cut off', ndjson(account('whole'), account('cut')).slice(0, -40), 'whole', { lines: 2, accepted: 1 }, [[2, '', 'invalid_request', 'is no JSON: the file may have been cut off here']]],
    ['a line that is no UTF-8', Buffer.concat([Buffer.from(ndjson(account('text'))), Buffer.from([0xff, 0x0a])]), 'text', { lines: 2, accepted: 1 }, [[2, '', 'invalid_request', 'must be UTF-8']]],
    ['a line that is too long', ndjson(account('short'), 'x'.repeat(1_100_000)), 'short', { lines: 2, accepted: 1 }, [[2, '', 'invalid_request', 'is longer than 1048576 bytes']]],
  ])('%s: the good line is taken', async (_, file, externalId, counts, problems) => {
    const sent = await made.send(file);
    expect(sent).toMatchObject({ status: 'done', ...counts });
    expect(told(sent)).toEqual(problems);
    expect(await made.accountOf(externalId)).toBeDefined();
  });

  it('an empty file is done at once', async () => {
    expect(await made.send('')).toMatchObject({ status: 'done', lines: 0, accepted: 0, rejected: 0 });
  });

  it('what breaks off before its end is not kept', async () => {
    async function* broken(): AsyncGenerator<{ line: number; told: string }> {
      yield { line: 1, told: '{}' };
      throw new Error('the sender is gone');
    }
    await expect(made.imports.receive(false, { role: 'operator', id: 'olga' }, broken())).rejects.toThrow('the sender is gone');
    expect([await rowsOf('sunset.import_lines'), (await made.database.query(`SELECT FROM sunset.imports WHERE status = 'receiving'`)).length]).toEqual([0, 0]);
  });
});

describe('a worker', () => {
  const many = (name: string, count: number, but: (index: number) => object = (index) => ({ numbers: [{ e164: `+1${2_000_000_000 + name.codePointAt(0)! * 1_000_000 + index}` }] })) =>
    ndjson(...Array.from({ length: count }, (_, index) => account(`${name}-${index}`, but(index))));
  const importedAs = async (name: string) => (await Promise.all((await made.database.query<{ id: string }>(`SELECT account_id AS id FROM sunset.events WHERE type = 'AccountImported'`)).map(async ({ id }) => made.stream(id))))
    .flatMap((events) => events.flatMap((event) => (event.type === 'AccountImported' && event.data.externalId?.startsWith(`${name}-`) ? [event.data.externalId] : [])));

  it('that dies in the middle of a transaction leaves nothing of it, and another one goes on from there', async () => {
    const importId = await made.begin(many('killed', 30));
    const [first, second] = [made.engine(), made.engine()];
    await first.turn();
    const store = made.context.get(EventStore);
    const append = store.appendAll.bind(store);
    const cut = jest.spyOn(store, 'appendAll').mockImplementation(async (appends) => {
      const appended = await append(appends);
      await made.database.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
      return appended;
    });
    await expect(first.turn()).rejects.toThrow();
    cut.mockRestore();
    expect(await made.told(importId)).toMatchObject({ status: 'running', accepted: 7 });
    expect([(await importedAs('killed')).length, await rowsOf('sunset.import_lines')]).toEqual([7, 23]);
    while (await second.turn());
    expect(await made.told(importId)).toMatchObject({ status: 'done', accepted: 30, unchanged: 0, rejected: 0 });
    expect(new Set(await importedAs('killed')).size).toBe(30);
  });

  it('and others carry out several imports at once, of the same accounts too: each is taken once', async () => {
    const files = [await made.begin(many('twice', 40, () => ({}))), await made.begin(many('twice', 40, () => ({})))];
    const names = made.context.get(ImportedAccounts);
    const of = names.of.bind(names);
    // Both have looked before one of them writes.
    let [looked, goOn] = [0, () => {}];
    const both = new Promise<void>((resolve) => (goOn = resolve));
    jest.spyOn(names, 'of').mockImplementation(async (hashes) => {
      const found = await of(hashes);
      if ((looked += 1) === 2) goOn();
      await both;
      return found;
    });
    await Promise.all([made.engine(), made.engine(), made.engine()].map(async (engine) => {
      for (let idle = 0; idle < 20; ) idle = (await engine.turn()) ? 0 : idle + 1;
    }));
    const ended = await Promise.all(files.map((importId) => made.told(importId)));
    expect(ended.map(({ status, accepted, rejected }) => [status, accepted, rejected])).toEqual([['done', 40, 0], ['done', 40, 0]]);
    expect(ended[0]!.unchanged + ended[1]!.unchanged).toBe(40);
    const taken = await importedAs('twice');
    expect([taken.length, new Set(taken).size]).toEqual([40, 40]);
  });

  it('rejects the one line that it cannot take, and takes its neighbours', async () => {
    const imports = made.context.get(AccountImports);
    const importId = await made.begin(many('poison', 12));
    const engine = made.engine(7, {
      take: async (of, lines) => {
        if (lines.some(({ line }) => line === 9)) throw new Error('a rule is wrong');
        return imports.take(of, lines);
      },
    });
    while (await engine.turn());
    const sent = await made.told(importId);
    expect(sent).toMatchObject({ status: 'done', accepted: 11, rejected: 1 });
    expect(told(sent)).toEqual([[9, '', 'internal', 'could not be taken; the log of the worker says why']]);
  });

  it('fails the import whose lines cannot be read, and goes on with the next', async () => {
    const [spoiled, next] = [await made.begin(ndjson(account('spoiled'))), await made.begin(ndjson(account('next')))];
    await made.database.query(`UPDATE sunset.import_lines SET sealed = '\\x00' WHERE import_id = $1`, [spoiled]);
    const engine = made.engine();
    while (await engine.turn());
    expect([await made.told(spoiled), await made.told(next)]).toMatchObject([{ status: 'failed', accepted: 0 }, { status: 'done', accepted: 1 }]);
  });
});

describe('what was due when it was taken over', () => {
  const consumer = () => new DeadlineConsumer(made.database, (due, alone) => made.context.get(DeadlineCommands).carryOut(due, alone));
  const deadlines = (accountId: string) => made.context.get(Deadlines).forAccount(accountId);
  const lapsed = async (externalId: string, days: number, but = {}): Promise<string> => {
    await made.send(ndjson(account(externalId, { subscriptions: [over(days)], ...but })));
    return (await made.accountOf(externalId))!;
  };

  it('is blocked, whoever brings the account up to date', async () => {
    const accountId = await lapsed('waits', 20, { numbers: [{ e164: '+12065550200' }] });
    await made.memberships.bringUpToDate(accountId, byPlatform);
    const rows = await deadlines(accountId);
    expect(rows.filter(({ kind }) => !kind.startsWith('remind')).map(({ kind, status }) => [kind, status])).toEqual([['release-numbers', 'blocked'], ['expire-ten-dlc', 'pending'], ['purge-data', 'pending']]);
    expect(rows.filter(({ kind, dueAt }) => kind.startsWith('remind') && dueAt <= new Date().toISOString())).toEqual([]);
    expect(await rowsOf('sunset.effects')).toBe(0);
  });

  it('comes once an operator lets it go', async () => {
    const accountId = (await made.accountOf('waits'))!;
    const { deadlineId } = (await deadlines(accountId)).find(({ kind }) => kind === 'release-numbers')!;
    const { generation } = await made.commands.execute(new RetryDeadline(deadlineId, byPlatform, 'looked at'));
    expect(await consumer().fire({ deadlineId, accountId, generation })).toBe('fired');
    const { state } = await made.memberships.read(accountId);
    expect(state.numbers.release?.status).toBe('started');
    expect(await made.database.query('SELECT kind, status FROM sunset.effects WHERE account_id = $1 AND kind = $2', [accountId, 'release-number'])).toEqual([{ kind: 'release-number', status: 'pending' }]);
  });

  it('and is erased leaves a hash that leads to nobody, by which the same file brings nobody back', async () => {
    const accountId = await lapsed('erased', 20);
    await made.commands.execute(new StartErasure(accountId, { ...byPlatform, actor: { role: 'operator', id: 'olga' } }, 'gdpr-art-17'));
    const purges = purgeEngine(made.context, made.database, made.ledger, { batch: 100 });
    while (await purges.runOne());
    const purged = (await made.stream(accountId)).find(({ type }) => type === 'DataPurged');
    expect(purged).toMatchObject({ data: { counts: { externalIds: 1 }, exceptions: expect.arrayContaining([expect.objectContaining({ kind: 'external-ids', records: 1 })]) } });
    expect(await made.database.query('SELECT FROM sunset.imported_accounts WHERE account_id = $1', [accountId])).toEqual([]);
    const again = await made.send(ndjson(account('erased', { subscriptions: [over(20)] })));
    expect(told(again)).toEqual([[1, '/externalId', 'account_purged', 'was taken over before, and its data has been deleted since']]);
  });
});

describe('evidence from before', () => {
  it('is kept as it was told, or marked as absent', async () => {
    const consent = { disclosures: [{ id: 'their-terms', version: '7' }], textHash: 'ab', language: 'es' };
    const asked = { requestedAt: new Date(Date.now() - 2 * 86_400_000).toISOString(), reason: { code: 'unused' } };
    await made.send(ndjson(
      account('with evidence', { subscriptions: [running({ cancellation: { ...asked, consent } })] }),
      account('without', { subscriptions: [running({ cancellation: asked })] }),
    ));
    const consents = await Promise.all(['with evidence', 'without'].map(async (name) => (await made.stream((await made.accountOf(name))!)).flatMap((event) => consentView(event) ?? [])));
    expect(consents).toMatchObject([
      [{ evidence: 'imported', disclosures: consent.disclosures, textHash: 'ab', language: 'es', acknowledgedConsequences: true, reason: 'unused' }],
      [{ evidence: 'absent', disclosures: [], textHash: null, language: null, acknowledgedConsequences: false }],
    ]);
  });
});

it('analysts find the past where it was, and can tell it from what happened here', async () => {
  const old = { planId: 'calling-annual', startedAt: '2019-02-10T08:00:00Z', currentPeriod: { start: '2020-02-10T08:00:00Z', end: '2021-02-10T08:00:00Z' }, status: 'ended', cancellation: { requestedAt: '2020-06-01T00:00:00Z', reason: { code: 'switched_service' } } };
  await made.send(ndjson(account('analysed', { subscriptions: [old], wallet: { balance: { amount: 1234, currency: 'USD' } } })));
  const projections = made.projections(100);
  await projections.ensureTables();
  await catchUp(projections);
  const then = { from: instant('2019-01-01T00:00:00Z'), to: instant('2022-01-01T00:00:00Z'), groupBy: ['imported'] };
  const asked = (name: 'cancellations' | 'churn' | 'cohorts') => reports[name].rows(made.database, { ...then, interval: 'month' });
  expect(await asked('cancellations')).toMatchObject([{ start: '2020-06-01T00:00:00.000Z', imported: true, opened: 1, requested: 1, ended: 1 }]);
  expect((await asked('churn')).filter(({ ended }) => ended === 1)).toMatchObject([{ start: '2021-02-01T00:00:00.000Z', imported: true, openAtStart: 1, churnRate: 1 }]);
  expect((await asked('cohorts')).filter(({ age }) => age === 23 || age === 24)).toMatchObject([{ start: '2019-02-01T00:00:00.000Z', imported: true, remaining: 1 }, { remaining: 0 }]);
  expect((await cancellationRows(made.database, then, { limit: 9 })).map(({ reason, imported, requestedAt }) => [reason, imported, requestedAt])).toEqual([['switched_service', true, '2020-06-01T00:00:00.000Z']]);
  const money = await reports.money.rows(made.database, { groupBy: ['imported'], interval: 'month' });
  // Their balances, and nothing else.
  expect(new Set(money.filter(({ imported }) => imported === true).map(({ kind }) => kind))).toEqual(new Set(['top_up']));
  expect(await made.database.query('SELECT imported_at IS NOT NULL AS imported FROM analytics.memberships GROUP BY 1 ORDER BY 1')).toEqual([{ imported: false }, { imported: true }]);
});

it('what came of an import is kept for 90 days; what was cut off for two hours, and is not carried out after them', async () => {
  const before = await rowsOf('sunset.imports');
  const cutOff = await made.imports.receive(true, { role: 'operator', id: 'olga' }, Readable.from([]));
  const wait = async (days: number, minutes: number): Promise<void> => {
    await made.database.query(`UPDATE sunset.imports SET ended_at = ended_at - $1 * interval '1 day'`, [days]);
    await made.database.query(`UPDATE sunset.imports SET touched_at = touched_at - $1 * interval '1 minute' WHERE status = 'receiving'`, [minutes]);
  };
  await wait(89, 100);
  expect(await deleteExpiredImports(made.database, 5)).toBe(0);
  await wait(2, 21);
  let deleted = 0;
  for (let once = 1; once > 0; deleted += once) once = await deleteExpiredImports(made.database, 5);
  expect(deleted).toBeGreaterThan(before);
  await expect(made.imports.begin(cutOff)).rejects.toThrow('given up');
  expect(await Promise.all(['sunset.imports', 'sunset.import_problems', 'sunset.import_held'].map(rowsOf))).toEqual([0, 0, 0]);
});
