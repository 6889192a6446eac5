// One trace from the click to the released number: the request, the command, the jobs, the effect and the carrier, weeks apart, told to a collector.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { programFile } from '../../apps/launch/bundle.mjs';
import { Collector, type CollectedSpan } from '../support/collector.js';
import { eventually } from '../support/eventually.js';
import { Account, at, day } from './account.js';
import { startLimitMs, startRunning, type Running } from './running.js';
import type { Subscription } from './shapes.js';

const collector = new Collector();
let running: Running;

beforeAll(async () => {
  await collector.start();
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100', OTEL_EXPORTER_OTLP_TIMEOUT: '500' };
  running = await startRunning({ environment });
}, startLimitMs);

afterAll(async () => {
  await running.stop();
  await collector.stop();
}, startLimitMs);

const E = '2026-12-01T00:00:00.000Z';
const D14 = at(E, 14 * day);

const ofTrace = (traceId: string, name: string): readonly CollectedSpan[] => collector.spans.filter((span) => span.traceId === traceId && span.name === name);

/** Clicks the day before the end. */
async function leaving(account: Account, subscription: Subscription, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  await account.advance(at(E, -day));
  const body = { ...(await account.consent(subscription)), reason: { code: 'unused', comment: 'Nobody answers at ada@example.com' } };
  (await account.post(`/subscriptions/${subscription.subscriptionId}/cancellation`, body, { as: 'customer', headers })).expect(201);
}

it('tells one cancellation as one trace, and nothing about a person', async () => {
  const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
  const subscription = await account.subscribe();
  const bought = await account.buyNumbers(2);
  // Until the worker has its queue: what is due earlier is carried out without.
  let months = 0;
  await eventually('a job is taken from the queue', async () => {
    months = Math.min(months + 1, 9);
    await account.advance(at(new Date(Date.UTC(2026, months, 1)).toISOString()));
    return collector.spans.some(({ name }) => name === 'process deadlines-0');
  });
  const [clicked, click] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  await leaving(account, subscription, { traceparent: `00-${clicked}-${click}-01`, tracestate: 'ada=example' });
  await account.advance(D14);
  expect((await account.numbers()).map(({ status }) => status)).toEqual(['released', 'released']);


  let way: readonly CollectedSpan[] = [];
  await eventually('all of it has come, up to the click', () => {
    way = ofTrace(clicked, 'ask sandbox').map((asked) => collector.wayUp(asked)).find((one) => one.some(({ name }) => name === 'attempt release-number') && one.at(-1)!.parentSpanId === click) ?? [];
    return way.length > 0 && ofTrace(clicked, 'process deadlines-0').length > 0;
  });
  expect(way.map(({ name }) => name).filter((name) => !name.startsWith('process '))).toEqual([
    'ask sandbox', 'attempt release-number', 'fire release-numbers', 'fire period-end', 'RequestCancellation', 'POST /v1/accounts/:accountId/subscriptions/:subscriptionId/cancellation',
  ]);
  const batches = collector.spans.filter(({ name }) => name === 'fire deadlines');
  expect(batches.some(({ traceId, links = [] }) => [traceId, ...links.map((link) => link.traceId)].includes(clicked))).toBe(true);
  // Renewals are none of it, and each is a trace of its own.
  const renewed = collector.spans.filter(({ name, traceId }) => name === 'fire period-end' && traceId !== clicked);
  expect(new Set(renewed.map(({ traceId }) => traceId)).size).toBe(renewed.length);

  expect(collector.told).toContain('sunset.account');
  const never = [account.accountId, subscription.subscriptionId, ...bought, 'Ada Example', 'ada@example', 'ada=example', 'Nobody answers', 'INSERT'];
  expect(never.filter((words) => collector.told.includes(words))).toEqual([]);
}, startLimitMs);

it('goes on while there is no collector, and ends', async () => {
  await collector.stop();
  const account = await Account.open(running.client, { now: at(E, -2 * day) });
  const subscription = await account.subscribe();
  await account.buyNumbers(1);
  await leaving(account, subscription);
  const [api, worker] = [running.service.api, running.service.workers[0]!];
  await eventually('the loss is told', () => [api, worker].every(({ log }) => log.some((line) => line.includes('spans are lost'))));
  await account.advance('2027-02-01T00:00:00Z');
  expect((await account.numbers()).map(({ status }) => status)).toEqual(['released']);
  await Promise.all([api.kill('SIGTERM'), worker.kill('SIGTERM')]);
  expect(await Promise.all([api.ended, worker.ended])).toEqual(['status 0', 'status 0']);
}, startLimitMs);

it.each(['api/main', 'worker/main'])('nothing of OpenTelemetry is loaded by %s unless a collector is named', (program) => {
  const { loaded, later } = importsOf(programFile(program));
  expect(loaded.size).toBeGreaterThan(10);
  expect([...loaded].filter((name) => /opentelemetry|bullmq-otel/.test(name))).toEqual([]);
  expect([...later].some((file) => importsOf(file).loaded.has('@opentelemetry/api'))).toBe(true);
});

/** All that is loaded with a file, and the files that may be loaded later. */
function importsOf(file: string, loaded = new Set<string>(), later = new Set<string>()): { readonly loaded: ReadonlySet<string>; readonly later: ReadonlySet<string> } {
  const source = readFileSync(file, 'utf8');
  for (const [, name] of source.matchAll(/import\("(\.[^"]+)"\)/g)) later.add(join(dirname(file), name!));
  for (const [, name] of source.matchAll(/^(?:import|export)\b[^"';]*"([^"]+)";$/gm)) {
    if (loaded.has(name!)) continue;
    loaded.add(name!);
    if (name!.startsWith('.')) importsOf(join(dirname(file), name!), loaded, later);
  }
  return { loaded, later };
}
