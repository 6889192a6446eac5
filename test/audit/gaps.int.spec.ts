// Gaps that are planted one at a time: each is found by the next walk, by its name and as nothing else, and what can be armed again is.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RearmedAccounts } from '#application';
import { auditedFollowers, auditedKinds, Auditor, FindingsTable, lossRules, type Finding } from '#audit';
import { alarmQueues, Alarms, Feeder, silentObserver } from '#deadlines';
import { consequenceKinds, losses, membershipEvents } from '#domain';
import { projections as every } from '#read-models';
import { OpenQueues, redisQueues, silentLogger } from '#running';
import { catchUp } from '../../apps/worker/test/core.js';
import { rig, type Rig } from '../purge/rig.js';
import { applyTenDlc, approveTenDlc, buyNumber, cancel, open, subscribe } from '../stories/commands.js';
import { moment } from '../stories/life.js';
import { eventually } from '../support/eventually.js';
import { redisCorner } from '../support/redis.js';

const start = moment('2026-03-30T00:00Z');
const E = moment('2026-04-30T00:00Z');
const D14 = moment('2026-05-14T00:00Z');

let r: Rig;
let auditor: Auditor;
let alarms: Alarms;
let queues: OpenQueues;
let table: FindingsTable;
beforeAll(async () => {
  r = await rig();
  const { url, prefix } = redisCorner();
  alarms = new Alarms(redisQueues(url, { prefix }));
  queues = new OpenQueues(redisQueues(url, { prefix }), alarmQueues());
  table = new FindingsTable(r.database);
  await r.projections(50).ensureTables();
  await eventually('the queue is there', () => alarms.available);
  // Each walk begins when the last has ended, and takes several rounds.
  auditor = new Auditor(r.database, alarms, r.context.get(RearmedAccounts), { periodMs: 0, accountsAtOnce: 2 });
}, 120_000);
afterAll(async () => {
  await alarms.close();
  await queues.close();
  await r.close();
});

const rows = <Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> => r.database.query<Row>(sql, values);
const found = (): Promise<Finding[]> => rows<Finding>(`SELECT account_id AS "accountId", finding, kind, subject, generation FROM sunset.audit_findings ORDER BY account_id, finding, kind, subject`);

/** Looks at everybody once. */
async function walk(): Promise<readonly Finding[]> {
  do await auditor.round();
  while ((await rows('SELECT FROM sunset.audit_walk WHERE ended_at IS NULL')).length > 0);
  return found();
}

/** Cancelled, with two numbers and a registration; at `to`, with everything carried out. */
async function leaving(to = start): Promise<string> {
  const accountId = randomUUID();
  const account = await r.account(accountId, start);
  await account.ask(subscribe('messaging-monthly', { as: `${accountId}.plan` }), buyNumber(`${accountId}.1`), buyNumber(`${accountId}.2`), applyTenDlc(`${accountId}.r`), approveTenDlc, cancel(`${accountId}.plan`));
  await account.tick(to);
  await account.bringUpToDate();
  return accountId;
}

/** Only in the log: whoever wrote it wrote nothing else. */
const append = (accountId: string, type: string, effectiveAt: string, data: object): Promise<unknown> =>
  rows(
    `INSERT INTO sunset.events (shard, position, event_id, account_id, stream, version, type, schema_version, data, metadata, effective_at, recorded_at)
     SELECT 0, (SELECT max(position) + 1 FROM sunset.events), gen_random_uuid(), $1, 'membership-' || $1, max(version) + 1, $2, 1, $4, '{}', $3, clock_timestamp() FROM sunset.events WHERE account_id = $1`,
    [accountId, type, effectiveAt, data],
  );

const again = (accountId: string, type: string): Promise<unknown> =>
  rows(
    `INSERT INTO sunset.events (shard, position, event_id, account_id, stream, version, type, schema_version, data, metadata, effective_at, recorded_at)
     SELECT 0, (SELECT max(position) + 1 FROM sunset.events), gen_random_uuid(), account_id, stream, (SELECT max(version) + 1 FROM sunset.events WHERE account_id = $1), type, schema_version, data, metadata, effective_at, recorded_at
     FROM sunset.events WHERE account_id = $1 AND type = $2 LIMIT 1`,
    [accountId, type],
  );

