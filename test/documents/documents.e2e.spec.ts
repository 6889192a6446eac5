// What is shown to customers is taken from a service that ran: the examples of the OpenAPI document and the page of events. `UPDATE_EXAMPLES=1 npm test -- test/documents` writes both anew.
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { examples as committed } from '../../apps/api/src/http/documents/examples.js';
import type { Examples } from '../../apps/api/src/http/documents/exemplified.js';
import { isProblemCode, Problem, problemDocument, problems } from '../../apps/api/src/http/problems/problems.js';
import { AskedActs } from '#four-eyes';
import type { Database } from '#postgres';
import { advanceClock } from '../end-to-end/account.js';
import type { Answer } from '../end-to-end/client.js';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import { anotherDatabase } from '../support/database.js';
import { eventsPage } from './events-page.js';
import { Lives } from './lives.js';
import { shapeOf, takeExamples } from './taken.js';

/** Refusals that need a service in trouble, or a great many requests; what is told then is what the one table of problems makes of it. */
const inTrouble = ['too_many_open_charges', 'too_many_endpoints', 'replay_in_progress', 'purge_cap_reached', 'nothing_found', 'second_person_needed', 'ten_dlc_ending', 'too_many_requests', 'clock_unconfirmed', 'unavailable'] as const;

/** A stream of bytes. */
const withoutAnswer = ['GET /v1/accounts/{accountId}/data-export'];

/** They tell of what workers have done by then. */
const unsteady = /^\w+ \/(v1\/(imports|ops|analytics|events|webhook-endpoints|dev\/(mails|faults))|metrics|health)/;

let running: Running;
let taken: Examples;
let page: string;

