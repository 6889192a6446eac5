// `npm run machines -- releases`: two releases at work on one database, both ways. First the one before this one and this one; then one from the future, which writes what this one cannot read.
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { programFile } from '../../apps/launch/bundle.mjs';
import { startLimitMs } from '../end-to-end/running.js';
import type { EarlierLife } from '../faults/earlier-lives.js';
import { carryOut } from '../faults/row.js';
import { type Member, Stack } from '../faults/stack.js';
import { futureRelease, previous, previousRelease } from '../releases/build.mjs';
import { eventually } from '../support/eventually.js';
import { sideBySide } from './side-by-side.js';

/** It takes minutes: what is under way is told while it is. */
const say = (what: string): void => void process.stderr.write(`releases: ${what}\n`);
const seconds = Number(process.env['RELEASES_SECONDS'] ?? 300);
const seed = Number(process.env['SEED'] ?? randomInt(1_000_000));

afterAll(() => Promise.all([...Stack.running].map((stack) => stack.stop())), startLimitMs);

describe('the release before this one', () => {
  it('beside this one: no promise is broken, nothing is dead, and every projection is what the log says', async () => {
    const row = sideBySide({ previous: await previousRelease({ say }), seconds, say });
    say(`SEED=${seed}: the previous release begins`);
    const stack = await Stack.start(await row.own!());
    const { findings, injections, requests } = await carryOut(row, stack, seed);
    const [log] = await stack.records.database.query<Record<string, number>>(`SELECT count(*)::int AS events, count(DISTINCT account_id)::int AS accounts, count(*) FILTER (WHERE type = 'DataPurged')::int AS purged,
      (SELECT count(*)::int FROM sunset.deadlines WHERE status = 'fired') AS fired, (SELECT count(*)::int FROM sunset.deadlines WHERE status = 'dead') AS dead FROM sunset.events`);
    console.log(`${previous.slice(0, 7)} and this one, ${seconds} s, SEED=${seed}: ${requests} requests, ${Object.entries(log!).map(([name, count]) => `${count} ${name}`).join(', ')}; ${findings.length} findings`);
    for (const { sort, what } of findings) say(`${sort}: ${what}`);
    await stack.stop();
    expect(findings).toEqual([]);
    expect(injections).toBe(3);
  }, seconds * 1_000 + 3_600_000);
});