/** The log refuses otherwise. */
const inTheLog = (change: () => Promise<unknown>): Promise<unknown> =>
  r.database.transaction(async () => {
    for (const trigger of ['delete', 'update']) await rows(`ALTER TABLE sunset.events DISABLE TRIGGER events_refuse_${trigger}`);
    await change();
    for (const trigger of ['delete', 'update']) await rows(`ALTER TABLE sunset.events ENABLE ALWAYS TRIGGER events_refuse_${trigger}`);
  });

/** What was written of it is taken out again, so that the next gap stands alone. */
const forget = (accountId: string): Promise<unknown> =>
  inTheLog(async () => {
    for (const from of ['events', 'deadlines', 'effects', 'audit_findings']) await rows(`DELETE FROM sunset.${from} WHERE account_id = $1`, [accountId]);
  });

const ofRow = (accountId: string, kind: string, change: string): Promise<unknown> => rows(`UPDATE sunset.deadlines SET ${change} WHERE account_id = $1 AND kind = $2`, [accountId, kind]);
const row = async (accountId: string, kind: string) => (await rows<{ status: string; due_at: string }>('SELECT status, due_at FROM sunset.deadlines WHERE account_id = $1 AND kind = $2', [accountId, kind]))[0] ?? null;

/** Planted, and armed again by the walk that finds it: the next one finds nothing. */
interface Armed {
  readonly to: string;
  readonly plant: (accountId: string) => Promise<unknown>;
  readonly finds: (accountId: string) => Partial<Finding>;
  readonly armed: (accountId: string) => Promise<unknown>;
  readonly is: unknown;
}

const account = (finding: Finding['finding'], kind: string, subject = '') => (): Partial<Finding> => ({ finding, kind, subject });
const plan = (finding: Finding['finding'], kind: string) => (accountId: string): Partial<Finding> => ({ finding, kind, subject: `${accountId}.plan` });

