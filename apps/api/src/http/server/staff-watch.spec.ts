// What staff reads of somebody is written down before it is shown; who is turned away is counted.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Param, Post } from '@nestjs/common';
import { pino } from 'pino';
import type { StaffRead } from '#staff-reads';
import { eventually } from '../../../../../test/support/eventually.js';
import type { Subject } from '../../auth/identity.js';
import { Allow } from '../../auth/policy.js';
import { Answers } from '../answers/answers.js';
import { anything } from '../answers/schemas.js';
import { ndjson } from '../answers/streams.js';
import { OwnTransaction } from '../idempotency/idempotency.interceptor.js';
import { notFoundProblem } from '../problems/problems.js';
import { Tells, type TellsOf } from '../requests/told-accounts.js';
import { createRegistry } from './metrics.js';
import { readSettings } from './settings.js';
import { testServer, type TestServer } from './test-server.js';

@Controller('v1')
class WatchedController {
  @Get('accounts') @Allow('service', 'operator') @Answers(200, anything, 'Some.')
  find(@Tells() tellsOf: TellsOf): object {
    tellsOf(['a1', 'a2']);
    return {};
  }

  @Get('accounts/:accountId') @Allow('customer', 'service', 'operator') @Answers(200, anything, 'One.')
  one(@Param('accountId') accountId: string): object {
    if (accountId === 'none') throw notFoundProblem('account');
    return { name: 'Ann' };
  }

  @Get('accounts/:accountId/data') @Allow('operator') @Answers(200, anything, 'Lines.')
  data() {
    return ndjson([{ name: 'Ann' }]);
  }

  @Post('accounts/:accountId') @Allow('operator', 'service') @OwnTransaction() @Answers(201, anything, 'Done.')
  act(): object {
    return {};
  }

  @Post('ops/holds/:holdId/:purgeId/:name') @Allow('operator') @OwnTransaction() @Answers(201, anything, 'Done.')
  letGo(): object {
    return {};
  }

  @Get('ops/deadlines') @Allow('operator') @Answers(200, anything, 'Some.')
  deadlines(): object {
    return {};
  }

  @Get('analytics/churn') @Allow('analyst', 'operator') @Answers(200, anything, 'A report.')
  report(): object {
    return {};
  }
}

const operator: Subject = { role: 'operator', subject: 'ada' };
const analyst: Subject = { role: 'analyst', subject: 'bea' };
const service: Subject = { role: 'service', subject: 'platform' };
const customer: Subject = { role: 'customer', subject: 'c', accountId: 'a1' };

const registry = createRegistry();
let server: TestServer;
let recorded: StaffRead[];
let failing: boolean;
let logged: string[];

beforeAll(async () => {
  const recordReads = async (reads: readonly StaffRead[]): Promise<void> => {
    if (failing && reads.length > 0) throw new Error('the disk is full');
    recorded.push(...reads);
  };
  const settings = readSettings({ SANDBOX: 'true', DATABASE_URL: 'postgres://unused', RATE_LIMIT_PER_MINUTE: '30' });
  server = await testServer([WatchedController], { registry, recordReads, settings, log: pino({ level: 'info' }, { write: (line) => void logged.push(line) }) });
});
afterAll(() => server.close());
beforeEach(() => {
  recorded = [];
  failing = false;
  logged = [];
});

const ask = async (url: string, subject?: Subject, method: 'GET' | 'HEAD' | 'POST' = 'GET') =>
  server.app.inject({ method, url, headers: subject ? { authorization: await server.authorization(subject) } : {} });