beforeAll(async () => {
  running = await startRunning();
  const { client } = running;
  taken = takeExamples(client);
  const lives = new Lives(client);
  await lives.leaving();
  await lives.returning();
  await lives.erased();
  await lives.refused();
  await lives.imported();
  page = eventsPage(lives.scenarios, await lives.all());
  await machineryInTrouble();
  for (const code of inTrouble) (taken.problems as Record<string, unknown>)[code] ??= problemDocument(new Problem(code), '0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b');
  if (process.env['UPDATE_EXAMPLES'] === '1') await write();
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

/** What only happens where something is wrong with the machinery itself is brought about in the database. */
async function machineryInTrouble(): Promise<void> {
  const { client, service, databaseUrl } = running;
  const act = (path: string, body?: unknown) => client.post(`/v1/ops${path}`, { as: 'operator', ...(body !== undefined && { body }) });
  const { testClockId } = (await client.post('/v1/test-clocks', { body: { now: '2026-01-01T00:00:00Z' } })).expect<{ testClockId: string }>(201);
  await advanceClock(client, testClockId, '2026-01-02T00:00:00Z');
  for (const worker of service.workers) await worker.kill('SIGKILL');
  (await client.post(`/v1/test-clocks/${testClockId}/advance`, { body: { to: '2026-02-01T00:00:00Z' } })).expect(202);
  await client.post(`/v1/test-clocks/${testClockId}/advance`, { body: { to: '2026-03-01T00:00:00Z' } });
  const second = await anotherDatabase(databaseUrl);
  const { database } = second;
  try {
    const [stop] = await database.query<{ stop_id: string }>(
      `INSERT INTO sunset.clock_stops (stop_id, cause, last_seen_at, stopped_at) VALUES (gen_random_uuid(), 'clock-forward', now(), now()) RETURNING stop_id`,
    );
    (await client.get('/v1/ops/purge-stops', { as: 'operator' })).expect(200);
    (await act(`/purge-stops/${stop!.stop_id}/confirm`, { reason: 'The machine had slept' })).expect(200);
    await act(`/purge-stops/${stop!.stop_id}/confirm`, { reason: 'The machine had slept' });
    (await act(`/purge-stops/${stop!.stop_id}/redact`)).expect(200);
    const [purge] = await database.query<{ purge_id: string }>(
      `UPDATE sunset.purges SET status = 'failed', done_at = NULL, findings = '["retained_data: record_hash = ''…''"]' WHERE account_id = 'acme' RETURNING purge_id`,
    );
    (await act(`/purges/${purge!.purge_id}/retry`, { acceptFindings: 'The name of a street' })).expect(200);
    (await act(`/purges/${purge!.purge_id}/redact`)).expect(200);
    await asked(database, act);
  } finally {
    await second.close();
  }
}

/** As they wait where `FOUR_EYES` is on. */
async function asked(database: Database, act: (path: string, body?: unknown) => Promise<Answer>): Promise<void> {
  const { client } = running;
  const acts = new AskedActs(database);
  const asks = async (by: string): Promise<string> => {
    const { pauseId } = (await act('/pauses', { reason: 'Look first' })).expect<{ pauseId: string }>(201);
    return (await acts.ask({ act: 'end-pause', target: pauseId, details: { pauseId }, reason: 'It was a promotion' }, by, 24 * 3_600_000)).askedActId;
  };
  const [confirmed, own, declined] = [await asks('ada'), await asks('sandbox-operator'), await asks('bea')];
  (await act(`/asked-acts/${confirmed}/confirm`)).expect(200);
  await act(`/asked-acts/${confirmed}/confirm`);
  await act(`/asked-acts/${own}/confirm`);
  (await act(`/asked-acts/${own}/redact`)).expect(200);
  (await client.send('DELETE', `/v1/ops/asked-acts/${declined}`, { as: 'operator' })).expect(200);
  (await client.get('/v1/ops/asked-acts', { as: 'operator' })).expect(200);
  (await client.get(`/v1/ops/asked-acts/${own}`, { as: 'operator' })).expect(200);
}

async function write(): Promise<void> {
  const text = (value: unknown): string => JSON.stringify(value, null, 2);
  const byName = <T>(named: Readonly<Record<string, T>>): Record<string, T> => Object.fromEntries(Object.entries(named).sort(([a], [b]) => a.localeCompare(b)));
  await writeFile('apps/api/src/http/documents/examples.ts', [
    '// Requests and answers as they really were; `UPDATE_EXAMPLES=1 npm test -- test/documents` writes this file anew, and `npm run openapi` the document with it.',
    "import type { Examples } from './exemplified.js';",
    '',
    `export const examples: Examples = ${text({ operations: byName(taken.operations), problems: byName(taken.problems) })};`,
    '',
  ].join('\n'));
  await writeFile('apps/api/EVENTS.md', page);
}

describe('the examples', () => {
  it('show a request of every operation that takes one, and its good answer', () => {
    const missing = running.client.contract.operations.flatMap(({ method, path, requestBody, responses }) => {
      const route = `${method} ${path}`;
      const shown = taken.operations[route];
      const answers = Object.entries(responses).some(([status, { content }]) => /^2/.test(status) && content && Object.keys(content).some((type) => type.endsWith('json')));
      const asks = requestBody?.content['application/json'] !== undefined;
      return [
        ...(asks && shown?.request === undefined ? [`${route} has no request`] : []),
        ...(answers && Object.keys(shown?.answers ?? {}).length === 0 && !withoutAnswer.includes(route) ? [`${route} has no answer`] : []),
      ];
    });
    expect(missing).toEqual([]);
  });

  it('show every refusal that an operation states', () => {
    const stated = running.client.contract.operations.flatMap(({ responses }) => Object.values(responses as Readonly<Record<string, { description: string }>>).flatMap(({ description }) => [...description.matchAll(/`(\w+)`: /g)].map(([, code]) => code!)));
    expect([...new Set(stated)].filter((code) => isProblemCode(code) && !(code in taken.problems))).toEqual([]);
    expect(Object.keys(taken.problems).filter((code) => !(code in problems))).toEqual([]);
  });

  it('are the committed ones, but for what differs from run to run', () => {
    const steady = ({ operations, problems: told }: Examples) => ({
      operations: Object.fromEntries(Object.entries(operations).map(([route, shown]) => [route, unsteady.test(route) ? Object.keys(shown) : shapeOf(shown)])),
      problems: shapeOf(told),
    });
    expect(steady(taken)).toEqual(steady(process.env['UPDATE_EXAMPLES'] === '1' ? taken : committed));
  });
});

describe('the page of events', () => {
  it('is the committed one', async () => {
    expect(page).toBe(await readFile('apps/api/EVENTS.md', 'utf8'));
  });
});
