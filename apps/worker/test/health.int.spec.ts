// What the worker says of itself: health from the table, metrics, and a start that names what is missing.
import { DriftFindings } from '#carrier-drift';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ModuleRef } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { FindingsTable } from '#audit';
import { ClockWatch, DeadlineConsumer, DeadlineFigures, TestClocks } from '#deadlines';
import { EffectQueries, Notices, Pauses } from '#effects';
import { MasterKeys, PersonalData } from '#personal-data';
import { Purges } from '#purge';
import { connect, Database } from '#postgres';
import { Imports } from '#imports';
import { Endpoints } from '#webhooks';
import { connectMigrated } from '../src/connect.js';
import { DeadlineCommands } from '../src/deadline-commands.js';
import { Health } from '../src/health.js';
import { createMetrics, type Metrics } from '../src/metrics.js';
import { readSettings } from '../src/settings.js';
import { at, core, type Core } from './core.js';
import { freshDatabase } from '../../../test/support/database.js';
import { standIn } from '../../../test/support/stand-in.js';

let made: Core;
let metrics: Metrics;
let server: Server;
let leftAlone: readonly string[] = [];
let base: string;
beforeAll(async () => {
  made = await core();
  const projections = made.projections(10);
  await projections.ensureTables();
  metrics = createMetrics(made.database, {
    deadlines: made.context.get(DeadlineFigures), effects: made.context.get(EffectQueries), notices: made.context.get(Notices), projections, purges: made.context.get(Purges), clockWatch: made.context.get(ClockWatch), endpoints: made.context.get(Endpoints), imports: made.context.get(Imports), audit: made.context.get(FindingsTable),
    drift: made.context.get(DriftFindings), driftRuns: null,
  });
  server = await new Health(new DeadlineFigures(made.database), metrics.registry, () => made.context.get(PersonalData).probe(), () => leftAlone, 0.2).listen(0, '127.0.0.1');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 120_000);
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await made.close();
});

const get = async (path: string) => {
  const answer = await fetch(base + path);
  return { status: answer.status, text: await answer.text() };
};

const overdueRow = async (nextAttempt: string): Promise<string> => {
  const id = randomUUID();
  await made.database.query(
    `INSERT INTO sunset.deadlines (deadline_id, account_id, shard, kind, subject, generation, due_at, status, alarm_at, next_attempt_at)
     VALUES ($1::uuid, 'a', sunset.shard_of('a'), 'period-end', $1::uuid::text, 1, now() - interval '1 hour', 'pending', now(), ${nextAttempt})`, [id],
  );
  return id;
};

