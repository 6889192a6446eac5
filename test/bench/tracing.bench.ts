// What tracing costs: while it is off, by the spans that a request passes and by what one costs then; and while it is on. Processor time of the API, as it says itself.
import { randomUUID } from 'node:crypto';
import { migrations } from '#application';
import { beginSpan, spanned } from '#tracing';
import { Collector } from '../support/collector.js';
import { freshDatabase } from '../support/database.js';
import { startService } from '../support/service.js';
import { inLanes, quantile, rounded } from './measure.js';

const requests = 2_000;
const rounds = 5;
const calls = 3_000_000;

const databases = { off: await freshDatabase({ migrations }), on: await freshDatabase({ migrations }) };
const collector = await new Collector().start();
const asked = { off: 0, on: 0 };
const start = (databaseUrl: string, environment: Readonly<Record<string, string>>) => startService({ databaseUrl, workers: 0, environment: { RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'silent', ...environment } });
const apis = { off: await start(databases.off.url, {}), on: await start(databases.on.url, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }) };
const tokens = { off: await token(apis.off.base), on: await token(apis.on.base) };

async function token(base: string): Promise<string> {
  const answer = await fetch(`${base}/v1/dev/tokens`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ role: 'service' }) });
  return ((await answer.json()) as { token: string }).token;
}

async function post(way: keyof typeof apis, path: string, body: object): Promise<void> {
  asked[way] += 1;
  const answer = await fetch(`${apis[way].base}/v1/${path}`, { method: 'POST', headers: { authorization: `Bearer ${tokens[way]}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  await answer.text();
}

async function processorMs(way: keyof typeof apis): Promise<number> {
  const told = await (await fetch(`${apis[way].base}/metrics`)).text();
  return 1_000 * Number(/^process_cpu_seconds_total (\S+)/m.exec(told)![1]);
}

const accounts = Array.from({ length: 200 }, () => randomUUID());
for (const way of ['off', 'on'] as const) await inLanes(accounts, 16, (accountId) => post(way, 'accounts', { accountId, name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' }));

/** Milliseconds of one request. */
async function measure(way: keyof typeof apis): Promise<number> {
  const before = await processorMs(way);
  await inLanes(Array.from({ length: requests }, (_, nth) => accounts[nth % accounts.length]!), 16, (accountId) => post(way, `accounts/${accountId}/wallet/top-ups`, { amount: { amount: 100, currency: 'USD' } }));
  return ((await processorMs(way)) - before) / requests;
}

const took: Record<keyof typeof apis, number[]> = { off: [], on: [] };
for (let round = 0; round <= rounds; round += 1) {
  const one = { off: await measure('off'), on: await measure('on') };
  console.log(`round ${round} of ${rounds}: ${one.off.toFixed(3)} ms off, ${one.on.toFixed(3)} ms on`);
  // Round 0 warms up.
  if (round > 0) for (const way of ['off', 'on'] as const) took[way].push(one[way]);
}
await apis.on.stop();
const spansOfRequest = collector.spans.length / asked.on;

const nothing = async (): Promise<void> => undefined;
const nanoseconds = async (work: () => Promise<void>): Promise<number> => {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / calls;
};
const words = () => ({ attributes: { of: 'nothing' } });
const ways = {
  plain: nothing,
  spanned: () => spanned('nothing', words, nothing),
  begun: async () => {
    const span = beginSpan('nothing', words);
    await span.around(nothing);
    span.end();
  },
};
const ofSpan: Record<keyof typeof ways, number[]> = { plain: [], spanned: [], begun: [] };
for (let round = 0; round <= rounds; round += 1) {
  for (const [name, way] of Object.entries(ways)) {
    const ns = await nanoseconds(way);
    if (round > 0) ofSpan[name as keyof typeof ways].push(ns);
  }
}
const median = (values: readonly number[]): number => quantile(values, 0.5);
const spanNs = Math.max(0, median(ofSpan.spanned.map((ns, round) => ns - ofSpan.plain[round]!)), median(ofSpan.begun.map((ns, round) => ns - ofSpan.plain[round]!)));
console.log(`a top-up over HTTP, 16 at once: medians of ${rounds} rounds of ${requests}`);
console.table({
  'a request, tracing off': { 'ms of the API': rounded(median(took.off)) },
  'a request, tracing on': { 'ms of the API': rounded(median(took.on)), 'beside off': rounded(median(took.on.map((ms, round) => ms / took.off[round]!))) },
});
console.log(`a request has ${rounded(spansOfRequest)} spans, each of which costs at most ${Math.round(spanNs)} ns while tracing is off: ${((spansOfRequest * spanNs) / (median(took.off) * 10_000)).toFixed(4)} % of the request`);

await apis.off.stop();
await collector.stop();
for (const database of Object.values(databases)) await database.drop();
