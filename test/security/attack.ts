// Attacks the built service in every way that it was brought down by before, one after the other and at once, and tells what another customer saw of it.
import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { constants, setPriority } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { migrations } from '#application';
import { freePort } from '../../apps/launch/ports.mjs';
import { quantile, rounded } from '../bench/measure.js';
import { freshDatabase } from '../support/database.js';
import { startService } from '../support/service.js';
import type { Attack, AttackName, Met } from './attackers.js';
import { stopped, stoppedThroughNpm } from './stopping.js';

/** How long each attack goes on. */
const seconds = Number(process.env['ATTACK_SECONDS'] ?? 15);
/** What analysts have to count: one account each. */
const terms = Number(process.env['ATTACK_TERMS'] ?? 20_000);
/** What another customer may notice at most: times its own p99 in quiet; of readiness, in milliseconds; of the process, in MiB. */
const [ratioMost, readyMost, memoryMost] = [4, 100, 256];
/** A stop takes no longer than the steps of `http/server/connections.ts`, and what a busy machine adds. */
const stopMostMs = 8_000;

/** What was seen before anything was done about it. */
const before: Readonly<Record<AttackName, string>> = {
  nested: '/health/live from 0.6 to 444 ms',
  'slow bodies': '367 MB for 67 s',
  'slow bodies of somebody known': 'bounded by nothing',
  nonsense: 'counted by nobody',
  'sockets never read': 'kept for ever, 503 to everybody',
  garbage: 'kept for ever',
  'one noisy customer': 'a command from 7 to 5,396 ms, readiness 7 s',
  'a long stream': '3,000 events in 3 min, every read 60 to 90 ms',
  downloads: 'readiness 10 s, 1.1 GB',
  'requests ahead': 'five connections: /health/live 8 s, readiness 503, 1.2 GB after some more, and no answer for minutes',
  'cookies of no session': 'a statement each, beside those of commands: readiness 30 s',
  'probes and metrics': 'a statement and a text each: /health/live 30 s',
  'chunks of a byte': '/health/live 15 s',
  'answers never read': 'bounded by nothing',
  'almost a number': '4 to 18 s of the event loop for each',
  pasts: 'a copy of the tables for each, as many as analysts wait; four of one analyst, and 503 to the others',
  'cohort reports': '21 to 114 s each, 503 to everybody',
};
const names = Object.keys(before) as AttackName[];
/** What each attacker has to have met at least once, or it did not come to the place that is attacked; of those who read nothing: that they were let in. */
const expected: Readonly<Record<AttackName, readonly string[]>> = {
  nested: ['401'],
  'slow bodies': ['401'],
  'slow bodies of somebody known': ['429'],
  nonsense: ['400', '401', '404'],
  'sockets never read': ['connected'],
  garbage: ['400'],
  'one noisy customer': ['200'],
  'a long stream': ['200'],
  downloads: ['200', '429'],
  'requests ahead': ['connected'],
  'cookies of no session': ['401'],
  'probes and metrics': ['200', 'metrics 200'],
  'chunks of a byte': ['422'],
  'answers never read': ['connected'],
  'almost a number': ['422'],
  pasts: ['200'],
  'cohort reports': ['200'],
};
/** What must-show 3 of the attacks is about: these at once. */
const together: readonly AttackName[] = ['nested', 'slow bodies', 'one noisy customer', 'downloads'];

const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.some((part) => name.includes(part));

const fresh = await freshDatabase({ migrations });
const managementPort = await freePort();
const service = await startService({ databaseUrl: fresh.url, workers: 1, environment: { MANAGEMENT_PORT: String(managementPort), RATE_LIMIT_PER_MINUTE: '20000' } });