describe('what staff reads', () => {
  it.each<[string, Subject, string, readonly (string | null)[]]>([
    ['of an account', operator, '/v1/accounts/a1', ['a1']],
    ['of an account, as a stream', operator, '/v1/accounts/a1/data', ['a1']],
    ['of an account, however the path is spelled', operator, '/v1/%61ccounts/%611', ['a1']],
    ['of accounts that were found', operator, '/v1/accounts?email=ann@example.org', ['a1', 'a2']],
    ['of an account that a list is asked for', operator, '/v1/ops/deadlines?accountId=a7', ['a7']],
    ['of all accounts, in a report', analyst, '/v1/analytics/churn', [null]],
  ])('%s is written down: who, which route, whose', async (_, subject, url, accounts) => {
    expect((await ask(url, subject)).statusCode).toBe(200);
    expect(recorded.map(({ accountId, actorRole, actorId }) => [accountId, actorRole, actorId])).toEqual(accounts.map((accountId) => [accountId, subject.role, subject.subject]));
    for (const { route, requestId } of recorded) expect([route, requestId]).toEqual([expect.stringMatching(/^GET \/v1\/[\w:/]+$/), expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });

  it.each<[string, Subject | undefined, string, 'GET' | 'HEAD' | 'POST', number]>([
    ['a customer reads', customer, '/v1/accounts/a1', 'GET', 200],
    ['the platform reads', service, '/v1/accounts/a1', 'GET', 200],
    ['is not there', operator, '/v1/accounts/none', 'GET', 404],
    ['may not be read', analyst, '/v1/accounts/a1', 'GET', 403],
    ['an operator only asks for the headers of', operator, '/v1/accounts/a1', 'HEAD', 200],
    ['is done, which is an event', operator, '/v1/accounts/a1', 'POST', 201],
    ['is of nobody', operator, '/v1/ops/deadlines', 'GET', 200],
  ])('is not: what %s', async (_, subject, url, method, status) => {
    expect((await ask(url, subject, method)).statusCode).toBe(status);
    expect(recorded).toEqual([]);
  });

  it.each(['/v1/accounts/a1', '/v1/accounts/a1/data'])('is not shown where it cannot be written down: %s', async (url) => {
    failing = true;
    const answer = await ask(url, operator);
    expect([answer.statusCode, answer.headers['content-type'], answer.body.includes('Ann')]).toEqual([500, expect.stringContaining('application/problem+json'), false]);
    expect((await ask(url, customer)).statusCode).toBe(url === '/v1/accounts/a1' ? 200 : 403);
  });
});

describe('what an operator did', () => {
  it('is told in the log with what was made here, and nobody by an id that somebody has chosen', async () => {
    const holdId = '0199f0a0-0000-7000-8000-000000000000';
    await ask('/v1/accounts/15551234567', operator, 'POST');
    await ask(`/v1/ops/holds/${holdId}/15551234567.1/churn`, operator, 'POST');
    await eventually('both are told', () => logged.filter((line) => line.includes('an operator acted')).length === 2, 120_000);
    const acts = logged.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === 'an operator acted');
    expect(acts).toMatchObject([{ actor: 'ada', target: { accountId: 'hash of 11' } }, { actor: 'ada', target: { holdId, purgeId: 'hash of 13', name: 'churn' } }]);
    expect(logged.join()).not.toContain('15551234567');
  });
});

describe('who is turned away', () => {
  it('is counted by why', async () => {
    registry.resetMetrics();
    const bearer = (token: string) => server.app.inject({ url: '/v1/accounts/a1', headers: { authorization: `Bearer ${token}` } });
    await ask('/v1/accounts/a1');
    for (const token of ['a', 'b']) await bearer(token);
    await ask('/v1/accounts/a1', analyst);
    await ask('/v1/accounts/a2', customer);
    await server.app.inject({ method: 'POST', url: '/v1/accounts/a1', headers: { authorization: await server.authorization(operator), 'content-type': 'application/json' }, payload: JSON.stringify('a'.repeat(1_100_000)) });
    await ask('/v1/accounts/none', operator);
    await eventually('too much is asked', async () => (await ask('/v1/ops/deadlines', { role: 'operator', subject: 'hasty' })).statusCode === 429, 120_000);
    const told = await registry.getSingleMetric('sunset_refused_requests_total')!.get();
    expect(Object.fromEntries(told.values.map(({ labels, value }) => [labels['reason'], value]))).toEqual({ no_token: 1, token: 2, role: 1, foreign_account: 1, body_too_large: 1, limit: 1 });
  });
});
