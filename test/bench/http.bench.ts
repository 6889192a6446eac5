// How many top-ups and looks at entitlements a second the API answers, beside a validated Nest route without a database in a process of the same kind.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { migrations } from '#application';
import { freePort } from '../../apps/launch/ports.mjs';
import { launch } from '../../apps/launch/processes.mjs';
import { freshDatabase } from '../support/database.js';
import { startService } from '../support/service.js';
import type { Answered, Load } from './load.js';
import { inLanes, quantile, rounded, seconds } from './measure.js';

const connections = 64;
const rounds = 3;
/** Nobody's stream grows long: a top-up is one of at most a few on its account. */
const accounts = Number(process.env['BENCH_ACCOUNTS'] ?? 500);

const fresh = await freshDatabase({ migrations });
const service = await startService({ databaseUrl: fresh.url, workers: 0, environment: { RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'silent' } });
const plain = await startPlainRoute();
const api = Number(new URL(service.base).port);

async function post(path: string, body: object, token?: string): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${service.base}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

const { token } = (await post('dev/tokens', { role: 'service' })) as { token: string };
const openAccounts = async (): Promise<readonly string[]> => {
  const ids = Array.from({ length: accounts }, () => randomUUID());
  await inLanes(ids, connections, (accountId) => post('accounts', { accountId, name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' }, token));
  return ids;
};

const body = JSON.stringify({ amount: { amount: 100, currency: 'USD' } });
const head = (line: string, more: readonly string[]): string => [`${line} HTTP/1.1`, 'host: 127.0.0.1', `authorization: Bearer ${token}`, ...more, '', ''].join('\r\n');
const topUp = (accountId: string): string =>
  head(`POST /v1/accounts/${accountId}/wallet/top-ups`, ['content-type: application/json', `content-length: ${body.length}`]) + body;
const entitlements = (accountId: string): string => head(`GET /v1/accounts/${accountId}/entitlements`, []);

function startPlainRoute(): Promise<{ readonly port: number; stop(): Promise<void> }> {
  return freePort().then(
    (port) =>
      new Promise((resolve, reject) => {
        const env = { ...process.env, PORT: String(port) };
        const started = launch(process.execPath, [fileURLToPath(new URL('plain-route.js', import.meta.url))], {
          env, output: (line) => (line === 'listening' ? resolve({ port, stop: () => started.stop() }) : console.log(line)),
        });
        void started.ended.then((how) => reject(new Error(`the plain route ended: ${how}`)));
      }),
  );
}

async function ask(load: Omit<Load, 'connections' | 'seconds'>): Promise<Answered> {
  const asking = spawn(process.execPath, [fileURLToPath(new URL('load.js', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
  asking.stdin.end(JSON.stringify({ ...load, connections, seconds } satisfies Load));
  return JSON.parse(await text(asking.stdout)) as Answered;
}

const rates: Record<'plain' | 'topUp' | 'entitlements', Answered[]> = { plain: [], topUp: [], entitlements: [] };
for (let round = 0; round <= rounds; round += 1) {
  const ids = await openAccounts();
  const answered = {
    plain: await ask({ port: plain.port, requests: ids.map(topUp) }),
    entitlements: await ask({ port: api, requests: ids.map(entitlements) }),
    topUp: await ask({ port: api, requests: ids.map(topUp) }),
  };
  console.log(`round ${round} of ${rounds}: ${Object.entries(answered).map(([name, { perSecond }]) => `${name} ${Math.round(perSecond)}/s`).join(', ')}`);
  // Round 0 warms up.
  if (round > 0) for (const [name, one] of Object.entries(answered)) rates[name as keyof typeof rates].push(one);
}

const row = (name: keyof typeof rates) => ({
  'requests/s': Math.round(quantile(rates[name].map(({ perSecond }) => perSecond), 0.5)),
  'beside the plain route': rounded(quantile(rates[name].map(({ perSecond }, index) => perSecond / rates.plain[index]!.perSecond), 0.5)),
  'p50, ms': rounded(quantile(rates[name].map(({ p50 }) => p50), 0.5)),
  'p99, ms': rounded(quantile(rates[name].map(({ p99 }) => p99), 0.5)),
});
console.log(`${connections} at once over HTTP, medians of ${rounds} rounds of ${seconds} s`);
console.table({ 'plain route': row('plain'), 'top-up': row('topUp'), entitlements: row('entitlements') });

await plain.stop();
await service.stop();
await fresh.drop();