async function call<T>(path: string, { token, method = 'POST', body }: { readonly token?: string; readonly method?: string; readonly body?: object } = {}): Promise<T> {
  const headers = { ...(body && { 'content-type': 'application/json' }), ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${service.base}/v1/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

const tokenOf = async (role: string, accountId?: string): Promise<string> => (await call<{ token: string }>('dev/tokens', { body: { role, ...(accountId !== undefined && { accountId }) } })).token;
const token = await tokenOf('service');

async function openAccount(): Promise<string> {
  const accountId = randomUUID();
  await call('accounts', { token, body: { accountId, name: 'Ada', email: `${accountId}@example.com`, timeZone: 'UTC' } });
  await call(`accounts/${accountId}/subscriptions`, { token, body: { planId: 'messaging-monthly' } });
  return accountId;
}

const [noisy, neighbour] = [await openAccount(), await openAccount()];
for (let page = 0; page < 5; page += 1) {
  const content = Array.from({ length: 2_000 }, (_, nth) => JSON.stringify({ id: `${page}-${nth}`, text: 'x'.repeat(500) })).join('\n');
  await fetch(`${service.base}/v1/accounts/${noisy}/data/contacts`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' }, body: content });
}
await fillReports();
const given = { port: Number(new URL(service.base).port), seconds, customer: await tokenOf('customer', noisy), accountId: noisy, service: token, managementPort, analyst: await tokenOf('analyst') };
const ofNeighbour = await tokenOf('customer', neighbour);
/** Customers who each ask for less than one may wish on a day, one after the other. */
const others: { readonly accountId: string; readonly token: string }[] = [];
while (others.length < 200) {
  others.push(...(await Promise.all(Array.from({ length: 10 }, async () => {
    const accountId = await openAccount();
    return { accountId, token: await tokenOf('customer', accountId) };
  }))));
}
const commandsOfEach = 40;
let commandsSent = 0;

/** As many accounts as analysts count: copies of what the projection says of one. */
async function fillReports(): Promise<void> {
  const [{ table } = { table: '' }] = await fresh.database.query<{ table: string }>(`SELECT format('%I.%I', schemaname, tablename) AS table FROM pg_tables WHERE tablename = 'cancellations'`);
  const isFollowed = async () => (await fresh.database.query(`SELECT FROM ${table} WHERE account_id = $1 AND entry = 'term'`, [neighbour])).length > 0;
  while (!(await isFollowed())) await sleep(100);
  await fresh.database.query(
    `INSERT INTO ${table} SELECT (jsonb_populate_record(c, jsonb_build_object(
       'account_id', c.account_id || '-' || n, 'since', c.since - n % 700 * interval '1 day', 'started_at', c.started_at - n % 700 * interval '1 day'))).*
     FROM ${table} c, generate_series(1, $2::integer) AS n WHERE account_id = $1`,
    [neighbour, terms],
  );
}

interface Figures {
  /** Of another customer's command, in milliseconds. */
  readonly p99: number;
  readonly p50: number;
  readonly ready: number;
  readonly failed: number;
  /** The highest, in MiB. */
  readonly memory: number;
}

async function gauges(): Promise<{ readonly memory: number; readonly descriptors: number }> {
  const metrics = await (await fetch(`http://127.0.0.1:${managementPort}/metrics`)).text();
  const of = (name: string): number => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1]);
  return { memory: of('process_resident_memory_bytes') / 1024 ** 2, descriptors: of('process_open_fds') };
}

/** What another customer and an orchestrator see until `over`. */
async function seen(over: Promise<unknown>): Promise<Figures> {
  let [isOver, failed, memory] = [false, 0, 0];
  void over.finally(() => (isOver = true));
  const timed = async (took: number[], work: () => Promise<Response>): Promise<void> => {
    const began = performance.now();
    const answer = await work().catch(() => null);
    await answer?.arrayBuffer().catch(() => undefined);
    took.push(performance.now() - began);
    if (!answer?.ok) failed += 1;
  };
  const [commands, probes]: [number[], number[]] = [[], []];
  const asks = async (): Promise<void> => {
    while (!isOver) {
      const other = others[Math.floor(commandsSent / commandsOfEach) % others.length]!;
      commandsSent += 1;
      const body = JSON.stringify({ enabled: true, threshold: { amount: 100 + commandsSent, currency: 'USD' }, amount: { amount: 1000, currency: 'USD' } });
      await timed(commands, () => fetch(`${service.base}/v1/accounts/${other.accountId}/wallet/auto-recharge`, { method: 'PUT', headers: { authorization: `Bearer ${other.token}`, 'content-type': 'application/json' }, body }));
      await sleep(10);
    }
  };
  const isAsked = async (): Promise<void> => {
    while (!isOver) {
      await timed(probes, () => fetch(`${service.base}/health/ready`));
      memory = Math.max(memory, (await gauges()).memory);
      await sleep(50);
    }
  };
  await Promise.all([asks(), isAsked()]);
  return { p99: quantile(commands, 0.99), p50: quantile(commands, 0.5), ready: quantile(probes, 0.99), failed, memory };
}

async function carriedOut(name: AttackName): Promise<Met> {
  const attacker = spawn(process.execPath, [fileURLToPath(new URL('attackers.js', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
  // Attackers have machines of their own: what they compute here is not to be taken for what they cost the service.
  setPriority(attacker.pid!, constants.priority.PRIORITY_LOW);
  attacker.stdin.end(JSON.stringify({ name, ...given } satisfies Attack));
  return JSON.parse(await text(attacker.stdout)) as Met;
}

const toldOf = (met: Met): string => Object.entries(met).map(([what, times]) => `${times} × ${what}`).join(', ');
const verdicts: boolean[] = [];
const verdict = (holds: boolean): string => {
  verdicts.push(holds);
  return holds ? 'holds' : 'DOES NOT HOLD';
};

await seen(sleep(1000));
const quiet = await seen(sleep(seconds * 1000));
console.log(`in quiet: a command p50 ${rounded(quiet.p50)} ms, p99 ${rounded(quiet.p99)} ms; readiness p99 ${rounded(quiet.ready)} ms; ${Math.round(quiet.memory)} MiB`);

const rows: Record<string, object> = {};
const attacked = async (label: string, attackNames: readonly AttackName[], was: string): Promise<void> => {
  const resting = await gauges();
  const attacks = Promise.all(attackNames.map(carriedOut));
  const figures = await seen(attacks);
  const met = await attacks;
  await sleep(2_500);
  const { descriptors } = await gauges();
  const unmet = attackNames.flatMap((name, nth) => expected[name].filter((what) => met[nth]![what] === undefined).map((what) => `${name}: ${what}`));
  const [ratio, growth] = [figures.p99 / quiet.p99, figures.memory - resting.memory];
  rows[label] = {
    before: was, met: met.map(toldOf).join('; '), unmet: unmet.join(', '), 'p99 beside quiet': rounded(ratio), 'readiness p99, ms': rounded(figures.ready), 'more memory, MiB': Math.round(growth),
    'descriptors left': descriptors - resting.descriptors, 'failed beside it': figures.failed,
    verdict: verdict(ratio <= ratioMost && figures.ready <= readyMost && growth <= memoryMost && figures.failed === 0 && descriptors - resting.descriptors <= 20 && unmet.length === 0),
  };
  console.log(`${label}: ${JSON.stringify(rows[label])}`);
};
for (const name of names.filter(isWanted)) await attacked(name, [name], before[name]);
if (isWanted('together')) await attacked('together', together, 'never tried');

/** Personal data by an address that is written otherwise: none may be kept by whoever passes it on. */
async function spelled(): Promise<string> {
  const path = `/v1/accounts/${neighbour}`;
  const answers = await Promise.all([path, path.replace('accounts', '%61ccounts'), `http://elsewhere.example${path}`].map((target) => said(`GET ${target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${ofNeighbour}\r\nconnection: close\r\n\r\n`)));
  const told = answers.filter((answer) => answer.startsWith('HTTP/1.1 200 '));
  const kept = told.filter((answer) => !/cache-control: no-store/i.test(answer)).length;
  return `${kept} of ${told.length} answers with data, to ${answers.length} spellings, may be kept: ${verdict(kept === 0 && told.includes(answers[0]!))}`;
}

const said = (request: string): Promise<string> =>
  new Promise((done) => {
    let heard = '';
    const socket = connect({ port: given.port, host: '127.0.0.1' });
    socket.on('data', (chunk) => (heard += String(chunk))).on('error', () => undefined).on('close', () => done(heard)).write(request);
  });

/** What is refused leaves a line that says who and what, and nothing of what stood in the path. */
async function logged(): Promise<string> {
  const from = service.api.log.length;
  const asked = (authorization?: string) => fetch(`${service.base}/v1/accounts/ann%40example.org`, { headers: { ...(authorization !== undefined && { authorization }) } });
  const refused = await Promise.all([asked(), asked('Bearer nonsense'), asked(`Bearer ${given.analyst}`), asked(`Bearer ${ofNeighbour}`)]);
  await sleep(500);
  const lines = service.api.log.slice(from).filter((line) => line.includes('"msg":"request"') && /"status":40[134]/.test(line));
  const withAddress = lines.filter((line) => line.includes('ann@') || line.includes('ann%40')).length;
  const traceable = lines.filter((line) => line.includes('127.0.0.1') || /"(address|ip|subject|caller)":/.test(line)).length;
  return `${withAddress} of ${lines.length} lines hold the path's address, ${traceable} say from where or who: ${verdict(withAddress === 0 && lines.length === refused.length && traceable === lines.length)}`;
}

if (isWanted('spellings')) console.log(`spellings: ${await spelled()}; before: kept, and a phone number told between an erasure and its end`);
if (isWanted('log')) console.log(`log: ${await logged()}; before: the address was logged, and neither from where nor who`);

if (isWanted('stopping')) {
  const took: number[] = [];
  const lost: string[] = [];
  const endings = new Set<string>();
  for (let nth = 0; nth < 10; nth += 1) {
    const one = await stopped(service, `/v1/accounts/${neighbour}/wallet`, `Bearer ${ofNeighbour}`);
    took.push(one.ms);
    lost.push(...one.lost);
    endings.add(one.ended);
    await service.restartApi();
  }
  const holds = Math.max(...took) <= stopMostMs && lost.length === 0 && !endings.has('signal 9');
  console.log(`stopping, ten times: ${took.map((ms) => Math.round(ms)).join(', ')} ms, ${lost.length} requests lost${lost.length > 0 ? ` (${[...new Set(lost)].join(', ')})` : ''}, ${[...endings].join(' and ')}: ${verdict(holds)}; before: alive after 100 s`);
}
await service.stop();
await fresh.drop();

if (isWanted('npm') && process.platform === 'linux') {
  const { processes, left, ms } = await stoppedThroughNpm();
  console.log(`npm start, ended through npm's own process: ${processes} processes, ${left} left after ${ms} ms: ${verdict(left === 0)}; before: API, worker and PostgreSQL went on`);
}

console.table(Object.fromEntries(Object.entries(rows).map(([label, row]) => [label, Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'met' && name !== 'before'))])));
process.exitCode = verdicts.every(Boolean) ? 0 : 1;