describe('health', () => {
  it('is good while nothing is overdue', async () => {
    expect(await get('/health/live')).toEqual({ status: 200, text: '{"status":"ok","oldestOverdueSeconds":0,"leftToNewerRelease":0}' });
    expect((await get('/health/ready')).status).toBe(200);
    expect((await get('/health/other')).status).toBe(404);
    expect((await fetch(`${base}/health/live`, { method: 'POST' })).status).toBe(405);
  });

  it('is bad while a row is neglected, but not for one that waits for its next attempt', async () => {
    await sleep(300);
    const waiting = await overdueRow(`now() + interval '1 hour'`);
    expect((await get('/health/live')).status).toBe(200);
    const neglected = await overdueRow('NULL');
    expect((await get('/health/live')).status).toBe(503);
    leftAlone = [neglected];
    expect(await get('/health/live')).toEqual({ status: 200, text: '{"status":"ok","oldestOverdueSeconds":0,"leftToNewerRelease":1}' });
    leftAlone = [];
    const clock = made.context.get(ClockWatch);
    await clock.look();
    await made.database.query(`UPDATE sunset.clock_watch SET seen_at = now() - interval '2 weeks'`);
    expect((await get('/health/live')).status).toBe(200);
    await clock.look();
    await clock.confirm((await clock.stops())[0]!.stopId, 'right', 'olga');
    expect((await get('/health/live')).status).toBe(200);
    await sleep(300);
    expect((await get('/health/live')).status).toBe(503);
    const { text } = await get('/metrics');
    expect(text).toMatch(/sunset_deadlines_overdue\{kind="period-end"\} 2/);
    expect(Number(/^sunset_deadlines_oldest_overdue_seconds (\S+)/m.exec(text)?.[1])).toBeGreaterThan(3599);
    await made.database.query('DELETE FROM sunset.deadlines WHERE deadline_id = ANY ($1)', [[waiting, neglected]]);
    expect((await get('/health/live')).status).toBe(200);
  });

  it('tells what came of deliveries, and how late', async () => {
    metrics.observer.fed(3);
    metrics.observer.delivered('fired', 'period-end');
    metrics.observer.delivered('stale', undefined);
    metrics.observer.lateness('period-end', 1500);
    const { text } = await get('/metrics');
    expect(text).toContain('sunset_deadlines_fed_total 3');
    expect(text).toContain('sunset_deadlines_delivered_total{kind="period-end",outcome="fired"} 1');
    expect(text).toContain('sunset_deadlines_delivered_total{kind="unknown",outcome="stale"} 1');
    expect(text).toContain('sunset_deadline_lateness_seconds_sum{kind="period-end"} 1.5');
    for (const name of ['memberships', 'cancellations', 'ledger_lines']) expect(text).toContain(`sunset_projection_lag_events{projection="${name}"} 0`);
  });

  it('counts whatever operators\' health counts', async () => {
    const { testClockId } = await made.context.get(TestClocks).create(at('2026-03-30'));
    await made.database.query(`UPDATE sunset.test_clocks SET status = 'failed', target = now + interval '1 day' WHERE test_clock_id = $1`, [testClockId]);
    const pause = await new Pauses(made.database).pause({}, 'a look', { role: 'operator', id: 'olga' });
    const { text } = await get('/metrics');
    for (const line of [
      'sunset_deadlines_stuck{status="dead"} 0', 'sunset_deadlines_stuck{status="blocked"} 0', 'sunset_effect_pauses{cause="operator"} 1', 'sunset_clock_stops 0',
      'sunset_audit_findings{finding="not-armed"} 0', 'sunset_audit_age_seconds 0', 'sunset_clock_skew_seconds ', 'sunset_legal_holds_to_review 0', 'sunset_test_clocks{status="advancing"} 0', 'sunset_test_clocks{status="failed"} 1', 'sunset_projections{status="live"}',
    ]) expect(text).toContain(line);
    for (const name of ['sunset_deadlines_overdue', 'sunset_effects_open', 'sunset_effects_overdue', 'sunset_purges_open']) expect(text).toContain(`# TYPE ${name} gauge`);
    await new Pauses(made.database).resume(pause.pauseId, 'seen', { role: 'operator', id: 'olga' });
  });

  it('is not ready, and lives, where it cannot open what is sealed', async () => {
    await made.open('sealed', '2026-03-30');
    expect((await get('/health/ready')).status).toBe(200);
    const lacking = new PersonalData(made.database, new MasterKeys([randomBytes(32)]));
    const other = await new Health(new DeadlineFigures(made.database), metrics.registry, () => lacking.probe(), () => []).listen(0, '127.0.0.1');
    const at = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const ready = await fetch(`${at}/health/ready`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringMatching(/MasterKeyMissing: the master key [0-9a-f]{16} wrapped this/)]);
    expect((await fetch(`${at}/health/live`)).status).toBe(200);
    other.closeAllConnections();
    other.close();
  });

  it('is not ready without its tables, and lives on', async () => {
    const empty = await freshDatabase();
    const dataSource = await connect({ url: empty.url });
    const other = await new Health(new DeadlineFigures(new Database(dataSource)), metrics.registry, () => Promise.resolve(), () => []).listen(0, '127.0.0.1');
    const at = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    expect((await fetch(`${at}/health/ready`)).status).toBe(503);
    expect((await fetch(`${at}/health/live`)).status).toBe(200);
    other.closeAllConnections();
    other.close();
    await dataSource.destroy();
    await expect(connectMigrated(empty.url, 2)).rejects.toThrow('has not been migrated');
    await empty.drop();
  });
});

describe('a start', () => {
  it('names the command of deadlines that nobody handles', () => {
    expect(() => made.context.get(DeadlineCommands).check()).not.toThrow();
    const nobody = standIn<ModuleRef>({ get: () => { throw new Error('there is no such provider'); } });
    expect(() => new DeadlineCommands(made.context.get(CommandBus), nobody).check()).toThrow('nobody handles BringAllUpToDate');
  });

  it('names the setting that makes no sense', () => {
    expect(() => readSettings({})).toThrow('DATABASE_URL is missing');
    expect(() => readSettings({ DATABASE_URL: 'postgres://x', WORKER_CONCURRENCY: 'many' })).toThrow('WORKER_CONCURRENCY');
    expect(() => readSettings({ DATABASE_URL: 'postgres://x' })).toThrow('PURGE_LEDGER is missing');
    expect(readSettings({ DATABASE_URL: 'postgres://x', PURGE_LEDGER: '/ledger' })).toMatchObject({ concurrency: 64, port: undefined, queues: { databaseUrl: 'postgres://x', count: 1 } });
  });
});

it('a deadline of a kind that this version does not know is left to one that does, and does not count', async () => {
  const id = randomUUID();
  await made.database.query(
    `INSERT INTO sunset.deadlines (deadline_id, account_id, shard, kind, generation, due_at, status, alarm_at) VALUES ($1, 'a', sunset.shard_of('a'), 'dissolve', 1, now() - interval '1 second', 'pending', now())`, [id],
  );
  const consumer = new DeadlineConsumer(made.database, (due, alone) => made.context.get(DeadlineCommands).carryOut(due, alone));
  expect(await consumer.fire({ deadlineId: id, accountId: 'a', generation: 1 })).toBe('newer');
  const [row] = await made.database.query('SELECT status, attempts, last_error FROM sunset.deadlines WHERE deadline_id = $1', [id]);
  expect(row).toEqual({ status: 'pending', attempts: 0, last_error: null });
});