describe('a gap is found by the next walk and armed again', () => {
  it.each<readonly [string, Armed]>([
    ['a row deleted', { to: start, plant: (id) => rows(`DELETE FROM sunset.deadlines WHERE account_id = $1 AND kind = 'period-end'`, [id]), finds: plan('not-armed', 'period-end'), armed: (id) => row(id, 'period-end'), is: { status: 'pending', due_at: E } }],
    ['the rows of a loss deleted', { to: E, plant: (id) => rows(`DELETE FROM sunset.deadlines WHERE account_id = $1 AND kind = 'purge-data'`, [id]), finds: account('not-armed', 'purge-data'), armed: (id) => row(id, 'purge-data'), is: { status: 'pending', due_at: moment('2027-04-30T00:00Z') } }],
    ['the row of a fee deleted', { to: start, plant: (id) => rows(`DELETE FROM sunset.deadlines WHERE account_id = $1 AND kind = 'number-fees'`, [id]), finds: account('not-armed', 'number-fees'), armed: (id) => row(id, 'number-fees'), is: { status: 'pending', due_at: E } }],
    ['a row void though nothing took it back', { to: E, plant: (id) => ofRow(id, 'release-numbers', `status = 'void'`), finds: account('void-though-due', 'release-numbers'), armed: (id) => row(id, 'release-numbers'), is: { status: 'pending', due_at: D14 } }],
    ['a row due a day too late', { to: E, plant: (id) => ofRow(id, 'expire-ten-dlc', `due_at = due_at + interval '1 day'`), finds: account('at-another-instant', 'expire-ten-dlc'), armed: (id) => row(id, 'expire-ten-dlc'), is: { status: 'pending', due_at: moment('2026-05-30T00:00Z') } }],
    ['a row due an hour too early', { to: start, plant: (id) => ofRow(id, 'period-end', `due_at = due_at - interval '1 hour'`), finds: plan('at-another-instant', 'period-end'), armed: (id) => row(id, 'period-end'), is: { status: 'pending', due_at: E } }],
    ['a fee due after more than a month', { to: start, plant: (id) => ofRow(id, 'number-fees', `due_at = due_at + interval '31 days'`), finds: account('at-another-instant', 'number-fees'), armed: (id) => row(id, 'number-fees'), is: { status: 'pending', due_at: E } }],
    ['an effect missing', {
      to: D14, plant: (id) => rows(`DELETE FROM sunset.effects WHERE account_id = $1 AND subject = $1 || '.2'`, [id]), finds: (id) => ({ finding: 'effect-missing', kind: 'release-number', subject: `${id}.2` }),
      armed: async (id) => (await rows<{ subject: string; status: string }>(`SELECT subject, status FROM sunset.effects WHERE account_id = $1 AND kind = 'release-number' ORDER BY subject`, [id])).map(({ subject, status }) => `${subject.slice(-2)} ${status}`), is: ['.1 pending', '.2 pending'],
    }],
  ])('%s', async (_, { to, plant, finds, armed, is }) => {
    const accountId = await leaving(to as typeof start);
    expect(await walk()).toEqual([]);
    await plant(accountId);
    expect(await walk()).toMatchObject([{ accountId, ...finds(accountId) }]);
    expect(await walk()).toEqual([]);
    expect(await armed(accountId)).toEqual(is);
  });

  it('an event without its deadline', async () => {
    const accountId = await leaving(E);
    const subscriptionId = `${accountId}.back`;
    await append(accountId, 'SubscriptionStarted', E, {
      subscriptionId, planId: 'messaging-monthly', kind: 'messaging', interval: 'month', price: { amount: 4900, currency: 'USD' }, timeZone: 'UTC', anchor: '2026-04-30T00:00:00.000', trialDays: null,
      period: { start: E, end: moment('2026-05-30T00:00Z') }, returned: { lapsedAt: E, kept: [], lost: [] },
    });
    const findings = await walk();
    // Nor do the rows know that what they wait for was taken back.
    expect(findings).toEqual(expect.arrayContaining([
      { accountId, finding: 'not-armed', kind: 'period-end', subject: subscriptionId, generation: 1 },
      ...lossRules.map(({ kind }) => ({ accountId, finding: 'armed-though-over', kind, subject: '', generation: 1 })),
    ]));
    await walk();
    expect(await rows(`SELECT kind, status FROM sunset.deadlines WHERE account_id = $1 AND subject = $2`, [accountId, subscriptionId])).toEqual([{ kind: 'period-end', status: 'pending' }]);
    await forget(accountId);
  });

  it('a job gone, on real time', async () => {
    const dueAt = (await r.earlier.now()) + 1_800_000;
    const { accountId, subscriptionId } = await r.earlier.begin('period-end', dueAt);
    await new Feeder(r.database, alarms, silentLogger, silentObserver, 10_000).feed();
    expect(await walk()).toEqual([]);
    expect(await queues.lose()).toBeGreaterThan(0);
    await queues.handOut();
    expect(await walk()).toMatchObject([{ accountId, finding: 'not-in-queue', kind: 'period-end', subject: subscriptionId }]);
    await new Feeder(r.database, alarms, silentLogger, silentObserver, 10_000).feed();
    expect(await walk()).toEqual([]);
    await forget(accountId);
  });
});

/** What nobody can take back by itself is told to operators. */
describe('a gap is found by the next walk and told', () => {
  it.each<readonly [string, typeof start, (accountId: string) => Promise<unknown>, (accountId: string) => Partial<Finding>]>([
    ['a row fired, and nothing in the log', E, (id) => ofRow(id, 'release-numbers', `status = 'fired', fired_at = due_at`), account('fired-without-event', 'release-numbers')],
    ['the end of a plan twice', E, (id) => again(id, 'PeriodEnded'), plan('carried-out-twice', 'period-end')],
    ['a release twice', D14, (id) => again(id, 'NumberReleaseStarted'), account('carried-out-twice', 'release-numbers')],
    ['a fee twice', E, (id) => again(id, 'NumberFeesCharged'), account('carried-out-twice', 'number-fees')],
    ['an expiry a day too early', E, (id) => append(id, 'TenDlcExpired', moment('2026-05-29T00:00Z'), { registrationId: 'r' }), account('carried-out-early', 'expire-ten-dlc')],
    ['a row that waits for what was carried out', D14, (id) => ofRow(id, 'release-numbers', `status = 'pending', fired_at = NULL`), account('armed-though-over', 'release-numbers')],
    ['a row of a life that never was', E, (id) => ofRow(id, 'purge-data', 'generation = 7'), account('unexplained', 'purge-data')],
    ['a purge begun that nobody carries out', E, (id) => append(id, 'PurgeStarted', moment('2027-04-30T00:00Z'), { purgeId: `${id}.1`, basis: 'retention', due: moment('2027-04-30T00:00Z') }), (id) => ({ finding: 'effect-missing', kind: 'purge', subject: `${id}.1` })],
  ])('%s', async (_, to, plant, finds) => {
    const accountId = await leaving(to);
    expect(await walk()).toEqual([]);
    await plant(accountId);
    expect(await walk()).toEqual(expect.arrayContaining([expect.objectContaining({ accountId, ...finds(accountId) })]));
    expect((await table.drift()).findings).toEqual(expect.arrayContaining([{ finding: finds(accountId).finding, count: expect.any(Number), accountIds: [accountId] }]));
    await forget(accountId);
  });

  it.each(auditedFollowers)('%s moved on past what it has not taken in', async (follower) => {
    const projections = r.projections(50);
    await catchUp(projections);
    const accountId = await leaving(E);
    await rows(`UPDATE sunset.projections SET position = (SELECT max(position) FROM sunset.events) WHERE name = $1 AND build = 'live'`, [follower]);
    expect(await walk()).toEqual([{ accountId, finding: 'skipped', kind: follower, subject: '', generation: 0 }]);
    await rows(`UPDATE sunset.projections SET position = (SELECT min(position) - 1 FROM sunset.events WHERE account_id = $2) WHERE name = $1 AND build = 'live'`, [follower, accountId]);
    await catchUp(projections);
    expect(await walk()).toEqual([]);
  });
});