describe('a release from the future', () => {
  let stack: Stack;
  let future: { readonly api: Member; readonly worker: Member };
  let present: { readonly api: Member; readonly worker: Member };
  let folder: string;
  let token: string;
  beforeAll(async () => {
    folder = await futureRelease({ say });
    stack = await Stack.start({ apis: 1, workers: 1, release: folder });
    future = { api: stack.apis[0]!, worker: stack.workers[0]! };
    present = { api: await stack.addMember('api'), worker: await stack.addMember('worker') };
    token = await stack.token('service');
    await future.worker.kill('SIGTERM');
    await present.worker.serves();
    await present.api.serves();
  }, 3 * startLimitMs);

  const ask = (member: Member, method: string, path: string, body?: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${member.port}${path}`, { method, headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) }, ...(body && { body: JSON.stringify(body) }) });
  const query = <T extends object>(sql: string, ...parameters: unknown[]): Promise<T[]> => stack.records.database.query<T>(sql, parameters);
  const followers = () => query<{ name: string; attempts: number; lastError: string | null; waits: boolean; behind: boolean }>(`
    SELECT name, attempts, last_error AS "lastError", next_attempt_at IS NOT NULL AS waits, position < (SELECT max(position) FROM sunset.events) AS behind FROM sunset.projections ORDER BY name`);
  const left = async (): Promise<number> => ((await (await fetch(`http://127.0.0.1:${present.worker.port}/health/live`)).json()) as { leftToNewerRelease: number }).leftToNewerRelease;
  const due = (lives: readonly EarlierLife[]) => query<{ status: string; attempts: number; error: string | null }>(
    `SELECT status, attempts, last_error AS error FROM sunset.deadlines WHERE account_id = ANY ($1) AND due_at <= clock_timestamp() AND status <> 'void' AND (account_id, kind) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    lives.map(({ accountId }) => accountId), lives.map(({ waitsFor }) => waitsFor));

  /** Four accounts that wait for something, to which the newer release writes before it is due, and two to which it does not. On a slow machine it is to be due later. */
  async function writtenTo(inMs = 40_000): Promise<{ readonly lives: readonly EarlierLife[]; readonly others: readonly EarlierLife[] }> {
    const dueAt = (await stack.lives.now()) + inMs;
    const lives = await stack.lives.beginAll([['period-end', dueAt], ['release-numbers', dueAt], ['expire-ten-dlc', dueAt], ['period-end', dueAt]]);
    const others = await stack.lives.beginAll([['period-end', dueAt + 1_000], ['expire-ten-dlc', dueAt + 1_000]]);
    for (const [nth, { accountId }] of lives.entries()) {
      const answer = await ask(future.api, 'PATCH', `/v1/accounts/${accountId}`, nth % 2 === 0 ? { locale: 'es' } : { name: 'Newer' });
      expect([answer.status, await answer.text()]).toEqual([200, expect.anything()]);
    }
    return (await stack.lives.now()) < dueAt ? { lives, others } : writtenTo(2 * inMs);
  }

  it('has its accounts told by nobody else, its deadlines left alone, and its followers not delayed', async () => {
    const { lives, others } = await writtenTo();
    const ids = lives.map(({ accountId }) => accountId);
    expect(await query(`SELECT DISTINCT type, schema_version AS version FROM sunset.events WHERE account_id = ANY ($1) AND type IN ('LanguageChosen', 'AccountChanged') ORDER BY 1`, ids)).toEqual([{ type: 'AccountChanged', version: 2 }, { type: 'LanguageChosen', version: 1 }]);
    say('a newer release has written to four accounts');

    for (const { accountId, subscriptionId } of lives) {
      for (const [method, path, body] of [['GET', '/membership'], ['GET', '/timeline'], ['POST', '/wallet/top-ups', { amount: { amount: 5, currency: 'USD' } }], ['POST', `/subscriptions/${subscriptionId}/resume`]] as const) {
        const answer = await ask(present.api, method, `/v1/accounts/${accountId}${path}`, body);
        expect([method, path, answer.status, answer.headers.get('retry-after')]).toEqual([method, path, 503, expect.stringMatching(/^\d+$/)]);
      }
    }
    expect((await ask(present.api, 'GET', `/v1/accounts/${others[0]!.accountId}/membership`)).status).toBe(200);

    await eventually('others go on', async () => (await due(others)).filter(({ status }) => status === 'fired').length === others.length, 600_000);
    await eventually('what is due is left', async () => (await left()) >= lives.length, 600_000);
    expect(await due(lives)).toEqual(lives.map(() => ({ status: 'pending', attempts: 0, error: null })));
    const aside = await followers();
    expect(aside.map(({ attempts, lastError, waits }) => [attempts, lastError, waits])).toEqual(aside.map(() => [0, null, false]));
    expect(aside.every(({ behind }) => behind)).toBe(true);
    say(`${lives.length} deadlines are left alone and ${aside.length} projections wait; the newer worker comes`);

    await future.worker.serves();
    await eventually('what was left is carried out', async () => (await due(lives)).every(({ status }) => status === 'fired'), 600_000);
    await eventually('nothing is open', async () => (await stack.records.unrest([])).length === 0, 600_000);
    expect(await query(`SELECT account_id FROM sunset.deadlines WHERE status = 'dead' OR (account_id = ANY ($1) AND attempts > 0)`, ids)).toEqual([]);
    expect((await followers()).filter(({ behind, lastError }) => behind || lastError !== null)).toEqual([]);
    expect(present.worker.isRunning && future.worker.isRunning).toBe(true);
    const { stdout } = await promisify(execFile)(process.execPath, [programFile('worker/audit', folder)], { cwd: folder, env: { ...process.env, DATABASE_URL: stack.postgres.url('sunset') } });
    expect(stdout).toMatch(/^\d+ accounts: everything is as the log says\n$/);
    for (const { accountId } of lives) expect((await ask(future.api, 'GET', `/v1/accounts/${accountId}/membership`)).status).toBe(200);
    console.log(`from the future: ${lives.length} accounts, 503 with Retry-After for each of ${4 * lives.length} requests at this release; ${stdout.trim()}`);
    await stack.stop();
  }, 3_600_000);
});
