// How long the event loop of an API is kept from everybody else while exports of accounts' data are made, beside the same API with nothing to do.
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrations } from '#application';
import { freshDatabase } from '../support/database.js';
import { startService } from '../support/service.js';
import { inLanes, quantile, rounded, seconds } from './measure.js';

const accounts = 60;
const records = Number(process.env['BENCH_RECORDS'] ?? 5_000);
const rounds = 3;
/** Who was refused comes again. */
const waitMs = 500;

const fresh = await freshDatabase({ migrations });
const service = await startService({ databaseUrl: fresh.url, workers: 0, environment: { RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'silent' } });

async function post(path: string, body: string, type: string, token?: string): Promise<Record<string, unknown>> {
  const headers = { 'content-type': type, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${service.base}/v1/${path}`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

const json = 'application/json';
const { token } = (await post('dev/tokens', JSON.stringify({ role: 'service' }), json)) as { token: string };
const line = (id: number): string => JSON.stringify({ id: String(id), name: randomBytes(12).toString('hex'), phone: '+12025550123', note: randomBytes(100).toString('hex') });
const document = Array.from({ length: records }, (_, id) => line(id)).join('\n');
const ids = Array.from({ length: accounts }, () => randomUUID());
console.log(`storing ${records} records for each of ${accounts} accounts, ${rounded(document.length / 1_048_576)} MiB of each`);
await inLanes(ids, 2, async (accountId) => {
  await post('accounts', JSON.stringify({ accountId, name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' }), json, token);
  await post(`accounts/${accountId}/subscriptions`, JSON.stringify({ planId: 'messaging-monthly' }), json, token);
  await post(`accounts/${accountId}/data/contacts`, document, 'application/x-ndjson', token);
});

interface Told {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly memory: number;
}

/** Since it was asked before. Delays in ms beyond the resolution of the timer, memory in MiB. */
async function told(): Promise<Told> {
  const text = await (await fetch(`${service.base}/metrics`)).text();
  const value = (name: string): number => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
  const lag = (name: string): number => value(`nodejs_eventloop_lag_${name}_seconds`) * 1000;
  return { p50: lag('p50'), p99: lag('p99'), max: lag('max'), memory: value('process_resident_memory_bytes') / 1_048_576 };
}

const counted = { made: 0, refused: 0 };

async function download(accountId: string): Promise<void> {
  const response = await fetch(`${service.base}/v1/accounts/${accountId}/data-export`, { headers: { authorization: `Bearer ${token}` } });
  for await (const chunk of response.body!) if (chunk.length < 0) throw new Error('never');
  if (response.status === 200) counted.made += 1;
  else counted.refused += 1;
  if (response.status === 429) await sleep(waitMs);
}

/** So many clients, each with an account of its own, who ask again and again. */
async function under(clients: number): Promise<Told> {
  await told();
  const end = performance.now() + seconds * 1000;
  const loops = ids.slice(0, clients).map(async (accountId) => {
    while (performance.now() < end) await download(accountId);
  });
  await Promise.all([sleep(seconds * 1000), ...loops]);
  return told();
}

const sizes = [0, 1, 4, 60];
const measured = new Map<number, Told[]>(sizes.map((size) => [size, []]));
for (let round = 0; round <= rounds; round += 1) {
  for (const size of sizes) {
    const one = await under(size);
    // Round 0 warms up.
    if (round > 0) measured.get(size)!.push(one);
  }
  console.log(`round ${round} of ${rounds}: ${counted.made} exports made, ${counted.refused} refused`);
}

const median = (size: number, name: keyof Told): number => quantile(measured.get(size)!.map((one) => one[name]), 0.5);
const beside = (size: number, name: keyof Told): number => rounded(median(size, name) / median(0, name));
console.log(`the delay of the event loop, medians of ${rounds} rounds of ${seconds} s, in ms; in brackets beside that without exports`);
const cell = (size: number, name: keyof Told): string => `${rounded(median(size, name))} (${beside(size, name)})`;
console.table(Object.fromEntries(sizes.map((size) => [`${size} clients`, { p50: cell(size, 'p50'), p99: cell(size, 'p99'), max: cell(size, 'max'), 'memory, MiB': cell(size, 'memory') }])));
await service.stop();
await fresh.drop();