/** Two sources of one date, of which each has to do without the other. */
describe('when a loss is due', () => {
  const told = (accountId: string, dates: string): Promise<unknown> => inTheLog(() => rows(`UPDATE sunset.events SET data = jsonb_set(data::jsonb, '{told,consequences}', $2::jsonb) WHERE account_id = $1 AND type = 'CancellationRequested'`, [accountId, dates]));

  it('the calendar of its zone says where no date was told, as before dates were written down', async () => {
    const accountId = randomUUID();
    // Summer time ends a week after the plan does, so that each of the days until a loss counts, and one of them has 25 hours.
    const account = await r.account(accountId, moment('2026-09-25T16:00Z'), open({ timeZone: 'America/New_York' }));
    await account.ask(subscribe('messaging-monthly', { as: `${accountId}.plan` }), buyNumber(`${accountId}.1`), applyTenDlc(`${accountId}.r`), approveTenDlc, cancel(`${accountId}.plan`));
    await account.tick(moment('2026-10-25T16:00Z'));
    await account.bringUpToDate();
    await told(accountId, '{}');
    expect(await row(accountId, 'release-numbers')).toEqual({ status: 'pending', due_at: moment('2026-11-08T17:00Z') });
    expect(await walk()).toEqual([]);
    await forget(accountId);
  });

  it('a later date that was told counts, whatever the calendar says by now', async () => {
    const accountId = await leaving(E);
    const late = moment('2026-05-16T00:00Z');
    await told(accountId, JSON.stringify({ 'release-numbers': late }));
    expect(await walk()).toMatchObject([{ accountId, finding: 'at-another-instant', kind: 'release-numbers' }]);
    await ofRow(accountId, 'release-numbers', `due_at = '${late}'`);
    expect(await walk()).toEqual([]);
    await forget(accountId);
  });
});

describe('the rules as data', () => {
  it('know every consequence, every reader of the log with a table of its own, and only events that there are', () => {
    expect([...auditedKinds].sort()).toEqual([...consequenceKinds].sort());
    expect([...auditedFollowers].sort()).toEqual(every.map(({ name }) => name).sort());
    for (const { kind, by } of lossRules) {
      const { carriedOutBy } = losses.find((one) => one.kind === kind)!;
      expect(membershipEvents.map(({ type }) => type)).toEqual(expect.arrayContaining([...by]));
      expect(carriedOutBy).toEqual(expect.arrayContaining([...by]));
    }
  });
});

it('says how far it is, and goes on where another process has stopped', async () => {
  await walk();
  const before = await table.drift();
  expect(before).toMatchObject({ findings: [], accounts: before.walked, wholeAt: expect.any(String) });
  const another = new Auditor(r.database, null, r.context.get(RearmedAccounts), { periodMs: 0, accountsAtOnce: 2 });
  await auditor.round();
  await another.round();
  expect((await table.drift()).walked).toBe(4);
});
