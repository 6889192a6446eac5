// How many events a second are delivered to one endpoint and to fifty, beside the same POSTs without signing and rows; and the memory with a million undelivered.
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { WebhookPayloads } from '#application';
import type { MembershipEvent } from '#domain';
import { EventStore } from '#event-store';
import { instant, isRefusal } from '#kernel';
import { PersonalData } from '#personal-data';
import { Endpoints, Targets, WebhookEngine } from '#webhooks';
import { freePort } from '../../apps/launch/ports.mjs';
import { launch } from '../../apps/launch/processes.mjs';
import { buyNumber, cancel, open, subscribe, topUp } from '../stories/commands.js';
import { startApplication } from './application.js';
import { appendMingled, live } from './lives.js';
import { inLanes, quantile, rounded, seconds } from './measure.js';

const wanted = Number(process.env['BENCH_EVENTS'] ?? 4_000);
const undelivered = Number(process.env['BENCH_UNDELIVERED'] ?? 1_000_000);
const rounds = 3;
const concurrency = 16;

const application = await startApplication();
const { context, database } = application;
const store = context.get<EventStore<MembershipEvent>>(EventStore);
const payloads = context.get(WebhookPayloads);
const targets = new Targets('sandbox');
const endpoints = new Endpoints(database, context.get(PersonalData), store, targets);
const port = await freePort();
const receiver = await new Promise<{ stop(): Promise<void> }>((resolve) => {
  const started = launch(process.execPath, [fileURLToPath(new URL('webhook-receiver.js', import.meta.url))], {
    env: { ...process.env, PORT: String(port) }, output: (line) => (line === 'listening' ? resolve({ stop: () => started.stop() }) : console.log(line)),
  });
});
const url = `http://127.0.0.1:${port}/hook`;

/** Nothing is due of these accounts: a worker would have seen to it. */
const began = Date.now() - 3 * 86_400_000;
const day = (days: number) => instant(began + days * 86_400_000);
const lives = [];
for (let made = 0; made < wanted; made += lives.at(-1)!.events.length) {
  lives.push(live(randomUUID(), [[day(0), open()], [day(0), subscribe('messaging-monthly')], [day(0), buyNumber(randomUUID())], [day(1), topUp(5_000, 'first')], [day(2), cancel()]]));
}
await appendMingled(database, store, lives, 4);
const count = await store.head();
await database.query('VACUUM ANALYZE');

const engineOf = (): WebhookEngine<MembershipEvent> => new WebhookEngine(database, context.get(PersonalData), store, targets, (events) => payloads.tell(events), { concurrency });

async function register(many: number, to: string, behind: number): Promise<void> {
  await database.query('DELETE FROM sunset.webhook_deliveries');
  await database.query('DELETE FROM sunset.webhook_endpoints');
  for (let n = 0; n < many; n += 1) if (isRefusal(await endpoints.register(to, ['*']))) throw new Error('refused');
  await database.query('UPDATE sunset.webhook_positions SET position = position - $1', [behind]);
}

async function delivered(many: number, events: number): Promise<number> {
  await register(many, url, events);
  const engine = engineOf();
  const start = performance.now();
  await engine.drain();
  const perSecond = (many * events * 1000) / (performance.now() - start);
  const [row] = await database.query<{ count: number }>("SELECT count(*) AS count FROM sunset.webhook_deliveries WHERE status = 'delivered'");
  if (row!.count !== many * events) throw new Error(`${row!.count} of ${many * events} were delivered`);
  await engine.stop();
  return perSecond;
}

async function posted(many: number, bodies: readonly string[]): Promise<number> {
  const agent = new Agent({ pipelining: 1 });
  const start = performance.now();
  await Promise.all(Array.from({ length: many }, () => inLanes(bodies, concurrency, async (body) => {
    const { body: answer } = await request(url, { method: 'POST', dispatcher: agent, body, headers: { 'content-type': 'application/json' } });
    await answer.dump();
  })));
  const perSecond = (many * bodies.length * 1000) / (performance.now() - start);
  await agent.close();
  return perSecond;
}

const last = await store.read({ after: 0, limit: count });
const bodies = (await payloads.tell(last)).map(({ timestamp, data }, index) => JSON.stringify({ type: last[index]!.type, timestamp, data }));

const table: Record<string, object> = {};
for (const many of [1, 50]) {
  const each = many === 1 ? count : Math.ceil(count / 10);
  const [ours, plain]: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round += 1) {
    const both = [await posted(many, bodies.slice(-each)), await delivered(many, each)] as const;
    console.log(`round ${round} of ${rounds}: ${many} endpoints, plain ${Math.round(both[0])}/s, delivered ${Math.round(both[1])}/s`);
    // Round 0 warms up.
    if (round > 0) {
      plain.push(both[0]);
      ours.push(both[1]);
    }
  }
  table[`${many} endpoint${many === 1 ? '' : 's'}`] = {
    'delivered/s': Math.round(quantile(ours, 0.5)), 'beside plain POSTs': rounded(quantile(ours.map((one, index) => one / plain[index]!), 0.5)),
  };
}
console.log(`${concurrency} requests at once to each endpoint, medians of ${rounds} rounds`);
console.table(table);

console.log(`growing to ${undelivered} events`);
await database.query(
  `INSERT INTO sunset.events (shard, position, event_id, account_id, stream, version, type, schema_version, data, personal, key_id, metadata, effective_at, recorded_at)
   SELECT e.shard, e.position + copy.n * $1::bigint, gen_random_uuid(), e.account_id || '-' || copy.n, e.stream || '-' || copy.n, e.version, e.type, e.schema_version, e.data, NULL, NULL, e.metadata, e.effective_at, e.recorded_at
   FROM generate_series(1, $2::int) AS copy (n), sunset.events e WHERE e.position <= $1`,
  [count, Math.ceil(undelivered / count) - 1],
);
const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
for (const [what, to] of [['that never answers', `http://127.0.0.1:${port}/silent`], ['where nobody listens', `http://127.0.0.1:${await freePort()}/`]] as const) {
  await register(10, to, await store.head());
  const engine = engineOf();
  const before = process.memoryUsage().rss;
  engine.start();
  let most = before;
  for (const until = performance.now() + Math.max(20, 5 * seconds) * 1000; performance.now() < until; await sleep(100)) most = Math.max(most, process.memoryUsage().rss);
  const [row] = await database.query<{ count: number }>('SELECT count(*) AS count FROM sunset.webhook_deliveries');
  console.log(`10 endpoints ${what}, ${undelivered} events behind each: ${mebibytes(before)} MiB before, ${mebibytes(most)} MiB at most, ${row!.count} rows`);
  await engine.stop();
}

await receiver.stop();
await application.close();
