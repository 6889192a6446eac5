// How many bytes of JavaScript each page loads, and how long it takes until one can use it, beside an answer of the same server that has nothing to load; and how long
// the first five minutes take, beside the requests alone that they need.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { migrations } from '#application';
import { chromium, type Page } from 'playwright-core';
import { freshDatabase } from '../support/database.js';
import { startService } from '../support/service.js';
import { livedByRequests, livedInBrowser, parts, type Lived } from './first-five-minutes.js';
import { quantile, rounded } from './measure.js';

const rounds = 7;
const lives = 3;
const assets = fileURLToPath(new URL('../web/assets/', import.meta.url));

const fresh = await freshDatabase({ migrations });
const redisUrl = process.env['TEST_REDIS_URL'];
const service = await startService({ databaseUrl: fresh.url, ...(redisUrl !== undefined && { redisUrl }), environment: { RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'silent' } });
const browser = await chromium.launch({ executablePath: process.env['TEST_CHROMIUM']! });

async function post(path: string, body: object, token?: string): Promise<Record<string, string>> {
  const headers = { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${service.base}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as Record<string, string>;
}

const { token } = await post('dev/tokens', { role: 'service' });
const { accountId } = await post('accounts', { name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' }, token);
await post(`accounts/${accountId}/subscriptions`, { planId: 'messaging-monthly' }, token);
const linkToPage = async (): Promise<string> => (await post(`accounts/${accountId}/page-sessions`, {}, token))['url']!;

interface Entry {
  readonly url: () => Promise<string>;
  /** Resolves once it can be used. */
  readonly usable: (page: Page) => Promise<unknown>;
}

const entries: Readonly<Record<string, Entry>> = {
  'nothing to load': { url: async () => `${service.base}/health/live`, usable: async () => undefined },
  membership: { url: linkToPage, usable: (page) => page.getByRole('button', { name: 'Unsubscribe' }).click({ trial: true }) },
  'first five minutes': { url: async () => `${service.base}/`, usable: (page) => page.getByRole('button', { name: 'Make a demo customer' }).click({ trial: true }) },
};

/** Of all files that a browser asked for, as gzip sends them. */
const gzipped = (files: ReadonlySet<string>): number => [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(assets, file)), { level: 9 }).length, 0);

async function look({ url, usable }: Entry): Promise<{ readonly ms: number; readonly files: ReadonlySet<string> }> {
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  const files = new Set<string>();
  const built = new Set(readdirSync(assets));
  page.on('request', (request) => {
    const name = request.url().split('/').at(-1)!;
    if (name.endsWith('.js') && built.has(name)) files.add(name);
  });
  await page.goto(await url());
  await usable(page);
  const ms = await page.evaluate<number>('performance.now()');
  await context.close();
  return { ms, files };
}

const looks: Record<string, Awaited<ReturnType<typeof look>>[]> = {};
for (let round = 0; round <= rounds; round += 1) {
  // Round 0 warms up.
  for (const [name, entry] of Object.entries(entries)) if (round === 0) await look(entry); else (looks[name] ??= []).push(await look(entry));
}

console.log(`each in a browser that has seen nothing, medians of ${rounds}`);
console.table(Object.fromEntries(Object.entries(looks).map(([name, seen]) => [name, {
  'JavaScript, bytes (gzip)': gzipped(seen[0]!.files),
  'usable after, ms': Math.round(quantile(seen.map(({ ms }) => ms), 0.5)),
}])));

async function livedInTab(): Promise<Lived> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1400, height: 900 } });
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  await page.goto(`${service.base}/`);
  const took = await livedInBrowser(page);
  await context.close();
  return took;
}

const browsed: Lived[] = [];
const requested: Lived[] = [];
for (let round = 0; round <= lives; round += 1) {
  const took = { requests: await livedByRequests(service.base), browser: await livedInTab() };
  if (round === 0) continue;
  requested.push(took.requests);
  browsed.push(took.browser);
}

/** Medians, and that of the ratios of each round. */
const row = (of: (took: Lived) => number) => ({
  'on the page, ms': Math.round(quantile(browsed.map(of), 0.5)),
  'by requests, ms': Math.round(quantile(requested.map(of), 0.5)),
  'beside the requests': rounded(quantile(browsed.map((took, round) => of(took) / of(requested[round]!)), 0.5)),
});
console.log(`the first five minutes, until each is seen, medians of ${lives}`);
console.table(Object.fromEntries([
  ...parts.map((name, part) => [name, row((took) => took[part]!)] as const),
  ['all of it', row((took) => took.reduce((sum, ms) => sum + ms, 0))],
]));

await browser.close();
await service.stop();
await fresh.drop();
